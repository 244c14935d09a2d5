import { applyDecorators, Controller, Get, Query, Req, Res, StreamableFile, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor } from '@comity/access';
import { badRequest, type Official } from '@comity/kernel';
import { DaysDto } from '@comity/requests';
import { nextLink } from '../../http/paging.js';
import { CSV, wantsCsv } from './csv.js';
import type { Question } from './question.js';
import * as questions from './questions.js';
import * as dto from './questions.dto.js';
import { QuestionsReader } from './questions-reader.js';

/** JSON in pages, or with `Accept: text/csv` all rows at once. */
const Answers = (page: Type): MethodDecorator =>
  applyDecorators(ApiExtraModels(page), ApiOkResponse({
    description: 'A page of rows; with `Accept: text/csv` all rows, streamed, safe to open in a spreadsheet.',
    content: { 'application/json': { schema: { $ref: getSchemaPath(page) } }, [CSV]: { schema: { type: 'string' } } },
  }));

/** Questions auditors ask of the record of their own State. Each asking is an entry of the log. */
@ApiTags('audit')
@ApiExtraModels(DaysDto)
@Controller('api/v1/audit/questions')
export class QuestionsController {
  constructor(private readonly reader: QuestionsReader) {}

  /** Who saw this evidence: who took its bytes out, and who read its manifest, wherever it stood. */
  @Get('evidence-readings')
  @Allow('audit.read')
  @Answers(dto.EvidenceReadingsDto)
  async evidenceReadings(@CurrentActor() actor: Official, @Query() { package: packageId, request, account: accountId, ...query }: dto.EvidenceReadingsQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const requestId = packageId === undefined ? request : await this.reader.requestOf(actor, packageId);
    if (requestId === undefined || (request !== undefined && request !== requestId)) throw badRequest('query.invalid', 'Name a package, or a request, or a package of that request.', [{ pointer: '/request', code: 'query.invalid', detail: 'give the request whose evidence it is, or leave it out and give the package' }]);
    return this.answer(actor, questions.EVIDENCE_READINGS, { ...times(query), requestId, packageId, accountId }, query, http, reply);
  }

  /** All that the log has of what an official did. */
  @Get('official-acts')
  @Allow('audit.read')
  @Answers(dto.OfficialActsDto)
  officialActs(@CurrentActor() actor: Official, @Query() { account: accountId, kind, ...query }: dto.OfficialActsQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.OFFICIAL_ACTS, { ...times(query), accountId, kind }, query, http, reply);
  }

  /** Permissions that were refused. */
  @Get('refused-permissions')
  @Allow('audit.read')
  @Answers(dto.RefusedPermissionsDto)
  refusedPermissions(@CurrentActor() actor: Official, @Query() { account: accountId, ...query }: dto.RefusedPermissionsQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.REFUSED_PERMISSIONS, { ...times(query), accountId }, query, http, reply);
  }

  /** Refusals of measures by ground, given by either State. */
  @Get('refusals')
  @Allow('question.read')
  @Answers(dto.RefusalsDto)
  refusals(@CurrentActor() actor: Official, @Query() { ground, ...query }: dto.RefusalsQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.REFUSALS, { ...ofCases(query), ground }, query, http, reply);
  }

  /** Letters past the deadline that their requesting State suggested (UNCC 40(26)): unanswered, or answered late. */
  @Get('overdue-requests')
  @Allow('question.read')
  @Answers(dto.OverdueRequestsDto)
  overdueRequests(@CurrentActor() actor: Official, @Query() { open, ...query }: dto.OverdueQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.OVERDUE, { ...ofCases(query), open: open === undefined ? undefined : open === 'true', now: this.reader.now() }, query, http, reply);
  }

  /** Periods of preservation that lapsed or were extended (UNCC 42(8), 42(9)). */
  @Get('preservations')
  @Allow('question.read')
  @Answers(dto.PreservationsDto)
  preservations(@CurrentActor() actor: Official, @Query() { fate, ...query }: dto.PreservationsQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.PRESERVATIONS, { ...ofCases(query), fates: fate && [fate], now: this.reader.now() }, query, http, reply);
  }

  /** Uses and onward transfers of evidence, each with the consent it rests on (UNCC 40(19), 36(3)). */
  @Get('uses')
  @Allow('audit.read')
  @Answers(dto.UsesAskedDto)
  uses(@CurrentActor() actor: Official, @Query() { request: requestId, kind, basis, account: accountId, ...query }: dto.UsesAskedQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.USES, { ...ofCases(query), requestId, kind, basis, accountId }, query, http, reply);
  }

  /** Consents to other use and onward transfer, by either State, each with how many uses rest on it (UNCC 40(19), 36(3)). */
  @Get('use-consents')
  @Allow('audit.read')
  @Answers(dto.ConsentsAskedDto)
  useConsents(@CurrentActor() actor: Official, @Query() { request: requestId, kind, answer, ...query }: dto.ConsentsAskedQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.USE_CONSENTS, { ...ofCases(query), requestId, kind, answer }, query, http, reply);
  }

  /** Acts of States without a node that officials transcribed, with the second person. */
  @Get('transcribed-acts')
  @Allow('question.read')
  @Answers(dto.TranscribedActsDto)
  transcribedActs(@CurrentActor() actor: Official, @Query() { counterpart, status, account: accountId, ...query }: dto.TranscribedActsQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answer(actor, questions.TRANSCRIBED, { ...times(query), counterpart, status, accountId }, query, http, reply);
  }

  /** Statistics per State pair, instrument, form and period. What each figure means: docs/reference/statistics.md. */
  @Get('statistics')
  @Allow('question.read')
  @Answers(dto.StatisticsDto)
  statistics(@CurrentActor() actor: Official, @Query() { by = 'year', instrument, form, ...query }: dto.StatisticsQuery, @Req() http: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const now = this.reader.now();
    const { from = new Date(Date.UTC(now.getUTCFullYear() - 1, 0)).toISOString(), to = new Date(now.getTime() + 1).toISOString(), ...cases } = ofCases(query);
    return this.answer(actor, questions.STATISTICS, { ...cases, from, to, by, instrument, form }, query, http, reply);
  }

  private async answer<F extends object, R extends object>(
    actor: Official, question: Question<F, R>, filter: F, { after, limit }: dto.PeriodQuery, http: FastifyRequest, reply: FastifyReply,
  ): Promise<StreamableFile | { items: R[]; next?: string }> {
    void reply.header('vary', 'accept');
    if (wantsCsv(http.headers.accept)) {
      if (after !== undefined || limit !== undefined) throw badRequest('query.invalid', 'CSV holds all rows: leave out after and limit.', [{ pointer: after === undefined ? '/limit' : '/after', code: 'field.unknown', detail: 'not taken with Accept: text/csv' }]);
      const { lines, name } = await this.reader.csv(actor, question, filter);
      void reply.headers({ 'content-type': `${CSV}; charset=utf-8; header=present`, 'content-disposition': `attachment; filename="${name}"`, 'x-content-type-options': 'nosniff' });
      return new StreamableFile(lines);
    }
    const page = await this.reader.answer(actor, question, filter, { after, limit });
    if (page.next !== undefined) void reply.header('Link', nextLink(http.url, page.next));
    return page;
  }
}

const times = ({ from, to }: dto.PeriodQuery) => ({ from: utc(from), to: utc(to) });
const ofCases = ({ counterpart, side, ...period }: dto.CaseQuery) => ({ ...times(period), counterpart, side });
const utc = (at: string | undefined): string | undefined => at && new Date(at).toISOString();

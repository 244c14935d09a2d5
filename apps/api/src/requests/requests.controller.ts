import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import { etagOf, type Official } from '@comity/kernel';
import { CheckDto, CreateDraftDto, DraftsService, RequestReader, RequestsService, SaveDraftDto } from '@comity/requests';
import { Idempotent, IfMatch, Prefer } from '../http/headers.js';
import { IdPipe, NumberPipe } from '../http/id.pipe.js';
import { decodeCursor, paged } from '../http/paging.js';
import { send } from '../http/answer.js';
import { IntegratedAnswers } from '../integrated-answers.js';
import { ActResultDto, CheckAnswerDto, DraftSavedDto, EventDto, ListRequestsQuery, RequestDto, RequestListDto, TimelineDto } from './request.dto.js';

const REQUEST = new IdPipe('request');
const MEASURE = new NumberPipe('measure');
const LIST = 'requests.newest';
const BY_TRACK = 'requests.expedited';

@ApiTags('requests')
@Controller('api/v1/requests')
export class RequestsController {
  constructor(
    private readonly requests: RequestsService,
    private readonly drafts: DraftsService,
    private readonly reader: RequestReader,
    private readonly integrated: IntegratedAnswers,
  ) {}

  /** Opens a draft of a letter with its measures. What is lacking may be lacking; what is wrong is refused. */
  @Post()
  @Allow('request.create', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiCreatedResponse({ type: DraftSavedDto })
  async create(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: CreateDraftDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<DraftSavedDto> {
    const answer = await this.drafts.create(actor, body, act);
    void reply.header('Location', `/api/v1/requests/${(answer.body as { id: string }).id}`);
    return send(reply, answer);
  }

  /** Checks contents without keeping them: what would be wrong, and what is lacking by which rule. */
  @Post('check')
  @HttpCode(200)
  @Allow('check.run')
  check(@CurrentActor() actor: Official, @Body() body: CheckDto): Promise<CheckAnswerDto> {
    return this.drafts.check(actor, body);
  }

  /** Files of one's own State, newest change first. */
  @Get()
  @Allow('request.read')
  async list(@CurrentActor() actor: Official, @Query() query: ListRequestsQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<RequestListDto> {
    const { after, limit = 50, urgent, expedited, ...filters } = query;
    const byTrack = filters.sort === 'expedited';
    const list = byTrack ? BY_TRACK : LIST;
    const key = after === undefined ? undefined : (decodeCursor(list, byTrack ? ['time', 'id', 'integer'] : ['time', 'id'], after) as [string, string, number?]);
    const { items, more } = await this.reader.list(actor, {
      ...filters, limit, ...(urgent !== undefined && { urgent: urgent === 'true' }), ...(expedited !== undefined && { expedited: expedited === 'true' }),
      ...(key && { after: { changedAt: key[0], id: key[1], ...(byTrack && { expedited: key[2] === 1 }) } }),
    });
    const last = items.at(-1);
    if (!more || !last) return { items };
    return { items, ...paged(list, [last.changedAt.toISOString(), last.id, ...(byTrack ? [last.expedited ? 1 : 0] : [])], request, reply) };
  }

  /** One's own State's file, with what can be done to it now, what cannot, and why. */
  @Get(':id')
  @Allow('request.read')
  @ApiOkResponse({ type: RequestDto })
  async read(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<RequestDto> {
    const view = await this.reader.read(actor, id);
    void reply.header('ETag', etagOf(view.version));
    return view as unknown as RequestDto;
  }

  /** Autosave: the whole draft. */
  @Put(':id')
  @Allow('request.write', { accountCheck: 'act' })
  @ApiHeader({ name: 'If-Match', required: true })
  async save(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @IfMatch() ifMatch: string | undefined, @Body() body: SaveDraftDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<DraftSavedDto> {
    const { etag, ...saved } = await this.drafts.save(actor, id, body, ifMatch);
    void reply.header('ETag', etag);
    return saved;
  }

  /** Everything that happened in the file, in order. */
  @Get(':id/timeline')
  @Allow('request.read')
  async timeline(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string): Promise<TimelineDto> {
    return (await this.reader.timeline(actor, id)) as TimelineDto;
  }

  /** Fires an event on the letter. */
  @Post(':id/events')
  @HttpCode(200)
  @Allow('request.act', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiHeader({ name: 'If-Match', required: true })
  @ApiOkResponse({ type: ActResultDto })
  async act(@CurrentActor() actor: Official, @Idempotent() idempotency: IdempotentAct, @IfMatch() ifMatch: string | undefined, @Prefer() prefer: string | undefined, @Param('id', REQUEST) requestId: string, @Body() { type, payload = {} }: EventDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<ActResultDto> {
    const answer = await this.requests.advance(actor, { requestId, measure: null, type, payload, ifMatch, idempotency });
    return send(reply, await this.integrated.wait(actor.state, prefer, answer));
  }

  /** Fires an event on one measure. */
  @Post(':id/measures/:no/events')
  @HttpCode(200)
  @Allow('request.act', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiHeader({ name: 'If-Match', required: true })
  @ApiOkResponse({ type: ActResultDto })
  async actOnMeasure(@CurrentActor() actor: Official, @Idempotent() idempotency: IdempotentAct, @IfMatch() ifMatch: string | undefined, @Prefer() prefer: string | undefined, @Param('id', REQUEST) requestId: string, @Param('no', MEASURE) measure: number, @Body() { type, payload = {} }: EventDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<ActResultDto> {
    const answer = await this.requests.advance(actor, { requestId, measure, type, payload, ifMatch, idempotency });
    return send(reply, await this.integrated.wait(actor.state, prefer, answer));
  }
}

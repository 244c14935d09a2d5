import { Controller, Get, Header, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor } from '@comity/access';
import type { Official } from '@comity/kernel';
import { nextLink } from '../http/paging.js';
import { AuditEntriesDto, AuditEventsDto, EntriesFilterQuery, EntriesQuery } from './audit.dto.js';
import { AuditReader } from './audit-reader.js';

/** JSON Lines has no registered media type; this one is the most used. */
const JSON_LINES = 'application/jsonl';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditReader) {}

  /** Entries of one's own State's log, newest first. The reading is logged. */
  @Get('entries')
  @Allow('audit.read')
  async entries(@CurrentActor() actor: Official, @Query() query: EntriesQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AuditEntriesDto> {
    const page = await this.audit.entries(actor, query);
    if (page.next !== undefined) void reply.header('Link', nextLink(request.url, page.next));
    return page;
  }

  /** The log as JSON Lines, to be verified offline with nothing but the file. The export is logged. */
  @Get('export')
  @Header('content-type', `${JSON_LINES}; charset=utf-8`)
  @Allow('audit.export')
  @ApiProduces(JSON_LINES)
  @ApiOkResponse({ schema: { type: 'string' } })
  async export(@CurrentActor() actor: Official, @Query() query: EntriesFilterQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { lines, name } = await this.audit.export(actor, query);
    void reply.header('content-disposition', `attachment; filename="${name}"`);
    return new StreamableFile(lines);
  }

  /** Every type an entry may have, with what it records. */
  @Get('events')
  @Allow('audit.read')
  events(): AuditEventsDto {
    return this.audit.events();
  }
}

import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor } from '@comity/access';
import type { Official } from '@comity/kernel';
import { UseReader } from '@comity/requests';
import { decodeCursor, paged } from '../http/paging.js';
import { UseConsentsDto, UseConsentsQuery, UsesDto, UsesQuery } from './use.dto.js';

const USES = 'uses.newest';
const CONSENTS = 'use-consents.newest';

/** What became of evidence: the register of uses and onward transfers, and of the consents they rest on (UNCC 40(19), 36(3)). */
@ApiTags('uses')
@Controller('api/v1')
export class UsesController {
  constructor(private readonly reader: UseReader) {}

  /** Uses and onward transfers that one's own State recorded, newest first, each with its consent. */
  @Get('uses')
  @Allow('request.read')
  async uses(@CurrentActor() actor: Official, @Query() { after, limit = 50, ...filter }: UsesQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<UsesDto> {
    const key = after === undefined ? undefined : decodeCursor(USES, ['time', 'id'], after);
    const { items, more } = await this.reader.uses(actor, { ...filter, limit, ...(key && { after: key }) });
    const last = more ? items.at(-1) : undefined;
    return { items, ...(last && paged(USES, [last.recordedAt.toISOString(), last.id], request, reply)) } as UsesDto;
  }

  /** Consents to other use or onward transfer, asked by one's own State or of it, newest first. */
  @Get('use-consents')
  @Allow('request.read')
  async consents(@CurrentActor() actor: Official, @Query() { after, limit = 50, ...filter }: UseConsentsQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<UseConsentsDto> {
    const key = after === undefined ? undefined : decodeCursor(CONSENTS, ['time', 'id', 'integer', 'integer'], after);
    const { items, more } = await this.reader.consents(actor, { ...filter, limit, ...(key && { after: key }) });
    const last = more ? items.at(-1) : undefined;
    return { items, ...(last && paged(CONSENTS, [last.askedAt.toISOString(), last.requestId, last.measure, last.no], request, reply)) } as UseConsentsDto;
  }
}

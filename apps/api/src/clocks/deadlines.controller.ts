import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import type { Official } from '@comity/kernel';
import { DeadlineActs, DeadlineReader, EndDeadlineDto, SetDeadlineDto } from '@comity/requests';
import { send } from '../http/answer.js';
import { Idempotent } from '../http/headers.js';
import { IdPipe } from '../http/id.pipe.js';
import { decodeCursor, paged } from '../http/paging.js';
import { DeadlineEndedDto, DeadlineListDto, DeadlinesDto, DeadlineViewDto, ListDeadlinesQuery } from './deadline.dto.js';

const REQUEST = new IdPipe('request');
const LIST = 'deadlines.open';

@ApiTags('deadlines')
@Controller('api/v1')
export class DeadlinesController {
  constructor(
    private readonly reader: DeadlineReader,
    private readonly acts: DeadlineActs,
  ) {}

  /** Open deadlines of all requests of one's own State, the first due first. */
  @Get('deadlines')
  @Allow('deadline.read')
  async list(@CurrentActor() actor: Official, @Query() query: ListDeadlinesQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<DeadlineListDto> {
    const { after, limit = 50, overdue, dueBefore, ...filters } = query;
    const key = after === undefined ? undefined : (decodeCursor(LIST, ['time', 'id'], after) as [string, string]);
    const { items, more } = await this.reader.open(actor, {
      ...filters, limit, ...(dueBefore !== undefined && { dueBefore: new Date(dueBefore) }), ...(overdue !== undefined && { overdue: overdue === 'true' }),
      ...(key && { after: { dueAt: key[0], id: key[1] } }),
    });
    const last = items.at(-1);
    if (!more || !last) return { items };
    return { items, ...paged(LIST, [last.dueAt, last.id], request, reply) };
  }

  /** Deadlines of a request, past ones too, each with its working. */
  @Get('requests/:id/deadlines')
  @Allow('deadline.read')
  async ofRequest(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string): Promise<DeadlinesDto> {
    return { items: await this.reader.ofRequest(actor, id) };
  }

  /** Sets a deadline of one's own authority, or records one agreed with the other State. */
  @Post('requests/:id/deadlines')
  @Allow('deadline.write', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiCreatedResponse({ type: DeadlineViewDto })
  async set(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', REQUEST) id: string, @Body() body: SetDeadlineDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<DeadlineViewDto> {
    return send(reply, await this.acts.set(actor, id, body, act));
  }

  /** Ends a deadline that an official set, with the reason. */
  @Post('requests/:id/deadlines/:deadlineId/end')
  @HttpCode(200)
  @Allow('deadline.write', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  async end(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', REQUEST) id: string, @Param('deadlineId', new IdPipe('deadline')) deadlineId: string, @Body() body: EndDeadlineDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<DeadlineEndedDto> {
    return send(reply, await this.acts.end(actor, id, deadlineId, body, act));
  }
}

import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import type { Official } from '@comity/kernel';
import { AlarmSettingDto, AlarmsService } from '@comity/requests';
import { send } from '../http/answer.js';
import { Idempotent, IfMatch } from '../http/headers.js';
import { IdPipe } from '../http/id.pipe.js';
import { decodeCursor, paged } from '../http/paging.js';
import { AlarmDto, AlarmKindDto, AlarmKindsDto, AlarmListDto, ListAlarmsQuery } from './alarm.dto.js';

const LIST = 'alarms.newest';

/** Alarms change no state of a request: what is to be done about them, an official does. */
@ApiTags('alarms')
@Controller('api/v1/alarms')
export class AlarmsController {
  constructor(private readonly alarms: AlarmsService) {}

  /** Alarms of one's own State, the latest raised first. */
  @Get()
  @Allow('alarm.read')
  async list(@CurrentActor() actor: Official, @Query() query: ListAlarmsQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AlarmListDto> {
    const { after, limit = 50, status = 'raised', ...filters } = query;
    const key = after === undefined ? undefined : (decodeCursor(LIST, ['time', 'id'], after) as [string, string]);
    const { items, more } = await this.alarms.list(actor, { ...filters, status, limit, ...(key && { after: { raisedAt: key[0], id: key[1] } }) });
    const last = items.at(-1);
    if (!more || !last) return { items };
    return { items, ...paged(LIST, [last.raisedAt, last.id], request, reply) };
  }

  /** The register of kinds, with what holds in one's own State. All of it is practice. */
  @Get('kinds')
  @Allow('directory.read')
  async kinds(@CurrentActor() actor: Official): Promise<AlarmKindsDto> {
    return { items: await this.alarms.kinds(actor) };
  }

  /** Sets when alarms of a kind are raised, or switches it off. */
  @Put('kinds/:kind')
  @Allow('alarm.configure')
  @ApiHeader({ name: 'If-Match', required: true })
  @ApiOkResponse({ type: AlarmKindDto })
  async configure(@CurrentActor() actor: Official, @Param('kind') kind: string, @IfMatch() ifMatch: string | undefined, @Body() body: AlarmSettingDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<AlarmKindDto> {
    const view = await this.alarms.configure(actor, kind, body, ifMatch);
    void reply.header('ETag', view.etag);
    return view;
  }

  /** Takes note of an alarm: nobody else is called about it. The deadline stays. */
  @Post(':alarmId/acknowledge')
  @HttpCode(200)
  @Allow('alarm.acknowledge', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  async acknowledge(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('alarmId', new IdPipe('alarm')) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<AlarmDto> {
    return send(reply, await this.alarms.acknowledge(actor, id, act));
  }
}

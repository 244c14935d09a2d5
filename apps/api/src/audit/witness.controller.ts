import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import type { Official } from '@comity/kernel';
import { send } from '../http/answer.js';
import { Idempotent } from '../http/headers.js';
import { IdPipe } from '../http/id.pipe.js';
import { SettlingActs } from './settling-acts.js';
import { SettleAlarmDto, WitnessAlarmDto, WitnessesDto } from './witness.dto.js';
import { WitnessDesk } from './witness-desk.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class WitnessController {
  constructor(
    private readonly desk: WitnessDesk,
    private readonly acts: SettlingActs,
  ) {}

  /** Who has seen which checkpoint of one's own log, what was seen of others' logs, and contradictions. */
  @Get('witnesses')
  @Allow('audit.read')
  read(@CurrentActor() actor: Official): Promise<WitnessesDto> {
    return this.desk.read(actor);
  }

  /** Settles a contradiction, as after a restore from a backup that the other State has explained: its log is followed from what it showed last. */
  @Post('witnesses/alarms/:id/settle')
  @HttpCode(200)
  @Allow('witness.settle')
  @ApiOkResponse({ type: WitnessAlarmDto })
  async settle(@CurrentActor() actor: Official, @Param('id', new IdPipe('alarm')) id: string, @Idempotent() act: IdempotentAct, @Body() { reason }: SettleAlarmDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<WitnessAlarmDto> {
    return send(reply, await this.acts.settle(actor, id, reason, act));
  }
}

import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import { CalendarDto } from '@comity/directory';
import type { Official } from '@comity/kernel';
import { send } from '../http/answer.js';
import { Idempotent } from '../http/headers.js';
import { IdPipe } from '../http/id.pipe.js';
import { CalendarActs } from './calendar-acts.js';
import { CalendarFactDto, CalendarsDto } from './calendar.dto.js';

/** Working days of the own State's authorities. Business days are counted by confirmed ones only. */
@ApiTags('directory')
@Controller('api/v1/directory/calendars')
export class CalendarsController {
  constructor(private readonly acts: CalendarActs) {}

  /** Newest first, unconfirmed ones included. */
  @Get()
  @Allow('directory.read')
  list(@CurrentActor() actor: Official): Promise<CalendarsDto> {
    return this.acts.list(actor);
  }

  /** Records the working days of an authority; they count nothing until they are confirmed. */
  @Post()
  @Allow('directory.write')
  @ApiCreatedResponse({ type: CalendarFactDto })
  async record(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: CalendarDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<CalendarFactDto> {
    return send(reply, await this.acts.record(actor, act, body));
  }

  /** Confirms that the days are right: from now on business days are counted by it. */
  @Post(':id/confirm')
  @HttpCode(200)
  @Allow('directory.write')
  async confirm(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', new IdPipe('calendar')) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<CalendarFactDto> {
    return send(reply, await this.acts.confirm(actor, act, id));
  }
}

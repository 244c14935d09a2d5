import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import { ContactChannelDto, DutyTurnDto, EndFactDto } from '@comity/directory';
import type { Official } from '@comity/kernel';
import { Idempotent } from '../http/headers.js';
import { send } from '../http/answer.js';
import { ContactChannelFactDto, ContactPointsDto, ContactsQuery, DutyListDto, DutyTurnFactDto } from './contact.dto.js';
import { ContactReader } from './contact-reader.js';
import { FactActs } from './fact-acts.js';
import { EndedFactDto } from './state-fact.dto.js';

/** The 24/7 networks: points of contact, how they are reached, and one's own duty list. */
@ApiTags('directory')
@Controller('api/v1/directory')
export class ContactsController {
  constructor(
    private readonly contacts: ContactReader,
    private readonly acts: FactActs,
  ) {}

  /** Points of contact per network and State, with languages, hours and channels (UNCC 41(1)-(2)). */
  @Get('contact-points')
  @Allow('directory.read')
  points(@CurrentActor() actor: Official, @Query() query: ContactsQuery): Promise<ContactPointsDto> {
    return this.contacts.points(actor, query);
  }

  /** The duty list of one's own desk, first called first. */
  @Get('duty-list')
  @Allow('duty-list.read')
  dutyList(@CurrentActor() actor: Official, @Query() query: ContactsQuery): Promise<DutyListDto> {
    return this.contacts.dutyList(actor, query);
  }

  /** Records how a point of contact is reached: one's own, or that of a State without a node, from the circulated register. */
  @Post('contact-channels')
  @Allow('directory.write')
  @ApiCreatedResponse({ type: ContactChannelFactDto })
  async recordChannel(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: ContactChannelDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<ContactChannelFactDto> {
    return send(reply, await this.acts.recordChannel(actor, act, body));
  }

  @Post('contact-channels/:key/end')
  @HttpCode(200)
  @Allow('directory.write')
  async endChannel(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('key') key: string, @Body() body: EndFactDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<EndedFactDto> {
    return send(reply, await this.acts.endContact(actor, act, 'contactChannel', key, body));
  }

  /** Puts an office on one's own duty list. */
  @Post('duty-list')
  @Allow('directory.write')
  @ApiCreatedResponse({ type: DutyTurnFactDto })
  async recordTurn(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: DutyTurnDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<DutyTurnFactDto> {
    return send(reply, await this.acts.recordTurn(actor, act, body));
  }

  @Post('duty-list/:key/end')
  @HttpCode(200)
  @Allow('directory.write')
  async endTurn(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('key') key: string, @Body() body: EndFactDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<EndedFactDto> {
    return send(reply, await this.acts.endContact(actor, act, 'dutyTurn', key, body));
  }
}

import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import { ArrangementDto } from '@comity/directory';
import type { Official } from '@comity/kernel';
import { Idempotent } from '../http/headers.js';
import { send } from '../http/answer.js';
import { ArrangementActs } from './arrangement-acts.js';
import { ArrangementsDto, OnDayQuery, RecordedArrangementDto } from './directory-query.dto.js';
import { DirectoryReader } from './directory-reader.js';
import { StateProfileDto, StatesDto } from './state-fact.dto.js';

@ApiTags('directory')
@Controller('api/v1/directory')
export class DirectoryController {
  constructor(
    private readonly directory: DirectoryReader,
    private readonly acts: ArrangementActs,
  ) {}

  /** States the directory knows. */
  @Get('states')
  @Allow('directory.read')
  states(@CurrentActor() actor: Official, @Query() query: OnDayQuery): Promise<StatesDto> {
    return this.directory.states(actor, query);
  }

  /** One State: languages it accepts, its authorities, points of contact, who is competent for what, its keys. */
  @Get('states/:code')
  @Allow('directory.read')
  state(@CurrentActor() actor: Official, @Param('code') code: string, @Query() query: OnDayQuery): Promise<StateProfileDto> {
    return this.directory.state(actor, code, query);
  }

  /** Arrangements one's own State recorded. */
  @Get('arrangements')
  @Allow('directory.read')
  arrangements(@CurrentActor() actor: Official): Promise<ArrangementsDto> {
    return this.directory.arrangements(actor);
  }

  /** Records that a treaty is applied where it is not in force. It binds the files of one's own State only. */
  @Post('arrangements')
  @Allow('arrangement.write')
  @ApiCreatedResponse({ type: RecordedArrangementDto })
  async recordArrangement(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: ArrangementDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<RecordedArrangementDto> {
    return send(reply, await this.acts.record(actor, act, body));
  }
}

import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import { DueContentsDto, ErasureDto, LegalHoldDto, LegalHoldsDto, PlaceHoldDto, ProposeErasureDto, RetentionPeriodDto, RetentionPeriodsDto, RetentionService, SetPeriodDto } from '@comity/evidence';
import type { Official } from '@comity/kernel';
import { send } from '../http/answer.js';
import { Idempotent } from '../http/headers.js';
import { IdPipe } from '../http/id.pipe.js';

const HOLD = new IdPipe('hold');
const ERASURE = new IdPipe('erasure');

/** How long one's own State keeps content of closed requests, and its erasure by two persons. */
@ApiTags('retention')
@Controller('api/v1/retention')
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  /** Periods that hold now. A kind without one is kept. */
  @Get('periods')
  @Allow('retention.read')
  periods(@CurrentActor() actor: Official): Promise<RetentionPeriodsDto> {
    return this.retention.periods(actor);
  }

  /** Sets how long content of a kind is kept. Earlier settings stay on record. */
  @Post('periods')
  @Allow('retention.set', { accountCheck: 'act' })
  @ApiCreatedResponse({ type: RetentionPeriodDto })
  async setPeriod(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: SetPeriodDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<RetentionPeriodDto> {
    return send(reply, await this.retention.setPeriod(actor, act, body));
  }

  /** The dry run: what an erasure proposed now would destroy. */
  @Get('due')
  @Allow('erasure.read')
  due(@CurrentActor() actor: Official): Promise<DueContentsDto> {
    return this.retention.due(actor);
  }

  /** Holds on requests, newest first. */
  @Get('holds')
  @Allow('erasure.read')
  holds(@CurrentActor() actor: Official): Promise<LegalHoldsDto> {
    return this.retention.holds(actor);
  }

  /** Places a hold: nothing of the request is erased until it is lifted. */
  @Post('holds')
  @Allow('retention.hold', { accountCheck: 'act' })
  @ApiCreatedResponse({ type: LegalHoldDto })
  async placeHold(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: PlaceHoldDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<LegalHoldDto> {
    return send(reply, await this.retention.placeHold(actor, act, body));
  }

  @Post('holds/:id/lift')
  @HttpCode(200)
  @Allow('retention.hold', { accountCheck: 'act' })
  @ApiOkResponse({ type: LegalHoldDto })
  async liftHold(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', HOLD) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<LegalHoldDto> {
    return send(reply, await this.retention.liftHold(actor, act, id));
  }

  /** Proposes to erase what is due. Nothing is destroyed until another official confirms it. */
  @Post('erasures')
  @Allow('erasure.write', { accountCheck: 'act' })
  @ApiCreatedResponse({ type: ErasureDto })
  async propose(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: ProposeErasureDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<ErasureDto> {
    return send(reply, await this.retention.propose(actor, act, body));
  }

  @Get('erasures/:id')
  @Allow('erasure.read')
  erasure(@CurrentActor() actor: Official, @Param('id', ERASURE) id: string): Promise<ErasureDto> {
    return this.retention.erasure(actor, id);
  }

  /** Destroys what another official proposed. It cannot be undone. */
  @Post('erasures/:id/confirm')
  @HttpCode(200)
  @Allow('erasure.write', { accountCheck: 'act' })
  @ApiOkResponse({ type: ErasureDto })
  async confirm(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', ERASURE) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<ErasureDto> {
    return send(reply, await this.retention.confirm(actor, act, id));
  }

  @Post('erasures/:id/decline')
  @HttpCode(200)
  @Allow('erasure.write', { accountCheck: 'act' })
  @ApiOkResponse({ type: ErasureDto })
  async decline(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', ERASURE) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<ErasureDto> {
    return send(reply, await this.retention.decline(actor, act, id));
  }
}

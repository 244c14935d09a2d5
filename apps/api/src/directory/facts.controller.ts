import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AcceptedLanguageDto, AuthorityDto, CompetenceDto, EndFactDto } from '@comity/directory';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import type { Official } from '@comity/kernel';
import { Idempotent } from '../http/headers.js';
import { send } from '../http/answer.js';
import { FactActs } from './fact-acts.js';
import { AcceptedLanguageFactDto, AuthorityFactDto, CompetenceFactDto, EndedFactDto } from './state-fact.dto.js';

/** What the own State says of itself. Facts are added and ended, never rewritten. */
@ApiTags('directory')
@Controller('api/v1/directory')
export class FactsController {
  constructor(private readonly acts: FactActs) {}

  /** Records an authority of one's own State. */
  @Post('authorities')
  @Allow('directory.write')
  @ApiCreatedResponse({ type: AuthorityFactDto })
  async recordAuthority(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: AuthorityDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<AuthorityFactDto> {
    return send(reply, await this.acts.recordAuthority(actor, act, body));
  }

  /** Records a language one's own State accepts (UNCC 40(13)). */
  @Post('languages')
  @Allow('directory.write')
  @ApiCreatedResponse({ type: AcceptedLanguageFactDto })
  async recordLanguage(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: AcceptedLanguageDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<AcceptedLanguageFactDto> {
    return send(reply, await this.acts.recordLanguage(actor, act, body));
  }

  /** Records which authority of one's own State does what. */
  @Post('competences')
  @Allow('directory.write')
  @ApiCreatedResponse({ type: CompetenceFactDto })
  async recordCompetence(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: CompetenceDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<CompetenceFactDto> {
    return send(reply, await this.acts.recordCompetence(actor, act, body));
  }

  /** Ends an authority; it stays readable for days before. */
  @Post('authorities/:key/end')
  @HttpCode(200)
  @Allow('directory.write')
  async endAuthority(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('key') key: string, @Body() body: EndFactDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<EndedFactDto> {
    return send(reply, await this.acts.end(actor, act, 'authority', key, body));
  }

  @Post('languages/:key/end')
  @HttpCode(200)
  @Allow('directory.write')
  async endLanguage(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('key') key: string, @Body() body: EndFactDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<EndedFactDto> {
    return send(reply, await this.acts.end(actor, act, 'acceptedLanguage', key, body));
  }

  @Post('competences/:key/end')
  @HttpCode(200)
  @Allow('directory.write')
  async endCompetence(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('key') key: string, @Body() body: EndFactDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<EndedFactDto> {
    return send(reply, await this.acts.end(actor, act, 'competence', key, body));
  }

  @Post('arrangements/:key/end')
  @HttpCode(200)
  @Allow('arrangement.write')
  async endArrangement(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('key') key: string, @Body() body: EndFactDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<EndedFactDto> {
    return send(reply, await this.acts.end(actor, act, 'arrangement', key, body));
  }
}

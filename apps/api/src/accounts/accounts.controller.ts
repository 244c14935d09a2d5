import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, ChangeRolesDto, CreateAccountDto, CurrentActor, ResetPasswordDto, SuspendAccountDto, type IdempotentAct } from '@comity/access';
import { etagOf, type Official } from '@comity/kernel';
import { Idempotent, IfMatch } from '../http/headers.js';
import { nextLink } from '../http/paging.js';
import { send } from '../http/answer.js';
import { AccountActs } from './account-acts.js';
import { AccountDto, AccountsDto, AccountsQuery } from './account.dto.js';

/** Accounts of one's own State. Another State's are answered as if they did not exist. */
@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountActs) {}

  /** In order of user names. */
  @Get()
  @Allow('account.read')
  async list(@CurrentActor() actor: Official, @Query() query: AccountsQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountsDto> {
    const page = await this.accounts.list(actor, query);
    if (page.next !== undefined) void reply.header('Link', nextLink(request.url, page.next));
    return page;
  }

  @Get(':id')
  @Allow('account.read')
  async read(@CurrentActor() actor: Official, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountDto> {
    const account = await this.accounts.read(actor, id);
    void reply.header('ETag', etagOf(account.version));
    return account;
  }

  /** Makes an account in one's own State. An auditor or administrator has no other role. */
  @Post()
  @Allow('account.manage')
  @ApiCreatedResponse({ type: AccountDto })
  async create(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: CreateAccountDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountDto> {
    return send(reply, await this.accounts.create(actor, act, body));
  }

  /** Suspends it: its tokens are refused from now on. */
  @Post(':id/suspension')
  @HttpCode(200)
  @Allow('account.manage')
  async suspend(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id') id: string, @IfMatch() ifMatch: string | undefined, @Body() body: SuspendAccountDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountDto> {
    return send(reply, await this.accounts.suspend(actor, { id, ifMatch, act }, body));
  }

  /** Lifts a suspension, and a lock after failed sign-ins. */
  @Post(':id/reinstatement')
  @HttpCode(200)
  @Allow('account.manage')
  async reinstate(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id') id: string, @IfMatch() ifMatch: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountDto> {
    return send(reply, await this.accounts.reinstate(actor, { id, ifMatch, act }));
  }

  /** Gives it these roles instead of those it had; its holder signs in anew. */
  @Post(':id/roles')
  @HttpCode(200)
  @Allow('account.manage')
  async roles(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id') id: string, @IfMatch() ifMatch: string | undefined, @Body() body: ChangeRolesDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountDto> {
    return send(reply, await this.accounts.changeRoles(actor, { id, ifMatch, act }, body));
  }

  /** Sets a new password, ends the sessions and lifts a lock. */
  @Post(':id/password')
  @HttpCode(200)
  @Allow('account.manage')
  async password(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id') id: string, @IfMatch() ifMatch: string | undefined, @Body() body: ResetPasswordDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountDto> {
    return send(reply, await this.accounts.resetPassword(actor, { id, ifMatch, act }, body));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  AccountsService, Idempotency,
  type AccountChange, type ChangeRolesDto, type CreateAccountDto, type IdempotentAct, type ResetPasswordDto, type StoredAnswer, type SuspendAccountDto,
} from '@comity/access';
import { AuditLog } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, etagOf, versionFromIfMatch, type Clock, type Json, type Official } from '@comity/kernel';
import { decodeCursor, encodeCursor } from '../http/paging.js';
import type { AccountDto, AccountsDto, AccountsQuery } from './account.dto.js';
import { accountEntry, accountView } from './account-views.js';
import { withSlowHash } from './slow-body-hash.js';

/** A change asked for over HTTP: who, the header If-Match as it came, and what a repetition is recognised by. */
export interface AskedChange {
  id: string;
  ifMatch: string | undefined;
  act: IdempotentAct;
}

const LIST = 'accounts.username';

/**
 * What administrators do with accounts, each act in one transaction with its entry and its Idempotency-Key. The order:
 * access (the guard, at a repetition too), repetition, version, decision.
 */
@Injectable()
export class AccountActs {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountsService,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  list(actor: Official, { after, limit = 50 }: AccountsQuery): Promise<AccountsDto> {
    const key = after === undefined ? undefined : String(decodeCursor(LIST, ['text'], after)[0]);
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const rows = await this.accounts.list(tx, actor, { limit: limit + 1, ...(key !== undefined && { after: key }) });
      const items = rows.slice(0, limit).map(accountView);
      return rows.length > limit ? { items, next: encodeCursor(LIST, [items.at(-1)!.username]) } : { items };
    });
  }

  /** @throws Problem 404 `account.unknown` */
  read(actor: Official, id: string): Promise<AccountDto> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => accountView(await this.accounts.read(tx, actor, id)));
  }

  /** @throws as `AccountsService.create` and `Idempotency.begin` */
  async create(actor: Official, act: IdempotentAct, dto: CreateAccountDto): Promise<StoredAnswer> {
    return this.once(actor, await withSlowHash(act, dto), 201, (tx, at) => this.accounts.create(tx, actor, dto, at));
  }

  suspend(actor: Official, { id, ifMatch, act }: AskedChange, { reason }: SuspendAccountDto): Promise<StoredAnswer> {
    return this.once(actor, act, 200, (tx, at) => this.accounts.suspend(tx, actor, id, reason, at, version(ifMatch)));
  }

  reinstate(actor: Official, { id, ifMatch, act }: AskedChange): Promise<StoredAnswer> {
    return this.once(actor, act, 200, (tx, at) => this.accounts.resume(tx, actor, id, at, version(ifMatch)));
  }

  changeRoles(actor: Official, { id, ifMatch, act }: AskedChange, { roles }: ChangeRolesDto): Promise<StoredAnswer> {
    return this.once(actor, act, 200, (tx, at) => this.accounts.changeRoles(tx, actor, id, roles, at, version(ifMatch)));
  }

  async resetPassword(actor: Official, { id, ifMatch, act }: AskedChange, dto: ResetPasswordDto): Promise<StoredAnswer> {
    return this.once(actor, await withSlowHash(act, dto), 200, (tx, at) => this.accounts.resetPassword(tx, actor, id, dto.password, at, version(ifMatch)));
  }

  private once(actor: Official, act: IdempotentAct, status: number, change: (tx: Tx, at: Date) => Promise<AccountChange>): Promise<StoredAnswer> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const begun = await this.idempotency.begin(tx, act, at);
      if (begun.kind === 'replay') return begun.answer;
      const changed = await change(tx, at);
      await this.audit.append(tx, accountEntry(actor, changed, at));
      const view = accountView(changed.account);
      const headers = { ETag: etagOf(view.version), ...(status === 201 && { Location: `/api/v1/accounts/${view.id}` }) };
      const answer = { status, body: view as unknown as Json, headers };
      await this.idempotency.complete(tx, act, answer);
      return answer;
    });
  }
}

/** @throws Problem 412 when the tag cannot be one of an account */
function version(ifMatch: string | undefined): number {
  const text = versionFromIfMatch(ifMatch);
  // No account has version 0, so a tag of other characters is answered as a stale one.
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

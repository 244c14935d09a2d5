import { Injectable } from '@nestjs/common';
import type { Official } from '@comity/kernel';
import { inTransaction, type Tx } from '@comity/database';
import { DataSource } from 'typeorm';
import { accountSuspended, sessionStale, type SignedIn } from './signed-in.js';

const SQL = 'SELECT status, roles, version FROM account WHERE state = $1 AND id = $2';

/** Whether the account behind a token may still act. Never cached: a suspension holds from its commit on. */
@Injectable()
export class AccountStatus {
  constructor(private readonly db: DataSource) {}

  /**
   * One prepared read; callers pipeline it among their own (with Promise.all) in the transaction of the act.
   * @throws Problem 403 `account.suspended`, 401 `session.stale` when roles or password changed since
   */
  async assertActive(tx: Tx, actor: Official | SignedIn): Promise<void> {
    const rows = tx.prepared<{ status: string; roles: string[]; version: number }>('access_assert_active', SQL, [
      actor.state,
      actor.accountId,
    ]);
    const account = (await rows)[0];
    // Another State's account is invisible here: whoever acts under a State that is not theirs is refused as well.
    if (!account || account.status !== 'active') throw accountSuspended();
    const version = 'accountVersion' in actor ? actor.accountVersion : account.version;
    const sameRoles =
      account.roles.length === actor.roles.length &&
      account.roles.every((role) => (actor.roles as string[]).includes(role));
    if (version !== account.version || !sameRoles) throw sessionStale();
  }

  /** As {@link assertActive}, in a transaction of its own. */
  assertActiveAlone(actor: Official | SignedIn): Promise<void> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, (tx) => this.assertActive(tx, actor));
  }
}

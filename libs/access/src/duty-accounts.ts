import { Injectable } from '@nestjs/common';
import type { Tx } from '@comity/database';
import type { Role } from '@comity/kernel';

/** An account that may be called. */
export interface DutyAccount {
  accountId: string;
  authorityId: string;
}

/** Which accounts answer for a role, for the clock to call. Ids only: it needs no actor and gives nothing else away. */
@Injectable()
export class DutyAccounts {
  /** Active accounts with the role in the transaction's State, in order of user names. */
  inOrder(tx: Tx, role: Role): Promise<DutyAccount[]> {
    return tx.prepared<DutyAccount>(
      'access_on_duty',
      `SELECT id AS "accountId", authority_id AS "authorityId" FROM account
       WHERE state = $1 AND $2 = ANY (roles) AND status = 'active' ORDER BY username`,
      [tx.state, role],
    );
  }
}

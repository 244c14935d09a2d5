import { Injectable } from '@nestjs/common';
import { DutyAccounts } from '@comity/access';
import type { Tx } from '@comity/database';
import type { Role } from '@comity/kernel';

/** Whom one step of an escalation calls: a person, or with `accountId` null whoever has the role. */
export interface Called {
  role: Role;
  accountId: string | null;
  authorityId: string | null;
}

/** Whom to call, in order, about a letter that nobody has answered. */
export interface DutyList {
  /** In the State of the transaction, at that moment. The last one is called last; nobody is called twice. */
  order(tx: Tx, at: Date): Promise<Called[]>;
}

export const DUTY_LIST = Symbol('DutyList');

/** Where no duty list is kept: every account of the point of contact, then the central authority (practice; UNCC 41(4)). */
@Injectable()
export class AccountsOnDuty implements DutyList {
  constructor(private readonly accounts: DutyAccounts) {}

  async order(tx: Tx, _at: Date): Promise<Called[]> {
    const contacts = await this.accounts.inOrder(tx, 'point-of-contact');
    return [...contacts.map((account): Called => ({ role: 'point-of-contact', ...account })), CENTRAL_AUTHORITY];
  }
}

export const CENTRAL_AUTHORITY: Called = { role: 'central-authority', accountId: null, authorityId: null };

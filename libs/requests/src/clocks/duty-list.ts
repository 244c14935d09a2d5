import { Injectable } from '@nestjs/common';
import { DutyAccounts } from '@comity/access';
import type { Tx } from '@comity/database';
import { ContactBook, dayOf } from '@comity/directory';
import type { Role } from '@comity/kernel';

/** Whom one step of an escalation calls: an office on the duty list, an account, or whoever has the role. */
export interface Called {
  role: Role;
  accountId: string | null;
  authorityId: string | null;
  /** Of the duty list in the directory: the turn, its office, and how it is reached. */
  turn?: { id: string; office: string; kind: string; value: string };
}

/** Whom to call, in order, about a letter that nobody has answered. */
export interface DutyList {
  /** In the State of the transaction, at that moment. Nobody is called twice. */
  order(tx: Tx, at: Date): Promise<Called[]>;
}

export const DUTY_LIST = Symbol('DutyList');

const CENTRAL_AUTHORITY: Called = { role: 'central-authority', accountId: null, authorityId: null };

/**
 * The duty list that the directory holds of the own desk; where it holds none, every account of the point of contact. Then
 * the central authority (practice; UNCC 41(1), 41(4)).
 */
@Injectable()
export class DeskOnDuty implements DutyList {
  constructor(
    private readonly contacts: ContactBook,
    private readonly accounts: DutyAccounts,
  ) {}

  async order(tx: Tx, at: Date): Promise<Called[]> {
    // An office on the lists of two networks is called once.
    const seen = new Set<string>();
    const turns = (await this.contacts.dutyList(tx, dayOf(at))).filter(({ authorityId, office }) => !seen.has(`${authorityId} ${office}`) && seen.add(`${authorityId} ${office}`));
    const called = turns.map(({ id, authorityId, office, kind, value }): Called => ({ role: 'point-of-contact', accountId: null, authorityId, turn: { id, office, kind, value } }));
    if (called.length > 0) return [...called, CENTRAL_AUTHORITY];
    const contacts = await this.accounts.inOrder(tx, 'point-of-contact');
    return [...contacts.map((account): Called => ({ role: 'point-of-contact', ...account })), CENTRAL_AUTHORITY];
  }
}

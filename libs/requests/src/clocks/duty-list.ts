import { Injectable } from '@nestjs/common';
import { DutyAccounts } from '@comity/access';
import type { Tx } from '@comity/database';
import { ContactBook, DirectoryService } from '@comity/directory';
import type { Role } from '@comity/kernel';
import { dayIn, localTime } from '@comity/treaty';

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
  /** In the State of the transaction, at that moment; those of the letter's own 24/7 network before others. Nobody stands in it twice. */
  order(tx: Tx, at: Date, instrument?: string | null): Promise<Called[]>;
}

/** Whether two steps would call the same office over the same number, the same account or role: the next shift of an office is called anew where it has a number of its own. */
export const isSame = (a: Called, b: Called): boolean =>
  a.role === b.role && a.accountId === b.accountId && a.authorityId === b.authorityId && a.turn?.office === b.turn?.office && a.turn?.value === b.turn?.value;

/** The 24/7 network that an instrument has (UNCC 41; Budapest 35). */
const NETWORK_OF: Record<string, string> = { 'uncc-2024': 'uncc-41', 'budapest-2001': 'budapest-35' };

export const DUTY_LIST = Symbol('DutyList');

const CENTRAL_AUTHORITY: Called = { role: 'central-authority', accountId: null, authorityId: null };

/**
 * The duty list that the directory holds of the own desk: those first whose hours it is, and among them those of the network
 * of the letter's instrument. Where it holds none, every account of the point of contact. Then the central authority
 * (practice; UNCC 41(1), 41(4)).
 */
@Injectable()
export class DeskOnDuty implements DutyList {
  constructor(
    private readonly contacts: ContactBook,
    private readonly accounts: DutyAccounts,
    private readonly directory: DirectoryService,
  ) {}

  async order(tx: Tx, at: Date, instrument: string | null = null): Promise<Called[]> {
    const own = NETWORK_OF[instrument ?? ''];
    const listed = await this.contacts.dutyList(tx, (timeZone) => dayIn(at, timeZone));
    const turns = [...listed.filter(({ network }) => network === own), ...listed.filter(({ network }) => network !== own)];
    const zones = new Map<string, string>();
    for (const { authorityId } of turns) zones.set(authorityId, (await this.directory.authority(tx, tx.state, authorityId))?.timeZone ?? 'UTC');
    const onNow = (turn: (typeof turns)[number]): boolean => isWithin(turn.hours, at, zones.get(turn.authorityId)!);
    // Who is off duty is called after those on duty rather than never. An office with several shifts, or on the lists of
    // two networks, is called once: by the first of its turns in this order.
    const seen = new Set<string>();
    const isFirst = ({ authorityId, office }: (typeof turns)[number]): boolean => !seen.has(`${authorityId} ${office}`) && Boolean(seen.add(`${authorityId} ${office}`));
    const called = [...turns.filter(onNow), ...turns.filter((turn) => !onNow(turn))].filter(isFirst).map(({ id, authorityId, office, kind, value }): Called => ({ role: 'point-of-contact', accountId: null, authorityId, turn: { id, office, kind, value } }));
    if (called.length > 0) return [...called, CENTRAL_AUTHORITY];
    const contacts = await this.accounts.inOrder(tx, 'point-of-contact');
    return [...contacts.map((account): Called => ({ role: 'point-of-contact', ...account })), CENTRAL_AUTHORITY];
  }
}

/** Whether it is within `HH:MM-HH:MM` by the clocks of the zone, past midnight where the end comes before the beginning; any other hours are all hours, and so are 00:00-00:00. */
function isWithin(hours: string, at: Date, timeZone: string): boolean {
  const [from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(hours)?.slice(1) ?? [];
  if (from === undefined || to === undefined || from === to) return true;
  const clock = localTime(at, timeZone).at.slice(11, 16);
  return from <= to ? from <= clock && clock < to : from <= clock || clock < to;
}

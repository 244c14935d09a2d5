import { requestOf, type Entry } from './entry.js';

/** Which entries are asked for; an absent member selects nothing out. */
export interface EntryFilter {
  subject?: string;
  type?: string;
  /** The acting official's account. */
  accountId?: string;
  /** Entries of the request's file, and entries of other subjects that name it. */
  requestId?: string;
  /** RFC 3339, UTC, milliseconds; entries at or after. */
  from?: string;
  /** Likewise; entries before. */
  to?: string;
}

export const FILTER_MEMBERS = ['accountId', 'from', 'requestId', 'subject', 'to', 'type'] as const;

export function matchesFilter(filter: EntryFilter, entry: Entry): boolean {
  const at = Date.parse(entry.at);
  return (
    (filter.subject === undefined || filter.subject === entry.subject) &&
    (filter.type === undefined || filter.type === entry.type) &&
    (filter.accountId === undefined || filter.accountId === entry.actor.accountId) &&
    (filter.requestId === undefined || filter.requestId === requestOf(entry)) &&
    (filter.from === undefined || at >= Date.parse(filter.from)) &&
    (filter.to === undefined || at < Date.parse(filter.to))
  );
}

/** Whether the filter selects every entry of this subject, so that the absence of one is a fault. */
export function selectsWholeChain(filter: EntryFilter, subject: string): boolean {
  const byEntry = [filter.type, filter.accountId, filter.from, filter.to].some((member) => member !== undefined);
  return !byEntry && (filter.requestId === undefined || subject === `file:${filter.requestId}`);
}

/** Whether it does so for every subject: nothing but a subject is filtered on. */
export function selectsWholeChains(filter: EntryFilter): boolean {
  return selectsWholeChain(filter, '') && filter.requestId === undefined;
}

/** Whether it selects the whole log. */
export const selectsAll = (filter: EntryFilter): boolean =>
  FILTER_MEMBERS.every((member) => filter[member] === undefined);

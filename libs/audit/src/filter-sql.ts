import { badRequest, instantOf, isId, type ProblemPart } from '@comity/kernel';
import { isSubject } from './entry.js';
import { isAuditEvent } from './events.js';
import { FILTER_MEMBERS, type EntryFilter } from './filter.js';

/**
 * A filter as a caller gave it, with instants brought to UTC milliseconds.
 * @throws Problem 400 `filter.malformed` with one part for each wrong member
 */
export function checkFilter(given: EntryFilter): EntryFilter {
  const filter: EntryFilter = {};
  const errors: ProblemPart[] = [];
  for (const name of FILTER_MEMBERS) {
    const value = given[name];
    if (value === undefined) continue;
    const [sound, wanted] = FORMS[name];
    if (!sound(value))
      errors.push({ pointer: `/${name}`, code: 'filter.malformed', detail: `${name} must be ${wanted}` });
    else filter[name] = name === 'from' || name === 'to' ? new Date(value).toISOString() : value;
  }
  if (errors.length > 0) throw badRequest('filter.malformed', 'Correct the members listed under errors.', errors);
  return filter;
}

const isTime = (text: string): boolean => instantOf(text) !== undefined;
const TIME = [isTime, 'a date and time with its offset (RFC 3339)'] as const;
const ID = [isId, 'an id'] as const;
const FORMS: Record<keyof EntryFilter, readonly [(text: string) => boolean, string]> = {
  subject: [isSubject, 'file:<id>, account:<id>, peer:<State> or node'],
  type: [isAuditEvent, 'one of the audit events'],
  accountId: ID,
  requestId: ID,
  from: TIME,
  to: TIME,
};

/** Conditions on `audit_entry AS e`; values are added to `params`, whose first is the State. */
export function filterSql(filter: EntryFilter, params: unknown[]): string {
  const bind = (value: unknown): string => `$${params.push(value)}`;
  const parts = ['e.state = $1'];
  if (filter.subject !== undefined) parts.push(`e.subject = ${bind(filter.subject)}`);
  if (filter.type !== undefined) parts.push(`e.type = ${bind(filter.type)}`);
  if (filter.accountId !== undefined) parts.push(`e.account_id = ${bind(filter.accountId)}`);
  if (filter.requestId !== undefined) {
    parts.push(`(e.subject = ${bind(`file:${filter.requestId}`)} OR e.request_id = ${bind(filter.requestId)})`);
  }
  if (filter.from !== undefined) parts.push(`e.at >= ${bind(filter.from)}`);
  if (filter.to !== undefined) parts.push(`e.at < ${bind(filter.to)}`);
  return parts.join(' AND ');
}

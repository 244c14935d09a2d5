import { unprocessable, type Problem } from '@comity/kernel';
import { businessDueDate, dayIn, dueDate, endOfDay, isDate, readTime, type DueDate, type WorkCalendar } from '@comity/treaty';
import { calendarOfDays } from './business-days.js';
import type { SetDeadlineDto } from './deadline.dto.js';

/** Whose time zone and calendars a deadline goes by. */
export interface Place {
  authorityId: string;
  timeZone: string;
  /** In the order in which they take precedence; a day is counted by the first confirmed one that covers it. */
  calendar: readonly WorkCalendar[];
}

/** The last instant that falls in the year 9999 on every clock, and so also in UTC+14: RFC 3339 writes no later one. */
const LAST_MS = Date.parse('9999-12-31T09:59:59.999Z');

const WAYS = ['at', 'on', 'withinDays', 'withinBusinessDays'] as const;

/**
 * When a deadline that an official sets is due, with its working.
 * @throws Problem 422 `deadline.two-given`, `deadline.none-given`, `deadline.past`, `deadline.too-far`, `date.*`, `calendar.*`
 */
export function dueOf(dto: SetDeadlineDto, at: Date, { authorityId, timeZone, calendar }: Place): DueDate {
  const { kind } = dto;
  const given = WAYS.filter((way) => dto[way] !== undefined);
  if (given.length !== 1) {
    throw given.length === 0
      ? wrong('deadline.none-given', '', `Give one of ${WAYS.join(', ')}.`)
      : wrong('deadline.two-given', '', `Give one of ${given.join(', ')}, not ${given.length}.`);
  }
  const due = ((): DueDate => {
    if (dto.withinDays !== undefined) return dueDate({ from: at, days: dto.withinDays, event: 'set', kind });
    if (dto.withinBusinessDays !== undefined) {
      const counted = calendarOfDays(calendar, dayIn(at, timeZone), dto.withinBusinessDays);
      const found = counted && 'code' in counted ? counted : businessDueDate({ from: at, days: dto.withinBusinessDays, event: 'set', kind, authorityId, timeZone, calendar: counted });
      if ('code' in found) throw wrong(found.code, '/withinBusinessDays', found.detail);
      return found;
    }
    if (dto.on !== undefined) {
      if (!isDate(dto.on)) throw wrong('date.invalid', '/on', 'Write a day of the calendar as YYYY-MM-DD.');
      const end = endOfDay(dto.on, timeZone);
      assertWritable(end, '/on');
      return { at: end.toISOString(), kind, working: `end of ${dto.on} in ${timeZone}, set on ${at.toISOString()}; ${kind}` };
    }
    const written = readTime(dto.at!);
    if (written.kind === 'date-with-offset') throw wrong('date.offset-without-time', '/at', 'A date with an offset has no time: write the time too, or give the day as `on`.');
    if (written.kind !== 'instant') throw wrong('date.invalid', '/at', 'Write an instant as RFC 3339 with an offset: 2026-12-01T12:00:00Z.');
    assertWritable(new Date(written.start), '/at');
    return { at: new Date(written.start).toISOString(), kind, working: `stated on ${at.toISOString()}; ${kind}` };
  })();
  if (Date.parse(due.at) <= at.getTime()) throw wrong('deadline.past', `/${given[0]!}`, `${due.at} has passed. Give a time ahead.`);
  return due;
}

function assertWritable(due: Date, pointer: string): void {
  if (due.getTime() > LAST_MS) throw wrong('deadline.too-far', pointer, 'It falls in the year 10000 on some clock, which RFC 3339 cannot write. Give a time before 9999-12-31.');
}

export const wrong = (code: string, pointer: string, detail: string, rule?: string): Problem =>
  unprocessable(code, detail, rule, [{ pointer, code, detail, ...(rule && { rule }) }]);

import { unprocessable, type Problem } from '@comity/kernel';
import { businessDueDate, dueDate, endOfDay, isDate, readTime, type DueDate, type WorkCalendar } from '@comity/treaty';
import type { SetDeadlineDto } from './deadline.dto.js';

/** Whose time zone and calendar a deadline goes by. */
export interface Place {
  authorityId: string;
  timeZone: string;
  calendar: WorkCalendar | undefined;
}

const WAYS = ['at', 'on', 'withinDays', 'withinBusinessDays'] as const;

/**
 * When a deadline that an official sets is due, with its working.
 * @throws Problem 422 `deadline.two-given`, `deadline.none-given`, `deadline.past`, `date.*`, `calendar.*`
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
      const found = businessDueDate({ from: at, days: dto.withinBusinessDays, event: 'set', kind, authorityId, timeZone, calendar });
      if ('code' in found) throw wrong(found.code, '/withinBusinessDays', found.detail);
      return found;
    }
    if (dto.on !== undefined) {
      if (!isDate(dto.on)) throw wrong('date.invalid', '/on', 'Write a day of the calendar as YYYY-MM-DD.');
      return { at: endOfDay(dto.on, timeZone).toISOString(), kind, working: `end of ${dto.on} in ${timeZone}, set on ${at.toISOString()}; ${kind}` };
    }
    const written = readTime(dto.at!);
    if (written.kind === 'date-with-offset') throw wrong('date.offset-without-time', '/at', 'A date with an offset has no time: write the time too, or give the day as `on`.');
    if (written.kind !== 'instant') throw wrong('date.invalid', '/at', 'Write an instant as RFC 3339 with an offset: 2026-12-01T12:00:00Z.');
    return { at: new Date(written.start).toISOString(), kind, working: `stated on ${at.toISOString()}; ${kind}` };
  })();
  if (Date.parse(due.at) <= at.getTime()) throw wrong('deadline.past', `/${given[0]!}`, `${due.at} has passed. Give a time ahead.`);
  return due;
}

export const wrong = (code: string, pointer: string, detail: string, rule?: string): Problem =>
  unprocessable(code, detail, rule, [{ pointer, code, detail, ...(rule && { rule }) }]);

import { Temporal } from 'temporal-polyfill';
import type { DueDate } from './clocks.js';
import type { DeadlineKind } from './instrument.js';
import { dayIn, endOfDay } from './zones.js';

/** Working days of an authority, for the days its list of holidays covers. */
export interface WorkCalendar {
  authorityId: string;
  /** ISO weekdays, 1 Monday to 7 Sunday. */
  weekend: readonly number[];
  /** YYYY-MM-DD. */
  holidays: readonly string[];
  /** First and last day covered. */
  coversFrom: string;
  coversTo: string;
  /** Day on which an administrator confirmed it; null: nobody has, and it counts nothing. */
  confirmedOn: string | null;
}

export interface CalendarRefusal {
  code: 'calendar.missing' | 'calendar.unconfirmed' | 'calendar.not-covered';
  detail: string;
}

/** The nth working day after a day, which is itself not counted. */
export function workingDayAfter(day: string, n: number, calendar: WorkCalendar): string | CalendarRefusal {
  const holidays = new Set(calendar.holidays);
  let at = Temporal.PlainDate.from(day);
  for (let left = n; left > 0; ) {
    at = at.add({ days: 1 });
    const text = at.toString();
    if (text < calendar.coversFrom || text > calendar.coversTo) {
      const detail = `The calendar of ${calendar.authorityId} covers ${calendar.coversFrom} to ${calendar.coversTo} only, and ${text} is to be counted. Have an administrator record and confirm the next one, or give a date.`;
      return { code: 'calendar.not-covered', detail };
    }
    if (!calendar.weekend.includes(at.dayOfWeek) && !holidays.has(text)) left -= 1;
  }
  return at.toString();
}

/**
 * Working days counted from the local day of an instant, to the end of the last one in the authority's own zone.
 * Nothing is reckoned on a calendar that is missing, unconfirmed or too short: guessed holidays are worse than none.
 * @throws RangeError where days is no positive whole number, or `from` no instant
 */
export function businessDueDate(input: {
  from: Date;
  days: number;
  event: string;
  kind: DeadlineKind;
  rule?: string;
  authorityId: string;
  timeZone: string;
  calendar: WorkCalendar | undefined;
}): DueDate | CalendarRefusal {
  const { from, days, event, kind, rule, authorityId, timeZone, calendar } = input;
  if (!Number.isInteger(days) || days < 1) throw new RangeError(`days must be a positive whole number, not ${days}`);
  if (!calendar) {
    return { code: 'calendar.missing', detail: `No calendar of ${authorityId} is on record. Have an administrator record and confirm it, or give a date.` };
  }
  if (calendar.confirmedOn === null) {
    return { code: 'calendar.unconfirmed', detail: `The calendar of ${authorityId} is not confirmed. Have an administrator confirm it, or give a date.` };
  }
  const last = workingDayAfter(dayIn(from, timeZone), days, calendar);
  if (typeof last !== 'string') return last;
  const counted = `${days} business ${days === 1 ? 'day' : 'days'} from ${from.toISOString()}, ${event}`;
  return {
    at: endOfDay(last, timeZone).toISOString(),
    kind,
    ...(rule !== undefined && { rule }),
    working: `${counted}, to the end of ${last} in ${timeZone} by the calendar of ${authorityId} confirmed ${calendar.confirmedOn}; ${rule ?? kind}`,
  };
}

import type { CalendarRefusal, WorkCalendar } from '@comity/treaty';

const DAY_MS = 86_400_000;
const after = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
const covers = (calendar: WorkCalendar, day: string): boolean => calendar.coversFrom <= day && day <= calendar.coversTo;
/** ISO: 1 Monday to 7 Sunday. */
const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/**
 * One calendar of as many working days as are counted after a day: each day by the first confirmed calendar that covers
 * it, `calendars` being in the order in which they take precedence. Its `confirmedOn` names every calendar that a day was
 * counted by. Undefined where there is none at all.
 */
export function calendarOfDays(calendars: readonly WorkCalendar[], day: string, n: number): WorkCalendar | CalendarRefusal | undefined {
  const [first] = calendars;
  if (!first) return undefined;
  const confirmed = calendars.filter(({ confirmedOn }) => confirmedOn !== null).map((calendar) => ({ ...calendar, off: new Set(calendar.holidays) }));
  const used = new Set<WorkCalendar>();
  const off: string[] = [];
  let last = day;
  for (let left = n; left > 0; ) {
    last = after(last);
    const found = confirmed.find((calendar) => covers(calendar, last));
    if (!found) return lacking(calendars, last);
    used.add(found);
    if (found.weekend.includes(weekday(last)) || found.off.has(last)) off.push(last);
    else left -= 1;
  }
  return { authorityId: first.authorityId, weekend: [], holidays: off, coversFrom: after(day), coversTo: last, confirmedOn: named([...used]) };
}

/** With the days each covers, where there are several: they may have been confirmed on one day. */
function named(used: WorkCalendar[]): string {
  if (used.length === 1) return used[0]!.confirmedOn!;
  return used.map(({ confirmedOn, coversFrom, coversTo }) => `${confirmedOn} for ${coversFrom} to ${coversTo}`).join(' and ');
}

function lacking(calendars: readonly WorkCalendar[], day: string): CalendarRefusal {
  const waiting = calendars.find((calendar) => calendar.confirmedOn === null && covers(calendar, day));
  const whose = `of ${calendars[0]!.authorityId}`;
  if (waiting) {
    return { code: 'calendar.unconfirmed', detail: `${day} is to be counted, and the calendar ${whose} for ${waiting.coversFrom} to ${waiting.coversTo} is not confirmed. Have an administrator confirm it, or give a date.` };
  }
  return { code: 'calendar.not-covered', detail: `No confirmed calendar ${whose} covers ${day}, which is to be counted. Have an administrator record and confirm one that does, or give a date.` };
}

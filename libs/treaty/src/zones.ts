import { Temporal } from 'temporal-polyfill';

/** An instant as the wall clock of a place shows it. */
export interface LocalTime {
  /** RFC 3339 with the offset that holds there at that instant. */
  at: string;
  /** IANA name. */
  timeZone: string;
}

const zoned = (instant: Date, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);

/** @throws RangeError on a zone that is none */
export function localTime(instant: Date, timeZone: string): LocalTime {
  return { at: zoned(instant, timeZone).toString({ timeZoneName: 'never', smallestUnit: 'millisecond' }), timeZone };
}

/** The day, YYYY-MM-DD, that an instant falls on in a zone. */
export function dayIn(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toPlainDate().toString();
}

/**
 * The last millisecond of a day in a zone: a day on which the clocks change is 23 or 25 hours long, and some begin at
 * one o'clock. @throws RangeError on a day or zone that is none
 */
export function endOfDay(day: string, timeZone: string): Date {
  const next = Temporal.PlainDate.from(day, { overflow: 'reject' }).add({ days: 1 }).toZonedDateTime(timeZone).startOfDay();
  return new Date(next.epochMilliseconds - 1);
}

/**
 * Whether a local time was ever shown by the clocks of a zone: the hour over which they are set forward is not. True
 * where the zone is no IANA name, since a fixed offset skips nothing.
 */
export function isOnClock(local: string, timeZone: string): boolean {
  try {
    const wall = Temporal.PlainDateTime.from(local);
    return wall.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).toPlainDateTime().equals(wall);
  } catch {
    return true;
  }
}

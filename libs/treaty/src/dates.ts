/**
 * Times on the wire. An instant is RFC 3339 with an offset; a plain date is YYYY-MM-DD; a local time has no
 * offset and means something only beside a time zone. A date with an offset and no time is none of these.
 */
export type Written =
  | { kind: 'instant' | 'date' | 'local'; start: number; end: number }
  | { kind: 'date-with-offset' }
  | { kind: 'invalid' };

const DAY_MS = 86_400_000;
/** In UTC too a year has four digits and is not 0: RFC 3339 writes no others, and a due date is made of it. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const OFFSET = String.raw`(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)`;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_WITH_OFFSET = new RegExp(String.raw`^(\d{4}-\d{2}-\d{2})T?${OFFSET}$`, 'i');
const TIME = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?/;
const TIME_END = /(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;

/** Reads a written time; `start` and `end` are UTC milliseconds (a plain date spans its day, local time is read as UTC). */
export function readTime(text: string): Written {
  if (DATE.test(text)) {
    const start = day(text);
    return start === undefined ? { kind: 'invalid' } : { kind: 'date', start, end: start + DAY_MS - 1 };
  }
  if (DATE_WITH_OFFSET.test(text)) return { kind: 'date-with-offset' };
  const time = TIME.exec(text);
  if (!time || day(time[1]!) === undefined) return { kind: 'invalid' };
  const offset = text.slice(time[0].length);
  if (TIME_END.exec(offset)?.[0] !== offset) return { kind: 'invalid' };
  const ms = Date.parse(offset === '' ? `${text}Z` : text);
  if (Number.isNaN(ms) || ms < FIRST_MS || ms > LAST_MS) return { kind: 'invalid' };
  return { kind: offset === '' ? 'local' : 'instant', start: ms, end: ms };
}

/** Whether the text is a day of the calendar, YYYY-MM-DD: 2026-02-30 is none. */
export function isDate(text: string): boolean {
  return DATE.test(text) && day(text) !== undefined;
}

function day(text: string): number | undefined {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || ms < FIRST_MS || new Date(ms).toISOString().slice(0, 10) !== text ? undefined : ms;
}

const FIXED_OFFSET = /^(?:UTC|GMT)?[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?$/;

/** Whether the text names a time zone: an IANA name, UTC, or a fixed offset such as `UTC+07:00`. */
export function isTimeZone(text: string): boolean {
  if (text === 'Z' || FIXED_OFFSET.test(text)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(text)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

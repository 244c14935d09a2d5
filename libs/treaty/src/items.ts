import { ITEM_TYPES, type ContentProblem, type Item } from './content.js';
import { isTimeZone, readTime, type Written } from './dates.js';
import { checkName, checkText } from './texts.js';
import { isOnClock } from './zones.js';

/** Items whose log lines a provider looks up by the clock of the account. */
const ACCOUNTS = new Set(['account', 'email']);

/** What is wrong with an item; `at` is its JSON pointer. */
export function checkItem(item: Item, at: string): ContentProblem[] {
  return [
    ...checkType(item, at),
    ...checkName(item.value, `${at}/value`),
    ...checkName(item.location, `${at}/location`),
    ...checkText(item.description, `${at}/description`),
    ...checkPort(item, at),
    ...checkSpan(item.from, item.to, at, 'item'),
    ...checkZone(item, at),
  ];
}

/** Whether log lines of an account are asked for without saying in which time zone they are to be read. */
export function lacksTimeZone(item: Item): boolean {
  return ACCOUNTS.has(item.type) && !item.timeZone?.trim();
}

/**
 * What is wrong with a pair of times. Local times are taken for an item only, since an item names its zone.
 * @param what `item` or `period`
 */
export function checkSpan(
  from: string | undefined,
  to: string | undefined,
  at: string,
  what: 'item' | 'period',
): ContentProblem[] {
  const local = what === 'item';
  const problems = [...checkTime(from, `${at}/from`, local), ...checkTime(to, `${at}/to`, local)];
  if (problems.length > 0 || from === undefined || to === undefined) return problems;
  const [start, end] = [readTime(from), readTime(to)] as [Comparable, Comparable];
  // A local and an absolute time cannot be compared without the zone's rules; they are left to the reader.
  if ((start.kind === 'local') !== (end.kind === 'local') && start.kind !== 'date' && end.kind !== 'date') return [];
  if (start.start <= end.end) return [];
  return [
    { code: 'period.reversed', pointer: `${at}/to`, detail: 'The end lies before the beginning: exchange the two.' },
  ];
}

type Comparable = Extract<Written, { start: number }>;

/** What is wrong with one written time. */
export function checkTime(text: string | undefined, pointer: string, localAllowed = false): ContentProblem[] {
  if (text === undefined) return [];
  const { kind } = readTime(text);
  if (kind === 'date-with-offset') {
    return [
      {
        code: 'date.offset-without-time',
        pointer,
        detail: 'An offset needs a time: write 2026-11-03, or 2026-11-03T09:00:00+05:00.',
      },
    ];
  }
  if (kind === 'invalid')
    return [
      { code: 'date.invalid', pointer, detail: 'Write a day as 2026-11-03, or a moment as 2026-11-03T09:00:00Z.' },
    ];
  if (kind === 'local' && !localAllowed) {
    return [{ code: 'date.offset-missing', pointer, detail: 'A time needs its offset: write 2026-11-03T09:00:00Z.' }];
  }
  return [];
}

function checkType({ type, value }: Item, at: string): ContentProblem[] {
  if (!(ITEM_TYPES as readonly string[]).includes(type)) {
    return [
      { code: 'item.type-unknown', pointer: `${at}/type`, detail: `An item is one of: ${ITEM_TYPES.join(', ')}.` },
    ];
  }
  const wrong = (code: string, detail: string) => [{ code, pointer: `${at}/value`, detail }];
  if (type === 'ipv4' && !isIpv4(value))
    return wrong('item.address-invalid', 'Write an IPv4 address, such as 192.0.2.49.');
  if (type === 'ipv6' && !isIpv6(value))
    return wrong('item.address-invalid', 'Write an IPv6 address, such as 2001:db8::1.');
  if (type === 'url' && !URL.canParse(value))
    return wrong('item.url-invalid', 'Write the whole address, with its scheme.');
  if (type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value))
    return wrong('item.email-invalid', 'Write one e-mail address.');
  return [];
}

function checkPort({ port }: Item, at: string): ContentProblem[] {
  if (port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)) return [];
  return [{ code: 'item.port-invalid', pointer: `${at}/port`, detail: 'A port is a whole number from 0 to 65535.' }];
}

function checkZone(item: Item, at: string): ContentProblem[] {
  const pointer = `${at}/timeZone`;
  if (item.timeZone !== undefined && !isTimeZone(item.timeZone)) {
    return [{ code: 'item.time-zone-invalid', pointer, detail: 'Name a time zone, such as Asia/Almaty or UTC+07:00.' }];
  }
  const times = [item.from, item.to].filter((t) => t !== undefined);
  const local = times.some((t) => readTime(t).kind === 'local');
  if (!item.timeZone && (local || (times.length > 0 && lacksTimeZone(item)))) {
    const detail = 'Say in which time zone the log lines are to be read, for example UTC+07:00.';
    return [{ code: 'item.time-zone-missing', pointer, detail, rule: 'practice:time-zone' }];
  }
  const { timeZone } = item;
  if (timeZone === undefined) return [];
  return (['from', 'to'] as const).flatMap((end): ContentProblem[] => {
    const written = item[end];
    if (written === undefined || readTime(written).kind !== 'local' || isOnClock(written, timeZone)) return [];
    const detail = `The clocks of ${timeZone} were set forward over this time: it never came. Write the time before or after, or one with its offset.`;
    return [{ code: 'item.time-skipped', pointer: `${at}/${end}`, detail, rule: 'practice:time-zone' }];
  });
}

/** IPv4 or IPv6, without a zone or a prefix. */
export const isIpAddress = (text: string): boolean => isIpv4(text) || isIpv6(text);

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** The URL parser knows IPv6 (RFC 4291), and is no part of the network. */
function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]+$/i.test(text) && text.includes(':') && URL.canParse(`http://[${text}]`);
}

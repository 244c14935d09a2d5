import { isIPv6 } from 'node:net';

export const ATTEMPTS_A_MINUTE = 30;
const MINUTE_MS = 60_000;
/** Addresses counted in one minute; more of them at once are an attack, and memory is not theirs to fill. */
const ADDRESSES = 10_000;

/** Counts attempts per client address, in minutes that begin with the first attempt of any. */
export class Attempts {
  private readonly counts = new Map<string, number>();
  private since = -Infinity;

  /**
   * Counts one attempt. Addresses beyond those there is room for are refused until the minute is over.
   * @param now milliseconds; a clock set back begins another minute, so that nobody waits for longer than one
   * @returns seconds to wait; 0: go on
   */
  wait(address: string, now: number): number {
    if (now < this.since || now - this.since >= MINUTE_MS) {
      this.counts.clear();
      this.since = now;
    }
    const client = networkOf(address);
    const count = this.counts.get(client) ?? 0;
    if (count >= ATTEMPTS_A_MINUTE || (count === 0 && this.counts.size >= ADDRESSES)) return Math.ceil((this.since + MINUTE_MS - now) / 1000);
    this.counts.set(client, count + 1);
    return 0;
  }
}

/** An IPv6 client is counted by its network of 64 bits: it may choose among all addresses in it. */
export function networkOf(address: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined || !isIPv6(address)) return v4 ?? address;
  const [head = '', tail] = address.split('%', 1)[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).map((part) => Number.parseInt(part, 16).toString(16)).join(':');
}

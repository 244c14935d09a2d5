const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/** Milliseconds to wait after the nth failure in a row (from 1): doubling from half a second, never above a minute. */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
}

import { unprocessable } from '@comity/kernel';

/** A day has begun somewhere up to 14 hours before it begins in UTC. */
const FIRST_ZONE = 14 * 3_600_000;

/** @throws Problem 422 `source.says-later`: nothing has been said on a day that has not begun anywhere */
export function assertSaid({ asOf }: { asOf: string }, at: Date): void {
  if (asOf <= new Date(at.getTime() + FIRST_ZONE).toISOString().slice(0, 10)) return;
  const detail = `The source cannot have said so on ${asOf}, a day that is still to come. Give the day on which it did; from when the fact holds is said by its first day.`;
  throw unprocessable('source.says-later', detail, undefined, [{ pointer: '/asOf', code: 'source.says-later', detail }]);
}

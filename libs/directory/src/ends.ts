import { notFound, type Problem } from '@comity/kernel';

/** A day has begun everywhere 12 hours after it begins in UTC. */
const LAST_ZONE = 12 * 3_600_000;

/**
 * Whether a fact may end on the day given as parameter `on`: it has no end, or one that lies ahead (after the day of
 * parameter `today`) and later, which is brought forward. What has ended stays as it was, and no end is put off.
 */
export const mayEnd = (on: number, today: number): string => `valid_from <= $${on}::date AND (valid_to IS NULL OR (valid_to > $${on}::date AND valid_to > $${today}::date))`;

/** The latest day that has begun in every time zone. */
export const lastDayBegun = (at: Date): string => new Date(at.getTime() - LAST_ZONE).toISOString().slice(0, 10);

export const notEnded = (on: string): Problem =>
  notFound('fact.unknown', `No such fact is there to be ended on ${on}. Read the directory again: it begins later, or it has ended or ends by then already, and an end is only ever brought forward, while it lies ahead.`);

import type { Json } from '@comity/kernel';
import type { Form } from '@comity/treaty';
import { noted, to } from './machine-parts.js';

/**
 * One duty officer alone (practice, beside UNCC 41(1) and 42(4)): what does not wait for the morning goes out, or is
 * ordered, by one person of the 24/7 desk, and a second person reviews it within set hours. Never another form.
 */
export const DUTY_FORMS: readonly Form[] = ['preservation', 'emergency-disclosure', 'network-query'];

/** Forms of which what one duty officer did alone is reviewed: a path is never asked for alone, but may be disclosed. */
export const REVIEWED_FORMS: readonly Form[] = [...DUTY_FORMS, 'preserved-traffic-data'];

/** A change, where the facts say that one duty officer acted alone. */
export const ALONE = 'reviewFallsDue';

type Particulars = Record<string, Json>;
/** What is on record of one review: `act`, `at`, `dueAt` of what was done alone first, by whom, what came of it. */
export type Review = Record<string, Json>;

const earlierReviews = (p: Particulars): Review[] => (p['earlierDutyReviews'] as Review[] | undefined) ?? [];
const isObjected = (review: Review | undefined): boolean => review?.['result'] === 'objected';

/** What was done alone and waits for one review, in order; files of before they were listed have the first only. */
export const actsOf = (review: Review): { act: string; at: string; dueAt: string }[] =>
  (review['acts'] as { act: string; at: string; dueAt: string }[] | undefined) ?? [{ act: String(review['act']), at: String(review['at']), dueAt: String(review['dueAt']) }];

/** The hours have passed: `missed` is how many acts had been done by then. */
export function reviewMissed(p: Particulars, at: string): Particulars {
  const review = p['dutyReview'] as Review;
  return { ...p, dutyReview: { ...review, missedAt: at, missed: actsOf(review).length } };
}

/** Objections that stand, to the last act done alone and to those before it. */
export const objections = (p: Particulars): number => [...earlierReviews(p), p['dutyReview'] as Review | undefined].filter(isObjected).length;

/** Data of the measure have gone out, or come in: what has become of the measure since takes nothing of that back. */
export const wentOut = (p: Particulars): boolean => 'evidence' in p || 'disclosure' in p;

/** Confirmed: what waits for review; where nothing does, the last of what was objected to: that objection is taken back. */
export function reviewConfirmed(p: Particulars, payload: Review, at: string): Particulars {
  const confirmed = { ...payload, result: 'confirmed', reviewedAt: at };
  const last = p['dutyReview'] as Review;
  if (last['result'] !== 'confirmed') return { ...p, dutyReview: { ...last, ...confirmed } };
  const earlier = earlierReviews(p);
  const meant = earlier.findLastIndex(isObjected);
  return { ...p, earlierDutyReviews: earlier.map((review, i) => (i === meant ? { ...review, ...confirmed } : review)) };
}

/** Taken in any state of the measure's main dialogue; the other State is not told, since review is a matter of the own house. */
export const dutyReview = {
  CONFIRM_DUTY_ACT: { ...to(undefined, { rules: ['reviewOutstanding', 'secondPerson'], change: ['reviewIsConfirmed'] }) },
  OBJECT_TO_DUTY_ACT: { ...to(undefined, { rules: ['reviewDue', 'secondPerson'], change: ['reviewIsObjected'] }) },
  // The hours are over: it stays due, and the log and the file say so.
  MISS_DUTY_REVIEW: { ...noted, guard: { type: 'allowed', params: { rules: ['reviewDue'], when: null } } },
};

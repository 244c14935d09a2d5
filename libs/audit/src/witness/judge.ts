import { provesConsistency } from '../tree/verify-proof.js';

/** What a witness holds of a log: the last it was shown and believed. */
export interface Known {
  seq: number;
  size: number;
  root: Buffer;
  /** SHA-256 of the bytes shown. */
  digest: Buffer;
}

export interface Showing extends Known {
  since: number;
  proof: readonly Buffer[];
}

export const CONTRADICTIONS = {
  smaller: 'Later in number, and smaller than what was seen before: cut off, or restored from an older state.',
  inconsistent: 'It does not begin with what was seen before: entries were changed, or two histories are shown.',
  unproved: 'It was asked several times to prove that it begins with what was seen before, and did not.',
} as const;
export type Contradiction = keyof typeof CONTRADICTIONS;

export type Verdict =
  | { kind: 'seen' }
  /** The very bytes that are known: the answer was lost. */
  | { kind: 'repeated' }
  /** Shown before what is known, and arrived after it; or numbered by a sender that does not remember. No alarm. */
  | { kind: 'late' }
  /** It leads from another size than the one known here; the sender must show it from there. */
  | { kind: 'prove' }
  | { kind: 'contradicts'; what: Contradiction };

/** How often a witness asks in a row for a proof from what it knows, before it raises an alarm. Two senders at once need one or two. */
export const MAX_ASKED = 4;

/**
 * Compares what is shown with what is known. Pure.
 * @param asked how often in a row the sender was asked to prove
 */
export function judge(known: Known | null, shown: Showing, asked = 0): Verdict {
  if (!known) return { kind: 'seen' };
  if (shown.digest.equals(known.digest)) return { kind: 'repeated' };
  // Two roots for one size are two histories, whichever was shown first.
  if (shown.size === known.size && !shown.root.equals(known.root)) return contradicts('inconsistent');
  if (shown.seq <= known.seq) return { kind: 'late' };
  if (shown.size < known.size) return contradicts('smaller');
  if (shown.size === known.size) return { kind: 'seen' };
  if (shown.since !== known.size) return asked + 1 < MAX_ASKED ? { kind: 'prove' } : contradicts('unproved');
  return provesConsistency(known, shown, shown.proof) ? { kind: 'seen' } : contradicts('inconsistent');
}

const contradicts = (what: Contradiction): Verdict => ({ kind: 'contradicts', what });

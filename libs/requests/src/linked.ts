import type { Tx } from '@comity/database';
import type { MeasureContent } from '@comity/treaty';
import { FINAL_MEASURE_STATES, type Facts } from './domain/index.js';
import { lockFile } from './files.js';

/** Practice: how long preserved data are kept after the request that continued the preservation was refused. */
export const GRACE_DAYS = 14;

/**
 * How it stands with measures of one's own files that continue a preservation (UNCC 42(8)). Read under the lock of the
 * preservation's file, which the arrival of such a request takes as well: so a release and a request cannot miss each other.
 */
export async function linkedState(tx: Tx, requestId: string, measure: number, at: Date): Promise<NonNullable<Facts['linked']>> {
  const rows = await tx.prepared<{ main: string; refusedAt: string | null; letter: string }>(
    'requests_linked',
    `SELECT m.chart->'value'->>'main' AS main, m.particulars->'refusal'->>'at' AS "refusedAt", f.letter->'value'->>'main' AS letter
     FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
     WHERE m.state = $1 AND m.follows_request = $2 AND m.follows_measure = $3`,
    [tx.state, requestId, measure],
  );
  const sent = rows.filter(({ letter }) => !['draft', 'inReview', 'abandoned'].includes(letter));
  if (sent.some(({ main }) => !FINAL_MEASURE_STATES.has(main))) return 'waiting';
  const refusals = sent.filter(({ main }) => main === 'refused').map(({ refusedAt }) => Date.parse(refusedAt ?? '') || 0);
  if (refusals.some((refusedAt) => refusedAt + GRACE_DAYS * 86_400_000 > at.getTime())) return 'grace';
  return sent.length > 0 ? 'over' : 'none';
}

/** Locks the files of preservations that a request continues and of emergencies it follows, in order of id, before its own file is written. */
export async function lockFollowed(tx: Tx, measures: readonly MeasureContent[]): Promise<void> {
  const ids = [...new Set(measures.flatMap((m) => [...(m.followsPreservation ? [m.followsPreservation.requestId] : []), ...(m.followsEmergency ? [m.followsEmergency.requestId] : [])]))].sort();
  for (const id of ids) await lockFile(tx, id);
}

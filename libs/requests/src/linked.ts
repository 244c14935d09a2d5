import type { Tx } from '@comity/database';
import type { MeasureContent } from '@comity/treaty';
import { FINAL_MEASURE_STATES, type Facts } from './domain/index.js';
import { lockFile } from './files.js';

const DISCLOSURE = 'preserved-traffic-data';

/** Practice: how long preserved data are kept after the request that continued the preservation was refused. */
export const GRACE_DAYS = 14;

/**
 * How it stands with measures of one's own files that continue a preservation (UNCC 42(8)). Read under the lock of the
 * preservation's file, which the arrival of such a request takes as well: so a release and a request cannot miss each other.
 */
export async function linkedState(tx: Tx, requestId: string, measure: number, at: Date): Promise<NonNullable<Facts['linked']>> {
  const rows = await tx.prepared<{ form: string; main: string; refusedAt: string | null; letter: string }>(
    'requests_linked',
    `SELECT m.form, m.chart->'value'->>'main' AS main, m.particulars->'refusal'->>'at' AS "refusedAt", f.letter->'value'->>'main' AS letter
     FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
     WHERE m.state = $1 AND m.follows_request = $2 AND m.follows_measure = $3
     UNION ALL
     SELECT m.form, m.chart->'value'->>'main', m.particulars->'refusal'->>'at', f.letter->'value'->>'main'
     FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
     WHERE m.state = $1 AND m.file_id = $2 AND m.form = 'preserved-traffic-data' AND m.follows_request IS NULL`,
    [tx.state, requestId, measure],
  );
  const sent = rows.filter(({ letter }) => !['draft', 'inReview', 'abandoned'].includes(letter));
  // A disclosure under 43 needs the data until the path is told, and no longer; it is no request of 42(8) for them.
  if (sent.some(({ form, main }) => (form === DISCLOSURE ? main === 'received' : !FINAL_MEASURE_STATES.has(main)))) return 'waiting';
  const asked = sent.filter(({ form }) => form !== DISCLOSURE);
  const refusals = asked.filter(({ main }) => main === 'refused').map(({ refusedAt }) => Date.parse(refusedAt ?? '') || 0);
  if (refusals.some((refusedAt) => refusedAt + GRACE_DAYS * 86_400_000 > at.getTime())) return 'grace';
  return asked.length > 0 ? 'over' : 'none';
}

/** Locks the files of preservations that a request continues, in order of id, before its own file is written. */
export async function lockFollowed(tx: Tx, measures: readonly MeasureContent[]): Promise<void> {
  const ids = [...new Set(measures.flatMap((m) => m.followsPreservation?.requestId ?? []))].sort();
  for (const id of ids) await lockFile(tx, id);
}

import type { Tx } from '@comity/database';
import type { ContentProblem, MeasureContent } from '@comity/treaty';
import { FINAL_MEASURE_STATES, type Facts } from './domain/index.js';
import { lockFile, readFile, readMeasures } from './files.js';

const DISCLOSURE = 'preserved-traffic-data';

/** Practice: how long preserved data are kept after the request that continued the preservation was refused. */
export const GRACE_DAYS = 14;

/** Main states of a measure that was granted: what keeps its data from here on is practice, and no longer 42(8). */
const AWAITS_DATA: ReadonlySet<string> = new Set(['granted', 'executing', 'executed', 'released', 'evidenceTransmitted']);

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
  const open = sent.filter(({ form, main }) => (form === DISCLOSURE ? main === 'received' : !FINAL_MEASURE_STATES.has(main)));
  if (open.some(({ form, main }) => form === DISCLOSURE || !AWAITS_DATA.has(main))) return 'waiting';
  if (open.length > 0) return 'granted';
  const asked = sent.filter(({ form }) => form !== DISCLOSURE);
  const refusals = asked.filter(({ main }) => main === 'refused').map(({ refusedAt }) => Date.parse(refusedAt ?? '') || 0);
  if (refusals.some((refusedAt) => refusedAt + GRACE_DAYS * 86_400_000 > at.getTime())) return 'grace';
  return asked.length > 0 ? 'over' : 'none';
}

/** Links to preservations that are none of one's own with the same State, each with its place in the letter. */
export async function unknownPreservations(tx: Tx, counterpart: string, measures: readonly MeasureContent[]): Promise<ContentProblem[]> {
  const problems: ContentProblem[] = [];
  for (const [i, { followsPreservation: link }] of measures.entries()) {
    if (!link) continue;
    const [row, of] = await Promise.all([readFile(tx, link.requestId), readMeasures(tx, link.requestId)]);
    const pointer = `/measures/${i}/followsPreservation`;
    if (!row || row.side !== 'requesting' || row.counterpart !== counterpart) {
      problems.push({ code: 'preservation.unknown', pointer: `${pointer}/requestId`, detail: 'You have no such request to this State.' });
    } else if (of.find(({ no }) => no === link.measure)?.form !== 'preservation') {
      problems.push({ code: 'measure.unknown', pointer: `${pointer}/measure`, detail: `Measure ${link.measure} of that request is no preservation.` });
    }
  }
  return problems;
}

/** Locks the files of preservations that a request continues, in order of id, before its own file is written. */
export async function lockFollowed(tx: Tx, measures: readonly MeasureContent[]): Promise<void> {
  const ids = [...new Set(measures.flatMap((m) => m.followsPreservation?.requestId ?? []))].sort();
  for (const id of ids) await lockFile(tx, id);
}

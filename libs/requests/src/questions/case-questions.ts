import type { Tx } from '@comity/database';
import { FINAL_MEASURE_STATES } from '../domain/index.js';
import { binder, iso, ofFile, OF_REQUEST, within, type CaseFilter } from './case-filter.js';
import type { OverdueRequest, PreservationPeriod, RefusalFound } from './case-questions.dto.js';

type After = readonly [at: string, id: string] | undefined;

/**
 * Main states in which the requested State has given its answer to a measure: no act of its is due any more but what
 * follows from the other State's.
 */
export const ANSWERED_STATES: readonly string[] = [
  ...FINAL_MEASURE_STATES,
  'evidenceTransmitted', 'evidenceReceived', 'secured', 'pathDisclosed', 'pathReceived',
];

/** As the index over refusals has it, so that it serves. */
const REFUSAL = `(e.type IN ('REFUSE', 'REFUSED') OR (e.type = 'DECIDE_TRANSMISSION' AND e.payload->>'outcome' = 'denied'))`;

/**
 * Refusals by ground, newest first. One that crossed a withdrawal and took no effect is none.
 * @param after time, request and number of the last row seen
 */
export async function refusalsByGround(
  tx: Tx,
  { ground, ...filter }: CaseFilter & { ground?: string | undefined },
  after: readonly [at: string, id: string, seq: number] | undefined,
  limit: number,
): Promise<RefusalFound[]> {
  const params: unknown[] = [tx.state];
  const bind = binder(params);
  let where = `${REFUSAL} AND e.noted IS NULL${within('e.at', filter, bind)}`;
  if (ground !== undefined) where += ` AND e.ground = ${bind(ground)}`;
  if (after) where += ` AND (e.at, e.file_id, e.seq) < (${bind(after[0])}, ${bind(after[1])}, ${bind(after[2])}::bigint)`;
  const rows = await tx.query<RefusalFound>(
    `SELECT ${OF_REQUEST}, e.at, e.measure, m.form, e.facts->'instrument'->>'id' AS instrument, e.ground, e.rule,
       CASE e.source WHEN 'counterpart' THEN 'counterpart' ELSE 'own' END AS "refusedBy",
       CASE WHEN e.payload ? 'outcome' THEN 'transmission' ELSE 'measure' END AS what,
       CASE WHEN coalesce(e.payload->>'reasons', '') <> '' THEN true WHEN NOT EXISTS (SELECT FROM erasure_item i
         WHERE i.state = e.state AND i.file_id = e.file_id AND i.kind = 'letter' AND i.erased_at >= e.at) THEN false END AS reasoned, e.account_id AS "accountId", e.provenance, e.seq AS "eventSeq"
     FROM file_event e JOIN request_file f ON f.state = e.state AND f.id = e.file_id
     JOIN measure m ON m.state = e.state AND m.file_id = e.file_id AND m.no = e.measure
     WHERE e.state = $1 AND ${where}${ofFile(filter, bind)} ORDER BY e.at DESC, e.file_id DESC, e.seq DESC LIMIT ${bind(limit)}`,
    params,
  );
  return rows.map((row) => ({ ...row, at: iso(row.at)! }));
}

/**
 * Letters past the deadline their requesting State suggested: still unanswered, or answered late. Latest deadline first.
 * @param now what is late is told against it
 */
export async function overdueRequests(
  tx: Tx,
  { open, now, ...filter }: CaseFilter & { open?: boolean | undefined; now: Date },
  after: After,
  limit: number,
): Promise<OverdueRequest[]> {
  const params: unknown[] = [tx.state, now, ANSWERED_STATES];
  const bind = binder(params);
  let where = `d.code = 'suggested' AND d.due_at <= $2${within('d.due_at', filter, bind)}`;
  // Of one letter a later deadline takes the place of the one before: that was ended long before it was due.
  where += ` AND (d.status = 'open' OR d.settled_at > d.due_at)`;
  where += open === undefined ? ' AND (a.at IS NULL OR a.at > d.due_at)' : open ? ` AND a.at IS NULL AND d.status = 'open'` : ' AND a.at > d.due_at';
  if (after) where += ` AND (d.due_at, d.id) < (${bind(after[0])}, ${bind(after[1])})`;
  const rows = await tx.query<OverdueRequest>(
    `SELECT ${OF_REQUEST}, d.id AS "termId", d.due_at AS "dueAt", d.working, f.urgent, f.overall, a.at AS "answeredAt",
       floor(extract(epoch FROM coalesce(a.at, $2) - d.due_at) / 86400)::int AS "daysLate"
     FROM deadline d JOIN request_file f ON f.state = d.state AND f.id = d.file_id
     CROSS JOIN LATERAL (
       SELECT CASE WHEN count(*) = count(x.at) THEN max(x.at) END AS at FROM measure m
       LEFT JOIN LATERAL (
         SELECT min(e.at) AS at FROM file_event e
         WHERE e.state = m.state AND e.file_id = m.file_id AND e.measure = m.no AND e.measure_state = ANY ($3)) x ON true
       WHERE m.state = f.state AND m.file_id = f.id) a
     WHERE d.state = $1 AND ${where}${ofFile(filter, bind)} ORDER BY d.due_at DESC, d.id DESC LIMIT ${bind(limit)}`,
    params,
  );
  return rows.map((row) => ({ ...row, dueAt: iso(row.dueAt)!, answeredAt: iso(row.answeredAt) }));
}

export type Fate = PreservationPeriod['fate'];

/** Terms that are looked through at a time for those of a fate: a page of them first, then twice as many each time, up to this. */
const MOST_AT_A_TIME = 200;

/** What became of periods of preservation, latest end first. Without `fates`: those that lapsed or were extended. */
export async function preservationPeriods(
  tx: Tx,
  { fates = ['lapsed', 'extended'], ...filter }: CaseFilter & { fates?: readonly Fate[] | undefined; now: Date },
  after: After,
  limit: number,
): Promise<PreservationPeriod[]> {
  const found: PreservationPeriod[] = [];
  // Chosen here and not in the statement: the database cannot tell how many have a fate, and would sort all of them.
  for (let key = after, many = Math.min(limit, MOST_AT_A_TIME); ; many = Math.min(many * 2, MOST_AT_A_TIME)) {
    const rows = await periods(tx, filter, key, many);
    found.push(...rows.filter(({ fate }) => fates.includes(fate)));
    if (rows.length < many || found.length >= limit) return found.slice(0, limit);
    const last = rows.at(-1)!;
    key = [last.until, last.termId];
  }
}

async function periods(tx: Tx, { now, ...filter }: CaseFilter & { now: Date }, after: After, limit: number): Promise<PreservationPeriod[]> {
  const params: unknown[] = [tx.state, now];
  const bind = binder(params);
  let where = `d.code = 'preservation'${within('d.due_at', filter, bind)}`;
  if (after) where += ` AND (d.due_at, d.id) < (${bind(after[0])}, ${bind(after[1])})`;
  const rows = await tx.query<PreservationPeriod>(
    `SELECT ${OF_REQUEST}, d.id AS "termId", d.measure, d.due_at AS until, d.kind, d.rule, d.set_at AS "setAt", n.due_at AS "extendedUntil",
       coalesce(d.settled_at > d.due_at AND n.due_at IS NOT NULL, false) AS "extendedLate", d.settled_at AS "settledAt",
       m.chart->'value'->>'main' IN ('secured', 'extensionAsked') AS held,
       CASE WHEN n.due_at IS NOT NULL THEN 'extended'
         WHEN d.status = 'open' AND d.due_at > $2 THEN 'running'
         WHEN d.status = 'open' OR d.settled_at >= d.due_at THEN 'lapsed'
         ELSE 'ended-early' END AS fate
     FROM deadline d JOIN request_file f ON f.state = d.state AND f.id = d.file_id
     JOIN measure m ON m.state = d.state AND m.file_id = d.file_id AND m.no = d.measure
     LEFT JOIN LATERAL (
       SELECT e.due_at FROM deadline e WHERE e.state = d.state AND e.file_id = d.file_id AND e.measure = d.measure
         AND e.code = 'preservation' AND e.kind = 'agreed' AND e.set_at = d.settled_at AND e.id <> d.id LIMIT 1) n ON true
     WHERE d.state = $1 AND ${where}${ofFile(filter, bind)} ORDER BY d.due_at DESC, d.id DESC LIMIT ${bind(limit)}`,
    params,
  );
  return rows.map((row) => ({ ...row, until: iso(row.until)!, setAt: iso(row.setAt)!, extendedUntil: iso(row.extendedUntil), settledAt: iso(row.settledAt) }));
}

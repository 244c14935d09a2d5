import { ALARM_NAMES, OUTLIVE_THE_LETTER, type AlarmName } from '../domain/index.js';
import { sentAndContinuing } from '../files.js';
import { WAITS } from './given-terms.js';

/**
 * Which kinds have a reminder due, by the latest due date each is raised for, and the first due date beyond it. Both ask for
 * the first in order, which makes the server read the index from its place on: EXISTS it answers by reading the table.
 */
export const DUE_KINDS = `SELECT k.kind,
    (SELECT r.due_at FROM reminder r WHERE r.state = $1 AND r.alarm = k.kind AND r.due_at <= k.cut AND (r.not_before IS NULL OR r.not_before <= $4)
      ORDER BY r.due_at, r.deadline_id LIMIT 1) IS NOT NULL AS due,
    (SELECT r.due_at FROM reminder r WHERE r.state = $1 AND r.alarm = k.kind AND r.due_at > k.cut ORDER BY r.due_at LIMIT 1) AS next
  FROM unnest($2::text[], $3::timestamptz[]) AS k (kind, cut)`;

const PAST = `('answered', 'withdrawn', 'closed', 'abandoned', 'closed-for-want-of-reply')`;
const OPEN = `f.overall NOT IN ${PAST}`;
/** Until the letter is closed: what officials may set a deadline for, and what is owed after the answer. */
const NOT_CLOSED = `f.overall NOT IN ('closed', 'abandoned')`;

/**
 * SQL, of deadline `d` of a preservation in file `f`: data are secured, and no request that continues it has been sent (or
 * received) and may yet have its data, or has had them. One of another State that names it continues nothing, and the disclosure
 * of a path asks for no data (linked.ts).
 */
export const NO_REQUEST_SENT = `EXISTS (SELECT FROM measure m WHERE m.state = d.state AND m.file_id = d.file_id AND m.no = d.measure
      AND m.chart->'value'->>'main' IN ('secured', 'extensionAsked'))
    AND NOT EXISTS (SELECT FROM measure l JOIN request_file lf ON lf.state = l.state AND lf.id = l.file_id
      WHERE l.state = d.state AND l.follows_request = d.file_id AND l.follows_measure = d.measure AND l.form <> 'preserved-traffic-data'
        AND lf.counterpart = f.counterpart AND lf.side = f.side
        AND ${sentAndContinuing('lf', 'l')})`;

/** Whether there is cause for an alarm, of deadline `d` in file `f`. */
const CAUSE: Record<AlarmName, string> = {
  'preservation-ends': NO_REQUEST_SENT,
  // Of the letter: nothing was done about it. Of a preservation that is asked for again: it was not answered.
  'call-unanswered': `CASE WHEN d.measure IS NULL THEN f.overall IN ('transmitted', 'received')
    ELSE EXISTS (SELECT FROM measure m WHERE m.state = d.state AND m.file_id = d.file_id AND m.no = d.measure
      AND m.chart->'value'->>'main' IN ('requested', 'received', 'extensionAsked')) END`,
  'suggested-due': OPEN,
  // Nothing is left to consult about on a letter that was answered or withdrawn.
  'agreed-due': `CASE d.code WHEN 'consultation' THEN ${OPEN} ELSE ${NOT_CLOSED} END`,
  // A notice or question that waits gives no time that could be over.
  'internal-due': `(${NOT_CLOSED} OR d.code = ANY ('{${OUTLIVE_THE_LETTER.join()}}')) AND NOT ${WAITS}`,
  'legal-due': OPEN,
};

/**
 * Takes a batch of one kind and judges it, all in one statement. The deadline is locked with its reminder, so that an act
 * that ends it comes before (and there is no alarm) or after (and ends the alarm); the columns are those under the lock.
 * The file is found by its id, one at a time (OFFSET 0): the server would read every file of the State for each batch.
 * Parameters: State, latest due date, now, batch, when to look again, first step of escalation (at the latest: a clock that runs ahead
 * must not put it off), and the due date and id
 * behind which a run goes on: the dead rows of what it has dealt with need not be passed again.
 */
export const RAISE = Object.fromEntries(ALARM_NAMES.map((kind) => [kind, `
  WITH taken AS MATERIALIZED (
    SELECT r.ctid AS place, r.due_at, d.state, d.id, d.file_id, d.measure, d.code, d.set_at, d.status = 'open' AS open
    FROM reminder r JOIN deadline d ON d.state = r.state AND d.id = r.deadline_id
    WHERE r.state = $1 AND r.alarm = '${kind}' AND r.due_at <= $2 AND (r.due_at, r.deadline_id) > ($7::timestamptz, $8::uuid) AND (r.not_before IS NULL OR r.not_before <= $3)
    ORDER BY r.due_at, r.deadline_id LIMIT $4 FOR UPDATE OF r SKIP LOCKED FOR SHARE OF d SKIP LOCKED),
  judged AS MATERIALIZED (
    SELECT d.place, d.id, d.file_id, d.measure, d.due_at, d.open, d.open AND (${CAUSE[kind]}) AS cause
    FROM taken d, LATERAL (SELECT f.overall, f.counterpart, f.side FROM request_file f WHERE f.state = d.state AND f.id = d.file_id OFFSET 0) f),
  gone AS (DELETE FROM reminder r USING judged j WHERE r.ctid = j.place AND r.state = $1 AND (j.cause OR NOT j.open)),
  later AS (UPDATE reminder r SET not_before = $5 FROM judged j WHERE r.ctid = j.place AND r.state = $1 AND j.open AND NOT j.cause),
  raised AS (
    INSERT INTO alarm (state, deadline_id, file_id, measure, kind, raised_at, status, next_step_at)
    SELECT $1, id, file_id, measure, '${kind}', $3, 'raised', CASE WHEN $6::timestamptz IS NOT NULL THEN least($6, due_at) END FROM judged WHERE cause RETURNING deadline_id)
  SELECT coalesce((SELECT array_agg(deadline_id::text ORDER BY deadline_id) FROM raised), '{}') AS raised, (SELECT count(*)::int FROM judged) AS seen,
    (SELECT jsonb_build_object('dueAt', due_at, 'id', id) FROM taken ORDER BY due_at DESC, id DESC LIMIT 1) AS last`])) as Record<AlarmName, string>;

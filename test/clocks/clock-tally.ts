import type { TestNode } from '../support/node.js';
import type { Load } from './clock-load.js';

/** What each deadline of the load must have come to: exactly that, and once. */
export interface Tally {
  right: number;
  of: number;
  wrong: string[];
}

/** Looks behind the wall at every deadline of the load, at the log, and at what must not have happened. */
export async function tally(node: TestNode, load: Load): Promise<Tally> {
  const { asSuperuser: sql } = node.db;
  const wrong: string[] = [];
  let of = 0;
  const check = (id: string, found: unknown, wanted: unknown) => {
    of += 1;
    if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push(`${id}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  };

  // Terms: status, acts, messages that tell of it, and not before they were due by the clock that fired them.
  const fired = new Map((await sql<{ id: string; found: unknown }>(
    `SELECT d.id, jsonb_build_array(d.status, d.settled_at >= d.due_at,
       (SELECT count(*) FROM file_event e WHERE e.state = d.state AND e.file_id = d.file_id AND e.type = 'LAPSE_CONSULTATION'),
       (SELECT count(*) FROM outbox_message o WHERE o.state = d.state AND o.thread_id = d.file_id AND o.type = 'CONSULTATION_LAPSED'),
       (SELECT count(*) FROM audit_entry a WHERE a.state = d.state AND a.subject = 'file:' || d.file_id AND a.type = 'measure.consultation-lapsed')) AS found
     FROM deadline d WHERE d.state = 'KZ' AND d.fires IS NOT NULL`)).map(({ id, found }) => [id, found]));
  for (const id of load.lapsing) check(id, fired.get(id), ['fired', true, 1, 1, 1]);
  for (const id of load.ahead) check(id, fired.get(id), ['open', null, 0, 0, 0]);

  // Alarms: one each, named once in the log, the reminder gone.
  const alarms = new Map((await sql<{ id: string; found: unknown }>(
    `WITH logged AS (SELECT alarm_id, count(*) AS n FROM audit_entry a, jsonb_array_elements_text(convert_from(a.bytes, 'UTF8')::jsonb->'body'->'alarms') AS alarm_id
       WHERE a.state = 'KZ' AND a.type = 'alarm.raised' GROUP BY alarm_id)
     SELECT a.deadline_id AS id, jsonb_build_array(a.status, l.n, EXISTS (SELECT FROM reminder r WHERE r.state = a.state AND r.deadline_id = a.deadline_id)) AS found
     FROM alarm a LEFT JOIN logged l ON l.alarm_id = a.deadline_id::text WHERE a.state = 'KZ'`)).map(({ id, found }) => [id, found]));
  for (const id of [...load.reminders, ...load.calls, ...load.preserved]) check(id, alarms.get(id), ['raised', 1, false]);

  // Calls: every step of the duty list once, in order.
  const steps = new Map((await sql<{ id: string; found: unknown }>(
    `SELECT deadline_id AS id, jsonb_build_array(jsonb_agg(detail->'step' ORDER BY id),
       (SELECT count(*) FROM audit_entry a WHERE a.state = 'KZ' AND a.type = 'alarm.escalated' AND convert_from(a.bytes, 'UTF8')::jsonb->'body'->>'alarmId' = deadline_id::text)) AS found
     FROM clock_event WHERE state = 'KZ' AND type = 'ALARM_ESCALATED' GROUP BY deadline_id`)).map(({ id, found }) => [id, found as [number[], number]]));
  const complete = await sql<{ id: string; step: number; left: boolean }>(`SELECT deadline_id AS id, step, next_step_at IS NOT NULL AS left FROM alarm WHERE state = 'KZ' AND kind = 'call-unanswered'`);
  for (const { id, step } of complete) check(`steps of ${id}`, steps.get(id), [Array.from({ length: step }, (_, i) => i + 1), step]);
  for (const id of load.calls) check(`first step of ${id}`, (complete.find((c) => c.id === id)?.step ?? 0) >= 1, true);

  // Nothing released by the clock; data that are preserved still are. Every chain of the log holds.
  const [released] = await sql<{ n: number }>(`SELECT count(*)::int AS n FROM file_event WHERE type IN ('RELEASE', 'RELEASED', 'GIVE_NOTICE_OF_RELEASE')`);
  check('released', released!.n, 0);
  const [held] = await sql<{ n: number }>(`SELECT count(*)::int AS n FROM measure WHERE state = 'KZ' AND form = 'preservation' AND chart->'value'->>'main' = 'secured'`);
  check('preserved', held!.n, load.preserved.length + 1);
  const [broken] = await sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM (SELECT seq, lag(seq) OVER w AS before, prev_hash, lag(leaf_hash) OVER w AS last FROM audit_entry WINDOW w AS (PARTITION BY state, subject ORDER BY seq)) e
     WHERE before IS NOT NULL AND (seq <> before + 1 OR prev_hash IS DISTINCT FROM last)`,
  );
  check('broken links of the log', broken!.n, 0);
  return { right: of - wrong.length, of, wrong: wrong.slice(0, 20) };
}

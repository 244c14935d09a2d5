import { newId } from '@comity/kernel';
import type pg from 'pg';
import { columnsOf, type ReadyDraft } from './drafts.js';

/**
 * Lays out open deadlines, 100 of each file, of all four kinds, with their reminders: those numbered below `due` were due
 * a second ago, the others are in the coming years. Then as autovacuum would leave them. The files are copies of the draft.
 */
export async function fillDeadlines(owner: pg.Client, draft: ReadyDraft, count: number, due: number): Promise<void> {
  const file = await columnsOf(owner, 'request_file');
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
  await owner.query(
    `INSERT INTO request_file (${file.own}) SELECT ${file.copied} FROM request_file t, generate_series(0, ($2::int - 1) / 100) AS n,
       LATERAL jsonb_populate_record(t, jsonb_build_object('id', ${idOf('n', 'f')}, 'own_reference', 'D-' || n, 'overall', 'in-progress', 'likeness', md5(n::text))) r WHERE t.id = $1`,
    [draft.id, count],
  );
  await owner.query(
    `INSERT INTO deadline (state, id, file_id, measure, code, kind, due_at, working, rule, fires, status, set_at, reason)
     SELECT $1, (${idOf('n', 'd')})::uuid, (${idOf('(n / 100)', 'f')})::uuid, NULL, CASE WHEN n < $3 THEN 'internal' ELSE (ARRAY['suggested','agreed','internal','internal'])[1 + n % 4] END,
       CASE WHEN n < $3 THEN 'internal' ELSE (ARRAY['suggested','agreed','internal','internal'])[1 + n % 4] END,
       CASE WHEN n < $3 THEN $4::timestamptz - interval '1 second' ELSE $4::timestamptz + interval '70 days' + n * interval '97 seconds' END,
       '60 days from 2026-11-03T09:12:40.000Z, set; internal', NULL, NULL, 'open', $4, 'Answer to the court'
     FROM generate_series(0, $2::int - 1) AS n`,
    [draft.state, count, due, new Date()],
  );
  await owner.query(`INSERT INTO reminder (state, deadline_id, alarm, due_at) SELECT state, id, kind || '-due', due_at FROM deadline WHERE state = $1 AND code IN ('internal', 'agreed', 'suggested')`, [draft.state]);
  await owner.query('VACUUM (ANALYZE) request_file, deadline, reminder');
}

const idOf = (n: string, kind: string): string => `lpad(to_hex(${n}), 8, '0') || '-000${kind}-7000-8000-' || lpad(to_hex(hashint4(${n})::bigint & 4294967295), 12, '0')`;

/**
 * Copies a file whose consultation runs until a term that has passed: each copy, under an id of its own, has the term
 * that the clock is to fire. @param dueAt of the nth copy
 * @returns ids of the deadlines
 */
export async function copyLapsing(owner: pg.Client, draft: ReadyDraft, count: number, dueAt: (n: number) => Date): Promise<string[]> {
  const [ids, terms] = [Array.from({ length: count }, () => newId()), Array.from({ length: count }, () => newId())];
  const tables = { file: await columnsOf(owner, 'request_file'), measure: await columnsOf(owner, 'measure'), thread: await columnsOf(owner, 'thread'), deadline: await columnsOf(owner, 'deadline') };
  await owner.query('BEGIN');
  await owner.query(`SELECT set_config('comity.state', $1, true)`, [draft.state]);
  const copy = (table: string, { own, copied }: { own: string; copied: string }, patch: string, where: string) => owner.query(
    `INSERT INTO ${table} (${own}) SELECT ${copied} FROM ${table} t, unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) AS n (id, term, due), LATERAL jsonb_populate_record(t, jsonb_build_object(${patch})) r WHERE ${where}`,
    [draft.id, ids, terms, ids.map((_, n) => dueAt(n))],
  );
  await copy('request_file', tables.file, `'id', n.id, 'own_reference', 'C-' || n.id, 'likeness', md5(n.id::text)`, 't.id = $1');
  await copy('measure', tables.measure, `'file_id', n.id`, 't.file_id = $1');
  await copy('thread', tables.thread, `'id', n.id`, 't.id = $1');
  await copy('deadline', tables.deadline, `'id', n.term, 'file_id', n.id, 'due_at', n.due, 'status', 'open', 'settled_at', NULL, 'leased_until', NULL`, 't.file_id = $1 AND t.fires IS NOT NULL');
  await owner.query(
    `INSERT INTO audit_chain (state, subject, seq, leaf_hash) SELECT t.state, 'file:' || n.id, t.seq, t.leaf_hash FROM audit_chain t, unnest($2::uuid[]) AS n (id) WHERE t.subject = 'file:' || $1::uuid`,
    [draft.id, ids],
  );
  await owner.query('COMMIT');
  await owner.query('ANALYZE request_file, measure, thread, deadline, audit_chain');
  return terms;
}

/** No term of the file will fire; its copies have theirs. */
export async function endTerms(owner: pg.Client, state: string, fileId: string): Promise<void> {
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [state]);
  await owner.query(`UPDATE deadline SET status = 'ended', settled_at = set_at WHERE state = $1 AND file_id = $2 AND status = 'open'`, [state, fileId]);
}

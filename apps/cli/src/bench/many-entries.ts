import type pg from 'pg';
import { columnsOf, type ReadyDraft } from './drafts.js';
import type { ListCase } from './many-files.js';

/** Entries of each request's file, and how far one is from the next. */
const OF_A_FILE = 100;
const APART = '30 seconds';
const OFFICIALS = 40;

/** An id of a row by its number: the first group numbers, the last scatters. */
const ID = (n: string): string => `(lpad(to_hex(${n}), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(hashint4(${n})::bigint & 4294967295), 12, '0'))::uuid`;

/**
 * Lays out a State's record of `count` entries as the years would leave it: requests one after the other, each with
 * acts, readings and evidence; one in ten refused, one in five past its deadline, one in ten a preservation, and
 * permissions refused in between. A longer record reaches further back; a day of it holds as much as of a short one.
 */
export async function fillRecord(owner: pg.Client, draft: ReadyDraft, count: number): Promise<void> {
  const files = Math.max(1, Math.floor(count / OF_A_FILE));
  const [file, measure] = [await columnsOf(owner, 'request_file'), await columnsOf(owner, 'measure')];
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
  const run = (sql: string, ...params: unknown[]) => owner.query(sql, [draft.state, draft.counterpart, draft.id, files, ...params].slice(0, (sql.match(/\$\d/g) ?? []).reduce((most, p) => Math.max(most, Number(p.slice(1))), 0)));
  await run(
    `INSERT INTO request_file (${file.own}) SELECT ${file.copied} FROM request_file t, generate_series(1, $4::int) AS n,
       LATERAL jsonb_populate_record(t, jsonb_build_object('id', ${ID('n')}, 'own_reference', 'L-' || n, 'side', CASE WHEN n % 2 = 0 THEN 'requested' ELSE 'requesting' END,
         'likeness', md5(n::text), 'overall', 'in-progress', 'created_at', now() - n * ${OF_A_FILE} * interval '${APART}', 'changed_at', now() - n * ${OF_A_FILE} * interval '${APART}',
         'transmitted_at', now() - n * ${OF_A_FILE} * interval '${APART}')) r WHERE t.state = $1 AND t.id = $3 AND $2 <> ''`);
  await run(
    `INSERT INTO measure (${measure.own}) SELECT ${measure.copied} FROM measure t, generate_series(1, $4::int) AS n,
       LATERAL jsonb_populate_record(t, jsonb_build_object('file_id', ${ID('n')}, 'form', CASE WHEN n % 10 = 1 THEN 'preservation' ELSE 'stored-data' END,
         'outcome', CASE WHEN n % 10 = 0 THEN 'refused' END)) r WHERE t.state = $1 AND t.file_id = $3 AND t.no = 1 AND $2 <> ''`);
  await run(
    `INSERT INTO file_event (state, file_id, seq, measure, type, source, at, payload, facts, crossed, rule, sent, letter_state, measure_state)
     SELECT $1, ${ID('n')}, k, CASE WHEN k > 1 THEN 1 END, (ARRAY['ACKNOWLEDGE','EXAMINE', CASE WHEN n % 10 = 0 THEN 'REFUSE' ELSE 'GRANT' END])[k], 'official',
       now() - n * ${OF_A_FILE} * interval '${APART}' + k * interval '1 day',
       CASE WHEN k = 3 AND n % 10 = 0 THEN jsonb_build_object('ground', (ARRAY['persecution','essential-interests','dual-criminality'])[1 + n / 10 % 3], 'reasons', 'As laid out') ELSE '{}' END,
       '{"instrument":{"id":"uncc-2024"}}', '{}', 'UNCC 40(21)(b)', '[]', 'acknowledged', (ARRAY[NULL,'underExamination', CASE WHEN n % 10 = 0 THEN 'refused' ELSE 'granted' END])[k]
     FROM generate_series(1, $4::int) AS n, generate_series(1, 3) AS k WHERE $2 <> '' AND $3::uuid IS NOT NULL`);
  await run(
    `INSERT INTO deadline (state, id, file_id, measure, code, kind, due_at, working, status, set_at)
     SELECT $1, ${ID('n')}, ${ID('n')}, CASE WHEN n % 10 = 1 THEN 1 END, CASE WHEN n % 10 = 1 THEN 'preservation' ELSE 'suggested' END, CASE WHEN n % 10 = 1 THEN 'legal' ELSE 'suggested' END,
       now() - n * ${OF_A_FILE} * interval '${APART}' + CASE WHEN n % 5 = 1 THEN interval '1 minute' ELSE interval '900 days' END, 'as laid out', 'open',
       now() - n * ${OF_A_FILE} * interval '${APART}'
     FROM generate_series(1, $4::int) AS n WHERE $2 <> '' AND $3::uuid IS NOT NULL`);
  await run(
    `INSERT INTO transcription (state, id, thread_id, opens_thread, counterpart, type, ack, body, dated_at, received_at, channel, document_sha256, status, proposed_by, proposed_at)
     SELECT $1, ${ID('n')}, ${ID('n')}, false, $2, 'ACKNOWLEDGED', 0, 'x', now(), now(), 'letter', md5(n::text), 'proposed', ${ID('n')}, now() - n * ${OF_A_FILE} * interval '${APART}'
     FROM generate_series(1, $4::int) AS n WHERE n % 5 = 0 AND $3::uuid IS NOT NULL`);
  await fillEntries(owner, draft, files);
  await owner.query('VACUUM (ANALYZE) request_file, measure, file_event, deadline, transcription, audit_entry');
}

/** Entries as canonical bytes with their leaf hashes; what stands before each in its chain is made up, since no question follows it. */
async function fillEntries(owner: pg.Client, draft: ReadyDraft, files: number): Promise<void> {
  const step = 2000;
  for (let from = 1; from <= files; from += step) {
    await owner.query(
      `INSERT INTO audit_entry (state, id, subject, seq, type, at, account_id, request_id, bytes, leaf_hash, prev_hash)
       SELECT $1, id, subject, seq, type, at, account, NULL, bytes, sha256('\\x00'::bytea || bytes), prev FROM (
         SELECT *, convert_to('{"actor":{"accountId":"' || account || '","authorityId":"' || $1 || '-central","kind":"official","roles":["central-authority"],"state":"' || $1
           || '"},"at":"' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","body":' || body || ',"commitments":{},"id":"' || id || '","prev":'
           || coalesce('"' || encode(prev, 'hex') || '"', 'null') || ',"seq":' || seq || ',"state":"' || $1 || '","subject":"' || subject || '","type":"' || type || '","v":1}', 'UTF8') AS bytes
         FROM (
           SELECT (lpad(to_hex(n), 8, '0') || '-' || lpad(to_hex(k), 4, '0') || '-7000-8000-' || lpad(to_hex(hashint4(n * 100 + k)::bigint & 4294967295), 12, '0'))::uuid AS id,
             CASE WHEN k % 50 = 49 THEN 'account:' ELSE 'file:' END || ${ID('n')} AS subject, k AS seq,
             CASE WHEN k = 1 THEN CASE WHEN n % 2 = 0 THEN 'request.received' ELSE 'request.transmitted' END WHEN k % 50 = 49 THEN 'permission.refused' WHEN k % 20 = 7 THEN 'evidence.read'
               WHEN k % 3 = 0 THEN 'measure.granted' ELSE 'request.read' END AS type,
             date_trunc('milliseconds', now()) - (n * ${OF_A_FILE} - k) * interval '${APART}' AS at,
             ${ID('(n * 7 + k) % ' + String(OFFICIALS))} AS account,
             CASE WHEN k > 1 THEN sha256(int8send(n * 1000 + k)) END AS prev,
             CASE WHEN k % 50 = 49 THEN '{"code":"permission.lacking","permission":"request.act"}' WHEN k % 20 = 7 THEN '{"packageId":"' || ${ID('n')} || '"}' ELSE '{"measure":1,"seq":' || k || '}' END AS body
           FROM generate_series($2::bigint, $3::bigint) AS nn (n8), LATERAL (SELECT n8::int AS n) AS i, generate_series(1, ${OF_A_FILE}) AS k) AS e) AS made`,
      [draft.state, from, Math.min(from + step - 1, files)],
    );
  }
}

/** Every question that pages through a record, and statistics of one period. */
export async function auditQuestions(owner: pg.Client, draft: ReadyDraft): Promise<ListCase[]> {
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
  const { rows } = await owner.query<{ id: string }>(`SELECT id FROM request_file WHERE own_reference LIKE 'L-%' ORDER BY md5(id::text) LIMIT 50`);
  const { rows: officials } = await owner.query<{ id: string }>(`SELECT DISTINCT account_id AS id FROM audit_entry WHERE account_id IS NOT NULL AND subject LIKE 'account:%' ORDER BY 1 LIMIT 20`);
  const at = '/api/v1/audit/questions';
  const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
  return [
    { name: 'who saw the evidence of a request', paths: rows.map(({ id }) => `${at}/evidence-readings?request=${id}`) },
    { name: 'all of an official', paths: officials.map(({ id }) => `${at}/official-acts?account=${id}`) },
    { name: 'acts of an official', paths: officials.map(({ id }) => `${at}/official-acts?account=${id}&kind=acts`) },
    { name: 'permissions refused', paths: [`${at}/refused-permissions`] },
    { name: 'permissions refused to an official', paths: officials.map(({ id }) => `${at}/refused-permissions?account=${id}`) },
    { name: 'refusals', paths: [`${at}/refusals?limit=5`] },
    { name: 'refusals on a ground', paths: [`${at}/refusals?ground=persecution&limit=3`] },
    { name: 'past their deadline', paths: [`${at}/overdue-requests?limit=10`] },
    { name: 'preservations lapsed or extended', paths: [`${at}/preservations?limit=5`] },
    { name: 'transcribed acts', paths: [`${at}/transcribed-acts?limit=10`] },
    { name: 'statistics of two days', paths: [`${at}/statistics?by=month&from=${ago(60)}&to=${ago(12)}`] },
  ];
}

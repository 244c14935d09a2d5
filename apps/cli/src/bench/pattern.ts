import type pg from 'pg';
import type { ReadyDraft } from './drafts.js';

/** The rows one transmission wrote, as parameters: what the floor writes again for other files. */
export interface Pattern {
  state: string;
  counterpart: string;
  file: Row;
  measure: Row;
  measures: number;
  key: Row;
  message: Row;
  event: Row;
  entry: Row;
}

type Row = Record<string, unknown>;

/**
 * Reads what the transmission of `id` left in every table it writes.
 * @throws Error when it wrote a table that the floor does not know of, which would then do less than it should
 */
export async function readPattern(owner: pg.Client, draft: ReadyDraft, id: string): Promise<Pattern> {
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
  const one = async (sql: string): Promise<Row> => (await owner.query<Row>(sql, [id])).rows[0]!;
  const strange = await one('SELECT count(*)::int AS n FROM deadline WHERE file_id = $1');
  if (strange['n'] !== 0) throw new Error('the letter of the bench sets a term, which the floor does not write');
  const { rows } = await owner.query<Row>('SELECT chart::text, outcome, particulars::text FROM measure WHERE file_id = $1 ORDER BY no', [id]);
  return {
    state: draft.state,
    counterpart: draft.counterpart,
    file: await one(`SELECT counterpart_reference, overall, letter::text, particulars::text, profiles::text, training, drafted_by, possible_duplicate_of,
      version, event_seq, changed_at FROM request_file WHERE id = $1`),
    measure: rows[0]!,
    measures: rows.length,
    key: await one(`SELECT account_id, body_hash, status, body, headers::text FROM idempotency_key WHERE route LIKE '%' || $1::uuid || '/events' AND route LIKE 'POST%'
      ORDER BY created_at DESC LIMIT 1`),
    message: await one('SELECT ack, type, bytes, sha256, signature, transport, status FROM outbox_message WHERE thread_id = $1'),
    event: await one(`SELECT seq, type, source, account_id, authority_id, payload::text, facts::text, crossed, rule, sent::text, letter_state FROM file_event
      WHERE file_id = $1 ORDER BY seq DESC LIMIT 1`),
    entry: await one(`SELECT seq, type, account_id, bytes, leaf_hash, prev_hash FROM audit_entry WHERE subject = 'file:' || $1::uuid ORDER BY seq DESC LIMIT 1`),
  };
}

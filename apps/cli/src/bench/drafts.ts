import { newId } from '@comity/kernel';
import type pg from 'pg';
import { DEMO_PASSWORD } from '../../../../config/demo/accounts.js';
import { Desk } from '../demo/desk.js';
import { readScenario, silkRoadDraft } from '../demo/scenario.js';

/** A letter as it stands before its transmission: drafted and submitted for review over the API. */
export interface ReadyDraft {
  state: string;
  counterpart: string;
  id: string;
  version: number;
}

/** @param measures how many of the scenario's measures the letter asks for */
export async function makeReadyDraft(base: string, measures: number): Promise<ReadyDraft> {
  const scenario = readScenario('silk-road-iceland');
  const draft = silkRoadDraft(scenario);
  // Sent today: what was asked for in real time then is over, and is asked for as logs.
  const asked = draft.measures.slice(0, measures).map((m) => ({ ...m, form: 'stored-data', legalBases: draft.measures[0]!['legalBases'] }));
  const officer = await Desk.signIn(base, scenario.requestingState, 'case-officer', DEMO_PASSWORD);
  const { id } = await officer.post<{ id: string }>('/requests', { ...draft, measures: asked });
  await officer.act(id, null, 'SUBMIT_FOR_REVIEW', {});
  const { version } = await officer.get<{ version: number }>(`/requests/${id}`);
  return { state: scenario.requestingState, counterpart: scenario.requestedState, id, version };
}

/** Columns of a table that are written, without those the database derives; `INSERT INTO t (${own}) SELECT ${copied}` copies the row `r`. */
export async function columnsOf(owner: pg.Client, table: string): Promise<{ own: string; copied: string }> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, [table],
  );
  const names = rows.map(({ name }) => owner.escapeIdentifier(name));
  return { own: names.join(', '), copied: names.map((name) => `r.${name}`).join(', ') };
}

/**
 * Copies a ready draft, each copy under an id of its own and asking about another address, since requests alike are
 * searched for. The copies have no past beyond the head of their chain: a transmission reads nothing else of it.
 * @returns their ids
 */
export async function copyDraft(owner: pg.Client, draft: ReadyDraft, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  const [file, measure] = [await columnsOf(owner, 'request_file'), await columnsOf(owner, 'measure')];
  await owner.query('BEGIN');
  await owner.query(`SELECT set_config('comity.state', $1, true)`, [draft.state]);
  await owner.query(
    `INSERT INTO request_file (${file.own}) SELECT ${file.copied} FROM request_file t, unnest($2::uuid[]) AS n (id),
       LATERAL jsonb_populate_record(t, jsonb_build_object('id', n.id, 'own_reference', 'B-' || n.id,
         'likeness', encode(sha256(n.id::text::bytea), 'hex'))) r WHERE t.id = $1`,
    [draft.id, ids],
  );
  await owner.query(
    `INSERT INTO measure (${measure.own}) SELECT ${measure.copied} FROM measure t, unnest($2::uuid[]) AS n (id),
       LATERAL jsonb_populate_record(t, jsonb_build_object('file_id', n.id, 'content', jsonb_set(t.content, '{items,0,value}',
         to_jsonb('203.' || get_byte(uuid_send(n.id), 13) || '.' || get_byte(uuid_send(n.id), 14) || '.' || get_byte(uuid_send(n.id), 15))))) r
     WHERE t.file_id = $1`,
    [draft.id, ids],
  );
  await owner.query(
    `INSERT INTO audit_chain (state, subject, seq, leaf_hash) SELECT t.state, 'file:' || n.id, t.seq, t.leaf_hash
     FROM audit_chain t, unnest($2::uuid[]) AS n (id) WHERE t.subject = 'file:' || $1::uuid`,
    [draft.id, ids],
  );
  const { rows } = await owner.query<{ doubled: boolean }>(
    `SELECT (SELECT count(*) FROM request_file) > 2 * reltuples AS doubled FROM pg_class WHERE oid = 'request_file'::regclass`);
  await owner.query('COMMIT');
  // Not at every call: each connection would plan all its statements anew, and be measured at that.
  if (rows[0]!.doubled) await owner.query('ANALYZE request_file, measure, audit_chain');
  return ids;
}

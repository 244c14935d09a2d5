import type { Tx } from '@comity/database';
import { newId, type Actor } from '@comity/kernel';
import type { Facts, Term } from './domain/index.js';
import { json } from './files.js';

export interface EventRecord {
  fileId: string;
  seq: number;
  measure: number | null;
  type: string;
  actor: Actor | { kind: 'node' };
  at: Date;
  payload: Record<string, unknown>;
  facts: Facts;
  crossed: readonly string[];
  rule: string | null;
  sent: { id: string; seq: number; type: string; measure: number | null }[];
  letterState: string;
  measureState: string | null;
  noted: string | null;
}

/** Writes the event of an act; left under way. */
export function insertEvent(tx: Tx, e: EventRecord): void {
  const { actor } = e;
  const official = actor.kind === 'official' ? actor : undefined;
  const counterpart = actor.kind === 'counterpart' ? actor : undefined;
  void tx.prepared(
    'requests_event',
    `INSERT INTO file_event (state, file_id, seq, measure, type, source, account_id, authority_id, provenance, at, payload, facts,
       crossed, rule, message_id, sent, letter_state, measure_state, noted)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)`,
    [tx.state, e.fileId, e.seq, e.measure, e.type, actor.kind, official?.accountId ?? null, official?.authorityId ?? null,
      counterpart?.provenance ?? null, e.at, json(e.payload), json(e.facts), e.crossed, e.rule, counterpart?.messageId ?? null, json(e.sent),
      e.letterState, e.measureState, e.noted],
  );
}

/** Keeps a term; left under way. */
export function setTerm(tx: Tx, fileId: string, measure: number | null, term: Term, at: Date): void {
  void tx.prepared(
    'requests_term',
    `INSERT INTO deadline (state, id, file_id, measure, code, kind, due_at, working, rule, fires, status, set_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,'open',$11)`,
    [tx.state, newId(), fileId, measure, term.code, term.kind, new Date(term.dueAt), term.working, term.rule ?? null, term.fires ?? null, at],
  );
}

/** Ends the open terms of a code; all of the file when `code` is null. Left under way. */
export function endTerms(tx: Tx, fileId: string, measure: number | null, code: string | null, at: Date): void {
  void tx.prepared(
    'requests_term_end',
    `UPDATE deadline SET status = 'ended', settled_at = $5 WHERE state = $1 AND file_id = $2 AND status = 'open'
       AND ($4::text IS NULL OR (code = $4 AND measure IS NOT DISTINCT FROM $3))`,
    [tx.state, fileId, measure, code, at],
  );
}

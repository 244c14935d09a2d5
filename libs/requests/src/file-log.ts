import type { Tx } from '@comity/database';
import { newId, type Actor } from '@comity/kernel';
import { STANDS } from './clocks/standing-alarm.js';
import type { Agreement } from './deadline.entity.js';
import { alarmOf, OUTLIVE_THE_LETTER, type Facts, type Term } from './domain/index.js';
import { json } from './files.js';
import type { Measure } from './measure.entity.js';
import type { RequestFile } from './request-file.entity.js';

/** An event; its file, number and time are the row's after the act. */
export interface EventRecord {
  measure: number | null;
  type: string;
  actor: Actor | { kind: 'node' };
  payload: Record<string, unknown>;
  facts: Facts;
  crossed: readonly string[];
  rule: string | null;
  sent: { id: string; seq: number; type: string; measure: number | null }[];
  letterState: string;
  measureState: string | null;
  noted: string | null;
}

/**
 * Writes what an act did to its file: the row, the measures it moved and the event, in one statement, since every act
 * does all three. Left under way.
 */
export function storeAct(tx: Tx, f: RequestFile, moved: readonly Measure[], e: EventRecord): void {
  const { actor } = e;
  const official = actor.kind === 'official' ? actor : undefined;
  const counterpart = actor.kind === 'counterpart' ? actor : undefined;
  void tx.prepared(
    'requests_store_act',
    `WITH file AS (
       UPDATE request_file SET counterpart_reference = $3, overall = $4, letter = $5, particulars = $6, profiles = $7, training = $8,
         drafted_by = $9, possible_duplicate_of = $10, version = $11, event_seq = $12, changed_at = $13, transmitted_at = $14
       WHERE state = $1 AND id = $2),
     moved AS (
       UPDATE measure m SET chart = n.chart, outcome = n.outcome, particulars = n.particulars
       FROM jsonb_to_recordset($15::jsonb) AS n (no integer, chart jsonb, outcome text, particulars jsonb)
       WHERE m.state = $1 AND m.file_id = $2 AND m.no = n.no)
     INSERT INTO file_event (state, file_id, seq, measure, type, source, account_id, authority_id, provenance, at, payload, facts,
       crossed, rule, message_id, sent, letter_state, measure_state, noted)
     VALUES ($1,$2,$12,$16,$17,$18,$19,$20,$21,$13,$22,$23,$24,$25,$26,$27,$28,$29,$30)`,
    [tx.state, f.id, f.counterpartReference, f.overall, json(f.letter), json(f.particulars), json(f.profiles), f.training, f.draftedBy,
      f.possibleDuplicateOf, f.version, f.eventSeq, f.changedAt, f.transmittedAt,
      json(moved.map(({ no, chart, outcome, particulars }) => ({ no, chart, outcome, particulars }))),
      e.measure, e.type, actor.kind, official?.accountId ?? null, official?.authorityId ?? null, counterpart?.provenance ?? null,
      json(e.payload), json(e.facts), e.crossed, e.rule, counterpart?.messageId ?? null, json(e.sent), e.letterState, e.measureState, e.noted],
  );
}

/** Of a term that an official sets. */
export interface SetBy {
  accountId: string;
  agreement: Agreement | null;
}

/** Keeps a term with its reminder; left under way. @returns its id */
export function setTerm(tx: Tx, fileId: string, measure: number | null, term: Term, at: Date, by?: SetBy): string {
  const id = newId();
  void tx.prepared(
    'requests_term',
    `WITH kept AS (INSERT INTO deadline (state, id, file_id, measure, code, kind, due_at, working, rule, fires, status, set_at, reason, agreement, set_by)
       VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,'open',$11,$12,$13,$14))
     INSERT INTO reminder (state, deadline_id, alarm, due_at) SELECT $1, $2, $15::text, $7 WHERE $15::text IS NOT NULL`,
    [tx.state, id, fileId, measure, term.code, term.kind, new Date(term.dueAt), term.working, term.rule ?? null, term.fires ?? null, at,
      term.reason ?? null, by?.agreement ? json(by.agreement) : null, by?.accountId ?? null, alarmOf(term)],
  );
  return id;
}

/**
 * Ends the open terms of a code; when `code` is null all of the file, but for those that outlive a closed letter.
 * Left under way.
 */
export function endTerms(tx: Tx, fileId: string, measure: number | null, code: string | null, at: Date): void {
  void tx.prepared(
    'requests_term_end',
    `UPDATE deadline SET status = 'ended', settled_at = $5 WHERE state = $1 AND file_id = $2 AND status = 'open'
       AND (($4::text IS NULL AND code <> ALL ('{${OUTLIVE_THE_LETTER.join()}}')) OR (code = $4 AND measure IS NOT DISTINCT FROM $3))`,
    [tx.state, fileId, measure, code, at],
  );
  quietEnded(tx, fileId, at);
}

/** Of a letter that is taken up again: the terms that its closing ended run on, each with its reminder; a notice of closure does not. */
export async function reopenTerms(tx: Tx, { id, particulars }: RequestFile): Promise<void> {
  const { at } = (particulars['closure'] ?? {}) as { at?: string };
  if (at === undefined) return;
  const reopened = await tx.prepared<{ id: string; code: string; kind: Term['kind']; fires: string | null; dueAt: Date }>(
    'requests_terms_reopened',
    `UPDATE deadline SET status = 'open', settled_at = NULL, leased_until = NULL WHERE state = $1 AND file_id = $2 AND status = 'ended' AND settled_at = $3 AND code <> 'closure'
     RETURNING id, code, kind, fires, due_at AS "dueAt"`,
    [tx.state, id, new Date(at)],
  );
  for (const { id: deadline, code, kind, fires, dueAt } of reopened) {
    const alarm = alarmOf({ code, kind, ...(fires !== null && { fires }) });
    if (alarm) void tx.prepared('requests_reminder_again', 'INSERT INTO reminder (state, deadline_id, alarm, due_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [tx.state, deadline, alarm, dueAt]);
  }
}

/**
 * Ends the alarms of the terms of a file that ended at this instant. A statement of its own, after the one that ended them:
 * it sees an alarm that was raised while that one waited. Left under way.
 */
export function quietEnded(tx: Tx, fileId: string, at: Date): void {
  void tx.prepared(
    'requests_term_alarm_end',
    `UPDATE alarm a SET status = 'ended', settled_at = $3, next_step_at = NULL FROM deadline d
     WHERE d.state = $1 AND d.file_id = $2 AND d.status = 'ended' AND d.settled_at = $3 AND a.state = $1 AND a.deadline_id = d.id AND ${STANDS}`,
    [tx.state, fileId, at],
  );
}

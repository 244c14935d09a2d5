import { entryActor, type AuditLog } from '@comity/audit';
import type { Tx } from '@comity/database';
import { NOT_LEFT, type Delivery, type Dispatch, type Outbox } from '@comity/exchange';
import { givenUntil, TIME_GIVEN } from '../domain/index.js';
import { lockFileWithChain, readMeasures } from '../files.js';
import { clockEvent } from './clock-event.js';

const CODES = Object.values(TIME_GIVEN).map(({ code }) => `'${code}'`).join(', ');
const TYPE_OF = `CASE d.code ${Object.entries(TIME_GIVEN).map(([type, { code }]) => `WHEN '${code}' THEN '${type}'`).join(' ')} END`;

/**
 * SQL, of deadline `d`: the own message that gives this time has not left, so none runs (decision 41). The message was
 * sealed by the act that set the term, at the same time.
 */
export const WAITS = `(d.code IN (${CODES}) AND EXISTS (SELECT FROM outbox_message o WHERE o.state = d.state AND o.thread_id = d.file_id
  AND o.measure IS NOT DISTINCT FROM d.measure AND o.type = ${TYPE_OF} AND o.created_at = d.set_at AND ${NOT_LEFT}))`;

/** The term is looked at again, also where it stays: what was put off while the message waited is due. */
const COUNT = `WITH term AS MATERIALIZED (
    SELECT id, due_at FROM deadline WHERE state = $1 AND file_id = $2 AND measure IS NOT DISTINCT FROM $3 AND code = $4 AND set_at = $5 AND status = 'open' FOR NO KEY UPDATE),
  again AS (UPDATE reminder r SET due_at = $6, not_before = NULL FROM term WHERE r.state = $1 AND r.deadline_id = term.id)
  UPDATE deadline d SET due_at = $6, working = d.working || '; it left on ' || $7::text || ', and the time given runs from then' FROM term
  WHERE d.state = $1 AND d.id = term.id AND term.due_at < $6 RETURNING d.id, term.due_at AS "from"`;

/**
 * An own message has left: where it left late, the term that it set here is counted from then, with its reminder (UNCC
 * 40(28), practice; decision 41). In the transaction that notes it, so that no term falls due in between.
 */
export async function countGivenTerm(tx: Tx, audit: AuditLog, outbox: Outbox, message: Delivery | Dispatch): Promise<void> {
  const { threadId, messageId, measure, type, at } = message;
  const given = TIME_GIVEN[type];
  if (!given) return;
  const [locked, measures, latest] = await Promise.all([lockFileWithChain(tx, audit, threadId), readMeasures(tx, threadId), outbox.latestSent(tx, threadId, [type])]);
  const sent = latest.find((m) => m.measure === measure);
  const own = measure === null ? locked?.row.particulars : measures.find(({ no }) => no === measure)?.particulars;
  // Another of its type may wait behind it, and has taken its place.
  const until = locked && own && sent?.left && givenUntil(type, own, locked.row.side, () => sent);
  if (!until) return;
  const [moved] = await tx.prepared<{ id: string; from: Date }>('requests_count_given', COUNT, [tx.state, threadId, measure, given.code, sent.at, until, sent.left!.toISOString()]);
  if (!moved) return;
  const actor = 'actor' in message ? message.actor : ({ kind: 'clock', state: tx.state } as const);
  const detail = { from: moved.from.toISOString(), until: until.toISOString(), messageId };
  clockEvent(tx, { fileId: threadId, measure, deadlineId: moved.id, type: 'DEADLINE_MOVED', actor, at, detail });
  await audit.append(tx, { subject: `file:${threadId}`, type: 'deadline.moved', at, actor: entryActor(actor), body: { deadlineId: moved.id, code: given.code, measure, ...detail } }, locked.head);
}

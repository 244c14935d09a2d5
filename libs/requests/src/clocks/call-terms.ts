import type { Tx } from '@comity/database';
import { newId } from '@comity/kernel';
import { CALL, isCall, proposed, type Act } from '../domain/index.js';
import { endTerms } from '../file-log.js';
import type { OpenFile } from '../files.js';
import { quiet } from './preservation-alarm.js';

/** Sent, and nothing done about it by the requested State: neither acknowledged nor any measure moved on. */
const UNANSWERED: ReadonlySet<string> = new Set(['transmitted', 'received']);
/** What the requested State does and that answers nobody yet. */
const NO_ANSWER: ReadonlySet<string> = new Set(['FORWARD', 'FORWARDED', 'RESEND', 'CHANGE_CHANNEL']);
/** Asked of a preservation under way, and as urgent as the first time (UNCC 42(9)). */
const ASKS_AGAIN: ReadonlySet<string> = new Set(['REQUEST_EXTENSION', 'EXTENSION_REQUESTED', 'NEW_PRESERVATION_REQUESTED']);
const isCalling = ({ row, measures }: OpenFile): boolean => isCall(row.urgent, measures.map(({ form }) => form));

/**
 * Terms that hang on more than one act's payload: a call of the 24/7 network is to be answered within minutes that each
 * State sets for itself, and a request that continues a preservation quiets the alarm about it. Left under way; an
 * ordinary letter for ordinary measures costs no statement.
 */
export function callTerms(tx: Tx, before: OpenFile, after: OpenFile, act: Act, at: Date): void {
  const { row } = after;
  if (act.type === 'TRANSMIT' || act.type === 'REQUESTED') {
    if (isCalling(after)) setCall(tx, row.id, at, act.type === 'TRANSMIT' ? 'transmitted' : 'received');
    for (const { form, content } of after.measures) if (content.followsPreservation && form !== 'preserved-traffic-data') quiet(tx, content.followsPreservation, row, at);
  } else if (ASKS_AGAIN.has(act.type)) {
    setCall(tx, row.id, at, act.type === 'REQUEST_EXTENSION' ? 'asked again' : 'received', act.measure);
  } else if (UNANSWERED.has(before.row.overall) && isCalling(after) && (answers(after, act) || !UNANSWERED.has(row.overall))) {
    endTerms(tx, row.id, null, CALL, at);
  }
}

/** The requested State has taken it up: an official there acts on it, or it has written: a warning, a question, a call-back too. */
const answers = ({ row }: OpenFile, { source, type }: Act): boolean => source === (row.side === 'requested' ? 'official' : 'counterpart') && !NO_ANSWER.has(type);

/** The minutes are read in the statement itself, so that the act waits for no answer. */
function setCall(tx: Tx, fileId: string, at: Date, event: string, measure: number | null = null): void {
  void tx.prepared(
    'requests_call',
    `WITH wait AS (SELECT coalesce((SELECT lead FROM alarm_setting WHERE state = $1 AND kind = 'call-unanswered'), $4::int) AS minutes),
     kept AS (
       INSERT INTO deadline (state, id, file_id, measure, code, kind, due_at, working, rule, fires, status, set_at)
       SELECT $1, $2, $3, $7::integer, '${CALL}', 'internal', $5::timestamptz + minutes * interval '1 minute',
         minutes || CASE minutes WHEN 1 THEN ' minute' ELSE ' minutes' END || ' from ' || $6::text || '; internal', NULL, NULL, 'open', $5
       FROM wait)
     INSERT INTO reminder (state, deadline_id, alarm, due_at)
     SELECT $1, $2, 'call-unanswered', $5::timestamptz + minutes * interval '1 minute' FROM wait`,
    [tx.state, newId(), fileId, proposed('call-unanswered').lead, at, `${at.toISOString()}, ${event}`, measure],
  );
}

import type { Tx } from '@comity/database';
import { newId } from '@comity/kernel';
import { CALL, isCall, isOpen, lastAsk, mainState, proposed, termsEndedBy, type Act, type Facts } from '../domain/index.js';
import { endTerms } from '../file-log.js';
import { LAPSED, NOTHING_FOLLOWS, type OpenFile } from '../files.js';
import { ANSWERED_STATES } from '../questions/case-questions.js';
import { quiet } from './preservation-alarm.js';

/** Sent, and nothing done about it by the requested State: neither acknowledged nor any measure moved on. */
const UNANSWERED: ReadonlySet<string> = new Set(['transmitted', 'received']);
/** What the requested State does and that answers nobody yet; of a review the other State is not even told. */
const NO_ANSWER: ReadonlySet<string> = new Set(['FORWARD', 'FORWARDED', 'RESEND', 'CHANGE_CHANNEL', 'CALL_BACK_NOT_REACHED', 'CONFIRM_DUTY_ACT', 'OBJECT_TO_DUTY_ACT']);
/** Asked of a preservation under way, and as urgent as the first time (UNCC 42(9)). */
const ASKS_AGAIN: ReadonlySet<string> = new Set(['REQUEST_EXTENSION', 'EXTENSION_REQUESTED', 'NEW_PRESERVATION_REQUESTED']);
const isCalling = ({ row, measures }: OpenFile): boolean => isCall(row.urgent, measures.map(({ form }) => form));

/**
 * Terms that hang on more than one act's payload: a call of the 24/7 network is to be answered within minutes that each
 * State sets for itself, a request that continues a preservation quiets the alarm about it, and what was owed on a letter ends
 * with its answer. Left under way; an ordinary act on an ordinary letter costs no statement.
 */
export function callTerms(tx: Tx, before: OpenFile, after: OpenFile, act: Act, at: Date, { dated }: Pick<Facts, 'dated'> = {}): void {
  const { row } = after;
  if (act.type === 'TRANSMIT' || act.type === 'REQUESTED') {
    if (isCalling(after)) setCall(tx, row.id, at, act.type === 'TRANSMIT' ? 'transmitted' : 'received');
    quietFollowed(tx, after, at);
  } else if (act.type === 'RESEND') {
    quietFollowed(tx, after, at);
  } else if (ASKS_AGAIN.has(act.type)) {
    setCall(tx, row.id, at, act.type === 'REQUEST_EXTENSION' ? 'asked again' : 'received', act.measure);
  } else {
    const answered = answers(after, act);
    if (UNANSWERED.has(before.row.overall) && isCalling(after) && (answered || !UNANSWERED.has(row.overall))) endTerms(tx, row.id, null, CALL, at);
    if (answered) for (const { no } of after.measures.filter((measure) => isAskedAgain(measure, dated))) if (act.measure === null || act.measure === no) endTerms(tx, row.id, no, CALL, at);
  }
  // The reply has come: what the letter asks for is awaited again.
  if (mainState(before.row.letter) === LAPSED && mainState(row.letter) === 'acknowledged') quietFollowed(tx, after, at);
  if (act.type === 'WITHDRAW') endWithdrawn(tx, before, after, at);
  endAnswered(tx, before, after, at);
}

/** A letter withdrawn as a whole withdraws its measures, each as by an act of its own. */
function endWithdrawn(tx: Tx, before: OpenFile, { row, measures }: OpenFile, at: Date): void {
  const withdrawn = measures.filter(({ no, chart }) => before.measures.some((m) => m.no === no && mainState(m.chart) !== mainState(chart)));
  for (const { no } of withdrawn) for (const code of termsEndedBy('WITHDRAW_MEASURE')) endTerms(tx, row.id, no, code, at);
}

/** The requested State has taken it up: an official there acts on it, or it has written: a warning, a question, a call-back too, but not one that reached nobody. */
const answers = ({ row }: OpenFile, { source, type, payload }: Act): boolean =>
  source === (row.side === 'requested' ? 'official' : 'counterpart') && !NO_ANSWER.has(type) && !(type === 'RECORD_CALL_BACK' && payload['result'] === 'not-reached');

/** Preservations that the letter's measures continue need no other request, as far as the letter has left. */
export function quietFollowed(tx: Tx, { row, measures }: OpenFile, at: Date): void {
  if (mainState(row.letter) === LAPSED) return;
  for (const { form, chart, content: { followsPreservation } } of measures) {
    if (followsPreservation && form !== 'preserved-traffic-data' && !NOTHING_FOLLOWS.includes(mainState(chart))) quiet(tx, followsPreservation, row, at);
  }
}

/** A preservation asked for again, and neither extended nor declined nor ordered anew; not yet when a letter was dated. */
const isAskedAgain = ({ form, particulars }: OpenFile['measures'][number], dated: string | undefined): boolean => {
  const last = lastAsk(particulars);
  return form === 'preservation' && last !== undefined && isOpen(last) && (dated === undefined || Date.parse(dated) >= Date.parse(last.askedAt));
};

/** Answered as the question of what is overdue has it, so that the two lists agree (UNCC 40(26)). */
const isAnswered = ({ measures }: OpenFile): boolean => measures.length > 0 && measures.every(({ chart }) => ANSWERED_STATES.includes(mainState(chart)));
/** Every measure is at its end: no answer to a question is awaited, nor does a notice of closure run. */
const isOver = ({ row }: OpenFile): boolean => row.overall === 'answered' || row.overall === 'withdrawn';

/** No official ends these by hand. */
function endAnswered(tx: Tx, before: OpenFile, after: OpenFile, at: Date): void {
  const { id, content, particulars } = after.row;
  if (content.suggestedDeadline && isAnswered(after) && !isAnswered(before)) endTerms(tx, id, null, 'suggested', at);
  if (!isOver(after) || isOver(before)) return;
  if (particulars['information'] !== undefined) endTerms(tx, id, null, 'information', at);
  if (particulars['closureNotice'] !== undefined) endTerms(tx, id, null, 'closure', at);
}

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

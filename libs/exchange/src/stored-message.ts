import type { Tx } from '@comity/database';
import { contentErased, notFound, type Problem, type StateCode } from '@comity/kernel';
import type { Channel } from './handler.js';
import type { TransportName } from './peers.js';
import type { Receipt } from './receipt.dto.js';

/** A message on record, without its content. */
export interface StoredMessage {
  direction: 'sent' | 'received';
  id: string;
  thread: string;
  seq: number;
  ack: number;
  counterpart: StateCode;
  type: string;
  measure: number | null;
  /** When it was sealed here, or taken in here. */
  at: Date;
  status: 'pending' | 'delivered' | 'failed' | 'to-dispatch' | 'dispatched' | 'applied' | 'waiting' | 'parked';
  /** SHA-256 (hex) of the sealed bytes. */
  sha256: string;
  /** Why it failed or is parked. */
  code: string | null;
  reason: string | null;
  /** Of a message sent: the counterpart's receipt; of one received: the receipt given. */
  receipt: Receipt | null;
  /** When it was delivered, dispatched or given up; or processed. */
  settledAt: Date | null;
  sent?: {
    transport: TransportName;
    attempts: number;
    nextAttemptAt: Date;
    dispatch: { channel: Channel; at: Date; by: string; reference: string | null } | null;
  };
  received?: { provenance: 'exchange' | 'transcribed'; transcriptionId: string | null };
}

/** A message with the bytes that were sealed, none once erased; `signature` is null for a transcribed one. */
export interface WholeMessage extends StoredMessage {
  bytes: Buffer;
  signature: string | null;
}

const messageErased = (): Problem =>
  contentErased('The bytes of this message were erased when their period was over. Its hash, its place in the thread and the entry of its erasure are on record.');

const SENT = `id, thread_id AS thread, seq, ack, counterpart, type, measure, created_at AS at, status,
  encode(sha256, 'hex') AS sha256, last_code AS code, last_reason AS reason, receipt, settled_at AS "settledAt",
  transport, attempts, next_attempt_at AS "nextAttemptAt", channel, dispatched_at, dispatched_by, dispatch_reference`;
const RECEIVED = `id, thread_id AS thread, seq, ack, counterpart, type, measure, received_at AS at, status,
  encode(sha256, 'hex') AS sha256, code, reason, receipt, applied_at AS "settledAt",
  provenance, transcription_id AS "transcriptionId"`;

type SentRow = Omit<WholeMessage, 'direction' | 'sent'> &
  Omit<NonNullable<StoredMessage['sent']>, 'dispatch'> & {
    channel: Channel | null;
    dispatched_at: Date | null;
    dispatched_by: string | null;
    dispatch_reference: string | null;
  };
type ReceivedRow = Omit<WholeMessage, 'direction' | 'received'> & NonNullable<StoredMessage['received']>;

/** Both directions of a thread, in the order of {@link inOrder}. */
export async function threadMessages(tx: Tx, threadId: string): Promise<StoredMessage[]> {
  const [sent, received] = await Promise.all([
    tx.query<SentRow>(`SELECT ${SENT} FROM outbox_message WHERE state = $1 AND thread_id = $2 ORDER BY seq`, [
      tx.state,
      threadId,
    ]),
    tx.query<ReceivedRow>(`SELECT ${RECEIVED} FROM inbox_message WHERE state = $1 AND thread_id = $2 ORDER BY seq`, [
      tx.state,
      threadId,
    ]),
  ]);
  return inOrder(sent.map(sentMessage), received.map(receivedMessage));
}

/** One message of either direction, whole. @throws Problem 404 `message.unknown`, 410 `content.erased` */
export async function wholeMessage(tx: Tx, messageId: string): Promise<WholeMessage> {
  const whole = await messageOnRecord(tx, messageId);
  // No envelope is empty: nothing but an erasure leaves one so.
  if (whole.bytes.length === 0) throw messageErased();
  return whole;
}

/** As {@link wholeMessage}; without bytes once they were erased. @throws Problem 404 `message.unknown` */
export async function messageOnRecord(tx: Tx, messageId: string): Promise<WholeMessage> {
  const [sent, received] = await Promise.all([
    tx.query<SentRow>(`SELECT ${SENT}, bytes, signature FROM outbox_message WHERE state = $1 AND id = $2`, [
      tx.state,
      messageId,
    ]),
    tx.query<ReceivedRow>(`SELECT ${RECEIVED}, bytes, signature FROM inbox_message WHERE state = $1 AND id = $2`, [
      tx.state,
      messageId,
    ]),
  ]);
  const found = sent[0] ? sentMessage(sent[0]) : received[0] && receivedMessage(received[0]);
  if (!found) throw notFound('message.unknown', 'No message is on record under this id.');
  return found as WholeMessage;
}

/**
 * Merges both directions by what each side knew: a message follows everything its `ack` says was processed. Clocks
 * only order messages that crossed, since two acts may bear the same millisecond or come from two clocks.
 */
export function inOrder<T extends { seq: number; ack: number; at: Date }>(
  sent: readonly T[],
  received: readonly T[],
): T[] {
  const merged: T[] = [];
  let s = 0;
  let r = 0;
  while (s < sent.length && r < received.length) {
    const own = sent[s]!;
    const theirs = received[r]!;
    const ownWaits = own.ack >= theirs.seq;
    const theirsWaits = theirs.ack >= own.seq;
    // Both waiting cannot come from honest counting; a transcribed `ack` may be mistaken, and time must then decide.
    const ownFirst = ownWaits === theirsWaits ? own.at <= theirs.at : theirsWaits;
    merged.push(ownFirst ? own : theirs);
    if (ownFirst) s += 1;
    else r += 1;
  }
  return [...merged, ...sent.slice(s), ...received.slice(r)];
}

function sentMessage(row: SentRow): StoredMessage {
  const { transport, attempts, nextAttemptAt, channel, dispatched_at, dispatched_by, dispatch_reference, ...rest } =
    row;
  const dispatch = channel && { channel, at: dispatched_at!, by: dispatched_by!, reference: dispatch_reference };
  return { direction: 'sent', ...rest, sent: { transport, attempts, nextAttemptAt, dispatch } };
}

function receivedMessage(row: ReceivedRow): StoredMessage {
  const { provenance, transcriptionId, ...rest } = row;
  return { direction: 'received', ...rest, received: { provenance, transcriptionId } };
}

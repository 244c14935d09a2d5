import type { Tx } from '@comity/database';
import type { Envelope } from './envelope.js';
import type { TranscriptionProof } from './handler.js';
import type { InboxThread } from './inbox-thread.js';
import type { Receipt } from './receipt.dto.js';

/** A message that arrived, before it is known whether its turn has come. */
export interface Arrival {
  envelope: Envelope;
  bytes: Buffer;
  sha256: Buffer;
  signature: string | null;
  receivedAt: Date;
  transcription?: TranscriptionProof;
}

/** A message whose turn it is. */
export type Turn = Pick<Arrival, 'envelope' | 'receivedAt' | 'transcription'>;

export interface KnownRow {
  id: string;
  seq: number;
  thread: string;
  bytes: Buffer;
  provenance: 'exchange' | 'transcribed';
  receipt: Receipt;
}

/** Rows that bear the same id or the same place in the thread, and the one that comes next. */
export function knownRows(tx: Tx, envelope: Envelope): Promise<KnownRow[]> {
  return tx.prepared<KnownRow>(
    'exchange_inbox_known',
    `SELECT id, seq, thread_id AS thread, bytes, provenance, receipt FROM inbox_message
     WHERE state = $1 AND (id = $2 OR (thread_id = $3 AND seq IN ($4, $4 + 1)))`,
    [tx.state, envelope.id, envelope.thread, envelope.seq],
  );
}

export function insertArrival(
  tx: Tx,
  arrival: Arrival,
  status: 'applied' | 'waiting',
  receipt: Receipt,
): Promise<unknown> {
  const { envelope, transcription, receivedAt } = arrival;
  return tx.prepared(
    'exchange_inbox_insert',
    `INSERT INTO inbox_message (state, id, thread_id, seq, ack, counterpart, type, measure, bytes, sha256, signature,
       provenance, transcription_id, status, receipt, received_at, applied_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      tx.state,
      envelope.id,
      envelope.thread,
      envelope.seq,
      envelope.ack,
      envelope.from,
      envelope.type,
      envelope.measure,
      arrival.bytes,
      arrival.sha256,
      arrival.signature,
      transcription ? 'transcribed' : 'exchange',
      transcription?.id ?? null,
      status,
      JSON.stringify(receipt),
      receivedAt,
      status === 'applied' ? receivedAt : null,
    ],
  );
}

/** The kept message that comes next, if it is there. Reads again what was sent: a handler may have answered. */
export async function nextKept(tx: Tx, thread: InboxThread): Promise<Turn | undefined> {
  const [row] = await tx.prepared<{ bytes: Buffer; received_at: Date; sent_seq: number }>(
    'exchange_inbox_next',
    `SELECT m.bytes, m.received_at, t.sent_seq FROM inbox_message m
     JOIN thread t ON t.state = m.state AND t.id = m.thread_id
     WHERE m.state = $1 AND m.thread_id = $2 AND m.seq = $3`,
    [tx.state, thread.id, thread.receivedSeq + 1],
  );
  if (!row) return undefined;
  thread.sentSeq = row.sent_seq;
  // Verified when it arrived, and never changed since. A transcribed message never waits.
  return { envelope: JSON.parse(row.bytes.toString('utf8')) as Envelope, receivedAt: row.received_at };
}

/** Counts the message as processed, so that what its handler posts acknowledges it. */
export async function markApplied(tx: Tx, thread: InboxThread, seq: number, at: Date): Promise<void> {
  await tx.prepared(
    'exchange_inbox_apply',
    `WITH message AS (
       UPDATE inbox_message SET status = 'applied', code = NULL, reason = NULL, applied_at = $4
       WHERE state = $1 AND thread_id = $2 AND seq = $3 AND status <> 'applied'
     ) UPDATE thread SET received_seq = $3 WHERE state = $1 AND id = $2`,
    [tx.state, thread.id, seq, at],
  );
}

export interface CrossedMessage {
  seq: number;
  type: string;
  measure: number | null;
}

/** Own messages the sender had not processed when it decided. */
export async function crossedBy(tx: Tx, thread: InboxThread, envelope: Envelope): Promise<CrossedMessage[]> {
  if (envelope.ack >= thread.sentSeq) return [];
  return tx.prepared<CrossedMessage>(
    'exchange_crossed',
    'SELECT seq, type, measure FROM outbox_message WHERE state = $1 AND thread_id = $2 AND seq > $3 ORDER BY seq',
    [tx.state, envelope.thread, envelope.ack],
  );
}

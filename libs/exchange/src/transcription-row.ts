import type { Tx } from '@comity/database';
import { notFound, type Json, type StateCode } from '@comity/kernel';
import type { Channel } from './handler.js';

/** What officials typed from a letter, and what became of it. */
export interface Transcription {
  id: string;
  threadId: string;
  /** The letter is a request: confirming it opens the thread. */
  opensThread: boolean;
  counterpart: StateCode;
  type: string;
  measure: number | null;
  /** Number that the letter itself bears, if any. */
  seq: number | null;
  ack: number;
  body: Record<string, Json>;
  /** Date of the letter. */
  datedAt: Date;
  receivedAt: Date;
  channel: Channel;
  documentId: string | null;
  /** SHA-256 (hex). */
  documentSha256: string;
  status: 'proposed' | 'confirmed' | 'declined';
  proposedBy: string;
  proposedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  declineReason: string | null;
  messageId: string | null;
}

const COLUMNS = `id, thread_id AS "threadId", opens_thread AS "opensThread", counterpart, type, measure, seq, ack, body,
  dated_at AS "datedAt", received_at AS "receivedAt", channel, document_id AS "documentId",
  document_sha256 AS "documentSha256", status, proposed_by AS "proposedBy", proposed_at AS "proposedAt",
  decided_by AS "decidedBy", decided_at AS "decidedAt", decline_reason AS "declineReason", message_id AS "messageId"`;

type Row = Omit<Transcription, 'body'> & { body: Buffer };

const read = (row: Row): Transcription => ({
  ...row,
  body: JSON.parse(row.body.toString('utf8')) as Record<string, Json>,
});

/** @throws Problem 404 `transcription.unknown` */
export async function readTranscription(tx: Tx, id: string, lock = false): Promise<Transcription> {
  const [row] = await tx.query<Row>(
    `SELECT ${COLUMNS} FROM transcription WHERE state = $1 AND id = $2 ${lock ? 'FOR UPDATE' : ''}`,
    [tx.state, id],
  );
  if (!row) throw notFound('transcription.unknown', 'No transcription is on record under this id.');
  return read(row);
}

/** Letters of a State, of the types named, that were typed and wait for their second person. */
export async function proposedLetters(tx: Tx, counterpart: StateCode, types: readonly string[]): Promise<Pick<Transcription, 'threadId' | 'type' | 'measure' | 'body'>[]> {
  const rows = await tx.prepared<Row>(
    'exchange_proposed_letters',
    `SELECT thread_id AS "threadId", type, measure, body FROM transcription WHERE state = $1 AND status = 'proposed' AND counterpart = $2 AND type = ANY ($3)`,
    [tx.state, counterpart, types],
  );
  return rows.map(read);
}

export interface TranscriptionQuery {
  threadId?: string;
  status?: Transcription['status'];
  /** Last seen. */
  after?: { proposedAt: string; id: string };
  limit: number;
}

/** Of one thread or of all, oldest first. At most one more than `limit`, so that a reader sees whether there are more. */
export async function listTranscriptions(tx: Tx, { threadId, status, after, limit }: TranscriptionQuery): Promise<Transcription[]> {
  const params: unknown[] = [tx.state];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where = ['state = $1'];
  if (threadId !== undefined) where.push(`thread_id = ${add(threadId)}`);
  if (status !== undefined) where.push(`status = ${add(status)}`);
  if (after) where.push(`(proposed_at, id) > (${add(after.proposedAt)}::timestamptz, ${add(after.id)}::uuid)`);
  const rows = await tx.query<Row>(`SELECT ${COLUMNS} FROM transcription WHERE ${where.join(' AND ')} ORDER BY proposed_at, id LIMIT ${add(limit + 1)}`, params);
  return rows.map(read);
}

/** What one letter says: the same of the same document is the same letter. */
export interface SaidByLetter {
  threadId: string | null;
  counterpart: StateCode;
  type: string;
  measure: number | null;
  documentSha256: string;
  body: Buffer;
}

/**
 * The transcription of the same document, word for word the same, that was not declined. Others of the document wait until
 * this transaction ends: two that came at once would not see each other.
 * @param threadId null for a request: whatever dialogue it opened
 */
export async function sameLetter(tx: Tx, letter: SaidByLetter): Promise<{ id: string; threadId: string; status: 'proposed' | 'confirmed' } | undefined> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`transcription ${tx.state} ${letter.documentSha256}`]);
  const [row] = await tx.query<{ id: string; threadId: string; status: 'proposed' | 'confirmed' }>(
    `SELECT id, thread_id AS "threadId", status FROM transcription WHERE state = $1 AND document_sha256 = $5 AND status <> 'declined'
       AND counterpart = $2 AND type = $3 AND measure IS NOT DISTINCT FROM $4 AND ($6::uuid IS NULL OR thread_id = $6) AND body = $7
     ORDER BY status, proposed_at LIMIT 1`,
    [tx.state, letter.counterpart, letter.type, letter.measure, letter.documentSha256, letter.threadId, letter.body],
  );
  return row;
}

export async function insertTranscription(tx: Tx, t: Transcription, body: Buffer): Promise<void> {
  await tx.query(
    `INSERT INTO transcription (state, id, thread_id, opens_thread, counterpart, type, measure, seq, ack, body, dated_at,
       received_at, channel, document_id, document_sha256, status, proposed_by, proposed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'proposed', $16, $17)`,
    [
      tx.state,
      t.id,
      t.threadId,
      t.opensThread,
      t.counterpart,
      t.type,
      t.measure,
      t.seq,
      t.ack,
      body,
      t.datedAt,
      t.receivedAt,
      t.channel,
      t.documentId,
      t.documentSha256,
      t.proposedBy,
      t.proposedAt,
    ],
  );
}

export async function decideTranscription(
  tx: Tx,
  id: string,
  decision: { status: 'confirmed' | 'declined'; by: string; at: Date; messageId?: string; reason?: string },
): Promise<void> {
  await tx.query(
    `UPDATE transcription SET status = $3, decided_by = $4, decided_at = $5, message_id = $6, decline_reason = $7
     WHERE state = $1 AND id = $2`,
    [tx.state, id, decision.status, decision.by, decision.at, decision.messageId ?? null, decision.reason ?? null],
  );
}

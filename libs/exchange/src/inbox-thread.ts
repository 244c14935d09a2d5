import type { Tx } from '@comity/database';
import type { StateCode } from '@comity/kernel';

/** The act that opens a thread, always by the requesting State and always its first message. */
export const OPENING_TYPE = 'REQUESTED';

/** A thread as the inbox needs it, locked. */
export interface InboxThread {
  id: string;
  counterpart: StateCode;
  openedBy: 'own' | 'counterpart';
  openedAt: Date;
  sentSeq: number;
  receivedSeq: number;
  parkedSeq: number | null;
}

/** Locks the thread; undefined when there is none. */
export async function lockThread(tx: Tx, id: string): Promise<InboxThread | undefined> {
  const [row] = await tx.prepared<InboxThread>(
    'exchange_inbox_thread',
    `SELECT id, counterpart, opened_by AS "openedBy", opened_at AS "openedAt", sent_seq AS "sentSeq", received_seq AS "receivedSeq",
       parked_seq AS "parkedSeq" FROM thread WHERE state = $1 AND id = $2 FOR UPDATE`,
    [tx.state, id],
  );
  return row;
}

/** Opens a thread for the counterpart, with nothing on record; undefined when another delivery has just opened it. */
export async function openInboundThread(
  tx: Tx,
  id: string,
  counterpart: StateCode,
  at: Date,
): Promise<InboxThread | undefined> {
  const rows = await tx.prepared(
    'exchange_inbox_thread_open',
    `INSERT INTO thread (state, id, counterpart, opened_by, opened_at) VALUES ($1, $2, $3, 'counterpart', $4)
     ON CONFLICT (state, id) DO NOTHING RETURNING id`,
    [tx.state, id, counterpart, at],
  );
  if (rows.length === 0) return undefined;
  return { id, counterpart, openedBy: 'counterpart', openedAt: at, sentSeq: 0, receivedSeq: 0, parkedSeq: null };
}

export async function park(
  tx: Tx,
  thread: InboxThread,
  seq: number,
  code: string,
  reason: string,
  at: Date,
): Promise<void> {
  await Promise.all([
    tx.query(
      `UPDATE inbox_message SET status = 'parked', code = $4, reason = $5, applied_at = NULL
       WHERE state = $1 AND thread_id = $2 AND seq = $3`,
      [tx.state, thread.id, seq, code, reason],
    ),
    tx.query(
      `UPDATE thread SET parked_seq = $3, parked_code = $4, parked_reason = $5, parked_at = $6 WHERE state = $1 AND id = $2`,
      [tx.state, thread.id, seq, code, reason, at],
    ),
  ]);
  thread.parkedSeq = seq;
}

export async function clearParking(tx: Tx, thread: InboxThread): Promise<void> {
  await tx.query(
    `UPDATE thread SET parked_seq = NULL, parked_code = NULL, parked_reason = NULL, parked_at = NULL
     WHERE state = $1 AND id = $2`,
    [tx.state, thread.id],
  );
  thread.parkedSeq = null;
}

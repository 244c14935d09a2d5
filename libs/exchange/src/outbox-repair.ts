import type { Tx } from '@comity/database';
import { conflict, notFound } from '@comity/kernel';
import type { TransportName } from './peers.js';

interface Row {
  status: string;
  transport: TransportName;
}

/** See `Outbox.resend`. */
export async function resend(tx: Tx, messageId: string, at: Date): Promise<void> {
  const row = await lock(tx, messageId);
  if (row.status !== 'failed')
    throw conflict('message.not-failed', `Only a failed message is sent again; this one is ${row.status}.`);
  await restart(tx, messageId, row.transport, at);
}

/** See `Outbox.switchTransport`. */
export async function switchTransport(tx: Tx, messageId: string, transport: TransportName, at: Date): Promise<void> {
  const row = await lock(tx, messageId);
  if (row.status === 'delivered' || row.status === 'dispatched') {
    throw conflict('message.settled', `The message is ${row.status} already: its way cannot be changed.`);
  }
  await restart(tx, messageId, transport, at);
}

async function lock(tx: Tx, messageId: string): Promise<Row> {
  const [row] = await tx.query<Row>(
    'SELECT status, transport FROM outbox_message WHERE state = $1 AND id = $2 FOR UPDATE',
    [tx.state, messageId],
  );
  if (!row) throw notFound('message.unknown', 'No message was sent under this id.');
  return row;
}

async function restart(tx: Tx, messageId: string, transport: TransportName, at: Date): Promise<void> {
  await tx.query(
    `UPDATE outbox_message SET transport = $3, status = $4, attempts = 0, next_attempt_at = $5, lease_until = NULL,
       lease_token = NULL, last_code = NULL, last_reason = NULL, receipt = NULL, settled_at = NULL
     WHERE state = $1 AND id = $2`,
    [tx.state, messageId, transport, transport === 'manual' ? 'to-dispatch' : 'pending', at],
  );
}

/** See `Outbox.recall`. */
export async function recall(tx: Tx, threadId: string, at: Date): Promise<void> {
  await tx.query(
    `UPDATE outbox_message SET status = 'failed', last_code = 'message.recalled', last_reason = 'The letter of request before it never arrived and was withdrawn.',
       settled_at = $3, lease_until = NULL, lease_token = NULL
     WHERE state = $1 AND thread_id = $2 AND status IN ('pending', 'to-dispatch')`,
    [tx.state, threadId, at],
  );
}

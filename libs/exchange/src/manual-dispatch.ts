import type { Tx } from '@comity/database';
import { conflict, notFound, unprocessable, type Official } from '@comity/kernel';
import { Injectable } from '@nestjs/common';
import { CHANNELS, HandlerSlot, type Channel } from './handler.js';

export interface DispatchNote {
  channel: Channel;
  /** When the letter left. */
  dispatchedAt: Date;
  /** Postal or register number. */
  reference?: string;
  at: Date;
}

const MINUTE = 60_000;

interface Row {
  thread_id: string;
  seq: number;
  counterpart: string;
  type: string;
  measure: number | null;
  status: string;
  behind: boolean;
  created_at: Date;
}

/** Notes that people carried a message: the manual counterpart of a delivery. */
@Injectable()
export class ManualDispatch {
  constructor(private readonly handlers: HandlerSlot) {}

  /**
   * Marks an exported message dispatched.
   * @throws Problem 404 `message.unknown`, 409 `message.not-to-dispatch`, 409 `message.earlier-unsent`,
   *   422 `dispatch.channel-unknown`, 422 `dispatch.in-future`, 422 `dispatch.before-sealed`
   */
  async dispatch(tx: Tx, actor: Official, messageId: string, note: DispatchNote): Promise<void> {
    const { channel, dispatchedAt, at } = note;
    if (!CHANNELS.includes(channel))
      throw unprocessable('dispatch.channel-unknown', `Name the way it was sent: ${CHANNELS.join(', ')}.`);
    if (!(dispatchedAt.getTime() <= at.getTime()))
      throw unprocessable('dispatch.in-future', 'Note the dispatch when it has taken place.');
    const handler = this.handlers.get();
    const threadId = await this.threadOf(tx, actor, messageId);
    await handler.lock?.(tx, threadId);
    const row = await this.lock(tx, messageId);
    if (row.status !== 'to-dispatch')
      throw conflict(
        'message.not-to-dispatch',
        `Only a message waiting for dispatch can be marked; this one is ${row.status}.`,
      );
    // The counterpart reads letters in their order, and so does the count of what it has seen.
    if (row.behind)
      throw conflict(
        'message.earlier-unsent',
        `Message ${row.seq - 1} of this thread has not been sent yet. Send it first, or together, and mark it first.`,
      );
    // Officials note the minute.
    if (dispatchedAt.getTime() < row.created_at.getTime() - (row.created_at.getTime() % MINUTE))
      throw unprocessable(
        'dispatch.before-sealed',
        `The message was sealed at ${row.created_at.toISOString()}: it cannot have left before.`,
      );
    const reference = note.reference ?? null;
    await tx.query(
      `UPDATE outbox_message SET status = 'dispatched', channel = $3, dispatched_at = $4, dispatched_by = $5,
         dispatch_reference = $6, settled_at = $7 WHERE state = $1 AND id = $2`,
      [tx.state, messageId, channel, dispatchedAt, actor.accountId, reference, at],
    );
    await handler.dispatched?.(tx, {
      actor,
      threadId,
      messageId,
      seq: row.seq,
      counterpart: row.counterpart,
      type: row.type,
      measure: row.measure,
      channel,
      dispatchedAt,
      reference,
      at,
    });
  }

  private async threadOf(tx: Tx, actor: Official, messageId: string): Promise<string> {
    const [row] = await tx.query<{ thread_id: string }>(
      'SELECT thread_id FROM outbox_message WHERE state = $1 AND id = $2',
      [tx.state, messageId],
    );
    if (!row || actor.state !== tx.state) throw notFound('message.unknown', 'No message was sent under this id.');
    return row.thread_id;
  }

  private async lock(tx: Tx, messageId: string): Promise<Row> {
    const [row] = await tx.query<Row>(
      `SELECT thread_id, seq, counterpart, type, measure, status, created_at, EXISTS (
         SELECT FROM outbox_message e WHERE e.state = o.state AND e.thread_id = o.thread_id AND e.seq = o.seq - 1
           AND e.status NOT IN ('delivered', 'dispatched')) AS behind
       FROM outbox_message o WHERE state = $1 AND id = $2 FOR UPDATE OF o`,
      [tx.state, messageId],
    );
    return row!;
  }
}

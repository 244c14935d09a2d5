import { isRetryable, type Tx } from '@comity/database';
import { Problem } from '@comity/kernel';
import type { InboundMessage, MessageHandler } from './handler.js';
import { crossedBy, markApplied, nextKept, type Turn } from './inbox-row.js';
import { park, type InboxThread } from './inbox-thread.js';

/**
 * Hands the next message of a thread to the handler, without a net: whatever the handler throws is the caller's.
 * `thread.receivedSeq` MUST be one below the message's `seq`.
 */
export async function handOver(
  tx: Tx,
  handler: MessageHandler,
  thread: InboxThread,
  turn: Turn,
  at: Date,
): Promise<void> {
  const { envelope, transcription, receivedAt } = turn;
  const [, crossedMessages] = await Promise.all([
    markApplied(tx, thread, envelope.seq, at),
    crossedBy(tx, thread, envelope),
  ]);
  const message: InboundMessage = {
    ...envelope,
    provenance: transcription ? 'transcribed' : 'exchange',
    crossed: crossedMessages.map((m) => m.type),
    crossedMessages,
    receivedAt,
    at,
    ...(transcription && { transcription }),
  };
  await handler.handle(tx, message);
  thread.receivedSeq = envelope.seq;
}

/** Every kept message whose turn has come. */
export async function takeKept(tx: Tx, handler: MessageHandler, thread: InboxThread, at: Date): Promise<void> {
  for (;;) {
    const turn = await nextKept(tx, thread);
    if (!turn || !(await takeTurn(tx, handler, thread, turn, at, false))) return;
  }
}

/**
 * Hands one message over inside a savepoint. What the handler refuses is undone, and the thread parked.
 * @param delivered the message is being delivered now: its sender will try again after a failure that is no refusal.
 *   Nobody sends a kept one again, so any failure parks it where officials see it.
 * @returns whether it was handled
 */
export async function takeTurn(
  tx: Tx,
  handler: MessageHandler,
  thread: InboxThread,
  turn: Turn,
  at: Date,
  delivered: boolean,
): Promise<boolean> {
  const { id, seq, type } = turn.envelope;
  void tx.query('SAVEPOINT handling');
  try {
    await handOver(tx, handler, thread, turn, at);
    const released = tx.query('RELEASE SAVEPOINT handling');
    // Waited for only where it matters whether the handler left a statement behind that failed.
    if (!delivered) await released;
    return true;
  } catch (error) {
    const { code, detail } = fault(error, delivered);
    await tx.query('ROLLBACK TO SAVEPOINT handling');
    await tx.query('RELEASE SAVEPOINT handling');
    await park(tx, thread, seq, code, detail, at);
    await handler.parked?.(tx, {
      threadId: thread.id,
      messageId: id,
      seq,
      type,
      counterpart: thread.counterpart,
      code,
      reason: detail,
      at,
    });
    return false;
  }
}

function fault(error: unknown, delivered: boolean): { code: string; detail: string } {
  if (error instanceof Problem && error.status < 500) return { code: error.code, detail: error.detail };
  // A deadlock undoes the whole transaction; it is begun again from the start.
  if (delivered || isRetryable(error)) throw error;
  return {
    code: 'message.handler-failed',
    detail:
      "Handling the message failed for a reason that is not its content. Have it handled again; see the node's log.",
  };
}

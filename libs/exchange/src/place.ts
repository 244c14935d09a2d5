import type { Tx } from '@comity/database';
import { conflict, type StateCode } from '@comity/kernel';
import type { InboxThread } from './inbox-thread.js';
import { Peers } from './peers.js';

/** What decides where in its thread a transcribed letter comes. */
export interface Place {
  counterpart: StateCode;
  threadId: string | undefined;
  /** Number that the letter itself bears. */
  seq: number | null;
}

/**
 * A node numbers its State's messages: a letter that took the next number would make the message that has it a
 * contradiction, and every one after it wait. So beside a node a letter is transcribed only in the place it bears.
 * @throws Problem 409 `transcription.peer-has-node`
 */
export async function assertPlace(tx: Tx, peers: Peers, { counterpart, threadId, seq }: Place): Promise<void> {
  if (seq !== null && threadId !== undefined) return;
  if ((await peers.transport(tx, counterpart)) === 'manual') return;
  if (threadId !== undefined && (await carriedByPeople(tx, threadId))) return;
  throw conflict(
    'transcription.peer-has-node',
    `${counterpart} has a node. Ask it to send this message by its node, or to send it again. If the letter was printed by a node, give the thread (requestId) and the message number (seq) that stand on it.`,
  );
}

/** Nothing ever came by the counterpart's node in this thread, and people have carried letters in it. */
async function carriedByPeople(tx: Tx, threadId: string): Promise<boolean> {
  const [row] = await tx.query<{ carried: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM inbox_message WHERE state = $1 AND thread_id = $2 AND provenance = 'exchange')
       AND (EXISTS (SELECT FROM inbox_message WHERE state = $1 AND thread_id = $2)
         OR EXISTS (SELECT FROM outbox_message WHERE state = $1 AND thread_id = $2 AND transport = 'manual')) AS carried`,
    [tx.state, threadId],
  );
  return row!.carried;
}

/** Number of a letter that takes its turn in the thread now. @throws Problem 409 `thread.parked`, `transcription.*` */
export function nextSeq(thread: InboxThread, t: { opensThread: boolean; seq: number | null }): number {
  const next = thread.receivedSeq + 1;
  if (thread.parkedSeq !== null)
    throw conflict(
      'thread.parked',
      `Message ${thread.parkedSeq} of this thread could not be handled. Have it handled first.`,
    );
  if (t.opensThread && next !== 1)
    throw conflict('transcription.already-received', 'This request was taken in already.');
  if (t.seq !== null && t.seq < next)
    throw conflict(
      'transcription.already-received',
      `Message ${t.seq} of this thread was taken in already: decline the transcription.`,
    );
  if (t.seq !== null && t.seq > next)
    throw conflict(
      'transcription.earlier-missing',
      `Message ${next} of this thread has not been taken in. Transcribe it first.`,
    );
  return next;
}

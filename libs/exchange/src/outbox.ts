import type { Tx } from '@comity/database';
import { newId, notFound, sha256, type Json, type StateCode } from '@comity/kernel';
import { Injectable } from '@nestjs/common';
import { seal, type SigningKey } from './envelope.js';
import { recall, resend, switchTransport } from './outbox-repair.js';
import type { TransportName } from './peers.js';
import { Signer } from './signer.js';
import { messageOnRecord, threadMessages, wholeMessage, type StoredMessage, type WholeMessage } from './stored-message.js';

/** A message that was sealed: `sha256` of its bytes, hex. */
export interface Posted {
  id: string;
  seq: number;
  sha256: string;
}

/** One State's side of a dialogue, locked for this transaction. */
export interface ThreadState {
  readonly id: string;
  readonly counterpart: StateCode;
  /** Highest own `seq`; {@link Outbox.post} raises it, so that several posts of one act follow each other. */
  sentSeq: number;
  /** Highest counterpart `seq` processed: the `ack` of what is posted now. */
  receivedSeq: number;
  /** Not stored yet: the first post stores it. */
  opening?: true;
  /** Why the counterpart's messages are not processed, if so. */
  parked?: { seq: number; code: string; reason: string };
}

export interface Draft {
  type: string;
  measure: number | null;
  body: Record<string, Json>;
  at: Date;
}

/** Of a row of `outbox_message`: the other State cannot know of it yet. */
export const NOT_LEFT = `status NOT IN ('delivered', 'dispatched')`;

/** Of a row of `outbox_message`: when it was delivered or dispatched; null where it has not left. */
export const LEFT_AT = `CASE WHEN ${NOT_LEFT} THEN NULL ELSE coalesce(dispatched_at, settled_at) END`;

/** Of a row of `outbox_message`: it waits to be carried, or could not be delivered. One on its way to a node arrives in seconds, or fails. */
export const HELD_BACK = `status IN ('to-dispatch', 'failed')`;

export interface LatestSent {
  measure: number | null;
  type: string;
  at: Date;
  /** Null while the other State cannot know of it. */
  left: Date | null;
}

interface ThreadRow {
  counterpart: string;
  sent_seq: number;
  received_seq: number;
  parked_seq: number | null;
  parked_code: string | null;
  parked_reason: string | null;
}

/**
 * An insert that fails (NULL counterpart) unless the thread stands where the caller read it: a stale
 * {@link ThreadState} must never let a message vanish, even when the caller leaves the statement unawaited.
 */
const statement = (bumped: string): string => `
WITH bumped AS (${bumped} RETURNING counterpart)
INSERT INTO outbox_message (state, id, thread_id, seq, ack, counterpart, type, measure, bytes, sha256, signature,
  transport, status, next_attempt_at, created_at)
SELECT $1, $2, $3, $4, $5, b.counterpart, $6, $7, $8, $9, $10,
  p.transport, CASE p.transport WHEN 'in-process' THEN 'pending' ELSE 'to-dispatch' END, $11, $11
FROM (VALUES (1)) one LEFT JOIN bumped b ON true,
  LATERAL (SELECT COALESCE((SELECT transport FROM peer WHERE state = $1 AND counterpart = b.counterpart), 'manual') AS transport) p`;

const POST = statement('UPDATE thread SET sent_seq = $4 WHERE state = $1 AND id = $3 AND sent_seq = $4 - 1');
const OPEN = statement(`INSERT INTO thread (state, id, counterpart, opened_by, opened_at, sent_seq) VALUES ($1, $3, $12, 'own', $11, $4)`);

/** Seals and stores messages in the act's own transaction; {@link DeliveryService} sends what committed. */
@Injectable()
export class Outbox {
  private listener: (state: StateCode) => void = () => undefined;

  private check: (draft: Draft) => void = () => undefined;

  constructor(private readonly signer: Signer) {}

  /** Asks `check` before each message is sealed; what it throws is the answer of {@link post}, and nothing is stored. */
  onPosting(check: (draft: Draft) => void): void {
    this.check = check;
  }

  /** Calls `listener` after each commit that left a message to deliver: it saves the worker a wait, no more. */
  onPosted(listener: (state: StateCode) => void): void {
    this.listener = listener;
  }

  /**
   * Locks and reads the thread. Callers lock the file first, and may pipeline both.
   * @throws Problem 404 `thread.unknown`
   */
  async thread(tx: Tx, threadId: string): Promise<ThreadState> {
    const thread = await this.find(tx, threadId);
    if (!thread) throw notFound('thread.unknown', 'No messages have been exchanged under this id.');
    return thread;
  }

  /** As {@link thread}; null where no message has been exchanged yet. */
  async find(tx: Tx, threadId: string): Promise<ThreadState | null> {
    const [row] = await tx.prepared<ThreadRow>(
      'exchange_thread',
      `SELECT counterpart, sent_seq, received_seq, parked_seq, parked_code, parked_reason
       FROM thread WHERE state = $1 AND id = $2 FOR UPDATE`,
      [tx.state, threadId],
    );
    if (!row) return null;
    return {
      id: threadId,
      counterpart: row.counterpart,
      sentSeq: row.sent_seq,
      receivedSeq: row.received_seq,
      ...(row.parked_seq !== null && {
        parked: { seq: row.parked_seq, code: row.parked_code!, reason: row.parked_reason! },
      }),
    };
  }

  /** A thread of one's own, stored together with the first message posted to it. */
  openThread({ id, counterpart }: { id: string; counterpart: StateCode }): ThreadState {
    return { id, counterpart, sentSeq: 0, receivedSeq: 0, opening: true };
  }

  /**
   * Seals a message once and stores it as the next of the thread. The promise MUST be awaited before the work ends; the
   * statement itself is then under way, and fails the transaction at COMMIT if it fails.
   * @throws Problem `message.*` when the content could not cross, and what the check of {@link onPosting} throws
   */
  post(tx: Tx, thread: ThreadState, draft: Draft): Promise<Posted> {
    const key = this.signer.cached(tx.state, draft.at);
    try {
      this.check(draft);
      // With the key at hand the statement leaves at once, in the order of calls.
      if (key) return this.store(tx, thread, draft, key);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return this.signer.load(tx, draft.at).then((loaded) => this.store(tx, thread, draft, loaded));
  }

  /** Of each of the types named the latest own message about the letter and each measure: when it was sealed, and when it was delivered or dispatched. */
  latestSent(tx: Tx, threadId: string, types: readonly string[]): Promise<LatestSent[]> {
    return tx.prepared<LatestSent>(
      'exchange_latest_sent',
      `SELECT DISTINCT ON (measure, type) measure, type, created_at AS at, ${LEFT_AT} AS "left"
       FROM outbox_message WHERE state = $1 AND thread_id = $2 AND type = ANY ($3) ORDER BY measure, type, seq DESC`,
      [tx.state, threadId, types],
    );
  }

  /** Both directions of a thread in order, with their fate, without their content. */
  messages(tx: Tx, threadId: string): Promise<StoredMessage[]> {
    return threadMessages(tx, threadId);
  }

  /** One message of either direction with its sealed bytes. @throws Problem 404 `message.unknown`, 410 `content.erased` */
  message(tx: Tx, messageId: string): Promise<WholeMessage> {
    return wholeMessage(tx, messageId);
  }

  /** As {@link message}; without bytes once they were erased. @throws Problem 404 `message.unknown` */
  onRecord(tx: Tx, messageId: string): Promise<WholeMessage> {
    return messageOnRecord(tx, messageId);
  }

  /**
   * Sends a failed message again, the stored bytes unchanged.
   * @throws Problem 404 `message.unknown`, 409 `message.not-failed`
   */
  resend(tx: Tx, messageId: string, at: Date): Promise<void> {
    return resend(tx, messageId, at);
  }

  /**
   * Sends a message by another way. A delivery under way at this moment may still arrive: the receiver takes the
   * message in once, by its `seq`.
   * @throws Problem 404 `message.unknown`, 409 `message.settled`
   */
  switchTransport(tx: Tx, messageId: string, transport: TransportName, at: Date): Promise<void> {
    return switchTransport(tx, messageId, transport, at);
  }

  /** What waits behind a first message that never arrived is not sent any more. */
  recall(tx: Tx, threadId: string, at: Date): Promise<void> {
    return recall(tx, threadId, at);
  }

  private store(tx: Tx, thread: ThreadState, draft: Draft, key: SigningKey): Promise<Posted> {
    const { type, measure, body, at } = draft;
    const seq = thread.sentSeq + 1;
    const sealed = seal(
      {
        v: 1,
        id: newId(),
        from: tx.state,
        to: thread.counterpart,
        thread: thread.id,
        seq,
        ack: thread.receivedSeq,
        type,
        measure,
        sentAt: at.toISOString(),
        body,
      },
      key,
    );
    thread.sentSeq = seq;
    const hash = sha256(sealed.bytes);
    const [name, text] = thread.opening ? ['exchange_open', OPEN] : ['exchange_post', POST];
    void tx.prepared(name, text, [
      tx.state,
      sealed.id,
      thread.id,
      seq,
      thread.receivedSeq,
      type,
      measure,
      sealed.bytes,
      hash,
      sealed.signature,
      at,
      ...(thread.opening ? [thread.counterpart] : []),
    ]);
    delete thread.opening;
    const { state } = tx;
    tx.afterCommit(() => this.listener(state));
    return Promise.resolve({ id: sealed.id, seq, sha256: hash.toString('hex') });
  }
}

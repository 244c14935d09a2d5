import { inTransaction, type Tx } from '@comity/database';
import {
  CLOCK,
  conflict,
  notFound,
  Problem,
  sha256,
  unprocessable,
  type Clock,
  type Official,
  type StateCode,
} from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readEnvelope, type Envelope } from './envelope.js';
import { HandlerSlot } from './handler.js';
import { intake } from './intake.js';
import { clearParking, lockThread } from './inbox-thread.js';
import { verifyDetached } from './jws.js';
import { KEY_RING, type KeyRing } from './key-ring.js';
import type { Receipt } from './receipt.dto.js';
import { rejectedReceipt } from './receipt.js';
import { Signer } from './signer.js';
import { takeKept } from './turns.js';

/** The door through which sealed messages of other States come in. */
@Injectable()
export class Inbox {
  private listener: (state: StateCode, from: StateCode) => void = () => undefined;

  constructor(
    private readonly db: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(KEY_RING) private readonly keyRing: KeyRing,
    private readonly signer: Signer,
    private readonly handlers: HandlerSlot,
  ) {}

  /** Calls `listener` after each commit of an authentic message, also of one rejected. It must not throw. */
  onTakenIn(listener: (state: StateCode, from: StateCode) => void): void {
    this.listener = listener;
  }

  /**
   * Takes a message in, once: verifies it, keeps it, and hands it over when its turn has come, all in one transaction
   * under the receiving State. The same message again gives the same receipt.
   * @param expected to whom the transport addressed it
   * @returns a receipt, also for what is rejected
   * @throws whatever was not the message's fault; nothing is kept then, and the sender should try again
   */
  async takeIn(bytes: Buffer, signature: string, expected?: { to: StateCode }): Promise<Receipt> {
    const at = this.clock.now();
    const digest = sha256(bytes);
    let envelope: Envelope | undefined;
    let forUs = false;
    try {
      envelope = readEnvelope(bytes);
      await this.checkRecipient(envelope, expected);
      forUs = true;
      verifyDetached(bytes, signature, await this.keyRing.publicKeys(envelope.from, at));
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      if (envelope && forUs) await this.tellRejected(envelope, error, digest, at);
      return rejectedReceipt(error, envelope?.id ?? null, digest.toString('hex'), at);
    }
    const arrival = { envelope, bytes, sha256: digest, signature, receivedAt: at };
    const handler = this.handlers.get();
    const { to, from } = envelope;
    const receipt = await inTransaction(this.db, { state: to, as: 'comity_worker' }, (tx) =>
      intake(tx, handler, arrival, at),
    );
    this.listener(to, from);
    return receipt;
  }

  /**
   * Has the message that parked a thread handled again, and those that waited behind it.
   * @returns whether the thread is free now; the thread stays parked, and nothing is thrown, when the handler refuses again
   * @throws Problem 404 `thread.unknown` (also for an official of another State), 409 `thread.not-parked`
   */
  async unpark(tx: Tx, actor: Official, threadId: string, at: Date): Promise<boolean> {
    if (actor.state !== tx.state) throw notFound('thread.unknown', 'No messages have been exchanged under this id.');
    const handler = this.handlers.get();
    await handler.lock?.(tx, threadId);
    const thread = await lockThread(tx, threadId);
    if (!thread) throw notFound('thread.unknown', 'No messages have been exchanged under this id.');
    if (thread.parkedSeq === null)
      throw conflict('thread.not-parked', 'Every message of this thread that came in its turn has been handled.');
    await clearParking(tx, thread);
    await takeKept(tx, handler, thread, at);
    return thread.parkedSeq === null;
  }

  private async checkRecipient(envelope: Envelope, expected?: { to: StateCode }): Promise<void> {
    if ((expected && expected.to !== envelope.to) || !(await this.signer.hosts(envelope.to))) {
      throw unprocessable(
        'message.wrong-recipient',
        'The message is addressed to a State whose files are not kept here. Compare the address in the directory.',
      );
    }
  }

  private async tellRejected(envelope: Envelope, problem: Problem, digest: Buffer, at: Date): Promise<void> {
    const handler = this.handlers.get();
    if (!handler.rejected) return;
    await inTransaction(this.db, { state: envelope.to, as: 'comity_worker' }, (tx) =>
      handler.rejected!(tx, {
        from: envelope.from,
        messageId: envelope.id,
        code: problem.code,
        detail: problem.detail,
        sha256: digest.toString('hex'),
        authentic: false,
        at,
      }),
    );
  }
}

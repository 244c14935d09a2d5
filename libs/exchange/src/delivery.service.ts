import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, newId, Problem, type Clock, type StateCode } from '@comity/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { claimDue, recordDelivered, recordFailed, recordPause, type Claim, type Fault } from './delivery-record.js';
import { HandlerSlot } from './handler.js';
import type { Receipt } from './receipt.dto.js';
import { EXCHANGE_SETTINGS, pauseSeconds, secondsAfter, type ExchangeSettings } from './settings.js';
import { TRANSPORT, type Transport } from './transport.js';

/** Most messages claimed at once: few, so that a worker that dies keeps little waiting for its lease to end. */
const BATCH = 20;

/**
 * Sends what was committed to the outbox: claim, deliver outside any transaction, record the receipt. Any number of
 * workers may run at once.
 */
@Injectable()
export class DeliveryService {
  private readonly log = new Logger(DeliveryService.name);
  private listener: (state: StateCode, counterpart: StateCode) => void = () => undefined;

  constructor(
    private readonly db: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TRANSPORT) private readonly transport: Transport,
    private readonly handlers: HandlerSlot,
    @Inject(EXCHANGE_SETTINGS) private readonly settings: ExchangeSettings,
  ) {}

  /** Calls `listener` after each delivery whose outcome has committed, whatever it was. It must not throw. */
  onDelivered(listener: (state: StateCode, counterpart: StateCode) => void): void {
    this.listener = listener;
  }

  /** Delivers a State's due messages, up to `limit`, until none is left. @returns how many were tried */
  async runOnce(state: StateCode, limit = 500): Promise<number> {
    let tried = 0;
    while (tried < limit) {
      const claims = await this.claim(state, Math.min(BATCH, limit - tried));
      if (claims.length === 0) break;
      await this.deliverAll(state, claims);
      tried += claims.length;
    }
    return tried;
  }

  private claim(state: StateCode, limit: number): Promise<Claim[]> {
    const at = this.clock.now();
    const leaseUntil = secondsAfter(at, this.settings.leaseSeconds ?? 60);
    return inTransaction(this.db, { state, as: 'comity_worker' }, (tx) =>
      claimDue(tx, { at, leaseUntil, token: newId(), limit }),
    );
  }

  /** A few at a time: claims of one batch are of different threads, so their order is free. */
  private async deliverAll(state: StateCode, claims: Claim[]): Promise<void> {
    const queue = [...claims];
    const lane = async (): Promise<void> => {
      for (let claim = queue.shift(); claim; claim = queue.shift()) await this.deliver(state, claim);
    };
    await Promise.all(Array.from({ length: this.settings.concurrency ?? 8 }, lane));
  }

  private async deliver(state: StateCode, claim: Claim): Promise<void> {
    const outcome = await this.attempt(claim);
    const at = this.clock.now();
    try {
      await inTransaction(this.db, { state, as: 'comity_worker' }, (tx) => this.record(tx, claim, outcome, at));
      this.listener(state, claim.counterpart);
    } catch (error) {
      // The lease ends, the message is sent again, and the receiver answers the same receipt.
      this.log.error(`recording the delivery of message ${claim.id} failed: ${nameOf(error)}`);
    }
  }

  private async attempt(claim: Claim): Promise<Receipt | Fault> {
    const { id, bytes, signature, counterpart, sha256 } = claim;
    try {
      const receipt = await this.transport.deliver(counterpart, { id, bytes, signature });
      if (receipt.status === 'rejected') {
        return {
          code: receipt.code ?? 'message.rejected',
          reason: receipt.detail ?? 'The counterpart rejected the message.',
          receipt,
        };
      }
      if (receipt.messageId === id && receipt.sha256 === sha256) return receipt;
      return {
        code: 'receipt.of-other-message',
        reason: 'The receipt is not for the bytes that were sent.',
        receipt: null,
      };
    } catch (error) {
      // Not the error's own text: it may quote what the message says.
      return {
        code: 'delivery.no-answer',
        reason: `The counterpart's node gave no receipt (${nameOf(error)}).`,
        receipt: null,
      };
    }
  }

  private async record(tx: Tx, claim: Claim, outcome: Receipt | Fault, at: Date): Promise<void> {
    const handler = this.handlers.get();
    const { threadId, id: messageId, seq, counterpart, type, measure } = claim;
    if (!('reason' in outcome)) {
      const told = handler.delivered && (handler.deliveredTypes?.includes(type) ?? true);
      if (told) await handler.lock?.(tx, threadId);
      const held = await recordDelivered(tx, claim, outcome, at);
      if (held && told) await handler.delivered?.(tx, { threadId, messageId, seq, type, measure, at, receipt: outcome });
      return;
    }
    const { maxAttempts = 10, backoffSeconds = 5 } = this.settings;
    if (outcome.receipt === null && claim.attempts < maxAttempts) {
      await recordPause(tx, claim, outcome, secondsAfter(at, pauseSeconds(claim.attempts, backoffSeconds)));
      return;
    }
    await handler.lock?.(tx, threadId);
    if (!(await recordFailed(tx, claim, outcome, at))) return;
    await handler.deliveryFailed(tx, {
      threadId,
      messageId,
      seq,
      counterpart,
      type,
      code: outcome.code,
      reason: outcome.reason,
      at,
    });
  }
}

function nameOf(error: unknown): string {
  if (error instanceof Problem) return error.code;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown error';
}

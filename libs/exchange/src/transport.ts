import { Injectable } from '@nestjs/common';
import type { StateCode } from '@comity/kernel';
import type { SealedMessage } from './envelope.js';
import { Inbox } from './inbox.js';
import type { Receipt } from './receipt.dto.js';

export const TRANSPORT = Symbol('Transport');

/** Carries sealed messages to other States' nodes. */
export interface Transport {
  /**
   * Delivers the stored bytes once. MUST settle within the lease (60 s by default); MAY deliver twice, the receiver
   * takes a message in once.
   * @throws when it is not known to have arrived; it is tried again later
   */
  deliver(to: StateCode, message: SealedMessage): Promise<Receipt>;
}

/** Between two States on one node: the receiver's own transaction, as if it came from elsewhere. */
@Injectable()
export class InProcessTransport implements Transport {
  constructor(private readonly inbox: Inbox) {}

  deliver(to: StateCode, message: SealedMessage): Promise<Receipt> {
    return this.inbox.takeIn(message.bytes, message.signature, { to });
  }
}

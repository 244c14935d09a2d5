import { Injectable } from '@nestjs/common';
import type { Official, StateCode } from '@comity/kernel';
import type { Tx } from '@comity/database';
import type { Envelope } from './envelope.js';
import type { Receipt } from './receipt.dto.js';

/** By what way a letter came or went. */
export const CHANNELS = ['letter', 'courier', 'diplomatic', 'interpol', 'e-mail'] as const;
export type Channel = (typeof CHANNELS)[number];

/** How a transcribed message reached the State, and who answers for its text. */
export interface TranscriptionProof {
  id: string;
  channel: Channel;
  /** When the document came in. */
  receivedAt: Date;
  /** SHA-256 (hex) of the document. */
  documentSha256: string;
  documentId: string | null;
  proposedBy: string;
  confirmedBy: string;
}

/** A message in its turn: verified or confirmed, the next of its thread. */
export interface InboundMessage extends Envelope {
  provenance: 'exchange' | 'transcribed';
  /** Types of own messages the sender had not processed when it decided (`seq` above `ack`), in order. */
  crossed: string[];
  /** The same messages with their measures, since only acts on one measure or on the letter cross in law. */
  crossedMessages: { seq: number; type: string; measure: number | null }[];
  /** When it was taken in. */
  receivedAt: Date;
  /** Time of this act; later than `receivedAt` when the message had to wait. */
  at: Date;
  transcription?: TranscriptionProof;
}

interface OfMessage {
  threadId: string;
  messageId: string;
  seq: number;
  at: Date;
}

export interface DeliveryFailure extends OfMessage {
  counterpart: StateCode;
  type: string;
  code: string;
  reason: string;
}

export interface Parking extends OfMessage {
  counterpart: StateCode;
  type: string;
  code: string;
  reason: string;
}

/** A verified message contradicts what is on record; `ack-ahead`: the counterpart processed what this file never sent. */
export interface Alarm extends OfMessage {
  counterpart: StateCode;
  kind: 'same-id' | 'same-seq' | 'ack-ahead';
  sha256: string;
}

/** A message refused at the door. `authentic`: its signature was good; otherwise `from` is a claim. */
export interface Rejection {
  from: StateCode;
  messageId: string;
  code: string;
  detail: string;
  sha256: string;
  authentic: boolean;
  at: Date;
}

/** The other State's node has taken the message in. */
export interface Delivery extends OfMessage {
  type: string;
  measure: number | null;
  receipt: Receipt;
}

export interface Dispatch extends OfMessage {
  actor: Official;
  counterpart: StateCode;
  type: string;
  measure: number | null;
  channel: Channel;
  dispatchedAt: Date;
  reference: string | null;
}

export interface TranscriptionEvent {
  id: string;
  threadId: string;
  counterpart: StateCode;
  type: string;
  measure: number | null;
  channel: Channel;
  documentSha256: string;
  actor: Official;
  at: Date;
  /** Of a confirmation. */
  messageId?: string;
  /** Of a refusal. */
  reason?: string;
}

/**
 * What the heart of the application does with messages. Every hook runs inside the exchange's transaction: what it
 * writes commits or vanishes with the message's own row. Hooks MUST NOT wait on the network.
 */
export interface MessageHandler {
  /**
   * Locks the file a thread belongs to, if there is one. Called before the thread or a message is locked, so that
   * the order is the same as in an official's act (file, then thread) and the two cannot deadlock.
   */
  lock?(tx: Tx, threadId: string): Promise<void>;
  /**
   * Handles the next message of a thread. A thrown Problem below 500 undoes what the handler wrote and parks the
   * thread; any other error undoes the whole delivery, and the sender tries again.
   */
  handle(tx: Tx, message: InboundMessage): Promise<void>;
  /** A message could not be delivered and will not be tried again by itself. */
  deliveryFailed(tx: Tx, failure: DeliveryFailure): Promise<void>;
  delivered?(tx: Tx, delivery: Delivery): Promise<void>;
  /** Types of which {@link delivered} is told; all where absent. Each telling costs the lock of a file. */
  readonly deliveredTypes?: readonly string[];
  parked?(tx: Tx, parking: Parking): Promise<void>;
  alarm?(tx: Tx, alarm: Alarm): Promise<void>;
  rejected?(tx: Tx, rejection: Rejection): Promise<void>;
  dispatched?(tx: Tx, dispatch: Dispatch): Promise<void>;
  transcriptionProposed?(tx: Tx, event: TranscriptionEvent): Promise<void>;
  transcriptionConfirmed?(tx: Tx, event: TranscriptionEvent): Promise<void>;
  transcriptionDeclined?(tx: Tx, event: TranscriptionEvent): Promise<void>;
}

/** Where the handler puts itself in when it starts: it depends on this room, never the other way round. */
@Injectable()
export class HandlerSlot {
  private handler?: MessageHandler;

  register(handler: MessageHandler): void {
    if (this.handler && this.handler !== handler) throw new Error('a message handler is registered already');
    this.handler = handler;
  }

  /** @throws Error when nothing is registered yet; a delivery then fails and is tried again */
  get(): MessageHandler {
    if (!this.handler)
      throw new Error('no message handler is registered: messages wait until the application has started');
    return this.handler;
  }
}

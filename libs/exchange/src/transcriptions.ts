import type { Tx } from '@comity/database';
import {
  canonicalBytes,
  conflict,
  forbidden,
  newId,
  notFound,
  sha256,
  type Official,
} from '@comity/kernel';
import { Injectable } from '@nestjs/common';
import { envelopeBytes, type Envelope } from './envelope.js';
import { HandlerSlot, type TranscriptionEvent } from './handler.js';
import { insertArrival } from './inbox-row.js';
import { lockThread, OPENING_TYPE, openInboundThread, type InboxThread } from './inbox-thread.js';
import { checkLetter, type Letter } from './letter.js';
import { Peers } from './peers.js';
import { assertPlace, nextSeq } from './place.js';
import {
  decideTranscription,
  insertTranscription,
  listTranscriptions,
  readTranscription,
  sameLetter,
  type Transcription,
  type TranscriptionQuery,
} from './transcription-row.js';
import { handOver, takeKept } from './turns.js';

export type { Letter } from './letter.js';

/** Messages that came by hand: one official transcribes, another confirms, then the same handler as for any message. */
@Injectable()
export class Transcriptions {
  constructor(
    private readonly handlers: HandlerSlot,
    private readonly peers: Peers,
  ) {}

  /**
   * Keeps a transcription for a second person to confirm. Nothing takes effect yet.
   * @throws Problem 403 `transcription.own-state-only`, 404 `thread.unknown`, 409 `transcription.peer-has-node`,
   *   409 `transcription.proposed-already`, 409 `transcription.already-received`, 422 `transcription.*`, `message.*` when the content could not be a message
   */
  async propose(tx: Tx, actor: Official, letter: Letter, at: Date): Promise<Transcription> {
    if (actor.state !== tx.state)
      throw forbidden('transcription.own-state-only', 'Officials transcribe letters that came to their own State.');
    const thread = await this.thread(tx, letter);
    checkLetter(letter, thread, at);
    await assertPlace(tx, this.peers, { ...letter, threadId: letter.threadId, seq: letter.seq ?? null });
    const body = canonicalBytes(letter.body);
    assertNew(
      await sameLetter(tx, {
        ...letter,
        threadId: thread?.id ?? null,
        documentSha256: letter.document.sha256,
        body,
      }),
    );
    const transcription: Transcription = {
      id: newId(),
      threadId: thread?.id ?? letter.threadId ?? newId(),
      opensThread: !thread,
      counterpart: letter.counterpart,
      type: letter.type,
      measure: letter.measure,
      seq: letter.seq ?? null,
      ack: letter.ack ?? (thread ? await this.highestSent(tx, thread.id) : 0),
      body: letter.body,
      datedAt: letter.datedAt,
      receivedAt: letter.receivedAt,
      channel: letter.channel,
      documentId: letter.document.id ?? null,
      documentSha256: letter.document.sha256,
      status: 'proposed',
      proposedBy: actor.accountId,
      proposedAt: at,
      decidedBy: null,
      decidedAt: null,
      declineReason: null,
      messageId: null,
    };
    envelopeBytes(envelopeOf(tx, transcription, newId(), letter.seq ?? 1));
    await insertTranscription(tx, transcription, body);
    await this.handlers.get().transcriptionProposed?.(tx, eventOf(transcription, actor, at));
    return transcription;
  }

  /**
   * Takes a transcription in as the next message of its thread. What the handler refuses is the confirming official's
   * answer: nothing is stored then, and the transcription can be declined and typed again.
   * @throws Problem 404 `transcription.unknown`, 403 `transcription.four-eyes`, 409 `transcription.decided`,
   *   409 `thread.parked`, 409 `transcription.already-received`, 409 `transcription.earlier-missing`, 409 `transcription.peer-has-node`, and the handler's
   */
  async confirm(
    tx: Tx,
    actor: Official,
    id: string,
    at: Date,
  ): Promise<{ threadId: string; messageId: string; seq: number }> {
    const handler = this.handlers.get();
    const t = await this.open(tx, actor, id);
    if (t.proposedBy === actor.accountId)
      throw forbidden(
        'transcription.four-eyes',
        'Another official than the one who transcribed the letter must confirm it.',
      );
    // Its State may have got a node since.
    await assertPlace(tx, this.peers, t);
    const opened = t.opensThread ? await openInboundThread(tx, t.threadId, t.counterpart, at) : undefined;
    const thread = opened ?? (await lockThread(tx, t.threadId))!;
    const seq = nextSeq(thread, t);
    const envelope = envelopeOf(tx, t, newId(), seq);
    const bytes = envelopeBytes(envelope);
    const digest = sha256(bytes);
    const proof = {
      id,
      channel: t.channel,
      receivedAt: t.receivedAt,
      documentSha256: t.documentSha256,
      documentId: t.documentId,
      proposedBy: t.proposedBy,
      confirmedBy: actor.accountId,
    };
    const arrival = { envelope, bytes, sha256: digest, signature: null, receivedAt: at, transcription: proof };
    await insertArrival(tx, arrival, 'applied', {
      status: 'taken-in',
      messageId: envelope.id,
      sha256: digest.toString('hex'),
      at: at.toISOString(),
    });
    await decideTranscription(tx, id, { status: 'confirmed', by: actor.accountId, at, messageId: envelope.id });
    await handOver(tx, handler, thread, arrival, at);
    // After the handling: a request has its file only now, and what was confirmed is told there.
    await handler.transcriptionConfirmed?.(tx, { ...eventOf(t, actor, at), messageId: envelope.id });
    await takeKept(tx, handler, thread, at);
    return { threadId: t.threadId, messageId: envelope.id, seq };
  }

  /** Puts a transcription aside, with a reason; its author may do so too. @throws Problem 404, 409 as `confirm` */
  async decline(tx: Tx, actor: Official, id: string, reason: string, at: Date): Promise<void> {
    const t = await this.open(tx, actor, id);
    await decideTranscription(tx, id, { status: 'declined', by: actor.accountId, at, reason });
    await this.handlers.get().transcriptionDeclined?.(tx, { ...eventOf(t, actor, at), reason });
  }

  read(tx: Tx, id: string): Promise<Transcription> {
    return readTranscription(tx, id);
  }

  list(tx: Tx, query: TranscriptionQuery): Promise<Transcription[]> {
    return listTranscriptions(tx, query);
  }

  /** Locks the file, then the transcription, which must be undecided. */
  private async open(tx: Tx, actor: Official, id: string): Promise<Transcription> {
    if (actor.state !== tx.state)
      throw notFound('transcription.unknown', 'No transcription is on record under this id.');
    const { threadId } = await readTranscription(tx, id);
    await this.handlers.get().lock?.(tx, threadId);
    const t = await readTranscription(tx, id, true);
    if (t.status !== 'proposed') throw conflict('transcription.decided', `The transcription is ${t.status} already.`);
    return t;
  }

  /** Undefined for a request that opens a thread, by the id that it bears or by a new one. */
  private async thread(tx: Tx, { threadId, counterpart, type }: Letter): Promise<InboxThread | undefined> {
    if (threadId === undefined) return undefined;
    const thread = await lockThread(tx, threadId);
    if (!thread && type === OPENING_TYPE) return undefined;
    if (!thread || thread.counterpart !== counterpart)
      throw notFound('thread.unknown', 'No messages have been exchanged with this State under this id.');
    return thread;
  }

  private async highestSent(tx: Tx, threadId: string): Promise<number> {
    const [row] = await tx.query<{ seq: number | null }>(
      `SELECT max(seq) AS seq FROM outbox_message WHERE state = $1 AND thread_id = $2 AND status IN ('dispatched', 'delivered')`,
      [tx.state, threadId],
    );
    return row?.seq ?? 0;
  }
}

/** A letter takes effect once. */
function assertNew(same: Awaited<ReturnType<typeof sameLetter>>): void {
  if (same?.status === 'proposed')
    throw conflict(
      'transcription.proposed-already',
      `This document was transcribed so already (${same.id}) and waits for a second person. Have that one confirmed, or declined.`,
    );
  if (same)
    throw conflict(
      'transcription.already-received',
      `This document was transcribed so already (${same.id}) and confirmed, in the request ${same.threadId}. If another letter says the same, attach the scan of that one.`,
    );
}

const envelopeOf = (tx: Tx, t: Transcription, id: string, seq: number): Envelope => ({
  v: 1,
  id,
  from: t.counterpart,
  to: tx.state,
  thread: t.threadId,
  seq,
  ack: t.ack,
  type: t.type,
  measure: t.measure,
  sentAt: t.datedAt.toISOString(),
  body: t.body,
});

const eventOf = (t: Transcription, actor: Official, at: Date): TranscriptionEvent => ({
  id: t.id,
  threadId: t.threadId,
  counterpart: t.counterpart,
  type: t.type,
  measure: t.measure,
  channel: t.channel,
  documentSha256: t.documentSha256,
  actor,
  at,
});

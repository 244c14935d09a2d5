import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountStatus, Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor, LogProofs } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { DirectoryService, stateName } from '@comity/directory';
import { exportMessage, Inbox, ManualDispatch, Outbox, Transcriptions, type Channel, type ExportedMessage, type Letter, type StoredMessage, type Transcription, type TranscriptionQuery, type WholeMessage } from '@comity/exchange';
import { CLOCK, conflict, notFound, unprocessable, type Clock, type Json, type Official } from '@comity/kernel';
import { checkBody, MESSAGES, unknownMeasures } from './domain/index.js';
import { asJson } from './enclosures.js';
import { readFile, readMeasures, requestUnknown } from './files.js';
import { manifestsOf } from './manifests-shown.js';
import { loggingRefusals } from './refusal-log.js';
import { RequestReader } from './request-reader.js';
import { assertScanKept, assertScanned, recordScan } from './scanned-documents.js';

export interface DispatchNote {
  channel: Channel;
  dispatchedAt: string;
  reference?: string;
}

/** What crosses and how: messages of a file, those carried by people, and letters transcribed from off-network States. */
@Injectable()
export class CorrespondenceService {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountStatus,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    private readonly proofs: LogProofs,
    private readonly directory: DirectoryService,
    private readonly outbox: Outbox,
    private readonly inbox: Inbox,
    private readonly manual: ManualDispatch,
    private readonly transcriptions: Transcriptions,
    private readonly reader: RequestReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  messages(actor: Official, requestId: string): Promise<{ training: boolean; items: StoredMessage[] }> {
    return this.reader.logged(actor, requestId, 'request.read', async (tx, { row }) => ({ training: row.training, items: await this.outbox.messages(tx, requestId) }), { part: 'messages' });
  }

  /** One message whole, as it was sealed. */
  message(actor: Official, requestId: string, messageId: string): Promise<WholeMessage & { training: boolean }> {
    return this.reader.logged(actor, requestId, 'request.read', async (tx, { row }) => ({ ...(await this.ofFile(tx, requestId, messageId)), training: row.training }), (message) => ({ part: 'message', messageId, ...manifestsOf(message) }));
  }

  /** A message as JSON that a node can verify and as a letter to print. */
  export(actor: Official, requestId: string, messageId: string): Promise<ExportedMessage> {
    let shown = {};
    return this.reader.logged(actor, requestId, 'request.read', async (tx, { row }) => {
      const message = await this.ofFile(tx, requestId, messageId);
      shown = manifestsOf(message);
      const newest = message.direction === 'sent' ? await this.proofs.newest(tx) : null;
      const [own, counterpart] = [row.ownReference, row.counterpartReference];
      return exportMessage({
        bytes: message.bytes, signature: message.signature,
        stateNames: Object.fromEntries([row.state, row.counterpart].map((code) => [code, stateName(code, 'en') ?? code])),
        training: row.training, ownReference: own, ...(counterpart !== null && { counterpartReference: counterpart }), title: MESSAGES[message.type]?.label ?? message.type,
        ...(newest && { checkpoint: { note: newest.note, key: newest.key } }),
      });
    }, () => ({ part: 'export', messageId, ...shown }));
  }

  dispatch(actor: Official, requestId: string, messageId: string, note: DispatchNote, idempotency: IdempotentAct): Promise<StoredAnswer> {
    return this.once(actor, idempotency, async (tx, at) => {
      await this.ofFile(tx, requestId, messageId);
      const { channel, dispatchedAt, reference } = note;
      await this.manual.dispatch(tx, actor, messageId, { channel, dispatchedAt: new Date(dispatchedAt), ...(reference && { reference }), at });
      return { messageId, status: 'dispatched' };
    });
  }

  /** Has a parked message handled again, after what stood in its way was mended. */
  unpark(actor: Official, requestId: string, idempotency: IdempotentAct): Promise<StoredAnswer> {
    return this.once(actor, idempotency, async (tx, at) => ({ requestId, free: await this.inbox.unpark(tx, actor, requestId, at) }));
  }

  /** Notes that the bytes of a scan, already stored under their hash, came from this official. */
  scanned(actor: Official, { sha256, size }: { sha256: string; size: number }): Promise<void> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      await this.accounts.assertActive(tx, actor);
      await recordScan(tx, actor, sha256, at);
      await this.audit.append(tx, { subject: `account:${actor.accountId}`, type: 'transcription.document-stored', at, actor: entryActor(actor), body: { sha256, size } });
    });
  }

  /** Keeps what an official read in a letter, for a second person. The body is checked like that of any message. */
  propose(actor: Official, letter: Letter, idempotency: IdempotentAct): Promise<StoredAnswer> {
    return this.once(actor, idempotency, async (tx, at) => {
      assertTranscribable(letter);
      await assertScanned(tx, letter.document.sha256);
      await this.assertCounterpart(tx, letter.counterpart, at);
      if (letter.threadId !== undefined) {
        const [file, measures] = await Promise.all([readFile(tx, letter.threadId), readMeasures(tx, letter.threadId)]);
        const opens = letter.type === 'REQUESTED';
        if (file && opens) throw conflict('transcription.already-received', 'This request is on file already. Open its file.');
        if (!file && !opens) throw requestUnknown();
        if (file) assertMeasures(letter, measures.map(({ no }) => no));
      }
      return transcriptionView(await this.transcriptions.propose(tx, actor, letter, at));
    }, 201);
  }

  confirm(actor: Official, id: string, idempotency: IdempotentAct): Promise<StoredAnswer> {
    return this.once(actor, idempotency, async (tx, at) => {
      const { threadId, messageId, seq } = await this.transcriptions.confirm(tx, actor, id, at);
      return { id, status: 'confirmed', requestId: threadId, messageId, seq };
    });
  }

  decline(actor: Official, id: string, reason: string, idempotency: IdempotentAct): Promise<StoredAnswer> {
    return this.once(actor, idempotency, async (tx, at) => {
      await this.transcriptions.decline(tx, actor, id, reason, at);
      return { id, status: 'declined' };
    });
  }

  /** SHA-256 of the scan a transcription rests on. The entry of the reading has committed when this answers. @throws Problem 404 `transcription.unknown`, 410 `content.erased` */
  document(actor: Official, id: string): Promise<string> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const { threadId, documentSha256 } = await this.transcriptions.read(tx, id);
      await assertScanKept(tx, id);
      await this.audit.append(tx, { subject: `file:${threadId}`, type: 'attachment.read', at, actor: entryActor(actor), body: { transcriptionId: id, sha256: documentSha256 } });
      return documentSha256;
    });
  }

  /** Letters whole, as they were transcribed, oldest first. The entry of the reading has committed when this answers. */
  list(actor: Official, query: TranscriptionQuery): Promise<{ items: Json[]; more: boolean }> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const { threadId: requestId, status, limit } = query;
      const read = await this.transcriptions.list(tx, query);
      const found = read.slice(0, limit);
      await this.audit.append(tx, {
        subject: `account:${actor.accountId}`, type: 'transcription.read', at, actor: entryActor(actor),
        body: { entries: found.length, filter: { ...(status && { status }) }, ...(requestId && { requestId }) },
      });
      return { items: found.map(transcriptionView), more: read.length > limit };
    });
  }

  /** Nobody writes letters to oneself, and an unknown State has no file to keep. */
  private async assertCounterpart(tx: Tx, counterpart: string, at: Date): Promise<void> {
    if (counterpart !== tx.state && (await this.directory.state(tx, counterpart, at.toISOString().slice(0, 10)))) return;
    const detail = 'Name the State the letter came from, as the directory knows it.';
    throw unprocessable('state.unknown', detail, undefined, [{ pointer: '/counterpart', code: 'state.unknown', detail }]);
  }

  private async ofFile(tx: Tx, requestId: string, messageId: string): Promise<WholeMessage> {
    const message = await this.outbox.message(tx, messageId);
    if (message.thread !== requestId) throw notFound('message.unknown', 'No message of this request is on record under this id.');
    return message;
  }

  /** One act in one transaction with its Idempotency-Key. */
  private once(actor: Official, idempotency: IdempotentAct, work: (tx: Tx, at: Date) => Promise<Json>, status = 200): Promise<StoredAnswer> {
    const at = this.clock.now();
    return loggingRefusals(this.audit, actor, at, { act: idempotency.route }, () => inTransaction(this.db, { state: actor.state }, async (tx) => {
      const [, begun] = await Promise.all([this.accounts.assertActive(tx, actor), this.idempotency.begin(tx, idempotency, at)]);
      if (begun.kind === 'replay') return begun.answer;
      const answer = { status, body: await work(tx, at), headers: {} };
      await this.idempotency.complete(tx, idempotency, answer);
      return answer;
    }));
  }
}

function assertTranscribable({ type, measure, body }: Letter): void {
  const definition = Object.hasOwn(MESSAGES, type) ? MESSAGES[type] : undefined;
  if (!definition) throw unprocessable('transcription.type-unknown', 'Choose what the letter says from the list of messages.', undefined, [{ pointer: '/type', code: 'transcription.type-unknown', detail: `One of: ${Object.keys(MESSAGES).join(', ')}.` }]);
  if ((definition.on === 'measure') !== (measure !== null)) {
    throw conflict('transcription.wrong-subject', definition.on === 'measure' ? `${type} concerns a measure: give its number.` : `${type} concerns the letter: leave the measure null.`);
  }
  const wrong = checkBody(type, body);
  if (wrong.length > 0) {
    throw unprocessable(wrong[0]!.code, 'The transcribed content is not complete; see errors.', undefined, wrong.map(({ code, detail, pointer }) => ({ code, detail, pointer: `/body${pointer ?? ''}` })));
  }
}

/** A letter that speaks of a measure the request does not have was misread. @throws Problem 422 `measure.unknown` */
function assertMeasures({ measure, body }: Letter, known: readonly number[]): void {
  const wrong = unknownMeasures(body, known, '/body');
  if (measure !== null && !known.includes(measure)) {
    wrong.unshift({ code: 'measure.unknown', pointer: '/measure', detail: `There is no measure ${measure} in this letter; it has ${known.join(', ')}.` });
  }
  if (wrong.length > 0) throw unprocessable(wrong[0]!.code, wrong[0]!.detail, undefined, wrong.map(({ code, detail, pointer }) => ({ code, detail, pointer: pointer! })));
}

function transcriptionView(t: Transcription): Json {
  const { threadId, documentId: _, documentSha256, ...rest } = t;
  return asJson({ ...rest, requestId: threadId, document: { sha256: documentSha256 } });
}

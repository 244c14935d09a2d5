import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AuditLog, entryActor, type ChainHead } from '@comity/audit';
import type { Tx } from '@comity/database';
import { HandlerSlot, Outbox, type Alarm, type Delivery, type DeliveryFailure, type Dispatch, type InboundMessage, type MessageHandler, type Parking, type Rejection, type TranscriptionEvent } from '@comity/exchange';
import { unprocessable, type Counterpart, type Json, type Official } from '@comity/kernel';
import { checkFormat, instruments, type LetterContent, type MeasureContent } from '@comity/treaty';
import { CarryOut } from './carry-out.js';
import { quietFollowed } from './clocks/call-terms.js';
import { countGivenTerm } from './clocks/given-terms.js';
import { LetterContentDto, MeasureContentDto } from './content.dto.js';
import { cameLate, checkBody, consultationTermPassed, crosses, GIVES_TIME, initialState, MESSAGES, overallOf } from './domain/index.js';
import { addMeasures, contentColumns } from './drafts.service.js';
import { receiveEnclosures } from './enclosures.js';
import { awaitFormalRequest, followEmergencies, formalRequestMade, setEmergencyTerms } from './emergencies.js';
import { EvidenceDesk } from './evidence-desk.js';
import { FactsLoader } from './facts.js';
import { findAlike, insertFile, lockFile, lockFileWithChain, readMeasures, type OpenFile } from './files.js';
import { lockFollowed, noteContinued, unknownLinks } from './linked.js';
import type { RequestFile } from './request-file.entity.js';
import { suggestTerm } from './requests.service.js';
import { REQUESTS_SETTINGS, type RequestsSettings } from './settings.js';

/** Takes the other State's messages through the same door as officials' acts, and logs what the exchange reports. */
@Injectable()
export class Incoming implements MessageHandler, OnModuleInit {
  constructor(
    private readonly slot: HandlerSlot,
    private readonly outbox: Outbox,
    private readonly audit: AuditLog,
    private readonly facts: FactsLoader,
    private readonly carryOut: CarryOut,
    private readonly evidence: EvidenceDesk,
    @Inject(REQUESTS_SETTINGS) private readonly settings: RequestsSettings,
  ) {}

  onModuleInit(): void {
    this.slot.register(this);
  }

  /** File before thread, as in an official's act. */
  async lock(tx: Tx, threadId: string): Promise<void> {
    await lockFile(tx, threadId);
  }

  async handle(tx: Tx, message: InboundMessage): Promise<void> {
    const { type, measure, thread: id, at } = message;
    assertBody(message);
    const actor: Counterpart = { kind: 'counterpart', state: tx.state, counterpart: message.from, provenance: message.provenance, messageId: message.id };
    const [row, measures, thread, head] = await Promise.all([
      lockFile(tx, id), readMeasures(tx, id), this.outbox.thread(tx, id), this.audit.chainHead(tx, `file:${id}`),
    ]);
    let file: OpenFile;
    if (row) {
      if (row.counterpart !== message.from) throw unprocessable('message.wrong-file', 'The file is kept with another State.');
      file = { row, measures };
    } else {
      if (type !== 'REQUESTED') throw unprocessable('message.no-file', 'There is no file for this message.');
      file = await this.open(tx, message);
    }
    const byLetter = message.provenance === 'transcribed';
    const stated = message.body['formalRequestBy'] !== undefined;
    const unsaid = byLetter && type === 'EVIDENCE_TRANSMITTED' && !stated && measures.find((m) => m.no === measure)?.form === 'emergency-disclosure';
    const made = (stated || unsaid) && (await formalRequestMade(tx, id, measure!));
    const sentAt = new Date(message.sentAt);
    // A State that writes letters counts from when it wrote: its day is shown as it wrote it.
    const late = byLetter ? undefined : cameLate(type, message.body, sentAt, message.receivedAt);
    const facts = {
      ...this.facts.base(file, measure, at, byLetter ? sentAt : undefined), ...(byLetter && { transcribed: true }), ...(made && { formalRequestMade: true }), ...(late && { cameLate: late }),
      // As its sender judged it, who sent it then.
      ...(type === 'CONSULTATION_ENDED' && { consultationTermPassed: consultationTermPassed(measures.find(({ no }) => no === measure)?.particulars ?? {}, sentAt) }),
    };
    const crossed = message.crossedMessages.filter((m) => crosses(measure, m.measure)).map((m) => m.type);
    // What is posted in answer must acknowledge the message being handled.
    thread.receivedSeq = message.seq;
    await this.carryOut.run(tx, file, {
      act: { type, measure, payload: message.body, source: 'counterpart', crossed }, actor, facts, at, head, thread,
      ...(type === 'REQUESTED' && { auditType: 'request.received' }),
    });
    if (type === 'REQUESTED') await followEmergencies(tx, this.audit, { row: file.row, measures: file.measures.map((m) => m.content) }, actor, at);
    if (unsaid && !made) awaitFormalRequest(tx, id, measure!, at, this.settings.formalRequestDays);
    receiveEnclosures(tx, id, message);
    if (type === 'EVIDENCE_TRANSMITTED') {
      const request = { id, measure: measure!, counterpart: message.from };
      if (byLetter) await this.evidence.get().receivedByHand(tx, request, String(message.body['packageId']), at);
      else await this.evidence.get().received(tx, request, message.body['manifest'] as Record<string, Json>, at);
    }
  }

  async deliveryFailed(tx: Tx, failure: DeliveryFailure): Promise<void> {
    const { threadId, messageId, type, code, at } = failure;
    const [locked, measures] = await Promise.all([lockFileWithChain(tx, this.audit, threadId), readMeasures(tx, threadId)]);
    if (!locked) return;
    const { row, head } = locked;
    const file = { row, measures };
    await this.carryOut.run(tx, file, {
      act: { type: 'DELIVERY_FAILED', measure: null, payload: { messageId, type, code }, source: 'clock' },
      actor: { kind: 'node', state: tx.state }, facts: this.facts.base(file, null, at), at, head, thread: null,
    });
  }

  async parked(tx: Tx, { threadId, messageId, seq, type, code, counterpart, at }: Parking): Promise<void> {
    await this.log(tx, `file:${threadId}`, 'message.parked', { messageId, seq, type, code }, at, counterpart);
  }

  async alarm(tx: Tx, { threadId, messageId, seq, kind, sha256, counterpart, at }: Alarm): Promise<void> {
    await this.log(tx, `peer:${counterpart}`, 'message.rejected', { requestId: threadId, messageId, seq, alarm: kind, sha256 }, at, counterpart);
  }

  async rejected(tx: Tx, { from, messageId, code, sha256, authentic, at }: Rejection): Promise<void> {
    await this.log(tx, `peer:${from}`, 'message.rejected', { messageId, code, sha256, authentic }, at, from);
  }

  readonly deliveredTypes = GIVES_TIME;

  delivered(tx: Tx, delivery: Delivery): Promise<void> {
    return countGivenTerm(tx, this.audit, this.outbox, delivery);
  }

  async dispatched(tx: Tx, dispatch: Dispatch): Promise<void> {
    const { threadId, messageId, seq, type, channel, dispatchedAt, actor, at } = dispatch;
    await this.audit.append(tx, {
      subject: `file:${threadId}`, type: 'message.dispatched', at, actor: entryActor(actor),
      body: { messageId, seq, type, channel, dispatchedAt: dispatchedAt.toISOString() },
    });
    await countGivenTerm(tx, this.audit, this.outbox, dispatch);
    if (type === 'REQUESTED') await this.requestCarried(tx, threadId, actor, at);
  }

  /** A letter of request was carried: only now does it settle what it follows. */
  private async requestCarried(tx: Tx, id: string, actor: Official, at: Date): Promise<void> {
    const [row, measures] = await Promise.all([lockFile(tx, id), readMeasures(tx, id)]);
    if (!row) return;
    quietFollowed(tx, { row, measures }, at);
    await followEmergencies(tx, this.audit, { row, measures: measures.map((m) => m.content) }, actor, at);
  }

  transcriptionProposed(tx: Tx, event: TranscriptionEvent): Promise<void> {
    return this.transcription(tx, 'transcription.proposed', event);
  }

  transcriptionConfirmed(tx: Tx, event: TranscriptionEvent): Promise<void> {
    return this.transcription(tx, 'transcription.confirmed', event);
  }

  transcriptionDeclined(tx: Tx, event: TranscriptionEvent): Promise<void> {
    return this.transcription(tx, 'transcription.declined', event);
  }

  private async transcription(tx: Tx, type: string, event: TranscriptionEvent): Promise<void> {
    const { id, threadId, counterpart, type: message, measure, channel, documentSha256, actor, messageId, at } = event;
    await this.audit.append(tx, {
      subject: `file:${threadId}`, type, at, actor: entryActor(actor),
      body: { transcriptionId: id, counterpart, message, measure, channel, documentSha256, ...(messageId && { messageId }) },
    });
  }

  private async log(tx: Tx, subject: string, type: string, body: Record<string, Json>, at: Date, counterpart: string): Promise<ChainHead> {
    return (await this.audit.append(tx, { subject, type, at, actor: { kind: 'node', state: tx.state, counterpart }, body })).head;
  }

  /** The requested State's own file of a request that arrives. */
  private async open(tx: Tx, { thread: id, from, body, at, sentAt, receivedAt, transcription }: InboundMessage): Promise<OpenFile> {
    const { letter, measures } = contentOf(body);
    if (transcription) await assertLinks(tx, from, measures, id);
    await lockFollowed(tx, measures);
    const columns = contentColumns(letter, measures);
    const chart = initialState('letter', 'requested');
    const alike = await findAlike(tx, from, columns.likeness, 'requested', id);
    // A letter lies on a desk before it is transcribed, a message may wait its turn: what is done about it may come before the file.
    const arrived = transcription?.receivedAt ?? receivedAt;
    const row: RequestFile = {
      state: tx.state, id, side: 'requested', counterpart: from, ownReference: `${tx.state}-${at.getUTCFullYear()}-${id.slice(-8)}`,
      counterpartReference: String(body['reference']), ...columns, overall: overallOf(chart, []), letter: chart, particulars: arrived < at ? { arrivedAt: arrived.toISOString() } : {},
      profiles: body['profile'] as Record<string, string>, training: body['training'] === true, supplements: (body['supplements'] as string | undefined) ?? null,
      draftedBy: [], possibleDuplicateOf: alike, version: 0, eventSeq: 0, createdAt: at, changedAt: at, transmittedAt: new Date(sentAt),
    };
    assertProfiles(row.profiles);
    insertFile(tx, row);
    const file = { row, measures: addMeasures(tx, row, measures) };
    await noteContinued(tx, file.measures, at);
    suggestTerm(tx, row, at);
    setEmergencyTerms(tx, file, at);
    return file;
  }
}

/** @throws Problem when the body is not what its type carries; the exchange parks the message with the reason */
function assertBody({ type, measure, body }: InboundMessage): void {
  const definition = Object.hasOwn(MESSAGES, type) ? MESSAGES[type] : undefined;
  if (!definition) throw unprocessable('message.type-unknown', `This node does not know messages of type ${type}; it may need an update.`);
  if ((definition.on === 'measure') !== (measure !== null)) throw unprocessable('message.wrong-subject', `${type} concerns the ${definition.on}.`);
  const wrong = checkBody(type, body);
  if (wrong.length > 0) throw unprocessable('message.body-malformed', wrong[0]!.detail, undefined, wrong.map(({ code, detail, pointer }) => ({ code, detail, pointer: `/body${pointer ?? ''}` })));
}

/** The letter and its measures as they came, under the same checks as a draft of one's own. */
function contentOf(body: Record<string, Json>): { letter: LetterContent; measures: MeasureContent[] } {
  const letter = plainToInstance(LetterContentDto, body['letter']);
  const measures = (body['measures'] as Json[]).map((m) => plainToInstance(MeasureContentDto, m));
  const options = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };
  const faults = [letter, ...measures].flatMap((content) => validateSync(content, options));
  const problems = faults.length > 0 ? [] : checkFormat(letter, measures);
  if (faults.length > 0 || problems.length > 0) {
    throw unprocessable('message.content-malformed', 'The letter cannot be read as one.', undefined, [
      ...faults.map((f) => ({ pointer: `/body/letter/${f.property}`, code: 'content.invalid', detail: Object.values(f.constraints ?? {}).join('; ') || 'See the schema.' })),
      ...problems.map(({ code, detail, pointer }) => ({ code, detail, pointer: `/body${pointer}` })),
    ]);
  }
  return { letter, measures };
}

/** By letter, somebody chose what it follows: a wrong choice is told. A node's own are read as they come. */
async function assertLinks(tx: Tx, from: string, measures: MeasureContent[], id: string): Promise<void> {
  const unknown = await unknownLinks(tx, from, measures, id, 'requested');
  if (unknown.length > 0) throw unprocessable(unknown[0]!.code, unknown[0]!.detail, undefined, unknown.map(({ code, detail, pointer }) => ({ code, detail, pointer: `/body${pointer}` })));
}

function assertProfiles(profiles: Record<string, unknown>): void {
  const known = instruments();
  for (const [id, version] of Object.entries(profiles)) {
    if (!known.some((i) => i.id === id && i.version === version)) {
      throw unprocessable('message.profile-unknown', `This node has no profile of ${id} in version ${String(version)}; it may need an update.`);
    }
  }
}

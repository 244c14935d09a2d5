import type { Entry } from '@comity/audit';
import { canonicalJson, type Json, type Side, type StateCode } from '@comity/kernel';
import { DocumentsRecord } from './documents-check.js';
import type { DossierAttachment, DossierEvent, DossierHeader, DossierMessage, DossierPackage } from './format.js';
import { PackagesRecord } from './packages-check.js';
import { DossierStop, type Erasure } from './report.js';
import { entryMayBeClosed, TRANSMITS } from './withheld.js';

interface Act {
  entry: Entry;
  event: string;
  /** Of the messages it sent; entries of before do not tell the hash. */
  messages: { id: string; seq: number; type: string; sha256?: string }[];
  /** Canonical text of what was said, where the log's content is shown. */
  payload: string | null;
  told: boolean;
}

/** Holds messages, timeline, documents and packages to what the entries of the request say, and the entries to them. */
export class LogRecord {
  private readonly acts = new Map<number, Act>();
  private readonly documents = new DocumentsRecord();
  private readonly packages: PackagesRecord;
  private readonly messages = new Map<string, DossierMessage & { body: string | null }>();
  /** Who proposed a transcription; and message to the transcription that another person confirmed. */
  private readonly proposed = new Map<string, string>();
  private readonly transcribed = new Map<string, string>();
  /** Commitments that nothing opened yet. */
  private readonly closed = new Map<Entry, Set<string>>();

  /** Messages that entries say were taken in, and those that parked the thread. */
  private readonly taken = new Set<string>();
  private readonly parked = new Set<string>();

  /** With whom the entries of the file say it is kept. */
  private readonly counterparts = new Set<string>();
  private side: Side | null = null;
  private readonly removed = new Set<string>();
  private readonly exports: Entry[] = [];
  private lastEvent = 0;

  readonly erasures: Erasure[] = [];
  /** Without their bytes, though the log says that the dossier was exported with them, and nothing tells whether they were there. */
  readonly notShown = { documents: 0, files: 0 };
  private withBytes = { attachments: false, evidence: false };

  constructor(
    private readonly requestId: string,
    state: StateCode,
  ) {
    this.packages = new PackagesRecord(state, requestId);
  }

  entry(entry: Entry): void {
    const { subject, type, body, seq, at, actor } = entry;
    const names = Object.keys(entry.commitments);
    if (names.length > 0) this.closed.set(entry, new Set(names));
    if (subject !== `file:${this.requestId}`) return;
    if (typeof body['event'] === 'string' && typeof body['seq'] === 'number') {
      const messages = (Array.isArray(body['messages']) ? body['messages'] : []) as unknown as Act['messages'];
      this.acts.set(body['seq'], { entry, event: body['event'], messages, payload: null, told: false });
    }
    if (actor.counterpart !== undefined) this.counterparts.add(actor.counterpart);
    if (actor.messageId !== undefined) this.taken.add(actor.messageId);
    if (type === 'message.parked') this.parked.add(String(body['messageId']));
    if (type === 'request.created') this.side = 'requesting';
    if (type === 'request.received') this.side = 'requested';
    if (type === 'attachment.added') this.documents.added(entry);
    if (type === 'attachment.removed') this.removed.add(String(body['attachmentId']));
    const transcription = String(body['transcriptionId']);
    if (type === 'transcription.proposed' && actor.accountId !== undefined) this.proposed.set(transcription, actor.accountId);
    const proposer = this.proposed.get(transcription);
    if (type === 'transcription.confirmed' && proposer !== undefined && proposer !== actor.accountId) this.transcribed.set(String(body['messageId']), transcription);
    if (type === 'dossier.exported') this.exports.push(entry);
    this.packages.entry(entry);
    if (type === 'content.erased') {
      const kinds = Object.keys(body['contents'] as object);
      assertKinds(kinds);
      this.erasures.push(...kinds.map((kind) => ({ kind, at, entryId: entry.id, seq })));
    }
  }

  opened(entry: Entry, name: string, content: Buffer): void {
    this.closed.get(entry)?.delete(name);
    const act = [...this.acts.values()].find((one) => one.entry.id === entry.id);
    if (act && name === 'payload') act.payload = content.toString('utf8');
  }

  /** To be called after the last entry. The export is an entry itself; what is not opened is named in the header, or was erased later. */
  entriesDone({ exportedAt, withheld, counterpart, side }: DossierHeader): void {
    if (this.side !== null && this.side !== side) throw new DossierStop('header.side-differs', `the log is that of the ${this.side} State, and the header says ${side}`);
    // Where all messages are withheld, nothing else says with whom the request was exchanged.
    const other = [...this.counterparts].find((one) => one !== counterpart);
    if (other !== undefined) throw new DossierStop('header.other-counterpart', `the header names ${counterpart}, and an entry of the file ${other.slice(0, 2)}`);
    for (const [entry, names] of this.closed) {
      if (names.size === 0 || entryMayBeClosed(entry, withheld)) continue;
      const { id, subject, seq, at } = entry;
      // Chains of different subjects have no common number: there the time decides.
      const erased = this.erasures.some((one) => one.kind === 'log' && (subject === `file:${this.requestId}` ? one.seq > seq : one.at >= at));
      if (!erased) throw new DossierStop('contents.missing', `what entry ${id} commits to (${[...names].join(', ')}) is left out, and not named as withheld`);
    }
    this.closed.clear();
    const exports = this.exports.filter(({ at, body }) => at === exportedAt && canonicalJson(body['withheld']) === canonicalJson(withheld));
    // Two exports of one moment may differ in what went with them: due is what both say.
    const bytesOf = (part: 'attachments' | 'evidence') => !withheld.includes(part) && exports.every(({ body }) => body[part] === true);
    this.withBytes = { attachments: bytesOf('attachments'), evidence: bytesOf('evidence') };
    if (exports.length === 0) {
      throw new DossierStop('header.not-in-log', 'no entry of the log tells of an export at this time that withholds this');
    }
  }

  /** @param body of the sealed message; null when withheld */
  message(message: DossierMessage, body: Record<string, Json> | null): void {
    if (this.messages.has(message.id)) throw new DossierStop('message.repeated', `message ${message.id} comes twice`);
    this.messages.set(message.id, { ...message, body: body && canonicalJson(body) });
  }

  event(event: DossierEvent): void {
    const act = this.acts.get(event.seq);
    if (!act) throw new DossierStop('event.not-in-log', `no entry of the log tells of event ${event.seq}`);
    if (act.told) throw new DossierStop('event.repeated', `event ${event.seq} comes twice`);
    if (event.seq < this.lastEvent) throw new DossierStop('event.order', `event ${event.seq} comes after event ${this.lastEvent}`);
    this.lastEvent = event.seq;
    act.told = true;
    const { body, actor, at } = act.entry;
    const by = actor.kind === 'counterpart' ? actor.counterpart : act.entry.state;
    const logged = {
      at, by, source: actor.kind, type: act.event, measure: body['measure'] ?? null, rule: body['rule'] ?? null, provenance: actor.provenance ?? null,
      letterState: body['letterState'], measureState: body['measureState'] ?? null, noted: body['noted'] ?? null, sent: act.messages.map(({ id, seq, type }) => ({ id, seq, type })), messageId: actor.messageId ?? null,
    };
    for (const [name, value] of Object.entries(logged)) {
      const told = (event as unknown as Record<string, Json>)[name];
      if (canonicalJson(told) !== canonicalJson(value)) throw new DossierStop('event.differs', `${name} of event ${event.seq} is not what the log says`);
    }
  }

  attachment(document: DossierAttachment): void {
    const { id, erased, shown, origin } = document;
    if (erased) this.assertErased('attachments', `document ${id}`, this.documents.seqOf(id));
    this.documents.take(document);
    if (!this.withBytes.attachments || shown || erased) return;
    // One's own is in one's store from the first. Whether the other State's have come, no entry tells.
    if (origin === 'own' && !this.removed.has(id)) throw new DossierStop('attachment.bytes-missing', `the log says that this was exported with documents, and the bytes of document ${id} are left out`);
    this.notShown.documents += 1;
  }

  package(found: DossierPackage): void {
    if (found.erased) this.assertErased('evidence', `package ${found.id}`, this.packages.seqOf(found.id));
    this.packages.take(found);
    if (this.withBytes.evidence && found.manifest !== null) this.notShown.files += this.packages.notShown(found);
  }

  /** Whether an entry of the file names the other State. */
  get namesCounterpart(): boolean {
    return this.counterparts.size > 0;
  }

  /** To be called after the last message and event: nothing the log tells of is missing. */
  messagesDone(): void {
    for (const { entry, messages, payload } of this.acts.values()) {
      for (const { id, seq, type, sha256 } of messages) {
        const sent = this.messages.get(id);
        if (sent?.direction !== 'sent' || sent.seq !== seq || sent.type !== type) throw new DossierStop('message.missing', `the log tells of message ${id} (${type} ${seq}), which is not here as such`);
        if (sha256 !== undefined && sent.sha256 !== sha256) throw new DossierStop('message.differs', `message ${id} is not the one that the log says was sent`);
        if (sent.erased) this.assertErased('correspondence', `message ${id}`, entry.seq);
        assertCame(sent, 'exchange');
        if (sent.at !== entry.at) throw new DossierStop('message.differs', `message ${id} was not sealed when the log says`);
        this.documents.sent(sent.body);
        // An act on the letter tells several measures, and one on a measure may tell of the letter: only two different numbers contradict.
        if (sent.measure !== null && entry.body['measure'] !== null) assertMeasure(sent, entry);
        if (type === TRANSMITS) this.packages.transmitted(sent.measure, sent.body);
      }
      const { messageId } = entry.actor;
      if (messageId === undefined) continue;
      const received = this.messages.get(messageId);
      if (received?.direction !== 'received' || received.type !== entry.body['event']) throw new DossierStop('message.missing', `the log tells of message ${messageId} (${String(entry.body['event'])}), which is not here as such`);
      if (received.erased) this.assertErased('correspondence', `message ${messageId}`, entry.seq);
      assertCame(received, entry.actor.provenance);
      assertMeasure(received, entry);
      if (payload !== null && received.body !== null && payload !== received.body) throw new DossierStop('message.differs', `message ${messageId} says something else than the log took in`);
      this.documents.takenIn(received.body ?? payload, entry.at);
      if (received.type === TRANSMITS) this.packages.transmitted(received.measure, received.body ?? payload);
    }
    const logged = new Set([...this.acts.values()].flatMap(({ messages }) => messages.map(({ id }) => id)));
    for (const message of this.messages.values()) {
      const { id, signature, transcriptionId } = message;
      // What nobody signed rests on two officials who read the letter, and the log knows them.
      if (signature === null && this.transcribed.get(id) !== transcriptionId) throw new DossierStop('message.unconfirmed', `message ${id} bears no signature, and no entry of the log tells that a second person confirmed this transcription of it`);
      if (!this.isLogged(message, logged)) throw new DossierStop('message.not-in-log', `no entry of the log tells of message ${id}`);
      assertReceipt(message);
    }
    this.assertNumbered('sent');
    this.assertNumbered('received');
  }

  /** What waits for an earlier message has no entry yet. */
  private isLogged({ id, direction, status }: Pick<DossierMessage, 'id' | 'direction' | 'status'>, sent: ReadonlySet<string>): boolean {
    if (direction === 'sent') return sent.has(id);
    return status === 'waiting' || (status === 'parked' ? this.parked : this.taken).has(id);
  }

  eventsDone(): void {
    for (const [seq, { told }] of this.acts) if (!told) throw new DossierStop('event.missing', `the log tells of event ${seq}, which is not here`);
  }

  /** @returns how many packages are held by nothing */
  packagesDone(): number {
    return this.packages.done();
  }

  /** Documents of one's own whose names nothing that is shown holds. */
  get untold(): number {
    return this.documents.untold;
  }

  /** @returns how many documents are held by nothing */
  documentsDone(): number {
    return this.documents.done();
  }

  /**
   * What a dossier says was erased, an entry of the log says too, and one that came later than what it erased.
   * @param seq number in the chain of the entry that tells of it, where one does
   */
  assertErased(kind: string, what: string, seq = 0): void {
    if (!this.erasures.some((one) => one.kind === kind && one.seq > seq)) throw new DossierStop('erasure.not-in-log', `${what} is said to be erased, and no entry of the log since then tells of an erasure of ${kind}`);
  }

  /** From 1 without gaps; only what waits for an earlier one may leave some out before it. */
  private assertNumbered(direction: DossierMessage['direction']): void {
    const all = [...this.messages.values()].filter((one) => one.direction === direction && one.status !== 'waiting').map(({ seq }) => seq).sort((a, b) => a - b);
    all.forEach((seq, n) => {
      if (seq !== n + 1) throw new DossierStop('message.missing', `message ${n + 1} ${direction} is not here`);
    });
  }
}

/** The verdict names them. */
function assertKinds(kinds: string[]): void {
  if (kinds.some((kind) => !/^[a-z-]{1,40}$/.test(kind))) throw new DossierStop('erasure.malformed', 'an entry tells of an erasure of no known kind');
}

/** A message that is withheld shows no measure of its own: its line must not give it another than the log. */
function assertMeasure({ id, measure }: DossierMessage, { body }: Entry): void {
  if ((body['measure'] ?? null) !== measure) throw new DossierStop('message.differs', `message ${id} is said to be about another measure than the log says`);
}

/** A receipt is for the bytes that were sent; one of a message rejected is for what arrived, which may not be the same. */
function assertReceipt({ id, sha256, receipt }: DossierMessage): void {
  const { status, messageId, sha256: of } = (receipt ?? {}) as Record<string, Json>;
  if (receipt === null || status === 'rejected') return;
  if (!['taken-in', 'waiting'].includes(status as string) || messageId !== id || of !== sha256) throw new DossierStop('receipt.differs', `the receipt of message ${id} is not for that message`);
}

function assertCame({ id, provenance }: DossierMessage, logged: string | undefined): void {
  if (provenance !== logged) throw new DossierStop('message.differs', `message ${id} is said to be ${provenance}, where the log says ${String(logged)}`);
}

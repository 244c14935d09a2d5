import type { Entry } from '@comity/audit';
import { canonicalJson, sha256Hex, type Json } from '@comity/kernel';
import type { DossierAttachment, DossierEvent, DossierMessage, DossierPackage } from './format.js';
import { DossierStop, type Erasure } from './report.js';

interface Act {
  entry: Entry;
  event: string;
  /** Ids, numbers and types of messages it sent. */
  messages: { id: string; seq: number; type: string }[];
  /** Canonical text of what was said, where the log's content is shown. */
  payload: string | null;
  told: boolean;
}

/** Holds messages, timeline, documents and packages to what the entries of the request say, and the entries to them. */
export class LogRecord {
  private readonly acts = new Map<number, Act>();
  private readonly documents = new Map<string, Entry>();
  /** Hash of a manifest to the number of the entry that first tells of it. */
  private readonly manifests = new Map<string, number>();
  private readonly messages = new Map<string, DossierMessage & { body: string | null }>();
  /** Of each entry with contents that are not shown so far, their names; of any subject. */
  private readonly closed = new Map<string, { seq: number; names: Set<string>; own: boolean }>();
  /** Who proposed a transcription, and the messages that a second person confirmed. */
  private readonly proposed = new Map<string, string>();
  private readonly confirmed = new Set<string>();
  /** Documents that shown messages of the other State name: `sha256 size`, how often. */
  private readonly named = new Map<string, { names: Set<string>; seen: number }>();

  readonly erasures: Erasure[] = [];

  constructor(private readonly requestId: string) {}

  entry(entry: Entry): void {
    const { subject, type, body, seq, at, actor } = entry;
    const names = Object.keys(entry.commitments);
    if (names.length > 0) this.closed.set(entry.id, { seq, names: new Set(names), own: subject === `file:${this.requestId}` });
    if (subject !== `file:${this.requestId}`) return;
    if (typeof body['event'] === 'string' && typeof body['seq'] === 'number') {
      const messages = (Array.isArray(body['messages']) ? body['messages'] : []) as unknown as Act['messages'];
      this.acts.set(body['seq'], { entry, event: body['event'], messages, payload: null, told: false });
    }
    if (type === 'attachment.added') this.documents.set(String(body['attachmentId']), entry);
    const manifest = body['manifestSha256'];
    if (typeof manifest === 'string' && !this.manifests.has(manifest)) this.manifests.set(manifest, seq);
    if (type === 'transcription.proposed' && actor.accountId !== undefined) this.proposed.set(String(body['transcriptionId']), actor.accountId);
    const proposer = this.proposed.get(String(body['transcriptionId']));
    if (type === 'transcription.confirmed' && proposer !== undefined && proposer !== actor.accountId) this.confirmed.add(String(body['messageId']));
    if (type === 'content.erased') this.erasures.push(...Object.keys(body['contents'] as object).map((kind) => ({ kind, at, entryId: entry.id, seq })));
  }

  opened(entry: Entry, name: string, content: Buffer): void {
    this.closed.get(entry.id)?.names.delete(name);
    const act = [...this.acts.values()].find((one) => one.entry.id === entry.id);
    if (act && name === 'payload') act.payload = content.toString('utf8');
  }

  /** To be called after the log: contents that are not shown are named as withheld, or were erased since. */
  contentsDone(withheld: readonly string[]): void {
    if (withheld.includes('contents')) return;
    for (const [id, { seq, names, own }] of this.closed) {
      if (names.size === 0 || withheld.includes(`entry:${id}`)) continue;
      // Numbers of another chain tell no order.
      if (this.erasures.some((one) => one.kind === 'log' && (!own || one.seq > seq))) continue;
      throw new DossierStop('contents.missing', `content ${[...names].join(', ')} of entry ${id} is left out, and not named as withheld`);
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
    act.told = true;
    const { body, actor, at } = act.entry;
    const by = actor.kind === 'counterpart' ? actor.counterpart : act.entry.state;
    const logged = {
      at, by, source: actor.kind, type: act.event, measure: body['measure'] ?? null, rule: body['rule'] ?? null, provenance: actor.provenance ?? null,
      letterState: body['letterState'], measureState: body['measureState'] ?? null, noted: body['noted'] ?? null, sent: act.messages, messageId: actor.messageId ?? null,
    };
    for (const [name, value] of Object.entries(logged)) {
      const told = (event as unknown as Record<string, Json>)[name];
      if (canonicalJson(told) !== canonicalJson(value)) throw new DossierStop('event.differs', `${name} of event ${event.seq} is not what the log says`);
    }
  }

  attachment({ id, name, origin, sha256, size, erased }: DossierAttachment): void {
    const logged = this.documents.get(id);
    if (erased) this.assertErased('attachments', `document ${id}`, logged?.seq);
    if (origin === 'counterpart') {
      const named = this.named.get(`${sha256} ${size}`);
      if (named && (name === null || named.names.has(name))) named.seen += 1;
      else if (this.allShown()) throw new DossierStop('attachment.not-in-message', `no message of the other State names document ${id} as it is here`);
      return;
    }
    if (origin !== 'own') throw new DossierStop('attachment.differs', `document ${id} comes from nowhere known`);
    if (!logged) throw new DossierStop('attachment.not-in-log', `no entry of the log tells of document ${id}`);
    if (logged.body['sha256'] !== sha256 || logged.body['size'] !== size) throw new DossierStop('attachment.differs', `document ${id} is not the one that was added`);
    this.documents.delete(id);
  }

  package({ id, manifest, manifestSha256, erased }: DossierPackage): void {
    if (erased) this.assertErased('evidence', `package ${id}`, this.manifests.get(manifestSha256 ?? ''));
    if (manifest !== null && sha256Hex(manifest) !== manifestSha256) throw new DossierStop('manifest.differs', `the manifest of package ${id} does not have its hash`);
    if (manifestSha256 !== null && !this.manifests.has(manifestSha256) && !this.carried(manifest)) {
      throw new DossierStop('manifest.not-in-log', `neither the log nor a message knows the manifest of package ${id}`);
    }
  }

  /** Whether a message brought the manifest. Where the messages are withheld nothing can be said. */
  private carried(manifest: string | null): boolean {
    const bringing = [...this.messages.values()].filter(({ type }) => type === 'EVIDENCE_TRANSMITTED');
    return bringing.some(({ body }) => body === null || manifest === null || body.includes(manifest));
  }

  /** Documents that a message taken in names; of one that waits nothing was taken in yet. */
  private documentsOf(body: string): void {
    const { files } = JSON.parse(body) as { files?: { name: string; size: number; sha256: string }[] };
    for (const { name, size, sha256 } of Array.isArray(files) ? files : []) {
      const known = this.named.get(`${sha256} ${size}`) ?? { names: new Set(), seen: 0 };
      known.names.add(name);
      this.named.set(`${sha256} ${size}`, known);
    }
  }

  /** Whether each message of the other State is here with what it says: only then is it known which documents it sent. */
  private allShown(): boolean {
    return [...this.messages.values()].every(({ direction, body }) => direction === 'sent' || body !== null);
  }

  /** To be called after the last message and event: nothing the log tells of is missing. */
  messagesDone(): void {
    for (const { entry, messages, payload } of this.acts.values()) {
      for (const { id, seq, type } of messages) {
        const sent = this.messages.get(id);
        if (sent?.direction !== 'sent' || sent.seq !== seq || sent.type !== type) throw new DossierStop('message.missing', `the log tells of message ${id} (${type} ${seq}), which is not here as such`);
        if (sent.erased) this.assertErased('correspondence', `message ${id}`, entry.seq);
      }
      const { messageId } = entry.actor;
      if (messageId === undefined) continue;
      const received = this.messages.get(messageId);
      if (received?.direction !== 'received' || received.type !== entry.body['event']) throw new DossierStop('message.missing', `the log tells of message ${messageId} (${String(entry.body['event'])}), which is not here as such`);
      if (received.provenance !== (entry.actor.provenance ?? 'exchange')) throw new DossierStop('message.differs', `message ${messageId} came by ${received.provenance}, and by ${String(entry.actor.provenance)} as the log took it in`);
      if (received.provenance === 'transcribed' && !this.confirmed.has(messageId)) throw new DossierStop('message.unconfirmed', `no entry of the log tells that a second person confirmed message ${messageId}, typed from a letter`);
      if (received.erased) this.assertErased('correspondence', `message ${messageId}`, entry.seq);
      if (received.body !== null) this.documentsOf(received.body);
      if (payload !== null && received.body !== null && payload !== received.body) throw new DossierStop('message.differs', `message ${messageId} says something else than the log took in`);
    }
    const logged = new Set([...this.acts.values()].flatMap(({ messages }) => messages.map(({ id }) => id)));
    for (const { id, direction } of this.messages.values()) {
      if (direction === 'sent' && !logged.has(id)) throw new DossierStop('message.not-in-log', `no entry of the log tells of message ${id}`);
    }
    this.assertNumbered('sent');
    this.assertNumbered('received');
  }

  eventsDone(): void {
    for (const [seq, { told }] of this.acts) if (!told) throw new DossierStop('event.missing', `the log tells of event ${seq}, which is not here`);
  }

  documentsDone(): void {
    for (const [document, { seen }] of this.named) if (seen === 0) throw new DossierStop('attachment.missing', `a message of the other State names document ${document}, which is not here`);
    for (const id of this.documents.keys()) throw new DossierStop('attachment.missing', `the log tells of document ${id}, which is not here`);
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

import { cosignedAt, ed25519Holds, EMPTY_ROOT, ExportVerifier, LinesDigest, logOrigin, provesConsistency, readVerifierKey, verifyCheckpoint, type Expected, type VerifiedCheckpoint } from '@comity/audit';
import { openSealed, readEnvelope, type Envelope } from '@comity/exchange';
import { canonicalJson, Problem, sha256Hex } from '@comity/kernel';
import { labelOf } from '@comity/requests';
import {
  DOSSIER_VERSION, dossierEndLine, dossierHeaderLine, endText,
  type DossierAlarm, type DossierAttachment, type DossierEvent, type DossierHeader, type DossierKey, type DossierMessage, type DossierPackage, type DossierWitness,
} from './format.js';
import { AwaitedBytes } from './awaited-bytes.js';
import { assertForms } from './forms.js';
import { Keyring } from './keyring.js';
import { LogRecord } from './log-record-check.js';
import { assertMembers } from './members.js';
import { dossierNotes } from './notes.js';
import { DossierStop, type DossierFault, type DossierReport } from './report.js';
import { messageMayBeOut } from './withheld.js';

/** Sections in their order. */
const ORDER = ['key', 'witness', 'alarm', 'log', 'message', 'event', 'attachment', 'package', 'dossier-end'] as const;
type Section = (typeof ORDER)[number];

/** What the verifier knows from elsewhere: keys of both States, checkpoints of the exporting State's log. */
export type DossierExpected = Pick<Expected, 'keys' | 'state' | 'checkpoints'>;

/**
 * Verifies a dossier line by line, with nothing but the dossier. It holds when every line is as it was exported and
 * signed; each message that is shown bears its State's signature, or is one that two officials typed from a letter; the
 * request's chain in the log is whole from its first entry to the last one shown, and those under the checkpoint are
 * proved to be in the signed log; that log begins with what the other State saw of it, where it is here; and messages,
 * timeline, documents and evidence are those these entries tell of, none missing. The exporting State can end the chain
 * earlier: that entries were left out after the last one that is proved cannot be excluded. What is withheld keeps its
 * hashes, and nothing more is claimed of it; what was erased likewise, if an entry of the log tells of that. What else
 * is not held to anything, the notes of the report say.
 */
export class DossierVerifier {
  private line = 0;
  private section = -1;
  private header: DossierHeader | null = null;
  private readonly digest = new LinesDigest();
  private readonly keyring: Keyring;
  private record: LogRecord | null = null;
  private log: ExportVerifier | null = null;
  private logReport: DossierReport['log'] = null;
  private head: VerifiedCheckpoint | null = null;
  private readonly grown: { head: VerifiedCheckpoint; proof: Buffer[] }[] = [];
  private readonly bytes = new AwaitedBytes();
  private readonly seen = new Set<string>();
  private package: DossierPackage | null = null;
  private files: number[] = [];
  private ended: string | null = null;
  private fault: DossierFault | undefined;
  private readonly found = {
    messages: { signed: {} as Record<string, number>, transcribed: 0, withheld: 0, erased: 0 }, events: 0, otherLabels: 0, attachments: { listed: 0, shown: 0, unheld: 0 }, packages: 0, unheldPackages: 0, files: 0, outOfPeriod: 0,
    witnesses: [] as DossierReport['witnesses'], alarms: [] as DossierReport['alarms'],
  };

  constructor(private readonly expected: DossierExpected = {}) {
    this.keyring = new Keyring(expected.keys);
  }

  /** @param bytes one line without its LF. @returns false once a fault is found: later lines are not looked at */
  take(bytes: Buffer): boolean {
    if (this.fault) return false;
    this.line += 1;
    return this.guard(() => this.read(bytes));
  }

  /** To be called after the last line. @param fault what the reader of the lines found wrong, if anything */
  finish(fault?: { what: string; detail: string }): DossierReport {
    this.guard(() => {
      if (fault) throw new DossierStop(fault.what, fault.detail);
      if (this.ended === null) throw new DossierStop('end.missing', 'the dossier is cut off: its last line is not there');
    });
    const { state = null, counterpart = null, requestId = null, exportedAt = null, withheld = [] } = this.header ?? {};
    return {
      ok: this.fault === undefined, kind: 'dossier', state, counterpart, requestId, exportedAt, withheld, ...this.found, erased: this.record?.erasures ?? [], notShown: this.notShown, log: this.logReport,
      notes: this.header && this.fault === undefined ? [...dossierNotes(this.header, { ...this.found, log: this.logReport, notShown: this.notShown, namesCounterpart: this.record!.namesCounterpart, untold: this.record!.untold })] : [],
      key: this.ended, keysGiven: [state, counterpart].every((one) => one !== null && this.keyring.knows(one)),
      sha256: this.ended === null ? null : this.digest.hex(), ...(this.fault && { firstFault: this.fault }),
    };
  }

  private get notShown(): DossierReport['notShown'] {
    return this.record?.notShown ?? { documents: 0, files: 0 };
  }

  private guard(step: () => void): boolean {
    if (this.fault) return false;
    try {
      step();
      return true;
    } catch (error) {
      const [what, detail] = faultOf(error);
      this.fault = { line: this.line, what, detail };
      return false;
    }
  }

  private read(bytes: Buffer): void {
    if (this.ended !== null) throw new DossierStop('end.trailing', 'there are lines after the end');
    if (!this.header) this.readHeader(bytes);
    else if (this.log && !this.log.done) this.takeLog(bytes);
    else this.takeLine(bytes, this.header);
    if (this.ended === null) this.digest.add(bytes);
  }

  private readHeader(bytes: Buffer): void {
    const line = canonicalObject(bytes);
    if (line['comity'] !== 'dossier') throw new DossierStop('header.malformed', 'the first line is not the header of a dossier');
    if (line['version'] !== DOSSIER_VERSION) throw new DossierStop('header.version-unknown', `format version ${JSON.stringify(line['version'])}; this verifier reads ${DOSSIER_VERSION}`);
    assertMembers('header', line);
    assertForms('header', line);
    const { comity: _, version: __, ...rest } = line;
    const header = rest as unknown as DossierHeader;
    if (dossierHeaderLine(header) !== bytes.toString('utf8')) throw new DossierStop('header.malformed', 'a member of the header has a wrong form');
    if (this.expected.state !== undefined && header.state !== this.expected.state) throw new DossierStop('state.differs', `of ${header.state}, where ${this.expected.state} is due`);
    this.header = header;
    this.record = new LogRecord(header.requestId, header.state);
  }

  private takeLog(bytes: Buffer): void {
    this.log!.take(bytes);
    const early = this.log!.done ? null : this.log!.firstFault;
    if (!this.log!.done && !early) return;
    const report = (this.logReport = this.log!.finish());
    if (report.firstFault) throw new DossierStop(`log.${report.firstFault.what}`, report.firstFault.detail);
    if (report.filter.requestId !== this.header!.requestId || Object.keys(report.filter).length !== 1) throw new DossierStop('log.other-request', 'the entries are not those of this request');
    for (const { head, proof } of this.grown) {
      if (!this.head || !provesConsistency(head, this.head, proof)) {
        throw new DossierStop('witness.inconsistent', `the other State saw a log of ${head.size} entries, and this log does not begin with it`);
      }
    }
    this.record!.entriesDone(this.header!);
  }

  private takeLine(bytes: Buffer, header: DossierHeader): void {
    const line = canonicalObject(bytes);
    if (line['comity'] === 'audit-export') return this.openLog(line, bytes, header);
    const [name, ...more] = Object.keys(line);
    if (name === undefined || more.length > 0) throw new DossierStop('line.unknown', 'a line of no known kind');
    if (name === 'bytes') return this.bytes.take(line['bytes']);
    this.bytes.done();
    const value = line[name] as object;
    if (name !== 'file') this.enter(name);
    if (typeof value !== 'object' || value === null) throw new DossierStop('line.malformed', `not the form of a line of ${name}`);
    assertMembers(name, value);
    assertForms(name, value);
    if (name === 'file') return this.openFile(value as { number: number });
    switch (name as Section) {
      case 'key':
        return this.keyring.add(value as DossierKey);
      case 'witness':
        return this.takeWitness(value as DossierWitness, header);
      case 'alarm':
        return this.takeAlarm(value as DossierAlarm, header);
      case 'message':
        return this.takeMessage(value as DossierMessage, header);
      case 'event':
        this.found.events += 1;
        if ((value as DossierEvent).label !== labelOf((value as DossierEvent).type)) this.found.otherLabels += 1;
        return this.record!.event(value as DossierEvent);
      case 'attachment':
        return this.takeAttachment(value as DossierAttachment, header);
      case 'package':
        return this.openPackage(value as DossierPackage, header);
      default:
        return this.takeEnd(value as Parameters<typeof dossierEndLine>[0], bytes, header);
    }
  }

  /** Sections come in their order, and what each left to be done is done when the next one begins. */
  private enter(name: string): void {
    const next = ORDER.indexOf(name as Section);
    if (next === -1) throw new DossierStop('line.unknown', 'a line of no known kind');
    if (next < this.section) throw new DossierStop('line.order', `a line of ${name} comes too late`);
    const past = (section: Section) => this.section < ORDER.indexOf(section) + 1 && next > ORDER.indexOf(section);
    if (past('log') && !this.log) throw new DossierStop('log.missing', 'the entries of the log are not there');
    if (past('message')) this.record!.messagesDone();
    if (past('event')) this.record!.eventsDone();
    if (past('attachment')) this.found.attachments.unheld = this.record!.documentsDone();
    this.packageDone();
    if (past('package')) this.found.unheldPackages = this.record!.packagesDone();
    this.section = next;
  }

  private openLog(line: Record<string, unknown>, bytes: Buffer, header: DossierHeader): void {
    if (this.log) throw new DossierStop('line.order', 'the log comes twice');
    this.enter('log');
    const { state, counterpart } = header;
    const [keys, checkpoints] = [this.keyring.ofLog(state), this.expected.checkpoints];
    if (typeof line['checkpoint'] === 'string') this.head = checkpointOf(line['checkpoint'], keys, state);
    else if (this.grown.length > 0) throw new DossierStop('checkpoint.missing', `${counterpart} saw checkpoints of this log, and it carries none`);
    for (const note of checkpoints ?? []) this.assertNotBelow(checkpointOf(note, keys, state));
    this.log = new ExportVerifier(this.head ? { state, keys } : { state }, {
      entry: (entry) => this.record!.entry(entry), opened: (entry, name, content) => this.record!.opened(entry, name, content),
    });
    this.takeLog(bytes);
  }

  private assertNotBelow({ size, root }: VerifiedCheckpoint): void {
    const { head } = this;
    if (size === 0) {
      // Every log begins with none; what says so proves nothing, and must at least say it rightly.
      if (!root.equals(EMPTY_ROOT)) throw new DossierStop('root.differs', 'a checkpoint of no entries does not have the root of an empty log');
      return;
    }
    if (!head || head.size < size) throw new DossierStop('checkpoint.beyond', `a checkpoint of ${size} entries was seen before, and this log has ${head?.size ?? 0}: cut off or rewritten`);
    if (head.size === size && !head.root.equals(root)) throw new DossierStop('root.differs', `the ${size} entries are not those of the checkpoint seen before`);
    const proved = this.grown.some((one) => one.head.size === size && one.head.root.equals(root));
    if (head.size > size && !proved) throw new DossierStop('checkpoint.unchecked', `whether the log begins with that checkpoint of ${size} entries cannot be told from this dossier: ask for a consistency proof`);
  }

  private takeWitness({ log, seenBy, note, proof, at }: DossierWitness, { state, counterpart }: DossierHeader): void {
    const head = checkpointOf(note, this.keyring.ofLog(log), log);
    if (log === state && seenBy === counterpart) {
      const seen = cosignedAt(note, this.keyring.ofLog(counterpart));
      if (seen.at.toISOString() !== at || !Array.isArray(proof)) throw new DossierStop('witness.malformed', 'not what the other State signed');
      this.grown.push({ head, proof: proof.map((hash) => Buffer.from(hash, 'hex')) });
    } else if (log !== counterpart || seenBy !== state || proof !== null) throw new DossierStop('witness.malformed', 'not of the two States of this request');
    if (this.seen.has(`${log} ${head.size}`)) throw new DossierStop('witness.repeated', 'one checkpoint comes twice: what one State saw once would count double');
    this.seen.add(`${log} ${head.size}`);
    this.found.witnesses.push({ log, seenBy, size: head.size, at });
  }

  private takeAlarm({ log, kind, known, shown, settledAt }: DossierAlarm, { state, counterpart }: DossierHeader): void {
    if (log !== state && log !== counterpart) throw new DossierStop('alarm.malformed', 'not of a log of the two States of this request');
    const [one, other] = [known, shown].map((note) => checkpointOf(note, this.keyring.ofLog(log), log)) as [VerifiedCheckpoint, VerifiedCheckpoint];
    // Two roots of one size need no more; that one came later than the other, or does not begin with it, only the witness says.
    const proved = one.size === other.size && !one.root.equals(other.root);
    this.found.alarms.push({ log, kind, settled: settledAt !== null, proved });
  }

  private takeMessage(message: DossierMessage, header: DossierHeader): void {
    const { direction, id, seq, type, measure, sealed, erased, sha256, signature, provenance } = message;
    const [from, to] = direction === 'sent' ? [header.state, header.counterpart] : [header.counterpart, header.state];
    if (signature === null && (provenance !== 'transcribed' || direction !== 'received')) throw new DossierStop('message.unsigned', `message ${id} bears no signature`);
    let envelope: Envelope | null = null;
    if (sealed === null && erased === true) {
      this.record!.assertErased('correspondence', `message ${id}`);
      this.found.messages.erased += 1;
    } else if (sealed === null) {
      if (!messageMayBeOut(message, header.withheld)) throw new DossierStop('message.missing', `message ${id} is left out, and not named as withheld`);
      this.found.messages.withheld += 1;
    } else {
      const bytes = Buffer.from(sealed, 'utf8');
      if (sha256Hex(bytes) !== sha256) throw new DossierStop('message.hash-differs', `message ${id} does not have its hash`);
      envelope = signature === null ? readEnvelope(bytes) : openSealed(bytes, signature, this.keyring.ofMessages(from));
      const told = { from, to, id, seq, type, measure, thread: header.requestId };
      for (const [name, value] of Object.entries(told)) {
        if (envelope[name as keyof typeof told] !== value) throw new DossierStop('message.other', `${name} of message ${id} is not what its line says`);
      }
      if (signature === null) this.found.messages.transcribed += 1;
      else {
        this.checkPeriod(kidOf(signature), envelope.sentAt);
        this.found.messages.signed[from] = (this.found.messages.signed[from] ?? 0) + 1;
      }
    }
    this.record!.message(message, envelope?.body ?? null);
  }

  /** Told, not refused: a key that is withdrawn later than it was lost has its period ended before what it signed in between. */
  private checkPeriod(key: string, at: string): void {
    if (!this.keyring.wasValid(key, at)) this.found.outOfPeriod += 1;
  }

  private takeAttachment(attachment: DossierAttachment, { withheld }: DossierHeader): void {
    if (attachment.name === null && attachment.erased !== true && !withheld.includes('attachments')) throw new DossierStop('attachment.name-missing', `the name of document ${attachment.id} is left out, and not named as withheld`);
    this.found.attachments.listed += 1;
    this.record!.attachment(attachment);
    if (!attachment.shown) return;
    this.found.attachments.shown += 1;
    this.bytes.expect({ what: `document ${attachment.id}`, size: attachment.size, sha256: attachment.sha256 });
  }

  private openPackage(found: DossierPackage, { withheld }: DossierHeader): void {
    const { id, manifest, manifestSha256, erased } = found;
    if (manifest === null && manifestSha256 !== null && !erased && !withheld.includes('evidence')) throw new DossierStop('manifest.missing', `the manifest of package ${id} is left out, and not named as withheld`);
    this.found.packages += 1;
    this.record!.package(found);
    this.package = found;
    this.files = [...found.shown];
  }

  private openFile({ number }: { number: number }): void {
    if (!this.package || this.files.shift() !== number) throw new DossierStop('file.order', `file ${number} is not the next of its package`);
    const { manifest, id } = this.package;
    const listed = (JSON.parse(manifest ?? '{"files":[]}') as { files: { number: number; size: number; sha256: string }[] }).files.find((one) => one.number === number);
    if (!listed) throw new DossierStop('file.not-in-manifest', `the manifest of package ${id} knows no file ${number}`);
    this.found.files += 1;
    this.bytes.expect({ what: `file ${number} of package ${id}`, size: listed.size, sha256: listed.sha256 });
  }

  private packageDone(): void {
    if (this.files.length > 0) throw new DossierStop('file.missing', `file ${this.files[0]} of package ${this.package!.id} is not here`);
  }

  private takeEnd({ key, lines, sha256, signature }: Parameters<typeof dossierEndLine>[0], bytes: Buffer, { state, exportedAt }: DossierHeader): void {
    const found = this.digest.hex();
    if (lines !== this.line - 1 || sha256 !== found || dossierEndLine({ key, lines, sha256, signature }) !== bytes.toString('utf8')) {
      throw new DossierStop('end.differs', 'count or SHA-256 of the last line differ from the lines before it');
    }
    const signed = Buffer.from(String(signature), 'base64');
    const holds = this.keyring.ofLog(state).includes(key) && signed.toString('base64') === signature && ed25519Holds(readVerifierKey(key).publicKey, endText(found), signed);
    if (!holds) throw new DossierStop('end.bad-signature', `the whole is not signed by a key of ${state}`);
    this.checkPeriod(key, exportedAt);
    if (this.head) this.checkPeriod(this.head.key, this.head.at.toISOString());
    this.ended = key;
  }
}

/** Of a signature that was found right. */
const kidOf = (signature: string): string => String((JSON.parse(Buffer.from(signature.slice(0, signature.indexOf('.')), 'base64url').toString('utf8')) as { kid: unknown }).kid);

function checkpointOf(note: string, keys: readonly string[], state: string): VerifiedCheckpoint {
  const head = verifyCheckpoint(note, keys);
  if (head.origin !== logOrigin(state)) throw new SyntaxError(`a checkpoint of ${head.origin}, where one of ${state} is due`);
  return head;
}

/** What the parts' own readers throw is told by its code; anything else is a line of a wrong form. */
function faultOf(error: unknown): [what: string, detail: string] {
  if (error instanceof DossierStop) return [error.what, error.detail];
  if (error instanceof Problem) return [error.code, error.detail];
  if (error instanceof SyntaxError) return ['checkpoint.not-sound', error.message];
  if (error instanceof TypeError || error instanceof RangeError) return ['line.malformed', 'a member has a wrong form'];
  throw error;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function canonicalObject(bytes: Buffer): Record<string, unknown> {
  try {
    const text = decoder.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && canonicalJson(value) === text) return value as Record<string, unknown>;
  } catch {
    // Falls through to the one answer for all of these.
  }
  throw new DossierStop('line.malformed', 'not one canonical JSON object');
}

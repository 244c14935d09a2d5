import { hash } from 'node:crypto';
import type { StateCode } from '@comity/kernel';
import { isCanonical, isObject } from './canonical-check.js';
import { ChainWalk } from './chain.js';
import { commitmentHash, SALT_BYTES } from './commitment.js';
import { isContentName, isHash, isSubject, readEntry, type Entry } from './entry.js';
import { scanEntry, type ScannedEntry } from './entry-scan.js';
import {
  ENTRY_MIDDLE,
  ENTRY_OFFSET,
  ENTRY_OPENING,
  LinesDigest,
  endLine,
  headLine,
  inclusionLine,
  leavesLine,
  LEAVES_A_LINE,
  openedContent,
  splitEntryLine,
  type ExportHeader,
} from './export.js';
import { matchesFilter, selectsAll, selectsWholeChain, selectsWholeChains } from './filter.js';
import { HASH_BYTES } from './tree/hash.js';
import { ExportTree } from './export-tree.js';
import { readHeader } from './verify-header.js';
import { Stop, type Expected, type Fault, type VerifyReport } from './verify-report.js';

/** Texts of what a chain can be at fault with. */
const DETAIL: Record<string, string> = {
  'chain.gap': 'an entry before this one is missing',
  'chain.order': 'the number does not come after the one before it: repeated or moved',
  'chain.broken': 'the entry does not name the hash of the entry before it',
};

export interface ExportObserver {
  entry?(entry: Entry): void;
  /** @param content canonical bytes, as committed to */
  opened?(entry: Entry, name: string, content: Buffer): void;
}

/**
 * Verifies an export line by line; keeps one chain and the edge of the tree in memory whatever the size. Only a whole log
 * without its list of leaves takes 32 bytes an entry.
 */
export class ExportVerifier {
  private line = 0;
  private header: ExportHeader | null = null;
  private readonly digest = new LinesDigest();
  private subject: string | null = null;
  private lastSubject = '';
  private walk = new ChainWalk(true);
  /** Bytes of the entry that lines may follow on: made into an entry only when one does. */
  private exact: Buffer | null = null;
  private entry: Entry | null = null;
  private seq: number | null = null;
  private openedHere = new Set<string>();
  /** Every entry is asked for, so that none has to be made to ask the filter. */
  private all = false;
  private tree: ExportTree | null = null;
  private ended = false;
  private sum: string | null = null;
  private fault: Fault | undefined;
  private readonly count = { entries: 0, subjects: 0, gaps: 0, opened: 0, commitments: 0 };

  /** @param observe told of each entry and each opened content as soon as it was found right */
  constructor(
    private readonly expected: Expected = {},
    private readonly observe: ExportObserver = {},
  ) {}

  /** The fault that ended it, as far as it has come. */
  get firstFault(): Fault | undefined {
    return this.fault;
  }

  /** Whether the last line has come. */
  get done(): boolean {
    return this.ended;
  }

  /** @param bytes one line without its LF. @returns false once a fault is found: later lines are not looked at */
  take(bytes: Buffer): boolean {
    if (this.fault) return false;
    this.line += 1;
    return this.guard(() => this.read(bytes));
  }

  /** To be called after the last line. @param fault what the reader of the lines found wrong, if anything */
  finish(fault?: { what: string; detail: string }): VerifyReport {
    this.guard(() => {
      if (fault) throw new Stop(fault.what, fault.detail);
      if (!this.ended) throw new Stop('end.missing', 'the export is cut off: its last line is not there');
    });
    const { entries, subjects, gaps, opened, commitments } = this.count;
    const tree = this.tree?.report() ?? null;
    return {
      ok: this.fault === undefined,
      entries,
      subjects,
      state: this.header?.state ?? null,
      exportedAt: this.header?.exportedAt ?? null,
      filter: this.header?.filter ?? {},
      whole: this.header !== null && selectsWholeChains(this.header.filter),
      gaps,
      opened,
      closed: commitments - opened,
      sha256: this.sum,
      unsigned: tree ? tree.later : entries,
      tree,
      ...(this.fault && { firstFault: this.fault }),
    };
  }

  private guard(step: () => void): boolean {
    if (this.fault) return false;
    try {
      step();
      return true;
    } catch (error) {
      const { what, detail, at } = asStop(error);
      const place = { subject: at.subject ?? this.subject, seq: at.seq ?? this.seq };
      this.fault = { line: this.line, ...place, what, detail };
      return false;
    }
  }

  private read(bytes: Buffer): void {
    if (this.ended) throw new Stop('end.trailing', 'there are lines after the end');
    if (!this.header) {
      this.header = readHeader(bytes);
      this.checkState(this.header.state, this.expected.state);
      this.tree = new ExportTree(this.header, this.expected);
      this.all = selectsAll(this.header.filter);
      return this.digest.add(bytes);
    }
    if (begins(bytes, 0, OPENING)) this.takeEntry(bytes, this.header);
    else this.takeOther(bytes, this.header);
    if (!this.ended) this.digest.add(bytes);
  }

  private takeEntry(bytes: Buffer, header: ExportHeader): void {
    const leaf = bytes.toString('latin1', ENTRY_OPENING.length, ENTRY_OPENING.length + 64);
    const framed = bytes.length > ENTRY_OFFSET && begins(bytes, ENTRY_OFFSET - MIDDLE.length, MIDDLE) && bytes[bytes.length - 1] === CLOSING;
    if (!framed) throw new Stop('line.malformed', 'not the form of an entry line');
    const { end, position } = splitEntryLine(bytes);
    if (hashOf(bytes, end) !== leaf) {
      if (!isHash(leaf)) throw new Stop('line.malformed', 'not the form of an entry line');
      throw new Stop('entry.leaf-differs', 'the bytes do not have this leaf hash', claim(bytes.subarray(ENTRY_OFFSET, end)));
    }
    this.tree!.proofDone();
    const read = this.readEntry(bytes, end);
    if (this.subject !== read.subject) this.openSubject(read.subject, header);
    this.seq = read.seq;
    this.openedHere.clear();
    this.checkState(read.state, header.state);
    if (this.entry && !matchesFilter(header.filter, this.entry)) throw new Stop('entry.outside-filter', 'the header does not ask for this entry');
    const broken = this.walk.step({ seq: read.seq, prev: read.prev, leaf });
    if (broken) throw new Stop(broken, DETAIL[broken]!);
    this.tree!.entry(position, bytes, ENTRY_OPENING.length);
    this.count.entries += 1;
    this.count.commitments += read.commitments;
    if (this.observe.entry) this.observe.entry(this.entryHere()!);
  }

  /** By its bytes where they are of the plainest kind and nothing more is asked; else made, and kept as `entry`. */
  private readEntry(line: Buffer, end: number): ScannedEntry {
    this.exact = line.subarray(ENTRY_OFFSET, end);
    this.entry = null;
    const scanned = this.all ? scanEntry(line, ENTRY_OFFSET, end) : null;
    if (scanned) return scanned;
    const { state, subject, seq, prev, commitments } = this.entryHere()!;
    return { state, subject, seq, prev, commitments: Object.keys(commitments).length };
  }

  private entryHere(): Entry | null {
    if (this.entry || !this.exact) return this.entry;
    try {
      return (this.entry = readEntry(utf8(this.exact)));
    } catch (error) {
      throw new Stop('entry.malformed', (error as Error).message);
    }
  }

  private openSubject(subject: string, header: ExportHeader): void {
    if (this.subject !== null) throw new Stop('head.missing', `no head after the entries of ${this.subject}`);
    if (!(this.lastSubject < subject)) throw new Stop('subject.order', `${subject} comes again or too late`);
    this.subject = subject;
    this.tree!.subject();
    this.walk = new ChainWalk(selectsWholeChain(header.filter, subject));
  }

  private takeOther(bytes: Buffer, header: ExportHeader): void {
    if (begins(bytes, 0, LEAVES)) return this.takeLeaves(bytes);
    // A head of the plainest form is canonical as it stands.
    const plain = begins(bytes, 0, HEAD) ? HEAD_LINE.exec(bytes.toString('latin1')) : null;
    const line: Record<string, unknown> = plain ? { head: { leaf: plain[1], seq: Number(plain[2]), subject: plain[3] } } : canonicalObject(bytes);
    if (Array.isArray(line['inclusion'])) return this.takeInclusion(line['inclusion'], bytes);
    this.tree!.proofDone();
    if (isObject(line['head'])) this.takeHead(line['head'], bytes, header);
    else if (typeof line['opened'] === 'string') this.takeOpened(line['opened'], line, bytes);
    else if (isObject(line['end'])) this.takeEnd(bytes, header);
    else throw new Stop('line.unknown', 'neither entry, opened content, head nor end');
  }

  private takeHead(head: Record<string, unknown>, bytes: Buffer, header: ExportHeader): void {
    const { subject, seq, leaf } = head;
    if (
      !isSubject(subject) ||
      !isHash(leaf) ||
      typeof seq !== 'number' ||
      headLine(subject, seq, leaf) !== bytes.toString()
    ) {
      throw new Stop('line.malformed', 'not the form of a head');
    }
    // A head without entries: all of the subject's entries were taken out.
    if (this.subject === null) this.openSubject(subject, header);
    if (this.subject !== subject) throw new Stop('head.missing', `no head after the entries of ${this.subject}`);
    const whole = selectsWholeChain(header.filter, subject);
    const reached = seq === this.walk.seq && leaf === this.walk.leaf;
    if (!reached && (whole || seq <= this.walk.seq)) {
      throw new Stop(
        'head.differs',
        `the chain ends at ${this.walk.seq}, its head says ${seq}: tail cut off or changed`,
      );
    }
    if (!reached) this.count.gaps += 1;
    this.count.gaps += this.walk.gaps;
    this.count.subjects += 1;
    this.lastSubject = subject;
    this.subject = null;
    this.exact = null;
    this.entry = null;
    this.seq = null;
  }

  private takeLeaves(bytes: Buffer): void {
    const text = bytes.toString('latin1');
    const [all, first] = LEAVES_LINE.exec(text) ?? [];
    const hashes = all === undefined ? null : Buffer.from(text.slice(all.length, -2), 'hex');
    // Made anew and compared: digits of another kind, half a leaf, and what follows are all told by it.
    if (!hashes || hashes.length === 0 || hashes.length % HASH_BYTES !== 0 || hashes.length > LEAVES_A_LINE * HASH_BYTES || leavesLine(Number(first), hashes) !== text) {
      throw new Stop('line.malformed', 'not the form of a list of leaves');
    }
    if (this.subject !== null) throw new Stop('head.missing', `no head after the entries of ${this.subject}`);
    this.tree!.leaves(Number(first), hashes);
  }

  private takeInclusion(inclusion: unknown[], bytes: Buffer): void {
    if (!inclusion.every(isHash)) throw new Stop('line.malformed', 'not the form of a proof');
    const hashes = inclusion.map((hash) => Buffer.from(hash, 'hex'));
    if (inclusionLine(hashes) !== bytes.toString('latin1')) throw new Stop('line.malformed', 'not the form of a proof');
    this.tree!.inclusion(hashes);
  }

  private takeOpened(name: string, line: Record<string, unknown>, bytes: Buffer): void {
    const salt = line['salt'];
    if (
      Object.keys(line).join() !== 'content,opened,salt' ||
      typeof salt !== 'string' ||
      !SALT.test(salt) ||
      !isContentName(name)
    ) {
      throw new Stop('line.malformed', 'not the form of an opened content');
    }
    const entry = this.entryHere();
    if (!entry) throw new Stop('commitment.unknown', 'opened content without an entry before it');
    const due = Object.hasOwn(entry.commitments, name) ? entry.commitments[name] : undefined;
    if (due === undefined) throw new Stop('commitment.unknown', `the entry commits to no "${name}"`);
    if (this.openedHere.has(name)) throw new Stop('commitment.repeated', `"${name}" is opened twice`);
    const found = commitmentHash(Buffer.from(salt, 'hex'), openedContent(bytes, name, salt)).toString('hex');
    if (found !== due) throw new Stop('commitment.differs', `"${name}" is not what the entry committed to`);
    this.openedHere.add(name);
    this.count.opened += 1;
    this.observe.opened?.(entry, name, openedContent(bytes, name, salt));
  }

  private takeEnd(bytes: Buffer, header: ExportHeader): void {
    if (this.subject !== null) throw new Stop('head.missing', `no head after the entries of ${this.subject}`);
    const { entries, subjects } = this.count;
    if (entries !== header.count)
      throw new Stop('count.differs', `the header counts ${header.count} entries, here are ${entries}`);
    this.sum = this.digest.hex();
    if (bytes.toString('latin1') !== endLine(entries, subjects, this.sum)) {
      throw new Stop('end.differs', 'counts or SHA-256 of the last line differ from the lines before it');
    }
    this.tree!.end();
    this.ended = true;
  }

  private checkState(state: StateCode, due: StateCode | undefined): void {
    if (due !== undefined && state !== due) throw new Stop('state.differs', `of ${state}, where ${due} is due`);
  }
}

/** What a line says may also be too deep or too large for what is done with it: that is a fault of the line. */
function asStop(error: unknown): Stop {
  if (error instanceof Stop) return error;
  if (error instanceof RangeError || error instanceof TypeError) return new Stop('line.malformed', 'a member has a wrong form');
  throw error;
}

/** By hand: for a few bytes a call into the native comparison costs more. */
function begins(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  if (bytes.length < at + word.length) return false;
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word[i]) return false;
  return true;
}

const OPENING = Buffer.from(ENTRY_OPENING);
const MIDDLE = Buffer.from(ENTRY_MIDDLE);
/** RFC 6962 leaf hash of the entry in a line, hex. The byte before it stands in for the prefix while it is hashed: nothing is copied. */
function hashOf(line: Buffer, end: number): string {
  line[ENTRY_OFFSET - 1] = 0;
  const found = hash('sha256', line.subarray(ENTRY_OFFSET - 1, end), 'hex');
  line[ENTRY_OFFSET - 1] = MIDDLE[MIDDLE.length - 1]!;
  return found;
}

const LEAVES = Buffer.from('{"at":');
const LEAVES_LINE = /^\{"at":(0|[1-9]\d{0,15}),"leaves":"/;
const HEAD = Buffer.from('{"head":');
const HEAD_LINE = /^\{"head":\{"leaf":"([0-9a-f]{64})","seq":(0|[1-9]\d{0,14}),"subject":"([A-Za-z0-9:-]+)"\}\}$/;
const CLOSING = '}'.charCodeAt(0);
const SALT = new RegExp(`^[0-9a-f]{${2 * SALT_BYTES}}$`);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Strictly: a lenient decoder would map different bytes to one text. */
const utf8 = (bytes: Buffer): string => decoder.decode(bytes);

function canonicalObject(bytes: Buffer): Record<string, unknown> {
  try {
    const text = utf8(bytes);
    const value: unknown = JSON.parse(text);
    if (isObject(value) && isCanonical(value, text)) return value;
  } catch {
    // Falls through to the one answer for all of these.
  }
  throw new Stop('line.malformed', 'not one canonical JSON object');
}

/** What changed bytes still say of themselves; good for finding the place, not for trusting it. */
function claim(bytes: Buffer): { subject?: string; seq?: number } {
  try {
    const { subject, seq } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    return { ...(isSubject(subject) && { subject }), ...(Number.isSafeInteger(seq) && { seq: seq as number }) };
  } catch {
    return {};
  }
}

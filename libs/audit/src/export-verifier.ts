import type { StateCode } from '@comity/kernel';
import { isCanonical, isObject } from './canonical-check.js';
import { ChainWalk } from './chain.js';
import { commitmentHash, SALT_BYTES } from './commitment.js';
import { isContentName, isHash, isSubject, leafHash, readEntry, type Entry } from './entry.js';
import {
  ENTRY_MIDDLE,
  ENTRY_OFFSET,
  ENTRY_OPENING,
  LinesDigest,
  endLine,
  headLine,
  inclusionLine,
  openedContent,
  splitEntryLine,
  type ExportHeader,
} from './export.js';
import { matchesFilter, selectsWholeChain, selectsWholeChains } from './filter.js';
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

/** Verifies an export line by line; keeps one chain in memory whatever the size, and 32 bytes a leaf of a whole log. */
export class ExportVerifier {
  private line = 0;
  private header: ExportHeader | null = null;
  private readonly digest = new LinesDigest();
  private subject: string | null = null;
  private lastSubject = '';
  private walk = new ChainWalk(true);
  private entry: Entry | null = null;
  private openedHere = new Set<string>();
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
      tree: this.tree?.report() ?? null,
      ...(this.fault && { firstFault: this.fault }),
    };
  }

  private guard(step: () => void): boolean {
    if (this.fault) return false;
    try {
      step();
      return true;
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const { what, detail, at } = error;
      const place = { subject: at.subject ?? this.subject, seq: at.seq ?? this.entry?.seq ?? null };
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
      return this.digest.add(bytes);
    }
    if (bytes.subarray(0, ENTRY_OPENING.length).equals(OPENING)) this.takeEntry(bytes, this.header);
    else this.takeOther(bytes, this.header);
    if (!this.ended) this.digest.add(bytes);
  }

  private takeEntry(bytes: Buffer, header: ExportHeader): void {
    const leaf = bytes.toString('latin1', ENTRY_OPENING.length, ENTRY_OPENING.length + 64);
    const framed =
      isHash(leaf) &&
      bytes.subarray(ENTRY_OFFSET - MIDDLE.length, ENTRY_OFFSET).equals(MIDDLE) &&
      bytes.at(-1) === CLOSING;
    if (!framed) throw new Stop('line.malformed', 'not the form of an entry line');
    const { bytes: exact, position } = splitEntryLine(bytes);
    if (leafHash(exact).toString('hex') !== leaf) {
      throw new Stop('entry.leaf-differs', 'the bytes do not have this leaf hash', claim(exact));
    }
    this.tree!.proofDone();
    let entry: Entry;
    try {
      entry = readEntry(utf8(exact));
    } catch (error) {
      throw new Stop('entry.malformed', (error as Error).message);
    }
    if (this.subject !== entry.subject) this.openSubject(entry.subject, header);
    this.entry = entry;
    this.openedHere = new Set();
    this.checkState(entry.state, header.state);
    if (!matchesFilter(header.filter, entry))
      throw new Stop('entry.outside-filter', 'the header does not ask for this entry');
    const broken = this.walk.step({ seq: entry.seq, prev: entry.prev, leaf });
    if (broken) throw new Stop(broken, DETAIL[broken]!);
    this.tree!.entry(position, Buffer.from(leaf, 'hex'));
    this.count.entries += 1;
    this.count.commitments += Object.keys(entry.commitments).length;
    this.observe.entry?.(entry);
  }

  private openSubject(subject: string, header: ExportHeader): void {
    if (this.subject !== null) throw new Stop('head.missing', `no head after the entries of ${this.subject}`);
    if (!(this.lastSubject < subject)) throw new Stop('subject.order', `${subject} comes again or too late`);
    this.subject = subject;
    this.walk = new ChainWalk(selectsWholeChain(header.filter, subject));
  }

  private takeOther(bytes: Buffer, header: ExportHeader): void {
    const line = canonicalObject(bytes);
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
    this.entry = null;
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
    if (!this.entry) throw new Stop('commitment.unknown', 'opened content without an entry before it');
    const hash = Object.hasOwn(this.entry.commitments, name) ? this.entry.commitments[name] : undefined;
    if (hash === undefined) throw new Stop('commitment.unknown', `the entry commits to no "${name}"`);
    if (this.openedHere.has(name)) throw new Stop('commitment.repeated', `"${name}" is opened twice`);
    const found = commitmentHash(Buffer.from(salt, 'hex'), openedContent(bytes, name, salt)).toString('hex');
    if (found !== hash) throw new Stop('commitment.differs', `"${name}" is not what the entry committed to`);
    this.openedHere.add(name);
    this.count.opened += 1;
    this.observe.opened?.(this.entry, name, openedContent(bytes, name, salt));
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

const OPENING = Buffer.from(ENTRY_OPENING);
const MIDDLE = Buffer.from(ENTRY_MIDDLE);
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

import { createHash, type Hash } from 'node:crypto';
import { canonicalJson, type StateCode } from '@comity/kernel';
import type { EntryFilter } from './filter.js';

/**
 * The format of an exported log: JSON Lines (UTF-8, each line ended by one LF).
 *
 *   1. header  {"checkpoint":C,"comity":"audit-export","count":N,"exportedAt":T,"filter":{...},"key":K,"state":"IS","version":2}
 *   2. for each subject, in ascending order of its bytes:
 *      entry   {"leaf":"<64 hex>","entry":<canonical bytes of the entry>,"position":N}   in ascending order of seq;
 *              without position while it has none in the State's tree; each followed by
 *      proof   {"inclusion":["<64 hex>",...]}                               in a selection, where C covers the entry
 *      opened  {"content":<JSON>,"opened":"<name>","salt":"<32 hex>"}       for each content present and permitted
 *      head    {"head":{"leaf":"<64 hex>","seq":N,"subject":"..."}}         where the State says the chain ends
 *   3. leaves  {"at":N,"leaves":"<64 hex>..."}  of a whole log, in the order of their positions, up to 256 a line
 *   4. end     {"end":{"entries":N,"sha256":"<64 hex>","subjects":N}}       SHA-256 of all lines before, LFs included
 *
 * C is the State's newest checkpoint (C2SP signed-note) and K its verifier key, or null while nothing was signed. From a
 * whole log the root is made anew out of all leaves; a selection proves each of its entries (RFC 6962 2.1.1).
 *
 * Every line but the entry's is canonical JSON as a whole; the entry's holds the hashed bytes as they are, from its
 * 84th byte up to its position, or the last byte but one. Heads follow their subject, not the file's end, so that a verifier
 * keeps one chain in memory; the leaves come once more in the order of the tree, so that it keeps the tree's edge and no
 * more. A whole log of version 2 has no such lines, and takes 32 bytes of memory an entry to verify.
 */
export const EXPORT_VERSION = 2;
/** With leaves. */
export const LEAVES_VERSION = 3;

export interface ExportHeader {
  state: StateCode;
  /** RFC 3339. */
  exportedAt: string;
  filter: EntryFilter;
  /** Entry lines that follow. */
  count: number;
  /** The State's newest checkpoint; null while nothing was signed. */
  checkpoint: string | null;
  /** Verifier key of the checkpoint. Whose it is, the export cannot prove. */
  key: string | null;
  /** Whether the leaves come once more in the order of the tree. */
  leaves?: boolean;
}

export const ENTRY_OPENING = '{"leaf":"';
export const ENTRY_MIDDLE = '","entry":';
/** Where the entry's bytes begin in its line. */
export const ENTRY_OFFSET = ENTRY_OPENING.length + 64 + ENTRY_MIDDLE.length;

export const headerLine = ({ filter, leaves = false, ...rest }: ExportHeader): string =>
  canonicalJson({ ...rest, comity: 'audit-export', version: leaves ? LEAVES_VERSION : EXPORT_VERSION, filter: { ...filter } });

const ENTRY_POSITION = ',"position":';

/** @param position in the State's tree; null while it has none */
export const entryLine = (leaf: string, bytes: Buffer, position: number | null = null): string =>
  `${ENTRY_OPENING}${leaf}${ENTRY_MIDDLE}${bytes.toString('utf8')}${position === null ? '' : `${ENTRY_POSITION}${position}`}}`;

const MARK = Buffer.from(ENTRY_POSITION);

/** Where the entry's bytes end in its line, and its position. An entry ends with its own brace, so nothing in it is taken for one. */
export function splitEntryLine(line: Buffer): { end: number; position: number | null } {
  let first = line.length - 1;
  let position = 0;
  for (let scale = 1; first > 0 && line[first - 1]! >= 0x30 && line[first - 1]! <= 0x39; scale *= 10) position += (line[(first -= 1)]! - 0x30) * scale;
  const [digits, end] = [line.length - 1 - first, first - MARK.length];
  let marked = digits > 0 && digits <= 16 && end > ENTRY_OFFSET && (digits === 1 || line[first] !== 0x30);
  for (let i = 0; marked && i < MARK.length; i += 1) marked = line[end + i] === MARK[i];
  return marked ? { end, position } : { end: line.length - 1, position: null };
}

/** Leaves of one line. */
export const LEAVES_A_LINE = 256;

/** @param hashes 32 bytes each */
export const leavesLine = (at: number, hashes: Buffer): string => `{"at":${at},"leaves":"${hashes.toString('hex')}"}`;

export const inclusionLine = (hashes: readonly Buffer[]): string =>
  canonicalJson({ inclusion: hashes.map((hash) => hash.toString('hex')) });

const OPENED = '{"content":';
const openedRest = (name: string, salt: string): string => `,"opened":${JSON.stringify(name)},"salt":"${salt}"}`;

/** @param content canonical bytes, as committed to */
export const openedLine = (name: string, salt: Buffer, content: Buffer): string =>
  OPENED + content.toString('utf8') + openedRest(name, salt.toString('hex'));

/** The content's bytes in an opened line known to be canonical. */
export const openedContent = (line: Buffer, name: string, salt: string): Buffer =>
  line.subarray(OPENED.length, line.length - openedRest(name, salt).length);

export const headLine = (subject: string, seq: number, leaf: string): string =>
  canonicalJson({ head: { subject, seq, leaf } });

export const endLine = (entries: number, subjects: number, sha256: string): string =>
  canonicalJson({ end: { entries, subjects, sha256 } });

const GATHERED = 64 * 1024;

/** SHA-256 over lines, each with the LF that ends it. Lines are gathered first: a call of the hash costs more than a short line. */
export class LinesDigest {
  private readonly hash: Hash = createHash('sha256');
  private readonly gathered = Buffer.allocUnsafe(GATHERED);
  private length = 0;

  add(line: string | Uint8Array): void {
    const bytes = typeof line === 'string' ? Buffer.from(line, 'utf8') : line;
    if (this.length + bytes.length + 1 > GATHERED) this.flush();
    if (bytes.length + 1 > GATHERED) {
      this.hash.update(bytes).update('\n');
      return;
    }
    this.gathered.set(bytes, this.length);
    this.length += bytes.length + 1;
    this.gathered[this.length - 1] = 0x0a;
  }

  hex(): string {
    this.flush();
    return this.hash.copy().digest('hex');
  }

  private flush(): void {
    this.hash.update(this.gathered.subarray(0, this.length));
    this.length = 0;
  }
}

/** Counts and hashes the lines of one export as they pass, to write its end. */
export class ExportTally {
  private readonly digest = new LinesDigest();
  private entries = 0;
  private subjects = 0;

  pass(line: string): string {
    this.digest.add(line);
    return line;
  }

  entry(line: string): string {
    this.entries += 1;
    return this.pass(line);
  }

  head(line: string): string {
    this.subjects += 1;
    return this.pass(line);
  }

  end(): string {
    return endLine(this.entries, this.subjects, this.digest.hex());
  }
}

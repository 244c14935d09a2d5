import { createHash } from 'node:crypto';
import { canonicalJson, type StateCode } from '@comity/kernel';
import type { EntryFilter } from './filter.js';

/**
 * The format of an exported log: JSON Lines (UTF-8, each line ended by one LF).
 *
 *   1. header  {"comity":"audit-export","count":N,"exportedAt":T,"filter":{...},"state":"IS","version":1}
 *   2. for each subject, in ascending order of its bytes:
 *      entry   {"leaf":"<64 hex>","entry":<canonical bytes of the entry>}   in ascending order of seq, each followed by
 *      opened  {"content":<JSON>,"opened":"<name>","salt":"<32 hex>"}       for each content present and permitted
 *      head    {"head":{"leaf":"<64 hex>","seq":N,"subject":"..."}}         where the State says the chain ends
 *   3. end     {"end":{"entries":N,"sha256":"<64 hex>","subjects":N}}       SHA-256 of all lines before, LFs included
 *
 * Every line but the entry's is canonical JSON as a whole; the entry's holds the hashed bytes as they are, from its
 * 84th byte up to the last but one. Heads follow their subject, not the file's end, so that a verifier of a million
 * entries keeps one chain in memory.
 */
export const EXPORT_VERSION = 1;

export interface ExportHeader {
  state: StateCode;
  /** RFC 3339. */
  exportedAt: string;
  filter: EntryFilter;
  /** Entry lines that follow. */
  count: number;
}

export const ENTRY_OPENING = '{"leaf":"';
export const ENTRY_MIDDLE = '","entry":';
/** Where the entry's bytes begin in its line. */
export const ENTRY_OFFSET = ENTRY_OPENING.length + 64 + ENTRY_MIDDLE.length;

export const headerLine = ({ state, exportedAt, filter, count }: ExportHeader): string =>
  canonicalJson({ comity: 'audit-export', version: EXPORT_VERSION, state, exportedAt, filter: { ...filter }, count });

export const entryLine = (leaf: string, bytes: Buffer): string =>
  `${ENTRY_OPENING}${leaf}${ENTRY_MIDDLE}${bytes.toString('utf8')}}`;

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

/** SHA-256 over lines, each with the LF that ends it. */
export class LinesDigest {
  private readonly hash = createHash('sha256');

  add(line: string | Uint8Array): void {
    this.hash.update(line);
    this.hash.update('\n');
  }

  hex(): string {
    return this.hash.copy().digest('hex');
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

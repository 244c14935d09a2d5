import type { Readable } from 'node:stream';
import { snapshotStream, type SnapshotStreamOptions, type Tx } from '@comity/database';
import { badRequest, instantOf, isId, type Json } from '@comity/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readContents } from './contents.js';
import { isInstant, readEntry, type Entry } from './entry.js';
import { exportLines, type ExportOptions } from './export-lines.js';
import type { EntryFilter } from './filter.js';
import { checkFilter, filterSql } from './filter-sql.js';

export interface ListedEntry extends Entry {
  /** Hex. */
  leafHash: string;
  /** Personal contents still present, by name; empty unless asked for. */
  contents: Record<string, Json>;
}

export interface EntryPage {
  /** Newest first. */
  entries: ListedEntry[];
  /** Opaque cursor of the next page; null on the last. */
  next: string | null;
}

export interface PageQuery {
  after?: string | undefined;
  /** 1 to 200, 50 when absent. */
  limit?: number | undefined;
  /** Whether personal contents are shown. */
  open?: boolean | undefined;
}

/** Reads a State's own log. Who may read it, and the entry that says so, are the caller's. */
@Injectable()
export class AuditQueries {
  constructor(private readonly db: DataSource) {}

  /**
   * One page of the entries a filter selects, newest first.
   * @throws Problem 400 `filter.malformed`, `cursor.invalid`, `limit.malformed`
   */
  async list(tx: Tx, filter: EntryFilter, page: PageQuery = {}): Promise<EntryPage> {
    const limit = page.limit ?? 50;
    if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw badRequest('limit.malformed', 'Ask for 1 to 200.');
    const params: unknown[] = [tx.state];
    let where = filterSql(checkFilter(filter), params);
    if (page.after !== undefined) {
      const [at, id] = readCursor(page.after);
      where += ` AND (e.at, e.id) < ($${params.push(at)}, $${params.push(id)})`;
    }
    const rows = await tx.query<ListRow>(
      `SELECT e.id, e.at, e.bytes, e.leaf_hash FROM audit_entry e WHERE ${where}
       ORDER BY e.at DESC, e.id DESC LIMIT $${params.push(limit + 1)}`,
      params,
    );
    const shown = rows.slice(0, limit);
    const contents = page.open
      ? await readContents(
          tx,
          shown.map((row) => row.id),
        )
      : new Map<string, never>();
    const entries = shown.map((row) => {
      const opened = (contents.get(row.id) ?? []).map((c) => [c.name, JSON.parse(c.content.toString('utf8')) as Json]);
      const leafHash = row.leaf_hash.toString('hex');
      return { ...readEntry(row.bytes.toString('utf8')), leafHash, contents: Object.fromEntries(opened) };
    });
    const last = shown.at(-1);
    return { entries, next: rows.length > limit && last ? cursor(last) : null };
  }

  /**
   * An export as a stream of JSON Lines, read in one snapshot as fast as it is consumed; destroying the stream ends
   * the transaction. A consumer that stands still for a minute loses the rest, and the verifier says so.
   * @throws Problem 400 `filter.malformed`, 429 `download.too-many`
   */
  async exportStream(to: Omit<SnapshotStreamOptions, 'after'>, options: ExportOptions): Promise<Readable> {
    const checked = { ...options, filter: checkFilter(options.filter ?? {}) };
    return snapshotStream(this.db, { ...to, after: '\n' }, (tx) => exportLines(tx, checked));
  }
}

/** Which of the ids are those of entries that the filter selects. */
export async function entriesAmong(tx: Tx, ids: readonly string[], filter: EntryFilter): Promise<Set<string>> {
  const params: unknown[] = [tx.state];
  const where = filterSql(checkFilter(filter), params);
  const rows = await tx.query<{ id: string }>(`SELECT e.id FROM audit_entry e WHERE ${where} AND e.id = ANY ($${params.push(ids)})`, params);
  return new Set(rows.map(({ id }) => id));
}

interface ListRow {
  id: string;
  at: Date;
  bytes: Buffer;
  leaf_hash: Buffer;
}

const cursor = ({ at, id }: ListRow): string => Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');

function readCursor(text: string): [at: string, id: string] {
  const [at, id, ...more] = Buffer.from(text, 'base64url').toString('latin1').split(' ');
  if (!isInstant(at) || !instantOf(at) || !isId(id) || more.length > 0) {
    throw badRequest('cursor.invalid', 'Take the cursor from the answer of the page before, or leave it out.');
  }
  return [at, id];
}

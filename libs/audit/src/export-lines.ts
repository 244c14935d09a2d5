import type { Tx } from '@comity/database';
import { readContents, type StoredContent } from './contents.js';
import { ExportTally, entryLine, headLine, headerLine, inclusionLine, LEAVES_A_LINE, leavesLine, openedLine } from './export.js';
import { selectsAll, selectsWholeChains, type EntryFilter } from './filter.js';
import { checkFilter, filterSql } from './filter-sql.js';
import { InclusionMaker } from './log/inclusion-maker.js';
import { LAST_CHECKPOINT, LEAVES } from './log/log-statements.js';

export interface ExportOptions {
  exportedAt: Date;
  filter?: EntryFilter;
  /** Whether commitments are opened where the content is still present; or of which entries. */
  open?: boolean | ((entry: Openable) => boolean);
}

/** An entry that commits to something: as it is stored, well-formed or not. */
export interface Openable {
  id: string;
  type: string;
  /** Canonical, if nobody changed them. */
  bytes: Buffer;
}

interface EntryRow {
  id: string;
  type: string;
  subject: string;
  seq: number;
  bytes: Buffer;
  leaf_hash: Buffer;
  /** Where the subject's chain stands; null if its row is gone, which the verifier will report. */
  head_seq: number | null;
  head_leaf: Buffer | null;
  /** Null while it has no place in the tree. */
  position: number | null;
}

type HeadRow = Pick<EntryRow, 'subject' | 'head_seq' | 'head_leaf'>;

const BATCH = 500;

/**
 * The lines of an export (see export.ts), without LFs, read in batches by key. What is stored is written as it is, never
 * mended. `tx` MUST be read-only and repeatable read, or the lines may not fit together.
 * @throws Problem 400 `filter.malformed` at the first line
 */
export async function* exportLines(tx: Tx, options: ExportOptions): AsyncGenerator<string> {
  const filter = checkFilter(options.filter ?? {});
  const tally = new ExportTally();
  const exportedAt = options.exportedAt.toISOString();
  const [signed] = await tx.prepared<{ size: number; note: string; key: string }>(...LAST_CHECKPOINT, [tx.state]);
  const { note: checkpoint, key } = signed ?? { note: null, key: null };
  const count = await countEntries(tx, filter);
  const leaves = selectsAll(filter);
  yield tally.pass(headerLine({ state: tx.state, exportedAt, filter, count, checkpoint, key, leaves }));
  // A whole log needs no proof of each entry: whoever verifies it makes the root anew.
  const proofs = signed && !selectsAll(filter) ? new InclusionMaker(tx, signed.size) : null;
  let open: EntryRow | undefined;
  const opens = typeof options.open === 'function' ? options.open : () => true;
  for await (const { row, contents, inclusion } of entries(tx, filter, Boolean(options.open), proofs)) {
    if (open && open.subject !== row.subject) yield* head(tally, open);
    open = row;
    yield tally.entry(entryLine(row.leaf_hash.toString('hex'), row.bytes, row.position));
    if (inclusion) yield tally.pass(inclusionLine(inclusion));
    if (contents.length > 0 && !opens({ id: row.id, type: row.type, bytes: row.bytes })) contents.length = 0;
    for (const c of contents) yield tally.pass(openedLine(c.name, c.salt, c.content));
  }
  if (open) yield* head(tally, open);
  if (selectsWholeChains(filter)) {
    for (const row of await headsWithoutEntries(tx, filter)) yield* head(tally, row);
  }
  if (leaves) for await (const line of leafLines(tx)) yield tally.pass(line);
  yield tally.end();
}

/** The leaves in the order of the tree, as the entries have them; a position that is missing ends them, and the verifier says so. */
async function* leafLines(tx: Tx): AsyncGenerator<string> {
  const BATCH_OF_LEAVES = 16 * LEAVES_A_LINE;
  for (let from = 0; ; ) {
    const rows = await tx.prepared<{ hash: Buffer }>(...LEAVES, [tx.state, from, from + BATCH_OF_LEAVES]);
    for (let at = 0; at < rows.length; at += LEAVES_A_LINE) {
      yield leavesLine(from + at, Buffer.concat(rows.slice(at, at + LEAVES_A_LINE).map(({ hash }) => hash)));
    }
    from += rows.length;
    if (rows.length < BATCH_OF_LEAVES) return;
  }
}

function* head(tally: ExportTally, row: HeadRow): Generator<string> {
  if (row.head_seq === null || row.head_leaf === null) return;
  yield tally.head(headLine(row.subject, row.head_seq, row.head_leaf.toString('hex')));
}

async function countEntries(tx: Tx, filter: EntryFilter): Promise<number> {
  const params: unknown[] = [tx.state];
  const sql = `SELECT count(*)::int AS count FROM audit_entry e WHERE ${filterSql(filter, params)}`;
  return (await tx.query<{ count: number }>(sql, params))[0]!.count;
}

async function* entries(
  tx: Tx,
  filter: EntryFilter,
  open: boolean,
  proofs: InclusionMaker | null,
): AsyncGenerator<{ row: EntryRow; contents: StoredContent[]; inclusion: Buffer[] | undefined }> {
  const params: unknown[] = [tx.state];
  const where = filterSql(filter, params);
  const [subject, seq] = [params.push('') - 1, params.push(0) - 1];
  const sql = `SELECT e.id, e.type, e.subject, e.seq, e.bytes, e.leaf_hash, c.seq AS head_seq, c.leaf_hash AS head_leaf,
      p.position::float8 AS position
    FROM audit_entry e LEFT JOIN audit_chain c ON c.state = e.state AND c.subject = e.subject
    LEFT JOIN audit_position p ON p.state = e.state AND p.entry_id = e.id
    WHERE ${where} AND (e.subject, e.seq) > ($${subject + 1}, $${seq + 1}::integer)
    ORDER BY e.subject, e.seq LIMIT ${BATCH}`;
  for (;;) {
    const rows = await tx.query<EntryRow>(sql, params);
    const contents = open
      ? await readContents(
          tx,
          rows.map((row) => row.id),
        )
      : new Map<string, StoredContent[]>();
    const inclusions = await proofs?.hashes(rows.flatMap(({ position }) => position ?? []));
    for (const row of rows) {
      yield { row, contents: contents.get(row.id) ?? [], inclusion: inclusions?.get(row.position ?? -1) };
    }
    if (rows.length < BATCH) return;
    params[subject] = rows.at(-1)!.subject;
    params[seq] = rows.at(-1)!.seq;
  }
}

/** None in a sound database. Written out, so that a subject whose entries were all deleted is found. */
async function headsWithoutEntries(tx: Tx, filter: EntryFilter): Promise<HeadRow[]> {
  return tx.query<HeadRow>(
    `SELECT c.subject, c.seq AS head_seq, c.leaf_hash AS head_leaf FROM audit_chain c
     WHERE c.state = $1 AND c.seq > 0 AND ($2::text IS NULL OR c.subject = $2)
       AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.state = c.state AND e.subject = c.subject)
     ORDER BY c.subject`,
    [tx.state, filter.subject ?? null],
  );
}

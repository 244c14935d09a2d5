import type { Tx } from '@comity/database';
import { isId, type StateCode } from '@comity/kernel';
import { readEntry, requestOf, leafHash, type Entry } from '../entry.js';
import { exportLines } from '../export-lines.js';
import { logOrigin, verifyCheckpoint, type VerifiedCheckpoint } from '../note/checkpoint.js';
import { TreeEdge, type FullTile } from '../tree/edge.js';
import { verifyExport } from '../verify.js';
import type { LogFault } from './log-fault.js';
import { ShownHeads } from './shown-heads.js';

export interface LogCheckReport {
  state: StateCode;
  entries: number;
  /** Entries with a place in the tree. */
  size: number;
  checkpoints: number;
  /** At most {@link MAX_FAULTS}; none when all that is stored agrees. */
  faults: LogFault[];
}

const MAX_FAULTS = 20;
const BATCH = 1000;

interface PlacedRow {
  position: number;
  entry_id: string;
  id: string | null;
  subject: string;
  seq: number;
  type: string;
  at: string;
  account_id: string | null;
  request_id: string | null;
  bytes: Buffer;
  leaf_hash: Buffer;
  prev_hash: Buffer | null;
}

interface CheckpointRow {
  size: number;
  note: string;
  key: string;
}

/** A key of the State's log, by the directory. */
export interface DirectoryKey {
  kid: string;
  /** Verifier key. */
  key: string;
}

/** Times are compared as microseconds: a Date would not see less than a millisecond. */
const micros = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;
const ENTRY_COLUMNS = `e.id, e.subject, e.seq, e.type, ${micros('e.at')} AS at, e.account_id, e.request_id, e.bytes, e.leaf_hash, e.prev_hash`;
const asMicros = (at: Date | number): string => `${BigInt(Number(at)) * 1000n}`;

/**
 * Compares all that is stored of a State's log with what follows from its entries' bytes: chains, contents, columns,
 * places, tiles, head, marks and checkpoints; and with the checkpoints that counterparts were shown or cosigned. `tx`
 * MUST be read-only and repeatable read. Memory stays flat.
 * @param keys the State's by the directory; without them checkpoints are held to their own keys
 */
export async function checkLog(tx: Tx, at: Date, keys?: readonly DirectoryKey[]): Promise<LogCheckReport> {
  const check = new LogCheck(tx, keys);
  await check.chains(at);
  await check.tree();
  await check.marks();
  return check.report();
}

class LogCheck {
  private readonly faults: LogFault[] = [];
  private readonly edge = new TreeEdge();
  private entries = 0;
  private tiles = 0;
  private checkpoints: { row: CheckpointRow; read: VerifiedCheckpoint | null }[] = [];
  private next = 0;

  constructor(
    private readonly tx: Tx,
    private readonly keys: readonly DirectoryKey[] | undefined,
  ) {}

  report(): LogCheckReport {
    const { entries, faults } = this;
    return { state: this.tx.state, entries, size: this.edge.size, checkpoints: this.checkpoints.length, faults };
  }

  /** Chains, heads of chains and contents, by the export's own verifier. */
  async chains(at: Date): Promise<void> {
    const report = await verifyExport(exportLines(this.tx, { exportedAt: at, open: true }), { state: this.tx.state });
    this.entries = report.entries;
    const { firstFault: fault } = report;
    if (fault) this.fault(fault.subject === null ? 'export' : `${fault.subject} ${fault.seq ?? ''}`, `${fault.what}: ${fault.detail}`);
    const idle = await this.tx.query<{ subject: string }>(`SELECT subject FROM audit_chain WHERE state = $1 AND seq = 0`, [this.tx.state]);
    for (const { subject } of idle) this.fault(`audit_chain ${subject}`, 'a chain without entries');
    const lost = await this.tx.query<{ entry_id: string; name: string }>(
      `SELECT c.entry_id, c.name FROM audit_content c WHERE c.state = $1
       AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.state = c.state AND e.id = c.entry_id) LIMIT ${MAX_FAULTS}`, [this.tx.state]);
    for (const { entry_id: id, name } of lost) this.fault(`audit_content ${id} ${name}`, 'belongs to no entry');
  }

  /** Entries in the order of their places: columns, leaves, tiles, checkpoints, head. */
  async tree(): Promise<void> {
    this.checkpoints = await this.readCheckpoints();
    const shown = await ShownHeads.read(this.tx);
    this.tell([...shown.faults, ...shown.here(this.edge)]);
    for (;;) {
      const rows = await this.tx.query<PlacedRow>(
        `SELECT p.position::float8 AS position, p.entry_id, ${ENTRY_COLUMNS} FROM audit_position p
         LEFT JOIN audit_entry e ON e.state = p.state AND e.id = p.entry_id
         WHERE p.state = $1 AND p.position >= $2::bigint ORDER BY p.position LIMIT ${BATCH}`,
        [this.tx.state, this.edge.size],
      );
      const full: FullTile[] = [];
      for (const row of rows) {
        if (row.position !== this.edge.size) return this.fault(`audit_position ${this.edge.size}`, `is missing; the next is ${row.position}`);
        if (row.id === null) return this.fault(`audit_position ${row.position}`, `its entry ${row.entry_id} is missing`);
        this.columns(row);
        full.push(...this.edge.append(leafHash(row.bytes)));
        this.checkpointsHere();
        this.tell(shown.here(this.edge));
      }
      await this.compareTiles(full);
      if (rows.length < BATCH) break;
    }
    await this.tileCount();
    await this.head();
    for (const { row } of this.checkpoints.slice(this.next)) this.fault(`audit_checkpoint ${row.size}`, `covers more than the ${this.edge.size} entries there are`);
    this.tell(shown.beyond(this.edge.size));
  }

  /** Each entry has a place or a mark, and not both; those without a place have sound columns too. */
  async marks(): Promise<void> {
    const rows = await this.tx.query<PlacedRow & { marked: string | null }>(
      `SELECT ${ENTRY_COLUMNS}, m.entry_id AS marked FROM audit_entry e
       LEFT JOIN audit_pending m ON m.state = e.state AND m.entry_id = e.id
       WHERE e.state = $1 AND NOT EXISTS (SELECT FROM audit_position p WHERE p.state = e.state AND p.entry_id = e.id)`,
      [this.tx.state],
    );
    for (const row of rows) {
      this.columns(row);
      if (row.marked === null) this.fault(`audit_entry ${row.id}`, 'has no place in the tree, and no mark that it is to get one');
    }
    const stray = await this.tx.query<{ entry_id: string; placed: boolean }>(
      `SELECT m.entry_id, EXISTS (SELECT FROM audit_position p WHERE p.state = m.state AND p.entry_id = m.entry_id) AS placed
       FROM audit_pending m WHERE m.state = $1 AND (
         EXISTS (SELECT FROM audit_position p WHERE p.state = m.state AND p.entry_id = m.entry_id)
         OR NOT EXISTS (SELECT FROM audit_entry e WHERE e.state = m.state AND e.id = m.entry_id))
       LIMIT ${MAX_FAULTS}`,
      [this.tx.state],
    );
    for (const { entry_id: id, placed } of stray) this.fault(`audit_pending ${id}`, placed ? 'has its place already' : 'belongs to no entry');
  }

  /** The columns beside the bytes repeat what the bytes say. */
  private columns(row: PlacedRow): void {
    const where = `audit_entry ${row.id}`;
    if (!leafHash(row.bytes).equals(row.leaf_hash)) this.fault(where, 'the bytes do not have this leaf hash');
    let entry: Entry;
    try {
      entry = readEntry(row.bytes.toString('utf8'));
    } catch (error) {
      return this.fault(where, (error as Error).message);
    }
    const told = {
      id: entry.id, subject: entry.subject, seq: entry.seq, type: entry.type, at: asMicros(Date.parse(entry.at)), prev_hash: entry.prev,
      account_id: isId(entry.actor.accountId) ? entry.actor.accountId : null, request_id: entry.subject.startsWith('file:') ? null : requestOf(entry),
    };
    const stored = { ...row, prev_hash: row.prev_hash?.toString('hex') ?? null };
    for (const [name, value] of Object.entries(told)) {
      if (stored[name as keyof typeof told] !== value) this.fault(where, `column ${name} is not what the bytes say`);
    }
  }

  private async readCheckpoints(): Promise<{ row: CheckpointRow; read: VerifiedCheckpoint | null }[]> {
    const rows = await this.tx.query<CheckpointRow>(
      `SELECT size::float8 AS size, note, key FROM audit_checkpoint WHERE state = $1 ORDER BY audit_checkpoint.size`, [this.tx.state]);
    return rows.map((row) => {
      const where = `audit_checkpoint ${row.size}`;
      try {
        if (this.keys && !this.keys.some(({ key }) => key === row.key)) this.fault(where, 'its key is not one of the State’s');
        const read = verifyCheckpoint(row.note, [row.key]);
        if (read.size !== row.size || read.origin !== logOrigin(this.tx.state)) this.fault(where, 'size or origin are not what was signed');
        return { row, read };
      } catch (error) {
        this.fault(where, (error as Error).message);
        return { row, read: null };
      }
    });
  }

  private checkpointsHere(): void {
    for (; (this.checkpoints[this.next]?.row.size ?? Infinity) <= this.edge.size; this.next += 1) {
      const { row, read } = this.checkpoints[this.next]!;
      if (read && read.size === this.edge.size && read.root.equals(this.edge.root())) continue;
      if (read) this.fault(`audit_checkpoint ${row.size}`, 'the entries do not have the signed root');
    }
  }

  private async compareTiles(full: readonly FullTile[]): Promise<void> {
    this.tiles += full.length;
    if (full.length === 0) return;
    const stored = await this.tx.query<{ level: number; index: number; hashes: Buffer; root: Buffer }>(
      `SELECT t.level, t.index::float8 AS index, t.hashes, t.root FROM unnest($2::smallint[], $3::bigint[]) AS w (level, index)
       JOIN audit_tile t ON t.state = $1 AND t.level = w.level AND t.index = w.index`,
      [this.tx.state, full.map(({ level }) => level), full.map(({ index }) => index)],
    );
    for (const { level, index, hashes, root } of full) {
      const where = `audit_tile ${level}/${index}`;
      const found = stored.find((tile) => tile.level === level && tile.index === index);
      if (!found) this.fault(where, 'is missing');
      else if (!found.hashes.equals(hashes) || !found.root.equals(root)) this.fault(where, 'has other hashes than the entries');
    }
  }

  private async tileCount(): Promise<void> {
    const [row] = await this.tx.query<{ n: number }>(`SELECT count(*)::float8 AS n FROM audit_tile WHERE state = $1`, [this.tx.state]);
    if (row!.n !== this.tiles) this.fault('audit_tile', `${row!.n} tiles are stored, ${this.tiles} follow from the entries`);
  }

  private async head(): Promise<void> {
    const [head] = await this.tx.query<{ size: number; root: Buffer; at: string; kid: string | null }>(
      `SELECT size::float8 AS size, root, ${micros('at')} AS at, kid FROM audit_head WHERE state = $1`, [this.tx.state]);
    if (!head) {
      if (this.edge.size > 0) this.fault('audit_head', 'is missing');
      return;
    }
    if (head.size !== this.edge.size) this.fault('audit_head', `says ${head.size} entries, ${this.edge.size} have a place`);
    if (!head.root.equals(this.edge.root())) this.fault('audit_head', 'is not the root over the entries');
    if ((head.size === 0) !== (head.kid === null)) this.fault('audit_head', 'names no key, or one that has nothing to sign');
    const signed = this.checkpoints.at(-1)?.read;
    if (signed?.size !== head.size) return;
    if (asMicros(signed.at) !== head.at) this.fault('audit_head', 'its time is not the one that was signed');
    const signer = this.keys?.find(({ key }) => key === signed.key);
    if (signer && signer.kid !== head.kid) this.fault('audit_head', 'the key it names is not the one that signed it');
  }

  private tell(faults: readonly LogFault[]): void {
    for (const { where, what } of faults) this.fault(where, what);
  }

  private fault(where: string, what: string): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push({ where: where.trim(), what });
  }
}

import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, type Clock, type StateCode } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logOrigin, logVerifierKey, readCheckpoint, signCheckpoint } from '../note/checkpoint.js';
import { TreeEdge, type FullTile } from '../tree/edge.js';
import { EMPTY_ROOT } from '../tree/hash.js';
import { LOG_SIGNER, type LogSigner } from './log-signer.js';
import * as sql from './log-statements.js';
import { readEdge } from './tile-store.js';

/** Entries integrated in one transaction: some ten milliseconds under the head's lock. */
const BATCH = 1000;

/**
 * Gives the entries of a State their places in its tree, and signs the tree's head.
 *
 * Any number may run at once, and any may be killed anywhere: the head's row lets one at a time give places, and a
 * head once committed has one checkpoint only, whoever signs it.
 */
@Injectable()
export class LogIntegrator {
  constructor(
    private readonly db: DataSource,
    @Inject(LOG_SIGNER) private readonly signer: LogSigner,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Integrates what is pending, up to `limit` or a batch, and signs. A State without a key here waits.
   * @returns entries given a place
   * @throws Error when what is stored contradicts itself; nothing is signed then
   */
  async run(state: StateCode, limit = BATCH): Promise<number> {
    const scope = { state, as: 'comity_worker', readOnly: true } as const;
    const [due] = await inTransaction(this.db, scope, (tx) => tx.prepared<Due>(...sql.LOG_DUE, [state]));
    if (!due?.pending && !due?.unsigned) return 0;
    if (!(await this.signer.hasKey(state))) return 0;
    const placed = due.pending ? await this.integrate(state, Math.max(limit, BATCH)) : 0;
    await this.sign(state);
    return placed;
  }

  /** Gives places and moves the head, in one transaction under the head's lock. @returns entries given a place */
  async integrate(state: StateCode, limit: number): Promise<number> {
    const scope = { state, as: 'comity_worker' } as const;
    const placed = await inTransaction(this.db, scope, async (tx) => {
      const at = this.clock.now();
      // What follows the lock sees what the last holder committed: each statement has a snapshot of its own.
      const [[head], last, pending, key] = await Promise.all([
        tx.prepared<HeadRow>(...sql.LOCK_HEAD, [state]),
        tx.prepared<{ last: number | null }>(...sql.LAST_POSITION, [state]),
        tx.prepared<PendingRow>(...sql.PENDING, [state, limit]),
        this.signer.current(tx, at),
      ]);
      if (!head) return null;
      if (pending.length === 0) return 0;
      const size = (last[0]?.last ?? -1) + 1;
      if (head.size !== size) throw broken(state, `its head says ${head.size} entries, and ${size} have a place`);
      const edge = new TreeEdge(size, await readEdge(tx, size));
      if (!edge.root().equals(head.root)) throw broken(state, 'its head is not the root over what is stored');
      await this.assertFollows(tx, head);
      const tiles = pending.flatMap((row) => edge.append(leafOf(state, row)));
      void tx.prepared(...sql.ADD_POSITIONS, [state, size, pending.map(({ id }) => id)]);
      if (tiles.length > 0) void tx.prepared(...sql.ADD_TILES, [state, ...tileColumns(tiles)]);
      void tx.prepared(...sql.MOVE_HEAD, [state, edge.size, edge.root(), wholeSecond(at, head.at), key.kid]);
      return pending.length;
    });
    if (placed !== null) return placed;
    // A State's first time: the row to be locked is made, and committed, before anything is read under it.
    const first = [state, EMPTY_ROOT, wholeSecond(this.clock.now())];
    await inTransaction(this.db, scope, (tx) => tx.prepared(...sql.FIRST_HEAD, first));
    return this.integrate(state, limit);
  }

  /** Signs the committed head, unless it has its checkpoint. @returns whether it made one */
  async sign(state: StateCode): Promise<boolean> {
    return inTransaction(this.db, { state, as: 'comity_worker' }, async (tx) => {
      const [head] = await tx.prepared<HeadRow & { kid: string }>(...sql.HEAD_TO_SIGN, [state]);
      if (!head) return false;
      const key = await this.signer.byKid(tx, head.kid);
      const note = signCheckpoint({ origin: logOrigin(state), size: head.size, root: head.root }, head.at, key);
      await tx.prepared(...sql.ADD_CHECKPOINT, [state, head.size, note, logVerifierKey(state, key.publicKey)]);
      const [stored] = await tx.prepared<{ note: string }>(...sql.CHECKPOINT, [state, head.size]);
      if (stored?.note !== note) throw broken(state, `its head of ${head.size} entries was signed in two ways`);
      return true;
    });
  }

  /** tlog-checkpoint: a log must not sign what contradicts what it signed before. */
  private async assertFollows(tx: Tx, head: HeadRow): Promise<void> {
    const [signed] = await tx.prepared<{ size: number; note: string }>(...sql.LAST_CHECKPOINT, [tx.state]);
    if (!signed) return;
    if (signed.size > head.size) throw broken(tx.state, `${signed.size} entries were signed, and its head says ${head.size}`);
    if (signed.size === head.size && !readCheckpoint(signed.note).root.equals(head.root)) {
      throw broken(tx.state, `its head of ${head.size} entries is not what was signed`);
    }
  }
}

interface Due {
  pending: boolean;
  unsigned: boolean;
}

interface HeadRow {
  size: number;
  root: Buffer;
  at: Date;
}

interface PendingRow {
  id: string;
  /** Null when the entry is gone and its mark is left. */
  leaf: Buffer | null;
  sound: boolean | null;
}

function leafOf(state: StateCode, { id, leaf, sound }: PendingRow): Buffer {
  if (!leaf) throw broken(state, `entry ${id} is marked as pending and is not there`);
  if (!sound) throw broken(state, `entry ${id} does not have its leaf hash`);
  return leaf;
}

const tileColumns = (tiles: readonly FullTile[]): unknown[] => [
  tiles.map(({ level }) => level),
  tiles.map(({ index }) => index),
  tiles.map(({ hashes }) => hashes),
  tiles.map(({ root }) => root),
];

/** To the second, as checkpoints carry it, and never before the head that it follows. */
function wholeSecond(at: Date, after: Date = new Date(0)): Date {
  return new Date(Math.max(Math.floor(at.getTime() / 1000) * 1000, after.getTime()));
}

const broken = (state: StateCode, what: string): Error => new Error(`the log of ${state} contradicts itself: ${what}`);

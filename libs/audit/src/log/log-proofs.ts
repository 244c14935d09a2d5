import type { Tx } from '@comity/database';
import { badRequest, conflict, notFound, Problem } from '@comity/kernel';
import { Injectable } from '@nestjs/common';
import { logOrigin, readCheckpoint } from '../note/checkpoint.js';
import { entryBundle } from '../tree/bundle.js';
import { foldRight } from '../tree/hash.js';
import { consistencyRanges, inclusionRanges, rangeHashes, rangeNodes, tilesOf, type Range } from '../tree/proof.js';
import { hasTile, TILE_WIDTH, tilePath, type TileRef } from '../tree/tile.js';
import { provesConsistency, provesInclusion } from '../tree/verify-proof.js';
import * as sql from './log-statements.js';
import type { ConsistencyProof, InclusionProof } from './proof-document.js';
import { readTiles } from './tile-store.js';

export interface StoredCheckpoint {
  size: number;
  /** C2SP signed-note. */
  note: string;
  /** Verifier key of the note. */
  key: string;
}

export interface LogStatus {
  origin: string;
  /** Entries that have a place in the tree. */
  size: number;
  /** Entries that have none yet. */
  pending: number;
  /** The newest; null while nothing was signed. */
  checkpoint: StoredCheckpoint | null;
}

/** What a State can show of its log: checkpoints, tiles, proofs. All of it hashes, but for the bundles of entries. */
@Injectable()
export class LogProofs {
  async status(tx: Tx): Promise<LogStatus> {
    const [[status], newest] = await Promise.all([
      tx.prepared<{ size: number; pending: number }>(...sql.LOG_STATUS, [tx.state]),
      this.newest(tx),
    ]);
    return { origin: logOrigin(tx.state), ...status!, checkpoint: newest };
  }

  /** The newest checkpoint; null while there is none. */
  async newest(tx: Tx): Promise<StoredCheckpoint | null> {
    return (await tx.prepared<StoredCheckpoint>(...sql.LAST_CHECKPOINT, [tx.state]))[0] ?? null;
  }

  /** The newest checkpoint, or the one of a size. @throws Problem 404 `checkpoint.unknown` */
  async checkpoint(tx: Tx, size?: number): Promise<StoredCheckpoint> {
    const [found] =
      size === undefined
        ? [await this.newest(tx)]
        : await tx.prepared<StoredCheckpoint>(...sql.CHECKPOINT, [tx.state, size]);
    if (found) return found;
    throw notFound('checkpoint.unknown', size === undefined ? 'Nothing was signed yet.' : 'No checkpoint of this size was signed.');
  }

  /** Which subject an entry belongs to, for who must decide whether it may be shown. @throws Problem 404 `entry.unknown` */
  async subjectOf(tx: Tx, entryId: string): Promise<string> {
    return (await this.place(tx, entryId)).subject;
  }

  /**
   * Proves that an entry is in the tree of the newest checkpoint.
   * @throws Problem 404 `entry.unknown`; 409 `entry.not-integrated` while no checkpoint covers it
   */
  async inclusion(tx: Tx, entryId: string): Promise<InclusionProof> {
    const [entry, signed] = await Promise.all([this.place(tx, entryId), this.newest(tx)]);
    const index = entry.position;
    if (index === null || !signed || index >= signed.size) {
      throw conflict('entry.not-integrated', 'No checkpoint covers the entry yet. Ask again in a second.');
    }
    const { size, note, key } = signed;
    const [hashes] = await this.hashes(tx, [inclusionRanges(index, size)], size);
    const sound = provesInclusion({ leaf: entry.leaf, index, size, hashes: hashes! }, readCheckpoint(note).root);
    if (!sound) throw logBroken(`no proof leads from entry ${entryId} to the checkpoint of ${size} entries`);
    return {
      comity: 'inclusion-proof', entryId, subject: entry.subject, seq: entry.seq, leafHash: entry.leaf.toString('hex'),
      index, size, hashes: hex(hashes!), checkpoint: note, key,
    };
  }

  /**
   * Proves that the tree of `to` entries begins with the one of `from`.
   * @param to the newest checkpoint's size when absent
   * @throws Problem 400 `size.impossible` unless 0 < from <= to <= that size
   */
  async consistency(tx: Tx, from: number, to?: number): Promise<ConsistencyProof> {
    const signed = await this.newest(tx);
    const size = to ?? signed?.size ?? 0;
    if (!signed || !(from > 0 && from <= size && size <= signed.size)) {
      throw badRequest('size.impossible', `Sizes run from 1 to ${signed?.size ?? 0}, that of the newest checkpoint, the earlier first.`);
    }
    // The roots are made out of the same tiles; where a checkpoint was signed, it must say the same.
    const [hashes, old, now] = await this.hashes(tx, [consistencyRanges(from, size), parts(from), parts(size)], size);
    const earlier = { size: from, root: foldRight(old!), ...(await this.noteOf(tx, from)) };
    const later = { size, root: foldRight(now!), ...(await this.noteOf(tx, size)) };
    const agree = [earlier, later].every(({ root, checkpoint }) => !checkpoint || readCheckpoint(checkpoint).root.equals(root));
    if (!agree || !provesConsistency(earlier, later, hashes!)) throw logBroken(`${from} and ${size} entries do not fit together`);
    const told = ({ root, ...rest }: typeof earlier) => ({ ...rest, root: root.toString('hex') });
    return { comity: 'consistency-proof', from: told(earlier), to: told(later), hashes: hex(hashes!), key: signed.key };
  }

  /** One tile's hashes. @throws Problem 404 `tile.unknown` beyond the newest checkpoint */
  async tile(tx: Tx, ref: TileRef): Promise<Buffer> {
    await this.assertCovered(tx, ref);
    return (await readTiles(tx, [ref])).get(tilePath(ref))!;
  }

  /** One bundle of entries: they are shown as they are. @throws Problem 404 `tile.unknown` beyond the newest checkpoint */
  async bundle(tx: Tx, { index, width }: Omit<TileRef, 'level'>): Promise<Buffer> {
    await this.assertCovered(tx, { level: 0, index, width });
    const from = index * TILE_WIDTH;
    const rows = await tx.prepared<{ bytes: Buffer }>(...sql.BUNDLE, [tx.state, from, from + width]);
    if (rows.length !== width) throw logBroken(`entries are missing between ${from} and ${from + width}`);
    return entryBundle(rows.map(({ bytes }) => bytes));
  }

  /** Hashes of several lists of ranges, over one reading of their tiles. */
  private async hashes(tx: Tx, lists: readonly (readonly Range[])[], size: number): Promise<Buffer[][]> {
    const tiles = await readTiles(tx, tilesOf(lists.flat(), size));
    return lists.map((ranges) => rangeHashes(ranges, size, tiles));
  }

  private async place(tx: Tx, entryId: string): Promise<PlaceRow> {
    const [row] = await tx.prepared<PlaceRow>(...sql.PLACE, [tx.state, entryId]);
    if (!row) throw notFound('entry.unknown', 'The log of your State has no entry under this id.');
    return row;
  }

  private async noteOf(tx: Tx, size: number): Promise<{ checkpoint?: string }> {
    const [row] = await tx.prepared<StoredCheckpoint>(...sql.CHECKPOINT, [tx.state, size]);
    return row ? { checkpoint: row.note } : {};
  }

  private async assertCovered(tx: Tx, ref: TileRef): Promise<void> {
    if (hasTile(ref, (await this.newest(tx))?.size ?? 0)) return;
    throw notFound('tile.unknown', 'The tree of the newest checkpoint has no such tile: ask for the checkpoint first.');
  }
}

interface PlaceRow {
  id: string;
  subject: string;
  seq: number;
  leaf: Buffer;
  position: number | null;
}

/** The perfect subtrees of a whole tree, as ranges. */
const parts = (size: number): Range[] =>
  rangeNodes([0, size]).map(({ level, index }) => [index * 2 ** level, (index + 1) * 2 ** level]);

const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

const logBroken = (what: string): Problem =>
  new Problem({
    status: 500,
    code: 'log.contradicts-itself',
    title: 'The log contradicts itself',
    detail: `${what}. What is stored was changed: have the operator run comity check, and keep the checkpoints you have.`,
  });

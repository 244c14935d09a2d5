import type { Tx } from '@comity/database';
import { edgeWidths } from '../tree/edge.js';
import { HASH_BYTES } from '../tree/hash.js';
import { hashesAt, TILE_WIDTH, tilePath, type TileRef } from '../tree/tile.js';
import { LEAVES, TILES, TILE_ROOTS } from './log-statements.js';

interface HashRow {
  hash: Buffer;
}

/** Hashes from one place up to another at the lowest level of the tiles of `level`, without asking for stored tiles of it. */
async function hashes(tx: Tx, level: number, from: number, to: number): Promise<Buffer[]> {
  const rows =
    level === 0
      ? await tx.prepared<HashRow>(...LEAVES, [tx.state, from, to])
      : await tx.prepared<HashRow>(...TILE_ROOTS, [tx.state, level - 1, from, to]);
  if (rows.length !== to - from) {
    throw new Error(`the log of ${tx.state} lacks hashes of level ${level} between ${from} and ${to}: found ${rows.length}`);
  }
  return rows.map(({ hash }) => hash);
}

/** The partial tile of each level of a tree of `size` leaves, lowest first. @throws Error when rows are missing */
export function readEdge(tx: Tx, size: number): Promise<Buffer[][]> {
  return Promise.all(
    edgeWidths(size).map(async (width, level) => {
      const to = hashesAt(level, size);
      return width === 0 ? [] : hashes(tx, level, to - width, to);
    }),
  );
}

/**
 * Tiles by their path. Full ones are stored; a partial one is cut from the full one that it has become, or put together
 * from what lies beneath it.
 * @throws Error when rows are missing
 */
export async function readTiles(tx: Tx, refs: readonly TileRef[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  if (refs.length === 0) return found;
  const columns = [refs.map(({ level }) => level), refs.map(({ index }) => index)];
  const rows = await tx.prepared<{ level: number; index: number; hashes: Buffer }>(...TILES, [tx.state, ...columns]);
  const full = new Map(rows.map((row) => [`${row.level}/${row.index}`, row.hashes]));
  for (const ref of refs) {
    const stored = full.get(`${ref.level}/${ref.index}`);
    const from = ref.index * TILE_WIDTH;
    const tile = stored
      ? stored.subarray(0, ref.width * HASH_BYTES)
      : Buffer.concat(await hashes(tx, ref.level, from, from + ref.width));
    found.set(tilePath(ref), tile);
  }
  return found;
}

import type { Tx } from '@comity/database';
import { inclusionRanges, rangeHashes, tilesOf } from '../tree/proof.js';
import { tilePath } from '../tree/tile.js';
import { readTiles } from './tile-store.js';

/** Tiles kept between batches: 8 kB each. Entries of one request stand near each other in the tree. */
const KEPT = 512;

/** Makes many inclusion proofs in one tree, reading each tile once. */
export class InclusionMaker {
  private tiles = new Map<string, Buffer>();

  constructor(
    private readonly tx: Tx,
    private readonly size: number,
  ) {}

  /** Proofs by position; none for positions beyond the tree. */
  async hashes(positions: readonly number[]): Promise<Map<number, Buffer[]>> {
    const covered = positions.filter((position) => position < this.size);
    const ranges = new Map(covered.map((position) => [position, inclusionRanges(position, this.size)]));
    const wanted = tilesOf([...ranges.values()].flat(), this.size);
    if (this.tiles.size > KEPT) this.tiles = new Map();
    const lacking = wanted.filter((ref) => !this.tiles.has(tilePath(ref)));
    for (const [path, tile] of await readTiles(this.tx, lacking)) this.tiles.set(path, tile);
    return new Map([...ranges].map(([position, of]) => [position, rangeHashes(of, this.size, this.tiles)]));
  }
}

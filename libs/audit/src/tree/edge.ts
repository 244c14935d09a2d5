import { foldRight, perfectRoot } from './hash.js';
import { hashesAt, TILE_WIDTH } from './tile.js';

/** A tile that will not change any more. */
export interface FullTile {
  level: number;
  index: number;
  /** 256 hashes, one after the other. */
  hashes: Buffer;
  /** The hash over all of them: a hash of the tile above. */
  root: Buffer;
}

/** How many hashes the partial tile of each level has, lowest first, in a tree of `size` leaves. */
export function edgeWidths(size: number): number[] {
  const widths: number[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) widths.push(hashesAt(level, size) % TILE_WIDTH);
  return widths;
}

/** The right edge of a tree: its partial tiles. All that is needed to let it grow and to know its root. */
export class TreeEdge {
  private readonly partial: Buffer[][];

  /**
   * @param partial hashes of the partial tile of each level, lowest first
   * @throws RangeError when they are not as many as a tree of this size has
   */
  constructor(
    private count = 0,
    partial: readonly (readonly Buffer[])[] = [],
  ) {
    const widths = edgeWidths(count);
    if (widths.some((width, level) => (partial[level]?.length ?? 0) !== width) || partial.length > widths.length) {
      throw new RangeError(`not the partial tiles of a tree of ${count} leaves`);
    }
    this.partial = widths.map((_, level) => [...(partial[level] ?? [])]);
  }

  get size(): number {
    return this.count;
  }

  /** Adds a leaf's hash. @returns the tiles it completed, lowest first */
  append(leaf: Buffer): FullTile[] {
    const full: FullTile[] = [];
    this.count += 1;
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const hashes = (this.partial[level] ??= []);
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) return full;
      const root = perfectRoot(hashes);
      full.push({ level, index: hashesAt(level + 1, this.count) - 1, hashes: Buffer.concat(hashes), root });
      this.partial[level] = [];
      hash = root;
    }
  }

  /** RFC 6962 2.1: the Merkle tree hash of all leaves so far. */
  root(): Buffer {
    return foldRight([...this.partial].reverse().flatMap(perfectParts));
  }
}

/** Splits hashes into perfect subtrees, the largest leftmost, and takes the root of each. */
function perfectParts(hashes: readonly Buffer[]): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
    if (hashes.length - from < width) continue;
    parts.push(perfectRoot(hashes.slice(from, from + width)));
    from += width;
  }
  return parts;
}

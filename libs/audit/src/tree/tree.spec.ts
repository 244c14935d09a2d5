import fc from 'fast-check';
import { sha256 } from '@comity/kernel';
import { leafHash } from '../entry.js';
import { KNOWN_CONSISTENCIES, KNOWN_INCLUSIONS, KNOWN_LEAVES, KNOWN_NODES, KNOWN_ROOTS, nodesOf } from '../testing/known-trees.js';
import { entryBundle } from './bundle.js';
import { edgeWidths, TreeEdge, type FullTile } from './edge.js';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hash.js';
import { consistencyRanges, inclusionRanges, rangeHashes, tilesOf } from './proof.js';
import { hasTile, hashesAt, readTilePath, TILE_WIDTH, tilePath, type TileRef } from './tile.js';
import { provesConsistency, provesInclusion } from './verify-proof.js';

/** RFC 6962 2.1, word by word: what the tiles must agree with. */
function definedRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)));
}

const MANY = 2_000;
const leaves = Array.from({ length: MANY }, (_, i) => sha256(`leaf ${i}`));

/** Tiles of a tree of `size` leaves, by path, as a log would serve them. */
function tilesFor(size: number): Map<string, Buffer> {
  const tiles = new Map<string, Buffer>();
  let row: Buffer[] = leaves.slice(0, size);
  for (let level = 0; row.length > 0; level += 1) {
    for (let from = 0; from < row.length; from += TILE_WIDTH) {
      const hashes = row.slice(from, from + TILE_WIDTH);
      tiles.set(tilePath({ level, index: from / TILE_WIDTH, width: hashes.length }), Buffer.concat(hashes));
    }
    row = Array.from({ length: Math.floor(row.length / TILE_WIDTH) }, (_, i) => definedRoot(row.slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH)));
  }
  return tiles;
}

const flip = (bytes: Buffer, bit: number): Buffer => {
  const other = Buffer.from(bytes);
  other[bit >> 3]! ^= 1 << (bit & 7);
  return other;
};

describe('the tree of RFC 6962', () => {
  it('has the published roots over the published leaves, for each size', () => {
    const edge = new TreeEdge();
    const roots = [edge.root()];
    for (const bytes of KNOWN_LEAVES) {
      edge.append(leafHash(bytes));
      roots.push(edge.root());
    }
    expect(roots).toEqual(KNOWN_ROOTS);
    expect(KNOWN_LEAVES.map(leafHash)).toEqual(KNOWN_NODES[0]);
  });

  it('has, at every size, the root that the definition gives', () => {
    const edge = new TreeEdge();
    for (let size = 1; size <= 600; size += 1) {
      edge.append(leaves[size - 1]!);
      if (size < 20 || size % 37 === 0 || size % 256 < 2) expect(edge.root()).toEqual(definedRoot(leaves.slice(0, size)));
    }
  });

  it('grows alike from any stored edge, and completes the same tiles', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MANY }), fc.integer({ min: 0, max: 700 }), (size, more) => {
        const to = Math.min(MANY, size + more);
        const stored = tilesFor(size);
        const partial = edgeWidths(size).map((width, level) => {
          const index = Math.floor(hashesAt(level, size) / TILE_WIDTH);
          const bytes = width === 0 ? Buffer.alloc(0) : stored.get(tilePath({ level, index, width }))!;
          return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
        });
        const edge = new TreeEdge(size, partial);
        const full: FullTile[] = leaves.slice(size, to).flatMap((leaf) => edge.append(leaf));
        const after = tilesFor(to);
        for (const { level, index, hashes, root } of full) {
          expect(hashes).toEqual(after.get(tilePath({ level, index, width: TILE_WIDTH })));
          expect(root).toEqual(definedRoot(Array.from({ length: TILE_WIDTH }, (_, i) => hashes.subarray(i * 32, i * 32 + 32))));
        }
        expect(full.length).toBe([...after.keys()].filter((path) => !path.includes('.p/') && !stored.has(path)).length);
        expect(edge.root()).toEqual(definedRoot(leaves.slice(0, to)));
      }),
      { numRuns: 25, seed: 6962 },
    );
  });

  it('refuses an edge that is not of its size', () => {
    expect(() => new TreeEdge(3, [leaves.slice(0, 2)])).toThrow(RangeError);
    expect(() => new TreeEdge(0, [leaves.slice(0, 1)])).toThrow(RangeError);
  });
});

describe('proofs', () => {
  it('are the published ones for the published leaves', () => {
    for (const [index, size, nodes] of KNOWN_INCLUSIONS) {
      const proof = { leaf: KNOWN_NODES[0]![index]!, index, size, hashes: nodesOf(nodes) };
      expect([index, size, provesInclusion(proof, KNOWN_ROOTS[size]!)]).toEqual([index, size, true]);
    }
    for (const [from, to, nodes] of KNOWN_CONSISTENCIES) {
      const [earlier, later] = [from, to].map((size) => ({ size, root: KNOWN_ROOTS[size]! })) as [never, never];
      expect([from, to, provesConsistency(earlier, later, nodesOf(nodes))]).toEqual([from, to, true]);
    }
  });

  it('of every leaf in every tree hold, and not once a bit of leaf, root or proof is flipped, or place or size differ', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MANY }), fc.nat(), fc.nat(), (size, place, bit) => {
        const index = place % size;
        const ranges = inclusionRanges(index, size);
        const tiles = tilesFor(size);
        const hashes = rangeHashes(ranges, size, new Map(tilesOf(ranges, size).map((ref) => [tilePath(ref), tiles.get(tilePath(ref))!])));
        const root = definedRoot(leaves.slice(0, size));
        const proof = { leaf: leaves[index]!, index, size, hashes };
        expect(provesInclusion(proof, root)).toBe(true);
        expect(provesInclusion(proof, flip(root, bit % 256))).toBe(false);
        expect(provesInclusion({ ...proof, leaf: flip(proof.leaf, bit % 256) }, root)).toBe(false);
        expect(provesInclusion({ ...proof, hashes: [...hashes, root] }, root)).toBe(false);
        expect(provesInclusion({ ...proof, index: size }, root)).toBe(false);
        if (hashes.length === 0) return;
        const at = bit % hashes.length;
        expect(provesInclusion({ ...proof, hashes: hashes.with(at, flip(hashes[at]!, bit % 256)) }, root)).toBe(false);
        expect(provesInclusion({ ...proof, hashes: hashes.slice(1) }, root)).toBe(false);
        expect(provesInclusion({ ...proof, index: index ^ 1 }, root)).toBe(false);
      }),
      { numRuns: 60, seed: 6962 },
    );
  });

  it('of consistency hold between any two sizes, and for no other earlier or later tree', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MANY }), fc.nat(), fc.nat(), (size, part, bit) => {
        const from = 1 + (part % size);
        const ranges = consistencyRanges(from, size);
        const tiles = tilesFor(size);
        const hashes = rangeHashes(ranges, size, tiles);
        const earlier = { size: from, root: definedRoot(leaves.slice(0, from)) };
        const later = { size, root: definedRoot(leaves.slice(0, size)) };
        expect(provesConsistency(earlier, later, hashes)).toBe(true);
        expect(provesConsistency({ ...earlier, root: flip(earlier.root, bit % 256) }, later, hashes)).toBe(false);
        expect(provesConsistency(earlier, { ...later, root: flip(later.root, bit % 256) }, hashes)).toBe(false);
        expect(provesConsistency(earlier, later, [...hashes, later.root])).toBe(false);
        if (from !== size) expect(provesConsistency(later, earlier, hashes)).toBe(false);
        for (const at of hashes.keys()) {
          expect(provesConsistency(earlier, later, hashes.with(at, flip(hashes[at]!, bit % 256)))).toBe(false);
        }
      }),
      { numRuns: 60, seed: 9162 },
    );
  });

  it('prove nothing of a tree without leaves, nor with what is no hash', () => {
    const none = { size: 0, root: EMPTY_ROOT };
    expect(provesConsistency(none, none, [])).toBe(false);
    expect(provesConsistency(none, { size: 1, root: KNOWN_ROOTS[1]! }, [])).toBe(false);
    const nothing = Buffer.alloc(0);
    expect(provesInclusion({ leaf: nothing, index: 0, size: 1, hashes: [] }, nothing)).toBe(false);
    expect(provesConsistency({ size: 1, root: nothing }, { size: 1, root: nothing }, [])).toBe(false);
  });

  it('are not to be had for what is not in the tree', () => {
    expect(() => inclusionRanges(3, 3)).toThrow(RangeError);
    expect(() => consistencyRanges(0, 3)).toThrow(RangeError);
    expect(() => consistencyRanges(4, 3)).toThrow(RangeError);
  });
});

describe('tiles by C2SP tlog-tiles', () => {
  it.each<[TileRef, string]>([
    [{ level: 0, index: 0, width: 256 }, '0/000'],
    [{ level: 3, index: 1_234_067, width: 256 }, '3/x001/x234/067'],
    [{ level: 1, index: 1000, width: 17 }, '1/x001/000.p/17'],
  ])('are at the path the page gives: %j', (ref, path) => {
    expect(tilePath(ref)).toBe(path);
    expect(readTilePath(path)).toEqual(ref);
  });

  it.each(['0/0', '0/0000', '00/000', '0/001/000', '0/x000/001', '64/000', '0/000.p/0', '0/000.p/256', '0/000.p/07', '0/000/', '/000', 'data/000'])(
    'are not at %s', (path) => expect(readTilePath(path)).toBeNull(),
  );

  it('of a tree of 70,000 entries are those that the page counts', () => {
    const widths = (level: number) => [Math.floor(hashesAt(level, 70_000) / 256), hashesAt(level, 70_000) % 256];
    expect([0, 1, 2, 3].map(widths)).toEqual([[273, 112], [1, 17], [0, 1], [0, 0]]);
    expect(hasTile({ level: 2, index: 0, width: 1 }, 70_000)).toBe(true);
    expect(hasTile({ level: 2, index: 0, width: 2 }, 70_000)).toBe(false);
    expect(edgeWidths(256)).toEqual([0, 1]);
  });

  it('have entries beside them, each with its length before it', () => {
    expect(entryBundle([Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(300, 1)]).subarray(0, 9).toString('hex')).toBe('000261620000012c01');
    expect(() => entryBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
  });
});

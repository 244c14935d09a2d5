import { foldRight } from './hash.js';
import { nodeFromTile, tileOf, tilePath, type NodeRef, type TileRef } from './tile.js';

/** Leaves from the first, up to but without the second. */
export type Range = readonly [from: number, to: number];

/** The largest power of two below `count`, which is 2 or more (RFC 6962 2.1). */
function split(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

/**
 * RFC 6962 2.1.1: the subtrees whose hashes prove that a leaf is in the tree, the leaf's neighbour first.
 * @throws RangeError when the tree has no such leaf
 */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const ranges: Range[] = [];
  for (let [from, to] = [0, size]; to - from > 1; ) {
    const middle = from + split(to - from);
    ranges.push(index < middle ? [middle, to] : [from, middle]);
    if (index < middle) to = middle;
    else from = middle;
  }
  return ranges.reverse();
}

/**
 * RFC 6962 2.1.2: the subtrees whose hashes prove that a tree of `size` leaves begins with the one of `earlier`.
 * @throws RangeError unless 0 < earlier <= size
 */
export function consistencyRanges(earlier: number, size: number): Range[] {
  if (!(earlier > 0 && earlier <= size)) throw new RangeError(`no proof from ${earlier} to ${size} leaves`);
  const ranges: Range[] = [];
  let [from, to, whole] = [0, size, true];
  while (to !== earlier) {
    const middle = from + split(to - from);
    ranges.push(earlier <= middle ? [middle, to] : [from, middle]);
    if (earlier <= middle) to = middle;
    else [from, whole] = [middle, false];
  }
  // The earlier tree as a whole is known to the verifier; a part of it is not.
  if (!whole) ranges.push([from, to]);
  return ranges.reverse();
}

/** The perfect subtrees that a range consists of, left to right. */
export function rangeNodes([from, to]: Range): NodeRef[] {
  const nodes: NodeRef[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** The tiles that hold all these ranges in a tree of `size` leaves, each once. */
export function tilesOf(ranges: readonly Range[], size: number): TileRef[] {
  const tiles = ranges.flatMap(rangeNodes).map((node) => tileOf(node, size));
  return [...new Map(tiles.map((tile) => [tilePath(tile), tile])).values()];
}

/** The hash of each range. @param tiles by {@link tilePath}, all that {@link tilesOf} names */
export function rangeHashes(ranges: readonly Range[], size: number, tiles: ReadonlyMap<string, Buffer>): Buffer[] {
  return ranges.map((range) =>
    foldRight(rangeNodes(range).map((node) => nodeFromTile(node, tiles.get(tilePath(tileOf(node, size)))!))),
  );
}

import { nodeHash, splitHashes } from './hash.js';

/** C2SP tlog-tiles: a tile holds eight levels of the tree, by the 256 hashes of its lowest. */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/** The `index`-th tile of a level; `width` hashes of it, 256 when full. */
export interface TileRef {
  level: number;
  index: number;
  width: number;
}

/** A perfect subtree: over the leaves from `index * 2**level`, 2**level of them. */
export interface NodeRef {
  level: number;
  index: number;
}

/** How many hashes a tree of `size` leaves has at the lowest level of its tiles of `level`. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** The tile that holds a node, as wide as a tree of `size` leaves makes it. */
export function tileOf(node: NodeRef, size: number): TileRef {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const index = Math.floor(node.index / 2 ** (TILE_HEIGHT - (node.level % TILE_HEIGHT)));
  return { level, index, width: Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH) };
}

/** A node's hash out of the tile that {@link tileOf} names. */
export function nodeFromTile(node: NodeRef, tile: Buffer): Buffer {
  const height = node.level % TILE_HEIGHT;
  return rowsOf(tile)[height]![node.index % 2 ** (TILE_HEIGHT - height)]!;
}

const rows = new WeakMap<Buffer, Buffer[][]>();

/** The perfect subtrees within a tile, by height; made once for each tile in memory, which serves many proofs. */
function rowsOf(tile: Buffer): Buffer[][] {
  let made = rows.get(tile);
  if (!made) {
    made = [splitHashes(tile)];
    for (let row = made[0]!; row.length > 1; made.push(row)) {
      row = Array.from({ length: Math.floor(row.length / 2) }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!));
    }
    rows.set(tile, made);
  }
  return made;
}

/** `size` names the tree: whether it has this tile at this width. Partial tiles may be those of smaller trees. */
export function hasTile({ level, index, width }: TileRef, size: number): boolean {
  return width >= 1 && width <= TILE_WIDTH && index * TILE_WIDTH + width <= hashesAt(level, size);
}

/** A tile of hashes, or a bundle of entries. */
export type TilePath = Omit<TileRef, 'level'> & { level: number | 'entries' };

/** `<level>/<index>[.p/<width>]` as tlog-tiles writes it: index 1234067 is `x001/x234/067`. */
export function tilePath({ level, index, width }: TilePath): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g)!;
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^(\d{1,2}|entries)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Reads what {@link tilePath} writes; null for anything else, a second spelling of a path included. */
export function readTilePath(path: string): TilePath | null {
  const [, first, digits, partial] = PATH.exec(path) ?? [];
  if (first === undefined || digits === undefined) return null;
  const level = first === 'entries' ? ('entries' as const) : Number(first);
  const index = Number(digits.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const read = { level, index, width };
  return (level === 'entries' || level < 64) && tilePath(read) === path ? read : null;
}

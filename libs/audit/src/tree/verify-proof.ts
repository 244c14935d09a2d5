import { HASH_BYTES, nodeHash } from './hash.js';

const half = (n: number): number => Math.floor(n / 2);
const odd = (n: number): boolean => n % 2 === 1;
const isHash = (bytes: Buffer): boolean => bytes.length === HASH_BYTES;
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

/** RFC 9162 2.1.3.2: whether the hashes lead from this leaf at this place to the root of a tree of `size` leaves. */
export function provesInclusion(
  proof: { leaf: Buffer; index: number; size: number; hashes: readonly Buffer[] },
  root: Buffer,
): boolean {
  const { leaf, index, size, hashes } = proof;
  if (!isSize(index) || !isSize(size) || index >= size || ![leaf, root, ...hashes].every(isHash)) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const other of hashes) {
    if (last === 0) return false;
    if (odd(place) || place === last) {
      hash = nodeHash(other, hash);
      while (!odd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = nodeHash(hash, other);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** RFC 9162 2.1.4.2: whether the hashes prove that the later tree begins with the earlier one. */
export function provesConsistency(
  earlier: { size: number; root: Buffer },
  later: { size: number; root: Buffer },
  hashes: readonly Buffer[],
): boolean {
  if (!isSize(earlier.size) || !isSize(later.size) || earlier.size > later.size) return false;
  if (![earlier.root, later.root, ...hashes].every(isHash)) return false;
  // Of a tree without leaves every tree is a continuation: there is nothing to prove.
  if (earlier.size === 0) return false;
  if (earlier.size === later.size) return hashes.length === 0 && earlier.root.equals(later.root);
  let [place, last] = [earlier.size - 1, later.size - 1];
  while (odd(place)) [place, last] = [half(place), half(last)];
  const path = place === 0 ? [earlier.root, ...hashes] : hashes;
  if (path.length === 0) return false;
  let [old, now] = [path[0]!, path[0]!];
  for (const other of path.slice(1)) {
    if (last === 0) return false;
    if (odd(place) || place === last) {
      [old, now] = [nodeHash(other, old), nodeHash(other, now)];
      while (!odd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      now = nodeHash(now, other);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && old.equals(earlier.root) && now.equals(later.root);
}

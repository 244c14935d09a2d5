import { sha256 } from '@comity/kernel';

export const HASH_BYTES = 32;

/** RFC 6962 2.1: the root of the tree without leaves is the hash of nothing. */
export const EMPTY_ROOT: Buffer = sha256();

const NODE_PREFIX = Buffer.of(1);

/** RFC 6962 2.1: SHA-256(0x01 || left || right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE_PREFIX, left, right);

/** The root over hashes that are as many as a power of two, at least one. */
export function perfectRoot(hashes: readonly Uint8Array[]): Buffer {
  let row = hashes;
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i < row.length; i += 2) above.push(nodeHash(row[i]!, row[i + 1]!));
    row = above;
  }
  return Buffer.from(row[0]!);
}

/** Joins subtrees that stand side by side, the largest leftmost, into the root over all of them. */
export function foldRight(subtrees: readonly Buffer[]): Buffer {
  if (subtrees.length === 0) return EMPTY_ROOT;
  return subtrees.reduceRight((right, left) => nodeHash(left, right));
}

/** Hashes that stand one after the other in one buffer. */
export function splitHashes(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, i) =>
    bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

import { hash } from 'node:crypto';
import { EMPTY_ROOT, HASH_BYTES } from './hash.js';

/** 0x01 || left || right, filled in place: a node is hashed without making a buffer. */
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** SHA-256 of a node, hashes as strings of a character a byte: one call each way is several times faster than buffers. */
function nodeHash(left: string, right: string): string {
  node.write(left, 1, HASH_BYTES, 'latin1');
  node.write(right, 1 + HASH_BYTES, HASH_BYTES, 'latin1');
  return hash('sha256', node, 'binary');
}

/** The root over leaves that come in order, with as many hashes in memory as the tree is high (RFC 6962 2.1). */
export class RootStack {
  private readonly stack: string[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** @param leaf 32 bytes, a character each */
  append(leaf: string): void {
    let top = leaf;
    // As many perfect subtrees end here as the number of leaves before has ones at its low end.
    for (let n = this.count; n % 2 === 1; n = (n - 1) / 2) top = nodeHash(this.stack.pop()!, top);
    this.stack.push(top);
    this.count += 1;
  }

  root(): Buffer {
    if (this.count === 0) return EMPTY_ROOT;
    return Buffer.from(this.stack.reduceRight((right, left) => nodeHash(left, right)), 'latin1');
  }
}

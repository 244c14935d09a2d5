import { randomFillSync } from 'node:crypto';

/**
 * Tells whether two lists hold the same leaves at the same positions, in whatever order each comes, and keeps 8 bytes
 * of each. It is the sum of a keyed hash over the pairs (Clarke et al. 2003, MSet-Add-Hash). The key is drawn when
 * verification begins, so whoever made the file cannot have fitted it: unlike lists have one sum by a chance of 2^-64.
 */
export class MultisetHash {
  private low = 0;
  private high = 0;
  count = 0;

  constructor(private readonly key: Uint32Array) {}

  static key(): Uint32Array {
    return randomFillSync(new Uint32Array(2));
  }

  /** @param leaf 64 hex digits begin at `at` */
  add(position: number, leaf: Uint8Array, at: number): void {
    for (let i = 0; i < 8; i += 1) words[i + 2] = hexWord(leaf, at + i * 8);
    this.take(position);
  }

  /** @param leaf 32 bytes begin at `at` */
  addBytes(position: number, leaf: Uint8Array, at: number): void {
    for (let i = 0; i < 8; i += 1, at += 4) words[i + 2] = (leaf[at]! << 24) | (leaf[at + 1]! << 16) | (leaf[at + 2]! << 8) | leaf[at + 3]!;
    this.take(position);
  }

  private take(position: number): void {
    words[0] = position | 0;
    words[1] = (position / 0x100000000) | 0;
    this.mix();
    // 64-bit sum in two halves.
    const low = this.low + tag[0]!;
    this.low = low >>> 0;
    this.high = (this.high + tag[1]! + (low > 0xffffffff ? 1 : 0)) >>> 0;
    this.count += 1;
  }

  equals(other: MultisetHash): boolean {
    return this.count === other.count && this.low === other.low && this.high === other.high;
  }

  /** HalfSipHash-2-4 with 64 bits of output over position, leaf and their length: the form of SipHash for 32-bit words. */
  private mix(): void {
    let v0 = this.key[0]! | 0;
    let v1 = (this.key[1]! ^ 0xee) | 0;
    let v2 = 0x6c796765 ^ v0;
    let v3 = 0x74656462 ^ this.key[1]!;
    for (let word = 0; word < 22; word += 1) {
      // Each of the eleven words is mixed in for two rounds.
      const m = words[word >> 1]!;
      if ((word & 1) === 0) v3 ^= m;
      v0 = (v0 + v1) | 0; v1 = (v1 << 5) | (v1 >>> 27); v1 ^= v0; v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0; v3 = (v3 << 8) | (v3 >>> 24); v3 ^= v2;
      v0 = (v0 + v3) | 0; v3 = (v3 << 7) | (v3 >>> 25); v3 ^= v0;
      v2 = (v2 + v1) | 0; v1 = (v1 << 13) | (v1 >>> 19); v1 ^= v2; v2 = (v2 << 16) | (v2 >>> 16);
      if ((word & 1) === 1) v0 ^= m;
    }
    v2 ^= 0xee;
    for (let round = 0; round < 8; round += 1) {
      if (round === 4) {
        tag[0] = (v1 ^ v3) >>> 0;
        v1 ^= 0xdd;
      }
      v0 = (v0 + v1) | 0; v1 = (v1 << 5) | (v1 >>> 27); v1 ^= v0; v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0; v3 = (v3 << 8) | (v3 >>> 24); v3 ^= v2;
      v0 = (v0 + v3) | 0; v3 = (v3 << 7) | (v3 >>> 25); v3 ^= v0;
      v2 = (v2 + v1) | 0; v1 = (v1 << 13) | (v1 >>> 19); v1 ^= v2; v2 = (v2 << 16) | (v2 >>> 16);
    }
    tag[1] = (v1 ^ v3) >>> 0;
  }
}

/** Position, leaf, length: what is mixed next. */
const words = new Int32Array(11);
words[10] = 40 << 24;
const tag = new Float64Array(2);

const DIGIT = new Uint8Array(256);
for (let digit = 0; digit < 16; digit += 1) DIGIT['0123456789abcdef'.charCodeAt(digit)] = digit;

function hexWord(hex: Uint8Array, at: number): number {
  let word = 0;
  for (let i = at; i < at + 8; i += 1) word = (word << 4) | DIGIT[hex[i]!]!;
  return word;
}

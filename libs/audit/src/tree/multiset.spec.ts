import { createHash } from 'node:crypto';
import { TreeEdge } from './edge.js';
import { MultisetHash } from './multiset.js';
import { RootStack } from './root-stack.js';

const leaf = (n: number): Buffer => createHash('sha256').update(String(n)).digest();
const hex = (n: number): Buffer => Buffer.from(leaf(n).toString('hex'));
const sum = (key: Uint32Array, pairs: readonly (readonly [position: number, n: number])[]): MultisetHash => {
  const made = new MultisetHash(key);
  for (const [position, n] of pairs) made.add(position, hex(n), 0);
  return made;
};
const COUNT = 300;
const straight = Array.from({ length: COUNT }, (_, n) => [n, n] as const);

describe('the sum over leaves at their positions', () => {
  const key = MultisetHash.key();

  it('does not depend on the order in which they come', () => {
    const shuffled = [...straight].sort(([a], [b]) => ((a * 7919) % COUNT) - ((b * 7919) % COUNT));
    expect(shuffled).not.toEqual(straight);
    expect(sum(key, straight).equals(sum(key, shuffled))).toBe(true);
  });

  it.each<[string, (pairs: (readonly [number, number])[]) => (readonly [number, number])[]]>([
    ['two swapped', (p) => p.with(3, [3, 4]).with(4, [4, 3])],
    ['one left out', (p) => p.slice(1)],
    ['one twice in place of another', (p) => p.with(5, [6, 6])],
    ['a position moved', (p) => p.with(9, [1e10, 9])],
    ['a leaf exchanged', (p) => p.with(0, [0, 1000])],
  ])('differs with %s, whatever the key', (_, change) => {
    for (let n = 0; n < 50; n += 1) {
      const one = MultisetHash.key();
      expect(sum(one, straight).equals(sum(one, change([...straight])))).toBe(false);
    }
  });

  it('differs by each bit of leaf, position and key: nothing is left out of it', () => {
    const tag = (k: Uint32Array, position: number, bytes: Buffer) => {
      const made = new MultisetHash(k);
      made.add(position, Buffer.from(bytes.toString('hex')), 0);
      return JSON.stringify(made, (name, value) => (name === 'key' ? undefined : value));
    };
    const seen = new Set([tag(key, 0, leaf(1))]);
    for (let bit = 0; bit < 256; bit += 1) {
      const changed = Buffer.from(leaf(1));
      changed[bit >> 3]! ^= 1 << (bit & 7);
      seen.add(tag(key, 0, changed));
    }
    for (let bit = 0; bit < 50; bit += 1) seen.add(tag(key, 2 ** bit, leaf(1)));
    for (let bit = 0; bit < 64; bit += 1) {
      const other = Uint32Array.from(key);
      other[bit >> 5]! ^= 1 << (bit & 31);
      seen.add(tag(other, 0, leaf(1)));
    }
    expect(seen.size).toBe(1 + 256 + 50 + 64);
  });
});

describe('the root over leaves that come in order', () => {
  it('is that of the tree for every size up to 600, with as many hashes kept as it is high', () => {
    const [stack, edge] = [new RootStack(), new TreeEdge()];
    expect(stack.root()).toEqual(edge.root());
    for (let n = 0; n < 600; n += 1) {
      stack.append(leaf(n).toString('latin1'));
      edge.append(leaf(n));
      expect([n, stack.root().toString('hex')]).toEqual([n, edge.root().toString('hex')]);
    }
    expect((stack as unknown as { stack: string[] }).stack.length).toBeLessThanOrEqual(10);
  });
});

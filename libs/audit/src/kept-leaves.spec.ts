import { sha256 } from '@comity/kernel';
import { KeptLeaves } from './kept-leaves.js';
import { seeded } from './testing/sample-log.js';

const leafOf = (position: number): Buffer => sha256(String(position));
const what = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { what: string }).what;
  }
};

describe('leaves kept by position', () => {
  it('come back as they were placed in any order, few of a page or all; each position once, and none that was not placed', () => {
    const random = seeded(20270601);
    const size = 3000;
    const order = Array.from({ length: size }, (_, position) => position);
    for (let n = size - 1; n > 0; n -= 1) {
      const other = random(n + 1);
      [order[n], order[other]] = [order[other]!, order[n]!];
    }
    const kept = new KeptLeaves(size);
    for (const [n, position] of order.entries()) {
      expect(what(() => kept.at(position))).toBe('position.missing');
      kept.place(position, leafOf(position));
      const before = order[random(n + 1)]!;
      expect(kept.at(before).equals(leafOf(before))).toBe(true);
      expect(what(() => kept.place(before, leafOf(0)))).toBe('position.repeated');
    }
    expect(order.every((position) => kept.at(position).equals(leafOf(position)))).toBe(true);
    expect(what(() => kept.place(size, leafOf(0)))).toBe('position.beyond');
  });

  it('that stand far apart take no page each: less memory than the lines of their entries', () => {
    const kept = new KeptLeaves(Number.MAX_SAFE_INTEGER);
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 4000; n += 1) kept.place(n * 1024, leafOf(n));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4000 * 400);
    expect(kept.at(3999 * 1024).equals(leafOf(3999))).toBe(true);
  });
});

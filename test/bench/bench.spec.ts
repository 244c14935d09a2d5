import { jest } from '@jest/globals';
import { percentile } from '../../apps/cli/src/bench/figures.js';
import { quickBench as bench } from './quick-bench.js';

// Real: the embedded server, the node in a process of its own, HTTP. Tiny: the counts, so the figures mean nothing.
// The other benches are tried in bench.deep.spec.ts.
jest.setTimeout(180_000);

const RUN = {
  clients: expect.any(Number), ratio: expect.any(Number), ratios: [expect.any(Number)], perSecond: expect.any(Number), floorPerSecond: expect.any(Number),
  p50Ms: expect.any(Number), p99Ms: expect.any(Number), rssMb: expect.any(Number),
};

describe('comity bench', () => {
  it("tells sender's commit and end to end apart, and ends with status 1 below a bar that nothing reaches", async () => {
    const { status, json, stderr } = await bench('submit', '--bar', '1000');
    expect(json).toMatchObject({ bench: 'submit', ok: false, bar: 1000, runs: [{ ...RUN, clients: 1 }, { ...RUN, clients: 4 }], endToEnd: [{ ...RUN, clients: 1 }, { ...RUN, clients: 4 }] });
    expect(status).toBe(1);
    expect(stderr).toContain('below its bar 1000');
    for (const { ratio, rssMb } of (json as { runs: { ratio: number; rssMb: number }[] }).runs) {
      expect(ratio).toBeGreaterThan(0);
      expect(rssMb).toBeGreaterThan(20);
    }
  });

  it('refuses a bench that there is not, and a bar that is no number, with status 2', async () => {
    expect((await bench('speed')).status).toBe(2);
    expect((await bench('submit', '--bar', 'high')).status).toBe(2);
  });
});

describe('a percentile', () => {
  it('is the smallest value not exceeded by its share', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([7], 0.99)]).toEqual([50, 99, 100, 7]);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

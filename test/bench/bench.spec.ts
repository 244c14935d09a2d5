import { percentile } from '../../apps/cli/src/bench/figures.js';
import { quickBench as bench } from './quick-bench.js';

// Real: the embedded server, the node in a process of its own, HTTP. Tiny: the counts, so the figures mean nothing.
// The benches themselves are tried in bench.deep.spec.ts.
describe('comity bench', () => {
  it('refuses a bench that there is not, and a bar that is no number, with status 2', async () => {
    expect((await bench('speed')).status).toBe(2);
    expect((await bench('submit', '--bar', 'high')).status).toBe(2);
  }, 180_000);
});

describe('a percentile', () => {
  it('is the smallest value not exceeded by its share', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([7], 0.99)]).toEqual([50, 99, 100, 7]);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

import { benchAppend, type AppendOptions } from './append-bench.js';
import { SOURCES } from '../sources.js';

// Real: the embedded server, two nodes in processes of their own, HTTP. The null and the slowed appender exist here only.
const quick: AppendOptions = { clients: 4, count: 40, warmUp: 80, repeats: 5, measures: 1, bar: 0.1, appender: 'real' };

describe('the bench of what the log costs a transmission', () => {
  it('compares with an appender that leaves no entry, in turns, and tells the drop', async () => {
    const report = await benchAppend({ ...quick, bar: 10 }, SOURCES);
    expect(report).toMatchObject({ bench: 'append', ok: true, appender: 'real', repeats: 5, perSecond: expect.any(Number), nullPerSecond: expect.any(Number) });
    expect(report.ratios).toHaveLength(5);
    expect(report.drop).toBeCloseTo(1 - [...report.ratios].sort((a, b) => a - b)[2]!, 2);
    expect(report.dropQuartiles[0]).toBeLessThanOrEqual(report.dropQuartiles[1]);
  });

  it('finds an appender that was slowed on purpose beyond the bar (negative control)', async () => {
    const report = await benchAppend({ ...quick, appender: 'slow' }, SOURCES);
    expect(report).toMatchObject({ ok: false, appender: 'slow' });
    expect(report.drop).toBeGreaterThan(0.1);
  });
});

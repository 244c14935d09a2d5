import { quickBench as bench } from './quick-bench.js';

// Real: the embedded server, the node in a process of its own, HTTP. Tiny: the counts, so the figures mean nothing.
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

  it('ends with status 0 within its bar: the list with few and with many files', async () => {
    const { status, json } = await bench('inbox', '--bar', '1000');
    expect(json).toMatchObject({ bench: 'inbox', ok: true, few: 200, many: 2000 });
    expect((json as { runs: { query: string }[] }).runs.map(({ query }) => query)).toEqual(expect.arrayContaining(['first page', 'deep page', 'exact reference']));
    expect(status).toBe(0);
  });

  it('measures the clocks: reminders, acts of the clock against the floor, and how late they are; status 1 below a bar', async () => {
    const { status, json, stderr } = await bench('clocks', '--bar', '1000', '--reminders-bar', '0', '--p99-bar', '60000');
    expect(json).toMatchObject({
      bench: 'clocks', ok: false, open: 2000, reminders: { raised: 500, perSecond: expect.any(Number) }, lag: { fired: 20, p99Ms: expect.any(Number) },
      transitions: { ratio: expect.any(Number), perSecond: expect.any(Number), floorPerSecond: expect.any(Number) }, beyond: [expect.stringContaining('below its bar 1000')],
    });
    expect([status, stderr.trim().split('\n').length]).toEqual([1, 1]);
  });

  it('verifies a log beside a bare loop over the same file, and ends with status 1 below a bar that nothing reaches', async () => {
    const told = { bench: 'verify', entries: 5000, ratio: expect.any(Number), ratios: [expect.any(Number)], ratioToOneShotHashes: expect.any(Number), ratioToLeavesAlone: expect.any(Number), growthMb: expect.any(Number) };
    const good = await bench('verify', '--bar', '0.01');
    expect([good.status, good.json]).toEqual([0, expect.objectContaining({ ...told, ok: true })]);
    const { status, json, stderr } = await bench('verify', '--bar', '1000');
    expect([status, json]).toEqual([1, expect.objectContaining({ ...told, ok: false })]);
    expect(stderr).toContain('below its bar 1000');
  });

  it('asks the questions of auditors on a short and a long record: each is answered on both, and the bar is kept', async () => {
    const { status, json } = await bench('audit', '--bar', '1000');
    expect([status, json]).toEqual([0, expect.objectContaining({ bench: 'audit', ok: true, few: 500, many: 2000 })]);
    const { runs } = json as { runs: { query: string; ratio: number }[] };
    expect(runs).toHaveLength(11);
    expect(runs.every(({ ratio }) => ratio > 0)).toBe(true);
  });
});

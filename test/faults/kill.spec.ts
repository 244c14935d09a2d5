import { killedTransmissions } from './kill.js';

// Real: the node in its own process, its embedded server, HTTP, SIGKILL. The long form is kill.deep.spec.ts.
describe('a node killed in the middle of transmissions', () => {
  it('has lost and doubled nothing after a kill, and both logs verify', async () => {
    const { acknowledged, repeated, entries } = await killedTransmissions(1, 20);
    expect(acknowledged).toBeGreaterThan(0);
    expect(repeated).toBeGreaterThan(0);
    expect(entries.every((n) => typeof n === 'number' && n > 0)).toBe(true);
  }, 120_000);
});

import { killedTransmissions } from './kill.js';

// Real: the node in its own process, its embedded server, HTTP, SIGKILL.
describe('a node killed in the middle of 200 transmissions, 20 times', () => {
  it('has lost and doubled nothing, and both logs verify', async () => {
    const { acknowledged, repeated, entries } = await killedTransmissions(20, 200);
    expect(acknowledged).toBeGreaterThan(800);
    expect(repeated).toBeGreaterThan(800);
    expect(entries.every((n) => typeof n === 'number' && n > 4000)).toBe(true);
  }, 1_800_000);
});

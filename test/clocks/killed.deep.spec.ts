import { killedClocks } from './killed.js';

// Real: PostgreSQL, three workers in processes of their own, SIGKILL.
describe('three workers killed 100 times in the middle of deadlines, their clocks a day off either way', () => {
  it('have lost none, fired none twice, and released nothing', async () => {
    const { right, of, wrong, killed } = await killedClocks(import.meta.url, 100, { lapsing: 3_000, ahead: 100, reminders: 20_000, calls: 100, preserved: 100 });
    expect(wrong).toEqual([]);
    expect([right, killed]).toEqual([of, 100]);
  }, 1_800_000);
});

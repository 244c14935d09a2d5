import { killedClocks } from './killed.js';

// Real: PostgreSQL, three workers in processes of their own, SIGKILL. The long form is killed.deep.spec.ts.
describe('three workers killed in the middle of deadlines, their clocks a day off either way', () => {
  it('have lost none, fired none twice, and released nothing', async () => {
    const { right, of, wrong, killed } = await killedClocks(import.meta.url, 3, { lapsing: 60, ahead: 10, reminders: 300, calls: 5, preserved: 5 });
    expect(wrong).toEqual([]);
    expect([right, killed]).toEqual([of, 3]);
  }, 180_000);
});

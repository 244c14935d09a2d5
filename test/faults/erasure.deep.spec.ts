import { KilledErasures } from './killed-erasure.js';

// Real: the node in its own process, its embedded server, its store of files, HTTP, SIGKILL.
describe('a node killed while the bytes of erased documents go from the store', () => {
  let erasures: KilledErasures;
  beforeAll(async () => { erasures = await KilledErasures.open(); });
  afterAll(() => erasures.close());

  it('leaves none of them after its restart, loses no byte of another request, and its log verifies, 5 times', async () => {
    const rounds = [];
    for (const share of [0.95, 0.8, 0.6, 0.4, 0.2]) rounds.push(await erasures.round(200, share));
    console.info(`documents left in the store by each kill: ${rounds.map((round) => round.leftByKill).join(', ')} of 200`);
    // In the middle: some were gone already and some were not.
    expect(rounds.filter(({ leftByKill }) => leftByKill > 0 && leftByKill < 200).length).toBeGreaterThanOrEqual(4);
    for (const round of rounds) expect(round).toMatchObject({ left: 0, others: 6, othersWhole: 6, status: 'confirmed' });
    expect(await erasures.verifiedLog()).toBeGreaterThan(1000);
  });

  it('without a kill likewise, so that the counting is right (negative control)', async () => {
    expect(await erasures.round(20, null)).toMatchObject({ left: 0, othersWhole: 6, status: 'confirmed' });
  });
});

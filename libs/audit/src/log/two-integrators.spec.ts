import { inTransaction } from '@comity/database';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { faultsOf } from '../testing/flip-trial.js';
import { storedCheckpoints, twoIntegrators } from '../testing/two-integrators.js';
import { LogProofs } from './log-proofs.js';

// Real: PostgreSQL and its locks. Killed by hand: an exception where a process would end.
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase(import.meta.url);
});
afterAll(() => db.close());

describe('two integrators at once, killed at any time', () => {
  it('make no fork, sign identical bytes, and skip no entry: 50 rounds', async () => {
    const outcome = await twoIntegrators(db, 'IS', 50, 20270104);
    console.info(JSON.stringify(outcome));
    expect(outcome).toMatchObject({ rounds: 50, differing: 0 });
    for (const count of [outcome.killedBefore, outcome.killedBetween, outcome.signedTwice, outcome.late]) expect(count).toBeGreaterThan(0);
    const proofs = new LogProofs();
    expect(await inTransaction(db.dataSource, { state: 'IS' }, (tx) => proofs.status(tx))).toMatchObject({ size: outcome.entries, pending: 0, checkpoint: { size: outcome.entries } });
    const checkpoints = await storedCheckpoints(db, 'IS');
    for (const { size, root } of checkpoints) {
      const proof = await inTransaction(db.dataSource, { state: 'IS' }, (tx) => proofs.consistency(tx, size));
      expect(proof.from).toMatchObject({ size, root });
    }
    expect(await faultsOf(db)).toEqual([]);
  }, 60_000);
});

import { inTransaction } from '@comity/database';
import { LogProofs } from '@comity/audit';
import { faultsOf, flipTrial, inWords, storedLog } from '../../libs/audit/src/testing/flip-trial.js';
import { storedCheckpoints, twoIntegrators } from '../../libs/audit/src/testing/two-integrators.js';
import { testDatabase } from '../support/database.js';

// Real: PostgreSQL and its locks. Killed by hand: an exception where a process would end.
describe('the log at length', () => {
  it('shows each of 1,000 flipped bytes of stored columns', async () => {
    const db = await testDatabase(import.meta.url);
    await storedLog(db);
    const tally = await flipTrial(db, 1_014, 20270105);
    console.info(inWords(tally));
    for (const [column, { made, found }] of tally) expect([column, found]).toEqual([column, made]);
    expect(await faultsOf(db)).toEqual([]);
    await db.close();
  });

  it('is not forked by two integrators at once in 1,000 rounds with kills', async () => {
    const db = await testDatabase(import.meta.url);
    const outcome = await twoIntegrators(db, 'IS', 1_000, 20270106);
    console.info(JSON.stringify(outcome));
    expect(outcome).toMatchObject({ rounds: 1_000, differing: 0 });
    const proofs = new LogProofs();
    for (const { size, root } of await storedCheckpoints(db, 'IS')) {
      const proof = await inTransaction(db.dataSource, { state: 'IS' }, (tx) => proofs.consistency(tx, size));
      expect(proof.from).toMatchObject({ size, root });
    }
    expect(await inTransaction(db.dataSource, { state: 'IS' }, (tx) => proofs.status(tx))).toMatchObject({ size: outcome.entries, pending: 0 });
    expect(await faultsOf(db)).toEqual([]);
    await db.close();
  });
});

import { inWords, rewriteTrial } from '../../libs/audit/src/testing/rewrite-trial.js';
import { testDatabase } from '../support/database.js';

// Real: two databases, signatures with the State's own key. The attacker is the State itself, as superuser of its database.
describe('rewritten logs at length', () => {
  it('are found, each of 200, by the counterpart that saw a checkpoint and by the receipt it gave', async () => {
    const [db, other] = [await testDatabase(import.meta.url), await testDatabase(import.meta.url)];
    const tally = await rewriteTrial(db, other, 200, 20270203);
    console.info(inWords(tally));
    for (const [name, { made, byCounterpart, byReceipt }] of tally) expect([name, made, byCounterpart, byReceipt]).toEqual([name, 50, 50, 50]);
    await Promise.all([db.close(), other.close()]);
  });
});

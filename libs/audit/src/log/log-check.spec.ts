import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { faultsOf, flipTrial, inWords, storedLog } from '../testing/flip-trial.js';

// Real: PostgreSQL. The superuser changes what is stored, with constraints and triggers out of the way.
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  await storedLog(db);
});
afterAll(() => db.close());

describe('the check of a stored log', () => {
  it('finds no fault with a log that was left alone (negative control)', async () => {
    expect(await faultsOf(db)).toEqual([]);
    expect(await faultsOf(db, 'NO')).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['the last entry deleted with its place', `WITH p AS (DELETE FROM audit_position WHERE position = (SELECT max(position) FROM audit_position) RETURNING entry_id) DELETE FROM audit_entry e USING p WHERE e.id = p.entry_id`, /head/],
    ['the tail deleted with head and newest checkpoint', `DELETE FROM audit_position WHERE position >= 201; DELETE FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_position p WHERE p.entry_id = e.id) ; DELETE FROM audit_checkpoint WHERE size > 201; DELETE FROM audit_pending; DELETE FROM audit_tile; UPDATE audit_head SET size = 201`, /node 1/],
    ['two places swapped', `UPDATE audit_position SET position = CASE position WHEN 3 THEN 100003 ELSE 100004 END WHERE position IN (3, 4); UPDATE audit_position SET position = 100007 - position WHERE position > 100000`, /audit_tile 0\/0|audit_checkpoint|audit_head/],
    ['an entry deleted in the middle', `DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_position WHERE position = 77)`, /file:|audit_position 77/],
    ['a mark deleted, so that the entry is forgotten', `DELETE FROM audit_pending WHERE entry_id = (SELECT min(entry_id::text)::uuid FROM audit_pending)`, /audit_entry/],
    ['a tile deleted', `DELETE FROM audit_tile WHERE level = 0`, /audit_tile/],
    ['the head deleted', `DELETE FROM audit_head`, /audit_head/],
  ])('shows %s', async (_what, sql, where) => {
    const copy = await testDatabase(import.meta.url);
    try {
      await storedLog(copy);
      await copy.asSuperuser(`SET session_replication_role = replica; ${sql}`);
      expect((await faultsOf(copy)).map((fault) => fault.where).join()).toMatch(where);
    } finally {
      await copy.close();
    }
  });

  it('shows each flipped byte of each column of the log', async () => {
    const tally = await flipTrial(db, 50, 20270103);
    console.info(inWords(tally));
    for (const [column, { made, found }] of tally) expect([column, found]).toEqual([column, made]);
    expect(await faultsOf(db)).toEqual([]);
  }, 120_000);
});

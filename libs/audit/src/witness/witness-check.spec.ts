import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { logVerifierKey } from '../note/checkpoint.js';
import { dropChecks, flip, logColumns, seeded } from '../testing/flips.js';
import { readPages, rewriteLog } from '../testing/rewrites.js';
import { keyOf, WitnessedNode } from '../testing/witnessed-nodes.js';
import { checkWitness } from './witness-check.js';

/** Repeated by nothing that was signed or logged: see checkWitness. */
const ALONE = ['witness_seen.verdict', 'witness_seen.seen_at', 'witness_peer.state', 'witness_peer.counterpart', 'witness_peer.asked'];

// Real: PostgreSQL, signatures. Flipped as superuser, with all constraints taken away.
describe('what is stored of witnessed logs', () => {
  let db: TestDatabase;
  const faults = (state: string) =>
    inTransaction(db.dataSource, { state, readOnly: true }, (tx) => checkWitness(tx, (of) => [logVerifierKey(of, keyOf(of).publicKey)]));
  beforeAll(async () => {
    db = await testDatabase(import.meta.url);
    const nodes: WitnessedNode[] = [];
    const [is, us] = [new WitnessedNode('IS', db, () => nodes), new WitnessedNode('US', db, () => nodes)];
    nodes.push(is, us);
    for (const count of [3, 4]) {
      for (const [from, to] of [[is, us], [us, is]] as const) {
        await from.grow(count);
        await from.showing.show(from.state, to.state);
      }
    }
    // Iceland holds alarms of both kinds: of its own log, and of the other's, which was settled.
    await us.grow(1);
    const pages = await readPages(db, 'US');
    await rewriteLog(db, 'US', pages.slice(2));
    await us.grow(1);
    await us.showing.show('US', 'IS');
    const [alarm] = await is.alarms();
    const official = { kind: 'official', state: 'IS', accountId: newId(), authorityId: 'x', username: 'x', roles: ['administrator'] } as const;
    await inTransaction(db.dataSource, { state: 'IS' }, (tx) => is.witnesses.settle(tx, { ...official, roles: [...official.roles] }, alarm!.id, 'Explained by letter', is.clock.now()));
    const told = (await us.alarms())[0]!;
    expect([told.log, alarm!.log]).toEqual(['own', 'counterpart']);
  });
  afterAll(() => db.close());

  it('agrees with what was signed and logged', async () => {
    expect([await faults('IS'), await faults('US')]).toEqual([[], []]);
  });

  it('is found changed at each flipped byte of each column that is signed, logged or compared', async () => {
    await dropChecks(db, 'witness');
    await db.asSuperuser('DROP INDEX witness_alarm_open');
    const columns = (await logColumns(db, 'witness')).filter(({ table, name }) => !ALONE.includes(`${table}.${name}`));
    const random = seeded(20270401);
    const tally = new Map<string, string>();
    let [made, found] = [0, 0];
    for (let n = 0; n < 3 * columns.length; n += 1) {
      const column = columns[n % columns.length]!;
      const done = await flip(db, column, 'IS', random);
      if (!done) throw new Error(`no value to flip in ${JSON.stringify(column)}`);
      made += 1;
      const seen = (await Promise.all(done.states.filter((code) => /^[A-Z]{2}$/.test(code)).map(faults))).some((list) => list.length > 0);
      if (seen) found += 1;
      else tally.set(done.column, 'missed');
      await done.undo();
    }
    console.info(`flipped bytes of witness tables found: ${found} of ${made}, in ${columns.length} columns`);
    expect([...tally]).toEqual([]);
    expect(await faults('IS')).toEqual([]);
  });
});

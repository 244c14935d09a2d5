import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { exportLines } from '../export-lines.js';
import { changeUnseen, inWords, rewriteTrial } from '../testing/rewrite-trial.js';
import { readPages, rewriteLog } from '../testing/rewrites.js';
import { WitnessedNode } from '../testing/witnessed-nodes.js';
import { verifyExport } from '../verify.js';

// Real: two databases, signatures with the State's own key, proofs. The attacker is the State itself, as superuser.
describe('a log rewritten by its own State', () => {
  let db: TestDatabase;
  let other: TestDatabase;
  beforeAll(async () => {
    [db, other] = [await testDatabase(import.meta.url), await testDatabase(import.meta.url)];
  });
  afterAll(() => Promise.all([db.close(), other.close()]));

  it('is found each time by who saw a checkpoint of it, and by what that one signed', async () => {
    const tally = await rewriteTrial(db, other, 8, 20270201);
    console.info(inWords(tally));
    for (const [name, { made, byCounterpart, byReceipt }] of tally) expect([name, byCounterpart, byReceipt]).toEqual([name, made, made]);
    expect(tally.size).toBe(4);
  });

  it('is found neither by its export alone nor where nobody had seen what was changed (negative control)', async () => {
    const nodes: WitnessedNode[] = [];
    const [sg, us] = [new WitnessedNode('SG', db, () => nodes), new WitnessedNode('US', other, () => nodes)];
    nodes.push(sg, us);
    const witnessed = await sg.grow(5);
    await sg.showing.show('SG', 'US');
    await sg.grow(5);
    await rewriteLog(db, 'SG', changeUnseen(await readPages(db, 'SG'), witnessed));
    await sg.sign();
    expect((await sg.reading((tx) => verifyExport(exportLines(tx, { exportedAt: sg.clock.now() })))).ok).toBe(true);
    expect((await sg.showing.show('SG', 'US')).outcome).toBe('confirmed');
  });
});

describe('two histories of one log, shown to two readers', () => {
  it('are found by either reader with what the other one was shown, and by both in the end', async () => {
    const dbs = [await testDatabase(import.meta.url), await testDatabase(import.meta.url), await testDatabase(import.meta.url)];
    const nodes: WitnessedNode[] = [];
    const [one, us, kz] = [new WitnessedNode('IS', dbs[0]!, () => nodes), new WitnessedNode('US', dbs[1]!, () => nodes), new WitnessedNode('KZ', dbs[1]!, () => nodes)];
    // The same State keeps a second book, with the same key.
    const two = new WitnessedNode('IS', dbs[2]!, () => nodes);
    nodes.push(us, kz);
    await one.grow(8);
    const pages = await readPages(dbs[0]!, 'IS');
    await rewriteLog(dbs[2]!, 'IS', pages.map((page, n) => (n === 3 ? { ...page, body: { measures: 5 } } : page)));
    await two.sign();
    expect([(await one.showing.show('IS', 'US')).outcome, (await two.showing.show('IS', 'KZ')).outcome]).toEqual(['confirmed', 'confirmed']);
    const shownTo = async (node: WitnessedNode) => (await node.seen())[0]!.note;
    const exported = (book: WitnessedNode, note: string) => book.reading((tx) => verifyExport(exportLines(tx, { exportedAt: book.clock.now() }), { checkpoints: [note] }));
    expect((await exported(one, await shownTo(us))).ok).toBe(true);
    expect((await exported(one, await shownTo(kz))).firstFault?.what).toBe('root.differs');
    expect((await exported(two, await shownTo(us))).firstFault?.what).toBe('root.differs');
    // Whichever book goes on, one of the readers is shown what contradicts it.
    await two.grow(3);
    expect((await two.showing.show('IS', 'US')).outcome).toBe('contradicts');
    expect((await us.told())[0]).toMatch(/^log\.contradicted counterpart/);
    await Promise.all(dbs.map((one) => one.close()));
  });
});

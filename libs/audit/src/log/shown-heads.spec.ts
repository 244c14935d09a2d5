import { inTransaction } from '@comity/database';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { logVerifierKey } from '../note/checkpoint.js';
import { readPages, rewriteLog, type Pages } from '../testing/rewrites.js';
import { keyOf, WitnessedNode } from '../testing/witnessed-nodes.js';
import { checkLog } from './log-check.js';

// Real: PostgreSQL, signatures with the State's own key. The log is rewritten as superuser.
describe('the check of a log of which a counterpart has cosigned a checkpoint of ten entries', () => {
  let db: TestDatabase;
  let is: WitnessedNode;
  let pages: Pages;
  beforeAll(async () => {
    db = await testDatabase(import.meta.url);
    const nodes: WitnessedNode[] = [];
    is = new WitnessedNode('IS', db, () => nodes);
    nodes.push(is, new WitnessedNode('US', db, () => nodes));
    await is.grow(10);
    await is.showing.show('IS', 'US');
    await is.grow(2);
    pages = await readPages(db, 'IS');
  });
  afterAll(() => db.close());

  const faultsAfter = async (changed: Pages) => {
    await rewriteLog(db, 'IS', changed);
    await is.sign();
    const scope = { state: 'IS', readOnly: true, isolation: 'repeatable read' } as const;
    return inTransaction(db.dataSource, scope, async (tx) => {
      const [head] = await tx.query<{ kid: string }>('SELECT kid FROM audit_head WHERE state = $1', [tx.state]);
      const report = await checkLog(tx, is.clock.now(), [{ kid: head!.kid, key: logVerifierKey('IS', keyOf('IS').publicKey) }]);
      return report.faults.map(({ where, what }) => `${where}: ${what}`);
    });
  };
  const changed = (at: number): Pages => pages.map((page, n) => (n === at ? { ...page, body: { measures: 99 } } : page));

  it('finds no fault while the entries have that root, nor where only later ones were written anew (negative control)', async () => {
    expect(await faultsAfter(pages)).toEqual([]);
    expect(await faultsAfter(changed(10))).toEqual([]);
  });

  it('shows an entry written anew with all that follows from it, signed with the key, by what was shown and what came back', async () => {
    const other = 'the first 10 entries do not have the root that was shown';
    expect((await faultsAfter(changed(2))).sort()).toEqual([`witness_ack US 1: ${other}`, `witness_shown US 1: ${other}`]);
  });

  it('shows a log cut below what was cosigned', async () => {
    const cut = 'covers 10 entries, and there are 4: cut off or rewritten';
    expect((await faultsAfter(pages.slice(0, 4))).sort()).toEqual([`witness_ack US 1: ${cut}`, `witness_shown US 1: ${cut}`]);
  });
});

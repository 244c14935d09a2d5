import { Idempotency, idempotentAct } from '@comity/access';
import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { testNode, type TestNode } from '../../../test/support/node.js';
import { Leftovers } from './leftovers.js';

// Real: all rooms of a node that was told to keep answers for three hours, PostgreSQL. Set by hand: the clock.
let node: TestNode;
let idempotency: Idempotency;
beforeAll(async () => {
  node = await testNode(import.meta.url, { answerHours: 3 });
  idempotency = node.app.get(Idempotency, { strict: false });
});
afterAll(() => node.close());

const hours = (n: number) => node.clock.set(new Date(node.clock.now().getTime() + n * 3_600_000));
const kept = async (state: string) => (await node.db.asSuperuser('SELECT 1 FROM idempotency_key WHERE state = $1', [state])).length;
async function answered(state: string): Promise<void> {
  const act = idempotentAct(newId(), 'POST /api/v1/requests', newId(), {});
  await inTransaction(node.db.dataSource, { state }, async (tx) => {
    await idempotency.begin(tx, act, node.clock.now());
    await idempotency.complete(tx, act, { status: 201, body: {}, headers: {} });
  });
}

describe('answers kept under their key', () => {
  it('go when the hours of the setting are over and not before, of each State by itself, once a minute', async () => {
    const leftovers = new Leftovers(node.db.dataSource, idempotency, node.clock);
    await answered('KZ');
    await answered('VN');
    hours(2);
    await answered('KZ');
    expect([await leftovers.purge('KZ'), await kept('KZ')]).toEqual([0, 2]);
    hours(1);
    expect([await leftovers.purge('KZ'), await kept('KZ'), await kept('VN')]).toEqual([1, 1, 1]);
    hours(2);
    expect([await leftovers.purge('KZ'), await leftovers.purge('KZ'), await kept('KZ'), await kept('VN')]).toEqual([1, 0, 0, 1]);
    expect([await leftovers.purge('VN'), await kept('VN')]).toEqual([1, 0]);
  });

  it('stay for a day where nothing was set (negative control)', async () => {
    const leftovers = new Leftovers(node.db.dataSource, new Idempotency({}), node.clock);
    await answered('KZ');
    hours(23);
    expect([await leftovers.purge('KZ'), await kept('KZ')]).toEqual([0, 1]);
    hours(1);
    expect([await leftovers.purge('KZ'), await kept('KZ')]).toEqual([1, 0]);
  });
});

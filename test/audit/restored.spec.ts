import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { WitnessedNode } from '../../libs/audit/src/testing/witnessed-nodes.js';
import { RestoredDatabases } from './restored-databases.js';

// Real: two databases, backup and restore, signatures. Left out: the transport between the two nodes.
describe('a log restored from a backup that is older than what a counterpart saw', () => {
  let databases: RestoredDatabases;
  beforeAll(async () => {
    databases = await RestoredDatabases.open(import.meta.url);
  });
  afterAll(() => databases.close());

  it('raises the alarm in both States at the next exchange; settled, it is followed again and guarded from there on', async () => {
    const nodes: WitnessedNode[] = [];
    const is = new WitnessedNode('IS', await databases.fresh(), () => nodes);
    const us = new WitnessedNode('US', await databases.fresh(), () => nodes);
    nodes.push(is, us);
    await is.grow(5);
    await is.showing.show('IS', 'US');
    const old = await databases.restored(is.db, 'recovery', is.clock.now());
    await is.grow(6);
    await is.showing.show('IS', 'US');
    const back = new WitnessedNode('IS', old, () => nodes);
    await back.grow(2);
    expect((await back.showing.show('IS', 'US')).outcome).toBe('contradicts');
    expect([await us.told(), await back.told()]).toEqual([['log.contradicted counterpart smaller'], ['log.contradicted own smaller']]);
    const settle = async (node: WitnessedNode) => {
      const official = { kind: 'official', state: node.state, accountId: newId(), authorityId: 'x', username: 'x', roles: ['administrator'] } as const;
      const [alarm] = await node.alarms();
      await inTransaction(node.db.dataSource, { state: node.state }, (tx) => node.witnesses.settle(tx, { ...official, roles: [...official.roles] }, alarm!.id, 'Restored after a fire', node.clock.now()));
    };
    await settle(us);
    await settle(back);
    const size = await back.grow(4);
    expect(await back.showing.show('IS', 'US')).toEqual({ outcome: 'confirmed', size });
    // The lost history is no way back: its holder contradicts what is followed now.
    await is.grow(30);
    expect((await is.showing.show('IS', 'US')).outcome).toBe('contradicts');
    expect((await us.alarms()).filter(({ settledAt }) => settledAt === null)).toHaveLength(1);
  });
});

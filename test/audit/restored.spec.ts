import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { restoreBackup } from '../../apps/cli/src/backup/restore-backup.js';
import { takeBackup } from '../../apps/cli/src/backup/take-backup.js';
import { WitnessedNode } from '../../libs/audit/src/testing/witnessed-nodes.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

// Real: two databases, backup and restore, signatures. Left out: the transport between the two nodes.
describe('a log restored from a backup that is older than what a counterpart saw', () => {
  let folder: string;
  const dbs: TestDatabase[] = [];
  const fresh = async () => {
    const db = await testDatabase(import.meta.url);
    dbs.push(db);
    return db;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comity-restored-'));
    await mkdir(join(folder, 'data'));
  });
  afterAll(async () => {
    await Promise.all(dbs.map((db) => db.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const restored = async (source: TestDatabase, name: string, at: Date): Promise<TestDatabase> => {
    const backup = join(folder, name);
    await takeBackup({ ownerUrl: source.ownerUrl, dataDir: join(folder, 'data'), folder: backup, at, software: '0.0.0-test' });
    const db = await fresh();
    await restoreBackup({ ownerUrl: db.ownerUrl, login: 'comity_login', dataDir: join(folder, `data-${name}`), folder: backup, at });
    return db;
  };

  it('raises the alarm in both States at the next exchange; settled, it is followed again and guarded from there on', async () => {
    const nodes: WitnessedNode[] = [];
    const is = new WitnessedNode('IS', await fresh(), () => nodes);
    const us = new WitnessedNode('US', await fresh(), () => nodes);
    nodes.push(is, us);
    await is.grow(5);
    await is.showing.show('IS', 'US');
    const old = await restored(is.db, 'recovery', is.clock.now());
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

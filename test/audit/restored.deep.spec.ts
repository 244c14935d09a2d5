import { WitnessedNode } from '../../libs/audit/src/testing/witnessed-nodes.js';
import { RestoredDatabases } from './restored-databases.js';

// Real: two databases, backup and restore, signatures. Left out: the transport between the two nodes.
describe('a log restored from a backup that is older than what a counterpart saw', () => {
  let databases: RestoredDatabases;
  beforeAll(async () => {
    databases = await RestoredDatabases.open(import.meta.url);
  });
  afterAll(() => databases.close());

  it.each([
    ['before anything new is entered', 0, 0], ['after less was entered than was lost', 2, 0], ['after as much was entered', 6, 0],
    ['after more was entered', 9, 0], ['when the backup forgot several showings', 3, 2], ['and more was entered since', 40, 2],
  ])('raises the alarm in both States at the next exchange, %s', async (name, entered, more) => {
    const nodes: WitnessedNode[] = [];
    const is = new WitnessedNode('IS', await databases.fresh(), () => nodes);
    const us = new WitnessedNode('US', await databases.fresh(), () => nodes);
    nodes.push(is, us);
    await is.grow(5);
    await is.showing.show('IS', 'US');
    const old = await databases.restored(is.db, name.replace(/ /g, '-'), is.clock.now());
    await is.grow(6);
    await is.showing.show('IS', 'US');
    for (let n = 0; n < more; n += 1) {
      await is.grow(2);
      await is.showing.show('IS', 'US');
    }

    const back = new WitnessedNode('IS', old, () => nodes);
    if (entered > 0) await back.grow(entered);
    // Where nothing new is there to be shown, the next message's entry is: an exchange always makes one.
    if (entered === 0) await back.grow(1);
    expect((await back.showing.show('IS', 'US')).outcome).toBe('contradicts');
    expect([(await us.told())[0], (await back.told())[0]]).toEqual([
      expect.stringMatching(/^log\.contradicted counterpart (smaller|inconsistent)$/), expect.stringMatching(/^log\.contradicted own (smaller|inconsistent)$/),
    ]);
    const [alarm] = await back.alarms();
    // What was lost is known by its size, and proved by the own signature.
    expect(alarm).toMatchObject({ counterpart: 'US', log: 'own', knownNote: (await is.newest())!.note });
  });

  it('raises none when the counterpart was restored: it has forgotten, and is shown again', async () => {
    const nodes: WitnessedNode[] = [];
    const is = new WitnessedNode('IS', await databases.fresh(), () => nodes);
    const us = new WitnessedNode('US', await databases.fresh(), () => nodes);
    nodes.push(is, us);
    await is.grow(5);
    await is.showing.show('IS', 'US');
    const old = await databases.restored(us.db, 'witness', us.clock.now());
    for (const count of [3, 4]) {
      await is.grow(count);
      await is.showing.show('IS', 'US');
    }
    nodes[1] = new WitnessedNode('US', old, () => nodes);
    const size = await is.grow(1);
    expect(await is.showing.show('IS', 'US')).toEqual({ outcome: 'confirmed', size });
    expect([await is.alarms(), await nodes[1].alarms()]).toEqual([[], []]);
  });
});

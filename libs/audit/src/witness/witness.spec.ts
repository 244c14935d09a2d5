import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { inTransaction } from '@comity/database';
import { newId, type Official } from '@comity/kernel';
import { logVerifierKey, readCheckpoint, signCheckpoint } from '../note/checkpoint.js';
import { cosignedAt } from '../note/cosignature.js';
import { keyOf, WitnessedNode } from '../testing/witnessed-nodes.js';
import { signShown, type SignedShown } from './shown.js';

const admin = (state: string): Official => ({ kind: 'official', state, accountId: newId(), authorityId: `${state}-office`, username: 'x', roles: ['administrator'] });

// Real: PostgreSQL and its policies between the two States, signatures, proofs. Left out: the transport between two nodes.
describe('logs shown to each other by two nodes', () => {
  let db: TestDatabase;
  let is: WitnessedNode;
  let us: WitnessedNode;
  beforeEach(async () => {
    db = await testDatabase(import.meta.url);
    const nodes: WitnessedNode[] = [];
    is = new WitnessedNode('IS', db, () => nodes);
    us = new WitnessedNode('US', db, () => nodes);
    nodes.push(is, us);
  });
  afterEach(() => db.close());

  const settle = (node: WitnessedNode, id: string) =>
    inTransaction(node.db.dataSource, { state: node.state }, (tx) => node.witnesses.settle(tx, admin(node.state), id, 'Letter 7 of the other State', node.clock.now()));

  it('shows nothing while nothing is signed', async () => {
    expect(await is.showing.show('IS', 'US')).toEqual({ outcome: 'confirmed', size: 0 });
    expect(await us.seen()).toEqual([]);
  });

  it('is stored and cosigned as it grows, each time with a proof from what was confirmed last', async () => {
    for (const count of [3, 254, 1, 300]) {
      const size = await is.grow(count);
      expect(await is.showing.show('IS', 'US')).toEqual({ outcome: 'confirmed', size });
      const [ack] = await is.seenBy();
      expect(ack).toMatchObject({ counterpart: 'US', size });
      expect(cosignedAt(ack!.note, [logVerifierKey('US', keyOf('US').publicKey)]).at.getTime()).toBe(Math.floor(us.clock.now().getTime() / 1000) * 1000);
      expect(await us.seen()).toMatchObject([{ counterpart: 'IS', seq: ack!.seq, size, note: (await is.newest())!.note }]);
    }
    expect(await us.seen()).toMatchObject([{ seq: 4 }]);
    expect([await is.alarms(), await us.alarms(), await us.told()]).toEqual([[], [], []]);
  });

  it('adds nothing to a log but alarms, and shows nothing twice that was confirmed', async () => {
    const size = await is.grow(5);
    await is.showing.show('IS', 'US');
    let left = 0;
    is.deliver = (_to, _doc, send) => ((left += 1), send());
    expect(await is.showing.show('IS', 'US')).toEqual({ outcome: 'confirmed', size: 0 });
    expect([left, await is.sign(), await us.sign()]).toEqual([0, size, 0]);
  });

  it('shows the same bytes again when no answer came, and is answered as the first time', async () => {
    await is.grow(5);
    const sent: SignedShown[] = [];
    is.deliver = async (_to, doc, send) => {
      sent.push(doc);
      await send();
      throw new Error('the line broke');
    };
    await expect(is.showing.show('IS', 'US')).rejects.toThrow('line broke');
    us.clock.set(new Date(us.clock.now().getTime() + 60_000));
    is.deliver = (_to, doc, send) => (sent.push(doc), send());
    expect((await is.showing.show('IS', 'US')).outcome).toBe('confirmed');
    expect(sent[1]!.bytes).toEqual(sent[0]!.bytes);
    expect((await is.seenBy())[0]!.at).toEqual(new Date('2027-01-02T03:04:05.000Z'));
  });

  it('proves from what the other knows when an answer was lost and the log has grown since: no alarm', async () => {
    await is.grow(5);
    await is.showing.show('IS', 'US');
    await is.grow(4);
    is.deliver = async (_to, _doc, send) => {
      await send();
      throw new Error('the line broke');
    };
    await expect(is.showing.show('IS', 'US')).rejects.toThrow();
    is.deliver = (_to, _doc, send) => send();
    const size = await is.grow(7);
    expect(await is.showing.show('IS', 'US')).toEqual({ outcome: 'confirmed', size });
    expect([await is.alarms(), await us.alarms()]).toEqual([[], []]);
  });

  it('takes an older checkpoint that arrives late for what it is: no alarm', async () => {
    await is.grow(5);
    let held: (() => Promise<unknown>) | undefined;
    is.deliver = async (_to, _doc, send) => {
      held = send;
      throw new Error('held up');
    };
    await expect(is.showing.show('IS', 'US')).rejects.toThrow();
    is.deliver = (_to, _doc, send) => send();
    await is.grow(5);
    await is.showing.show('IS', 'US');
    expect(await held!()).toMatchObject({ status: 'late', known: { seq: 2, size: 10 } });
    expect([await us.alarms(), (await us.seen())[0]!.size]).toEqual([[], 10]);
  });

  it('finds another root for any size it has seen, though the number is low: of what was confirmed, and of what came late itself', async () => {
    const checkpoints: string[] = [];
    for (const count of [3, 2, 4]) {
      await is.grow(count);
      checkpoints.push((await is.newest())!.note);
      await is.showing.show('IS', 'US');
    }
    const late = (seq: number, size: number, root: Buffer) => signShown({
      comity: 'log-shown', v: 1, from: 'IS', to: 'US', seq, since: 0, proof: [], at: '2027-02-01T00:00:00.000Z', checkpoint: signCheckpoint({ origin: 'comity/log/IS', size, root }, new Date('2027-01-02T03:04:06.000Z'), keyOf('IS')),
    }, keyOf('IS'));
    const { root } = readCheckpoint(checkpoints[1]!);
    expect(await us.book.take('US', late(2, 5, root))).toMatchObject({ status: 'late' });
    expect(await us.book.take('US', late(1, 8, root))).toMatchObject({ status: 'late' });
    expect(await us.alarms()).toEqual([]);
    expect(await us.book.take('US', late(2, 5, Buffer.alloc(32, 1)))).toMatchObject({ status: 'contradicts', what: 'inconsistent', known: { seq: 2, size: 5, checkpoint: checkpoints[1] } });
    const [alarm] = await us.alarms();
    expect(alarm).toMatchObject({ knownSeq: 2, knownNote: checkpoints[1], shownSeq: 2 });
    us.clock.set(new Date(us.clock.now().getTime() + 60_000));
    await settle(us, alarm!.id);
    us.clock.set(new Date(us.clock.now().getTime() + 60_000));
    // Settled: what was seen before does not count any more, what comes now does.
    expect(await us.book.take('US', late(2, 8, Buffer.alloc(32, 2)))).toMatchObject({ status: 'late' });
    expect(await us.book.take('US', late(1, 8, Buffer.alloc(32, 3)))).toMatchObject({ status: 'contradicts' });
    expect(await us.told()).toEqual(['log.contradicted counterpart inconsistent', 'log.contradiction-settled counterpart inconsistent', 'log.contradicted counterpart inconsistent']);
  });

  it('stands two senders at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      await is.grow(2);
      await Promise.all([is.showing.show('IS', 'US'), is.showing.show('IS', 'US'), is.grow(1).then(() => is.showing.show('IS', 'US'))]);
    }
    await is.sign();
    expect((await is.showing.show('IS', 'US')).outcome).toBe('confirmed');
    expect([(await us.seen())[0]!.size, await is.alarms(), await us.alarms()]).toEqual([18, [], []]);
  });

  it('raises an alarm in both States over a forged proof, once, until it is settled; then the log is followed again', async () => {
    await is.grow(5);
    await is.showing.show('IS', 'US');
    await is.grow(5);
    const note = (await is.newest())!.note;
    const forged = signShown({ comity: 'log-shown', v: 1, from: 'IS', to: 'US', seq: 2, since: 5, proof: ['00'.repeat(32)], checkpoint: note, at: '2027-02-01T00:00:00.000Z' }, keyOf('IS'));
    for (let n = 0; n < 3; n += 1) expect(await us.book.take('US', forged)).toMatchObject({ status: 'contradicts', what: 'inconsistent', known: { seq: 1, size: 5 } });
    expect(await us.told()).toEqual(['log.contradicted counterpart inconsistent']);
    const [alarm] = await us.alarms();
    expect(alarm).toMatchObject({ counterpart: 'IS', log: 'counterpart', knownSeq: 1, shownSeq: 2, shownNote: note, settledAt: null });
    await settle(us, alarm!.id);
    await expect(settle(us, alarm!.id)).rejects.toMatchObject({ code: 'alarm.settled' });
    await is.grow(1);
    expect((await is.showing.show('IS', 'US')).outcome).toBe('confirmed');
    expect(await us.told()).toEqual(['log.contradicted counterpart inconsistent', 'log.contradiction-settled counterpart inconsistent']);
  });

  it('believes no contradiction of its own log that shows a beginning of it, and one that shows another history', async () => {
    await is.grow(5);
    const before = (await is.newest())!.note;
    await is.grow(3);
    const say = (what: 'smaller' | 'inconsistent', checkpoint: string) => { is.deliver = async () => ({ status: 'contradicts', what, known: { seq: 1, size: readCheckpoint(checkpoint).size, checkpoint } }); };
    for (const what of ['smaller', 'inconsistent'] as const) {
      say(what, before);
      await expect(is.showing.show('IS', 'US')).rejects.toThrow('US says that the log of IS contradicts what it saw, and shows a beginning of this very log');
    }
    expect([await is.alarms(), await is.told()]).toEqual([[], []]);
    say('inconsistent', signCheckpoint({ origin: 'comity/log/IS', size: 5, root: Buffer.alloc(32, 7) }, new Date('2027-01-02T03:04:06.000Z'), keyOf('IS')));
    expect((await is.showing.show('IS', 'US')).outcome).toBe('contradicts');
    expect(await is.told()).toEqual(['log.contradicted own inconsistent']);
  });

  it('refuses what the other State did not sign, and keeps nothing of it', async () => {
    await is.grow(5);
    const note = (await is.newest())!.note;
    const doc = signShown({ comity: 'log-shown', v: 1, from: 'IS', to: 'US', seq: 1, since: 0, proof: [], checkpoint: note, at: '2027-02-01T00:00:00.000Z' }, keyOf('KZ'));
    expect(await us.book.take('US', doc)).toMatchObject({ status: 'rejected', code: 'shown.bad-signature' });
    expect(await us.book.take('US', { bytes: Buffer.from('{}'), signature: '' })).toMatchObject({ status: 'rejected', code: 'shown.malformed' });
    expect(await us.db.asSuperuser('SELECT 1 FROM witness_seen')).toEqual([]);
  });

  it('is due to whom messages went, until a checkpoint that covers them was confirmed', async () => {
    await is.grow(2);
    expect(await is.turns.run('IS')).toBe(1);
    expect(await is.turns.run('IS')).toBe(0);
    await is.grow(2);
    expect(await is.turns.run('IS')).toBe(0);
    await inTransaction(is.db.dataSource, { state: 'IS' }, async (tx) => is.log.append(tx, { subject: 'peer:US', type: 'message.rejected', at: is.clock.now(), actor: { kind: 'node' }, body: {} }));
    is.turns.exchanged('IS', 'US');
    // The entry has no place yet: what is shown does not cover it, and it stays due.
    expect(await is.turns.run('IS')).toBe(1);
    await is.sign();
    expect(await is.turns.run('IS')).toBe(1);
    expect((await us.seen())[0]!.size).toBe(5);
    expect(await is.turns.run('IS')).toBe(0);
  });
});

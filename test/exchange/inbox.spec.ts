import { canonicalBytes, conflict, newId, type Json } from '@comity/kernel';
import fc from 'fast-check';
import { envelope, official, START, TwoStates } from './two-states.js';

let states: TwoStates;
beforeAll(async () => (states = await TwoStates.open(import.meta.url)));
afterAll(() => states.db.close());
beforeEach(() => {
  states.first.handler.also = async () => undefined;
  states.first.handler.messages = [];
});

const taken = (thread: string): Promise<string[]> => states.notes('BB', thread);
const alarms = (thread: string) =>
  states.as('BB', (tx) =>
    tx.query<{ kind: string; bytes: Buffer }>(
      'SELECT kind, bytes FROM message_alarm WHERE state = $1 AND thread_id = $2',
      ['BB', thread],
    ),
  );

describe('a message that comes again', () => {
  it('gets the same receipt, and is handled once', async () => {
    const { bytes, signature } = await states.sealAs('AA', { thread: newId() });
    const first = await states.first.inbox.takeIn(bytes, signature);
    states.advanceSeconds(100);
    expect(await states.first.inbox.takeIn(bytes, signature)).toEqual(first);
    expect(states.first.handler.messages).toHaveLength(1);
  });

  it('ten times at the same moment is handled once', async () => {
    const thread = newId();
    const { bytes, signature } = await states.sealAs('AA', { thread });
    const receipts = await Promise.all(Array.from({ length: 10 }, () => states.first.inbox.takeIn(bytes, signature)));
    expect(receipts.every((r) => r.status === 'taken-in')).toBe(true);
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
  });

  it.each<[string, 'same-id' | 'same-seq', (id: string) => object]>([
    ['the same id with another body', 'same-id', (id) => ({ id, body: { text: 'other' } })],
    ['the same id under the next number', 'same-id', (id) => ({ id, seq: 2, type: 'SAID' })],
    ['the same number under another id', 'same-seq', () => ({ id: newId() })],
  ])('as %s is rejected and raises one alarm, kept with its bytes', async (_, kind, change) => {
    const [thread, id] = [newId(), newId()];
    await states.takeIn('AA', { thread, id });
    const other = await states.sealAs('AA', { thread, ...change(id) });
    const receipt = await states.first.inbox.takeIn(other.bytes, other.signature);
    expect(receipt).toMatchObject({ status: 'rejected', code: `message.${kind}` });
    await states.first.inbox.takeIn(other.bytes, other.signature);
    expect(await taken(thread)).toEqual(['REQUESTED 1', `ALARM ${kind}`]);
    expect(await alarms(thread)).toEqual([{ kind, bytes: other.bytes }]);
    expect(await states.statuses('BB', thread)).toEqual(['received 1 applied']);
  });

  it('as the id of another thread is an alarm too', async () => {
    const id = newId();
    await states.takeIn('AA', { id });
    expect(await states.takeIn('AA', { id, thread: newId() })).toMatchObject({
      status: 'rejected',
      code: 'message.same-id',
    });
  });
});

describe('messages out of order', () => {
  it('wait for the missing one and are then handled in their order, in any order of arrival', async () => {
    for (const order of [
      [3, 2, 1],
      [2, 3, 1],
      [1, 3, 2],
      [3, 1, 2],
      [4, 2, 3, 1],
    ]) {
      const thread = newId();
      const receipts = [];
      for (const seq of order)
        receipts.push(await states.takeIn('AA', { thread, seq, type: seq === 1 ? 'REQUESTED' : 'SAID' }));
      expect(await taken(thread)).toEqual(order.map((_, i) => (i === 0 ? 'REQUESTED 1' : `SAID ${i + 1}`)));
      expect(receipts.map((r) => r.status)).toEqual(
        order.map((seq, i) => (order.slice(0, i).filter((s) => s < seq).length === seq - 1 ? 'taken-in' : 'waiting')),
      );
    }
  });

  it('all at the same moment are handled in their order, none forgotten', async () => {
    const thread = newId();
    await Promise.all(
      [5, 3, 1, 4, 2].map((seq) => states.takeIn('AA', { thread, seq, type: seq === 1 ? 'REQUESTED' : 'SAID' })),
    );
    expect(await taken(thread)).toEqual(['REQUESTED 1', 'SAID 2', 'SAID 3', 'SAID 4', 'SAID 5']);
  });

  it('in any order, and any of them again and again, are each handled once and in their order', async () => {
    const arrivals = fc.shuffledSubarray([1, 2, 3, 4, 1, 2, 3, 4, 3, 1], { minLength: 4, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (order) => {
        const thread = newId();
        const made = await Promise.all(
          [1, 2, 3, 4].map((seq) => states.sealAs('AA', { thread, seq, type: seq === 1 ? 'REQUESTED' : 'SAID' })),
        );
        for (const seq of order) await states.first.inbox.takeIn(made[seq - 1]!.bytes, made[seq - 1]!.signature);
        const reached = [1, 2, 3, 4, 5].find((seq) => !order.includes(seq))! - 1;
        expect(await taken(thread)).toEqual(['REQUESTED 1', 'SAID 2', 'SAID 3', 'SAID 4'].slice(0, reached));
      }),
      { numRuns: 40 },
    );
  });

  it('far ahead are rejected, so that a sender gone wrong cannot fill the disk', async () => {
    const thread = newId();
    expect(await states.takeIn('AA', { thread, seq: 101, type: 'SAID' })).toMatchObject({
      status: 'rejected',
      code: 'message.too-far-ahead',
    });
    expect(await states.takeIn('AA', { thread, seq: 100, type: 'SAID' })).toMatchObject({ status: 'waiting' });
  });
});

describe('messages that crossed', () => {
  it('are those sent here that the counterpart had not processed: by ack, never by clocks', async () => {
    const { thread } = await states.post('BB', 'AA');
    await states.post('BB', 'AA', thread, { type: 'WITHDRAWN', measure: 2 });
    await states.post('BB', 'AA', thread, { type: 'ASKED' });
    await states.takeIn('AA', {
      thread,
      seq: 1,
      ack: 1,
      type: 'GRANTED',
      measure: 2,
      sentAt: '2031-01-01T00:00:00.000Z',
    });
    await states.takeIn('AA', { thread, seq: 2, ack: 3, type: 'ANSWERED', sentAt: '1999-01-01T00:00:00.000Z' });
    const [granted, answered] = states.first.handler.messages;
    expect(granted!.crossed).toEqual(['WITHDRAWN', 'ASKED']);
    expect(granted!.crossedMessages).toEqual([
      { seq: 2, type: 'WITHDRAWN', measure: 2 },
      { seq: 3, type: 'ASKED', measure: null },
    ]);
    expect(answered!.crossed).toEqual([]);
  });

  it('include what is sent while an earlier message waits: it was decided without it', async () => {
    const { thread } = await states.post('BB', 'AA');
    await states.takeIn('AA', { thread, seq: 2, ack: 1, type: 'SAID' });
    await states.post('BB', 'AA', thread, { type: 'WITHDRAWN' });
    states.advanceSeconds(60);
    await states.takeIn('AA', { thread, seq: 1, ack: 1, type: 'SAID' });
    const late = states.first.handler.messages[1]!;
    expect(late.crossed).toEqual(['WITHDRAWN']);
    expect(late.at.getTime() - late.receivedAt.getTime()).toBe(60_000);
  });

  it('an answer posted while handling acknowledges the message that is being handled', async () => {
    const thread = newId();
    states.first.handler.also = async (tx) => {
      const { outbox } = states.first;
      await outbox.post(tx, await outbox.thread(tx, thread), {
        type: 'ACKNOWLEDGED',
        measure: null,
        body: {},
        at: START,
      });
    };
    await states.takeIn('AA', { thread });
    const [, answer] = await states.as('BB', (tx) => states.first.outbox.messages(tx, thread));
    expect(answer).toMatchObject({ direction: 'sent', seq: 1, ack: 1, type: 'ACKNOWLEDGED' });
  });

  it('an acknowledgement of what was never sent is an alarm: one of the two records is older than the other', async () => {
    const { thread } = await states.post('BB', 'AA');
    expect(await states.takeIn('AA', { thread, seq: 1, ack: 2, type: 'SAID' })).toMatchObject({
      status: 'rejected',
      code: 'message.ack-ahead',
    });
    expect((await alarms(thread)).map((a) => a.kind)).toEqual(['ack-ahead']);
  });
});

describe('a message the handler refuses', () => {
  it('parks its thread visibly: its writes are undone, later ones wait, nothing is lost, and the sender is done', async () => {
    const thread = newId();
    await states.takeIn('AA', { thread });
    states.first.handler.also = async () =>
      Promise.reject(conflict('measure.unknown-event', 'This act is not possible now.'));
    const refused = await states.takeIn('AA', { thread, seq: 2, type: 'SAID' });
    expect(refused.status).toBe('taken-in');
    states.first.handler.also = async () => undefined;
    expect((await states.takeIn('AA', { thread, seq: 3, type: 'SAID' })).status).toBe('waiting');
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
    expect(await states.statuses('BB', thread)).toEqual([
      'received 1 applied',
      'received 2 parked',
      'received 3 waiting',
    ]);
    expect(states.first.handler.seen).toContain('parked measure.unknown-event');
    const seen = await states.as('BB', (tx) => states.first.outbox.thread(tx, thread));
    expect(seen).toMatchObject({
      receivedSeq: 1,
      parked: { seq: 2, code: 'measure.unknown-event', reason: 'This act is not possible now.' },
    });

    expect(
      await states.as('BB', (tx) => states.first.inbox.unpark(tx, official('BB'), thread, states.clock.now())),
    ).toBe(true);
    expect(await taken(thread)).toEqual(['REQUESTED 1', 'SAID 2', 'SAID 3']);
    expect(await states.as('BB', (tx) => states.first.outbox.thread(tx, thread))).toMatchObject({ receivedSeq: 3 });
    await expect(
      states.as('BB', (tx) => states.first.inbox.unpark(tx, official('BB'), thread, START)),
    ).rejects.toMatchObject({ code: 'thread.not-parked' });
  });

  it('stays parked while the handler goes on refusing, and no official of another State can touch it', async () => {
    const thread = newId();
    await states.takeIn('AA', { thread });
    states.first.handler.also = async () => Promise.reject(conflict('measure.unknown-event', 'No.'));
    await states.takeIn('AA', { thread, seq: 2, type: 'SAID' });
    expect(await states.as('BB', (tx) => states.first.inbox.unpark(tx, official('BB'), thread, START))).toBe(false);
    await expect(
      states.as('AA', (tx) => states.first.inbox.unpark(tx, official('AA'), thread, START)),
    ).rejects.toMatchObject({ code: 'thread.unknown' });
    await expect(
      states.as('BB', (tx) => states.first.inbox.unpark(tx, official('AA'), thread, START)),
    ).rejects.toMatchObject({ code: 'thread.unknown' });
  });

  it('refuses nothing when it fails for another reason: all is undone and the sender tries again', async () => {
    const thread = newId();
    states.first.handler.also = async () => Promise.reject(new Error('out of memory'));
    await expect(states.takeIn('AA', { thread })).rejects.toThrow('out of memory');
    expect(await states.statuses('BB', thread)).toEqual([]);
  });

  it('parks a kept message that fails so, since nobody would send it again; the one before stands', async () => {
    const thread = newId();
    await states.takeIn('AA', { thread, seq: 2, type: 'SAID' });
    states.first.handler.also = async (_, m) => {
      if (m.seq === 2) throw new Error('out of memory');
    };
    expect((await states.takeIn('AA', { thread })).status).toBe('taken-in');
    expect(await states.statuses('BB', thread)).toEqual(['received 1 applied', 'received 2 parked']);
  });

  it('is undone as a whole by the savepoint, also when it failed inside SQL and asked for a refusal', async () => {
    const thread = newId();
    states.first.handler.also = async (tx) => {
      await tx.query('SELECT 1 / 0').catch(() => undefined);
      throw conflict('measure.unknown-event', 'No.');
    };
    expect((await states.takeIn('AA', { thread })).status).toBe('taken-in');
    expect(await taken(thread)).toEqual([]);
    expect(await states.statuses('BB', thread)).toEqual(['received 1 parked']);
  });
});

describe('a message that is refused at the door', () => {
  const kept = () =>
    states.db.asSuperuser<{ n: string }>('SELECT count(*) AS n FROM inbox_message').then((rows) => rows[0]!.n);

  it('UNCC 40(14): leaves no row, and its receipt says what to do: bad signature, unknown key, another State, no opening', async () => {
    const before = await kept();
    const { bytes, signature } = await states.sealAs('AA', {});
    const other = await states.sealAs('AA', {});
    const takeIn = (b: Buffer, s: string, expected?: { to: string }) =>
      states.first.inbox.takeIn(b, s, expected).then((r) => r.code);
    expect(await takeIn(bytes, other.signature)).toBe('message.bad-signature');
    expect(await takeIn(bytes, 'rubbish')).toBe('message.bad-signature');
    const asCc = await states.sealAs('CC', { from: 'CC' });
    expect(await takeIn(canonicalBytes(envelope({ from: 'DD' }) as unknown as Json), asCc.signature)).toBe(
      'message.unknown-key',
    );
    expect(await takeIn(canonicalBytes(envelope({ from: 'AA' }) as unknown as Json), asCc.signature)).toBe(
      'message.unknown-key',
    );
    expect(await takeIn(bytes, signature, { to: 'CC' })).toBe('message.wrong-recipient');
    const elsewhere = await states.sealAs('AA', { to: 'CC' });
    expect(await takeIn(elsewhere.bytes, elsewhere.signature)).toBe('message.wrong-recipient');
    expect(await takeIn(canonicalBytes({ ...envelope({}), extra: 1 } as unknown as Json), signature)).toBe(
      'message.shape',
    );
    expect(await takeIn(Buffer.from('{"__proto__":1}'), signature)).toBe('message.name-refused');
    const noOpening = await states.sealAs('AA', { type: 'GRANTED' });
    expect(await takeIn(noOpening.bytes, noOpening.signature)).toBe('message.not-an-opening');
    expect(await kept()).toBe(before);
    // Control: the same bytes with their own signature are taken in.
    expect((await states.first.inbox.takeIn(bytes, signature)).status).toBe('taken-in');
  });

  it('is told to the handler of the State it was meant for, with whether it was authentic', async () => {
    const good = await states.sealAs('AA', { type: 'GRANTED' });
    const id = (JSON.parse(good.bytes.toString()) as { id: string }).id;
    await states.first.inbox.takeIn(good.bytes, good.signature);
    await states.first.inbox.takeIn(good.bytes, (await states.sealAs('AA', {})).signature);
    expect(await taken(id)).toEqual(['REJECTED message.not-an-opening true', 'REJECTED message.bad-signature false']);
  });

  it('cannot enter the dialogue of two others, whoever signs it', async () => {
    const thread = newId();
    await states.takeIn('AA', { thread });
    expect(await states.takeIn('CC', { thread, from: 'CC', seq: 2, type: 'SAID' })).toMatchObject({
      status: 'rejected',
      code: 'message.wrong-thread',
    });
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
    expect((await states.takeIn('CC', { from: 'CC' })).status).toBe('taken-in');
  });
});

import { inTransaction } from '@comity/database';
import type { Transport } from '@comity/exchange';
import { newId } from '@comity/kernel';
import { Logger } from '@nestjs/common';
import { TwoStates } from './two-states.js';

let states: TwoStates;
beforeAll(async () => {
  // Failures are provoked here on purpose.
  Logger.overrideLogger(false);
  states = await TwoStates.open(import.meta.url);
});
afterAll(() => states.db.close());

const run = (process = states.first, state = 'AA'): Promise<number> => process.delivery.runOnce(state);
const taken = async (thread: string): Promise<string[]> => states.notes('BB', thread);

describe('a message in three transactions', () => {
  it('leaves all when each succeeds: sealed at the sender, applied at the receiver, receipt at the sender', async () => {
    const { thread, id } = await states.post('AA', 'BB');
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 pending']);
    expect(await run()).toBe(1);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
    expect(await states.statuses('BB', thread)).toEqual(['received 1 applied']);
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
    const message = await states.as('AA', (tx) => states.first.outbox.message(tx, id));
    expect(message.receipt).toEqual({
      status: 'taken-in',
      messageId: id,
      sha256: message.sha256,
      at: states.clock.now().toISOString(),
    });
  });

  it('leaves none when the act rolls back: no message, no number used up, nothing to deliver', async () => {
    const { thread } = await states.post('AA', 'BB');
    await run();
    await expect(
      states.as('AA', async (tx) => {
        const { outbox } = states.first;
        await outbox.post(tx, await outbox.thread(tx, thread), {
          type: 'SAID',
          measure: null,
          body: {},
          at: states.clock.now(),
        });
        throw new Error('refused at the last moment');
      }),
    ).rejects.toThrow('refused at the last moment');
    expect(await run()).toBe(0);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
    expect((await states.post('AA', 'BB', thread)).seq).toBe(2);
    await run();
    expect(await taken(thread)).toEqual(['REQUESTED 1', 'SAID 2']);
  });

  it('is delivered by the next process after a crash between the first and the second', async () => {
    const { thread } = await states.post('AA', 'BB');
    expect(await run(states.process())).toBe(1);
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
  });

  it('is taken in once when the receiver dies inside the second', async () => {
    const { thread } = await states.post('AA', 'BB');
    const dying = states.process();
    dying.handler.also = (tx) => states.kill(tx);
    await run(dying);
    expect(await taken(thread)).toEqual([]);
    expect(await states.statuses('BB', thread)).toEqual([]);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 pending']);
    states.advanceSeconds(5);
    await run();
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
  });

  it('is taken in once when the sender dies between the second and the third', async () => {
    const { thread } = await states.post('AA', 'BB');
    let arrived = (): void => undefined;
    const inTheMiddle = new Promise<void>((resolve) => (arrived = resolve));
    // Takes in, and never comes back: what a process that is gone looks like from the database.
    const gone = states.process((inbox): Transport => ({
      deliver: async (to, m) => {
        await inbox.takeIn(m.bytes, m.signature, { to });
        arrived();
        return new Promise(() => undefined);
      },
    }));
    void run(gone);
    await inTheMiddle;
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 pending']);
    expect(await run()).toBe(0); // The lease still stands.
    states.advanceSeconds(61);
    expect(await run()).toBe(1);
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
  });

  it('is taken in once when the sender dies inside the third', async () => {
    const { thread } = await states.post('AA', 'BB');
    const dying = states.process();
    dying.handler.afterDelivered = (tx) => states.kill(tx);
    await run(dying);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 pending']);
    states.advanceSeconds(61);
    await run();
    expect(await taken(thread)).toEqual(['REQUESTED 1']);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
  });

  it('control: with the inbox row gone, the same delivery does its work twice, and these tests would see it', async () => {
    const { thread, id } = await states.post('AA', 'BB');
    await run();
    await states.db.asSuperuser('DELETE FROM inbox_message WHERE id = $1', [id]);
    await states.db.asSuperuser(`UPDATE thread SET received_seq = 0 WHERE state = 'BB' AND id = $1`, [thread]);
    await states.db.asSuperuser(`DELETE FROM test_file WHERE state = 'BB' AND thread_id = $1`, [thread]);
    const sealed = await states.sealed('AA', id);
    await states.first.inbox.takeIn(sealed.bytes, sealed.signature);
    expect(await taken(thread)).toEqual(['REQUESTED 1', 'REQUESTED 1']);
  });
});

describe('delivery', () => {
  const failing = (): ReturnType<TwoStates['process']> =>
    states.process(() => ({
      deliver: async () => Promise.reject(Object.assign(new Error('no route'), { code: 'ECONNREFUSED' })),
    }));

  it('keeps the order of a thread: a later message waits until the one before has arrived', async () => {
    const { thread } = await states.post('AA', 'BB');
    for (let i = 0; i < 4; i += 1) await states.post('AA', 'BB', thread);
    const order: string[] = [];
    const watching = states.process((inbox) => ({
      deliver: async (to, m) => {
        order.push(String((JSON.parse(m.bytes.toString()) as { seq: number }).seq));
        return inbox.takeIn(m.bytes, m.signature, { to });
      },
    }));
    await run(failing());
    expect(await run(watching)).toBe(0);
    states.advanceSeconds(5);
    expect(await run(watching)).toBe(5);
    expect(order).toEqual(['1', '2', '3', '4', '5']);
    expect(await taken(thread)).toEqual(['REQUESTED 1', 'SAID 2', 'SAID 3', 'SAID 4', 'SAID 5']);
  });

  it('waits longer after each failure, then gives up and tells the file in the same transaction', async () => {
    const { thread, id } = await states.post('AA', 'BB');
    const unreachable = failing();
    await run(unreachable);
    expect(await run(unreachable)).toBe(0);
    states.advanceSeconds(5);
    expect(await run(unreachable)).toBe(1);
    states.advanceSeconds(5);
    expect(await run(unreachable)).toBe(0);
    states.advanceSeconds(5);
    expect(await run(unreachable)).toBe(1);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 failed']);
    expect(await states.notes('AA', thread)).toEqual(['DELIVERY_FAILED delivery.no-answer']);
    await states.post('AA', 'BB', thread);
    expect(await run()).toBe(0); // What comes after a failed message waits for it.
    const { bytes } = await states.sealed('AA', id);
    await states.as('AA', (tx) => states.first.outbox.resend(tx, id, states.clock.now()));
    expect(await run()).toBe(2);
    expect((await states.sealed('AA', id)).bytes).toEqual(bytes);
    expect(await taken(thread)).toEqual(['REQUESTED 1', 'SAID 2']);
    await expect(states.as('AA', (tx) => states.first.outbox.resend(tx, id, states.clock.now()))).rejects.toMatchObject(
      { code: 'message.not-failed' },
    );
  });

  it('gives up at once what the receiver rejects, and keeps its receipt', async () => {
    const { thread, id } = await states.post('AA', 'BB');
    const keys = states.keys.get('AA')!;
    states.keys.set('AA', []);
    await run();
    states.keys.set('AA', keys);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 failed']);
    expect(await states.notes('AA', thread)).toEqual(['DELIVERY_FAILED message.unknown-key']);
    const message = await states.as('AA', (tx) => states.first.outbox.message(tx, id));
    expect(message.receipt).toMatchObject({ status: 'rejected', code: 'message.unknown-key' });
    expect(await states.notes('BB', id)).toEqual(['REJECTED message.unknown-key false']);
  });

  it('leaves the message as it was when the file cannot be told of the failure', async () => {
    const { thread } = await states.post('AA', 'BB');
    const unreachable = failing();
    unreachable.handler.deliveryFailed = () => Promise.reject(new Error('no'));
    for (let i = 0; i < 3; i += 1) {
      await run(unreachable);
      states.advanceSeconds(61);
    }
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 pending']);
    await run();
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
  });

  it('takes no receipt for other bytes', async () => {
    const { thread, id } = await states.post('AA', 'BB');
    const confused = states.process(() => ({
      deliver: async () => ({ status: 'taken-in', messageId: id, sha256: '00', at: '' }),
    }));
    await run(confused);
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 pending']);
    states.advanceSeconds(5);
    await run();
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
  });

  it('by two workers at once delivers each message once, in order', async () => {
    const threads: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      const { thread } = await states.post('AA', 'BB');
      await states.post('AA', 'BB', thread);
      threads.push(thread);
    }
    let deliveries = 0;
    const counting = (): ReturnType<TwoStates['process']> =>
      states.process((inbox) => ({
        deliver: (to, m) => ((deliveries += 1), inbox.takeIn(m.bytes, m.signature, { to })),
      }));
    const [one, two] = [counting(), counting()];
    // A worker that finds nothing free may stop before the other is done: run until both find nothing.
    while ((await Promise.all([run(one), run(two)])).some((n) => n > 0));
    expect(deliveries).toBe(24);
    for (const thread of threads) expect(await taken(thread)).toEqual(['REQUESTED 1', 'SAID 2']);
  });

  it('of a worker whose lease ran out does not undo what another has recorded', async () => {
    const { thread } = await states.post('AA', 'BB');
    let letGo = (): void => undefined;
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const slow = states.process(() => ({
      deliver: () =>
        new Promise((_, reject) => {
          letGo = () => reject(new Error('at last'));
          begun();
        }),
    }));
    const late = run(slow);
    await started;
    states.advanceSeconds(61);
    await run();
    letGo();
    await late;
    expect(await states.statuses('AA', thread)).toEqual(['sent 1 delivered']);
  });

  it('cannot deadlock with an official who answers at the same moment: file first, then thread', async () => {
    const { thread } = await states.post('AA', 'BB');
    await run();
    for (let i = 0; i < 10; i += 1) await states.post('AA', 'BB', thread);
    const answering = (async () => {
      for (let i = 0; i < 20; i += 1) await states.post('BB', 'AA', thread);
    })();
    await Promise.all([run(), answering]);
    await run(states.first, 'BB');
    expect((await taken(thread)).length).toBe(11);
    const [{ deadlocks }] = (await states.db.asSuperuser<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    )) as [{ deadlocks: string }];
    expect(Number(deadlocks)).toBe(0);
  });
});

describe('posting', () => {
  it('several messages in one act numbers them one after the other, and wakes the worker once they are committed', async () => {
    const woken: string[] = [];
    states.first.outbox.onPosted((state) => woken.push(state));
    const { thread } = await states.post('AA', 'BB');
    const { outbox } = states.first;
    const seqs = await states.as('AA', async (tx) => {
      const t = await outbox.thread(tx, thread);
      const draft = { type: 'SAID', measure: null, body: {}, at: states.clock.now() };
      return Promise.all([outbox.post(tx, t, draft), outbox.post(tx, t, draft), outbox.post(tx, t, draft)]);
    });
    expect(seqs.map((s) => s.seq)).toEqual([2, 3, 4]);
    expect(woken).toEqual(['AA', 'AA', 'AA', 'AA']);
    states.first.outbox.onPosted(() => undefined);
    await run();
  });

  it('on a thread read before someone else posted fails the act, even when nobody awaits the statement', async () => {
    const { thread } = await states.post('AA', 'BB');
    const stale = await states.as('AA', (tx) => states.first.outbox.thread(tx, thread));
    await states.post('AA', 'BB', thread);
    await expect(
      states.as('AA', async (tx) => {
        void states.first.outbox
          .post(tx, stale, { type: 'SAID', measure: null, body: {}, at: states.clock.now() })
          .catch(() => undefined);
      }),
    ).rejects.toMatchObject({ code: '23502' });
    await run();
  });

  it('under a State without a key is an error that names it', async () => {
    await expect(
      inTransaction(states.db.dataSource, { state: 'CC' }, async (tx) => {
        const t = states.first.outbox.openThread({ id: newId(), counterpart: 'AA' });
        await states.first.outbox.post(tx, t, { type: 'REQUESTED', measure: null, body: {}, at: states.clock.now() });
      }),
    ).rejects.toThrow('CC has no signing key on this node');
  });
});

import { inTransaction, type Tx } from '@comity/database';
import { newId } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { Idempotency, idempotentAct, type Begun } from './idempotency.js';

// Real: PostgreSQL under row-level security. Nothing is fake.
const AT = new Date('2026-11-02T08:00:00.000Z');
const later = (hours: number): Date => new Date(AT.getTime() + hours * 3_600_000);
const ROUTE = 'POST /api/v1/requests';
const ANSWER = { status: 201, body: { id: 'a', z: 1, b: [null, 'ä'] }, headers: { etag: '"1"' } };

let db: TestDatabase;
const store = new Idempotency({});
beforeAll(async () => void (db = await testDatabase(import.meta.url)));
afterAll(() => db.close());

const within = <T>(work: (tx: Tx) => Promise<T>, state = 'KZ'): Promise<T> =>
  inTransaction(db.dataSource, { state }, work);
const act = (account: string, body: unknown, key = 'key-0001') => idempotentAct(account, ROUTE, key, body);
/** One act that counts how often it was done. */
function done(account: string, body: unknown, at = AT, state = 'KZ', counter = { done: 0 }): Promise<Begun> {
  return within(async (tx) => {
    const begun = await store.begin(tx, act(account, body), at);
    if (begun.kind === 'proceed') {
      counter.done += 1;
      await store.complete(tx, act(account, body), ANSWER);
    }
    return begun;
  }, state);
}

describe('an Idempotency-Key', () => {
  it('replays status, body and headers of the first answer for the same body', async () => {
    const account = newId();
    expect((await done(account, { a: 1, b: 2 })).kind).toBe('proceed');
    expect(await done(account, { b: 2, a: 1 })).toEqual({ kind: 'replay', answer: ANSWER });
  });

  it('refuses another body with 422, and keeps the first answer', async () => {
    const account = newId();
    await done(account, { a: 1 });
    await expect(done(account, { a: 2 })).rejects.toMatchObject({ status: 422, code: 'idempotency.body-differs' });
    expect((await done(account, { a: 1 })).kind).toBe('replay');
  });

  it('makes a concurrent duplicate wait for the first and replay its answer', async () => {
    const account = newId();
    const counter = { done: 0 };
    const all = await Promise.all(Array.from({ length: 5 }, () => done(account, { a: 1 }, AT, 'KZ', counter)));
    expect(counter.done).toBe(1);
    expect(all.map((begun) => begun.kind).sort()).toEqual(['proceed', 'replay', 'replay', 'replay', 'replay']);
  });

  it('answers 409 after 2 s when the first is still under way', async () => {
    const account = newId();
    await within(async (tx) => {
      await store.begin(tx, act(account, {}), AT);
      const started = performance.now();
      await expect(done(account, {})).rejects.toMatchObject({
        status: 409,
        code: 'idempotency.in-progress',
        headers: { 'Retry-After': '2' },
      });
      expect(performance.now() - started).toBeGreaterThan(1_800);
    });
  });

  it('is free again when the first act was rolled back', async () => {
    const account = newId();
    const failing = within(async (tx) => {
      await store.begin(tx, act(account, {}), AT);
      throw new Error('the act was refused');
    });
    await expect(failing).rejects.toThrow('the act was refused');
    expect((await done(account, {})).kind).toBe('proceed');
  });

  it('may be used anew after 24 hours, with another body too, and not a moment before', async () => {
    const account = newId();
    await done(account, { a: 1 });
    expect((await done(account, { a: 1 }, new Date(later(24).getTime() - 1))).kind).toBe('replay');
    expect((await done(account, { a: 2 }, later(24))).kind).toBe('proceed');
    expect((await done(account, { a: 2 }, later(25))).kind).toBe('replay');
  });

  it('belongs to one account and one State: the same key of another is another key', async () => {
    const account = newId();
    await done(account, { a: 1 });
    expect((await done(newId(), { a: 2 })).kind).toBe('proceed');
    expect((await done(account, { a: 3 }, AT, 'VN')).kind).toBe('proceed');
    expect(
      (await within((tx) => store.begin(tx, idempotentAct(account, `${ROUTE}/x/events`, 'key-0001', {}), AT))).kind,
    ).toBe('proceed');
  });

  it('is purged when older than a day, under its own State only', async () => {
    const account = newId();
    await done(account, {}, AT, 'SG');
    await done(account, {}, later(2), 'SG');
    await done(account, {}, AT, 'IS');
    expect(
      await inTransaction(db.dataSource, { state: 'SG', as: 'comity_worker' }, (tx) => store.purge(tx, later(24))),
    ).toBe(1);
    expect(await db.asSuperuser(`SELECT 1 FROM idempotency_key WHERE state = 'IS'`)).toHaveLength(1);
  });

  it('is kept as long as the settings say, replayed until then, and purged after, a day being the length without one', async () => {
    const short = new Idempotency({ answerHours: 2 });
    const just = (hours: number) => new Date(later(hours).getTime() - 1);
    const account = newId();
    await done(account, { a: 1 }, AT, 'US');
    const begin = (of: Idempotency, at: Date, body: unknown = { a: 1 }) => within((tx) => of.find(tx, act(account, body), at), 'US').then(({ kind }) => kind);
    expect([await begin(short, just(2)), await begin(short, later(2), { a: 2 }), await begin(store, later(2))]).toEqual(['replay', 'proceed', 'replay']);
    const purge = (of: Idempotency, at: Date) => inTransaction(db.dataSource, { state: 'US', as: 'comity_worker' }, (tx) => of.purge(tx, at));
    expect([await purge(store, later(2)), await purge(short, just(2)), await purge(short, later(2)), await purge(short, later(2))]).toEqual([0, 0, 1, 0]);
    await done(account, { a: 1 }, AT, 'US');
    expect((await within((tx) => short.begin(tx, act(account, { a: 3 }), later(2)), 'US')).kind).toBe('proceed');
  });

  describe('of an act under a lock of its own', () => {
    const acted = (account: string, body: unknown, at = AT): Promise<Begun> =>
      within(async (tx) => {
        const begun = await store.find(tx, act(account, body), at);
        if (begun.kind === 'proceed') store.store(tx, act(account, body), ANSWER, at);
        return begun;
      });

    it('is stored once with its answer, replayed for a day, and free afterwards', async () => {
      const account = newId();
      expect((await acted(account, { a: 1 })).kind).toBe('proceed');
      expect(await acted(account, { a: 1 })).toEqual({ kind: 'replay', answer: ANSWER });
      await expect(acted(account, { a: 2 })).rejects.toMatchObject({ status: 422, code: 'idempotency.body-differs' });
      expect((await acted(account, { a: 2 }, later(24))).kind).toBe('proceed');
      expect((await acted(account, { a: 2 }, later(25))).kind).toBe('replay');
    });

    it('is not overwritten by an act that took no lock: that act fails as a whole', async () => {
      const account = newId();
      await acted(account, { a: 1 });
      await expect(within(async (tx) => store.store(tx, act(account, { a: 2 }), ANSWER, AT))).rejects.toMatchObject({ code: '22012' });
      expect((await acted(account, { a: 1 })).kind).toBe('replay');
    });
  });

  it('is asked for, and has to be plain', () => {
    expect(() => idempotentAct('a', ROUTE, undefined, {})).toThrow(
      expect.objectContaining({ status: 400, code: 'idempotency.key-missing' }),
    );
    for (const key of ['a b', 'ключ', 'x'.repeat(256), 'a\nb']) {
      expect(() => idempotentAct('a', ROUTE, key, {})).toThrow(
        expect.objectContaining({ code: 'idempotency.key-malformed' }),
      );
    }
  });
});

import { inTransaction, type Tx } from '@comity/database';
import { newId } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { claimDue } from './delivery-record.js';

const AT = new Date('2026-11-03T09:12:40.000Z');
const LATER = new Date('2026-11-03T10:00:00.000Z');
const SENT = 5_000;
const WAITING = 300;
let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  const rows = (from: string, status: string, due: Date, seq = 1): Promise<object[]> =>
    db.asSuperuser(
      `INSERT INTO outbox_message (state, id, thread_id, seq, ack, counterpart, type, bytes, sha256, signature, transport, status, next_attempt_at, created_at)
       SELECT 'KZ', gen_random_uuid(), md5(n::text)::uuid, $2, 0, 'VN', 'SAID', '', sha256(n::text::bytea), '', 'in-process', $1, $3, $3 FROM generate_series(${from}) n`,
      [status, seq, due],
    );
  await db.asSuperuser(`INSERT INTO thread (state, id, counterpart, opened_by, opened_at, sent_seq) SELECT 'KZ', md5(n::text)::uuid, 'VN', 'own', $1, 2 FROM generate_series(1, ${SENT + WAITING}) n`, [AT]);
  await rows(`1, ${SENT}`, 'delivered', AT);
  // Of these the first is with another worker, and the second waits behind it.
  await rows(`${SENT + 1}, ${SENT + WAITING}`, 'pending', LATER);
  await rows(`${SENT + 1}, ${SENT + WAITING}`, 'pending', AT, 2);
  await rows('1, 10', 'pending', AT, 2);
  await db.asSuperuser('ANALYZE outbox_message');
});
afterAll(() => db.close());

const claim = (tx: Tx, limit = 1) => claimDue(tx, { at: AT, leaseUntil: LATER, token: newId(), limit });

describe('what is claimed', () => {
  it.each(['force_custom_plan', 'force_generic_plan'])('is found without reading through what was sent, many waiting: %s', async (mode) => {
    await inTransaction(db.dataSource, { state: 'KZ', as: 'comity_worker' }, async (tx) => {
      await tx.query(`SET LOCAL plan_cache_mode = ${mode}`);
      const readThrough = async (work: () => Promise<unknown>): Promise<number> => {
        const rows = async () => (await tx.query<{ n: number }>(`SELECT seq_tup_read::int AS n FROM pg_stat_xact_user_tables WHERE relname = 'outbox_message'`))[0]!.n;
        const before = await rows();
        await work();
        return (await rows()) - before;
      };
      expect(await readThrough(async () => expect(await claim(tx)).toHaveLength(1))).toBe(0);
      // The counter counts: it tells of who does read through.
      expect(await readThrough(() => tx.query(`SELECT count(*) FROM outbox_message WHERE type = 'SAID'`))).toBeGreaterThan(SENT);
    });
  });

  it('is the lowest unsettled message of each thread, no more than the limit, and none twice', async () => {
    const all = await inTransaction(db.dataSource, { state: 'KZ', as: 'comity_worker' }, async (tx) => [await claim(tx, 3), await claim(tx, 500), await claim(tx, 500)]);
    expect(all.map((some) => some.length)).toEqual([3, 5, 0]);
    expect(all.flat().every(({ seq, attempts }) => seq === 2 && attempts === 1)).toBe(true);
    expect(new Set(all.flat().map(({ id }) => id)).size).toBe(8);
  });
});

import { inTransaction, type Tx } from '@comity/database';
import { newId } from '@comity/kernel';
import { endTerms } from '../../libs/requests/src/file-log.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

// Real: PostgreSQL. A night on which thousands of alarms were raised, before the server has counted them.
const MANY = 5_000;
const AT = new Date('2026-11-03T09:12:40Z');
const FILE = newId();
const TERM = newId();
let db: TestDatabase;

const read = async (tx: Tx): Promise<number> => (await tx.query<{ n: string }>(`SELECT seq_tup_read + idx_tup_fetch AS n FROM pg_stat_xact_user_tables WHERE relname = 'alarm'`)).map(({ n }) => Number(n))[0]!;
const inKz = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(db.dataSource, { state: 'KZ' }, work);

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  await db.owner.transaction(async (owner) => {
    await owner.query(`SELECT set_config('comity.state', 'KZ', true)`);
    await owner.query(`ALTER TABLE alarm SET (autovacuum_enabled = off)`);
    await owner.query(
      `INSERT INTO deadline (state, id, file_id, measure, code, kind, due_at, working, status, set_at) VALUES ('KZ', $1, $2, NULL, 'internal', 'internal', $3, 'set; internal', 'open', $3)`,
      [TERM, FILE, AT],
    );
    await owner.query(
      `INSERT INTO alarm (state, deadline_id, file_id, measure, kind, raised_at, status)
       SELECT 'KZ', id, $2, NULL, 'internal-due', $3, 'raised' FROM (SELECT $1::uuid AS id UNION ALL SELECT gen_random_uuid() FROM generate_series(1, $4::int)) a`,
      [TERM, newId(), AT, MANY],
    );
  });
});
afterAll(() => db.close());

describe('the alarm of a term that ends', () => {
  it('is found by its deadline, however many others stand and although nothing is known about how many', async () => {
    const rows = await inKz(async (tx) => {
      endTerms(tx, FILE, null, null, AT);
      return read(tx);
    });
    expect(rows).toBeLessThan(20);
    const [ended] = await inKz((tx) => tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM alarm WHERE status = 'ended' AND settled_at = $1`, [AT]));
    expect(ended).toEqual({ n: 1 });
  });

  it('asked for by its status is found by reading all that stand: what the count above would show (negative control)', async () => {
    const rows = await inKz(async (tx) => {
      await tx.query(`SELECT a.deadline_id FROM alarm a JOIN deadline d ON a.deadline_id = d.id WHERE d.state = 'KZ' AND d.file_id = $1 AND a.state = 'KZ' AND a.status = 'raised'`, [FILE]);
      return read(tx);
    });
    expect(rows).toBeGreaterThanOrEqual(MANY);
  });
});

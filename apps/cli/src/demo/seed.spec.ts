import { AccountsService, AccountStatus, hashPassword, PASSWORD_MIN } from '@comity/access';
import { inTransaction } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { DEMO_PASSWORD } from '../../../../config/demo/accounts.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { seedDemo } from './seed.js';

// Real: PostgreSQL under row-level security. Nothing is fake.
let db: TestDatabase;
const directory = new DirectoryService();
const at = new Date('2026-11-01T00:00:00.000Z');

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  const accounts = new AccountsService(new AccountStatus(db.dataSource));
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await seedDemo(db.dataSource, { at, passwordHash, accounts });
  await seedDemo(db.dataSource, { at, passwordHash, accounts });
});
afterAll(() => db.close());

const count = async (table: string): Promise<number> =>
  (await db.asSuperuser<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

describe('the demo data, seeded twice', () => {
  it('is there once', async () => {
    expect(await Promise.all(['state', 'authority', 'competence', 'arrangement', 'account'].map(count))).toEqual([
      10, 40, 50, 8, 41,
    ]);
  });

  it('gives every hosted State each role, two case officers and two of the central authority', async () => {
    const rows = await db.asSuperuser<{ roles: string[]; n: number }>(
      `SELECT roles, count(DISTINCT state)::int AS n, count(*)::int AS people FROM account GROUP BY roles ORDER BY roles`,
    );
    expect(rows).toEqual([
      { roles: ['administrator'], n: 5, people: 5 },
      { roles: ['auditor'], n: 5, people: 5 },
      { roles: ['case-officer'], n: 5, people: 10 },
      { roles: ['central-authority'], n: 5, people: 10 },
      { roles: ['competent-authority'], n: 5, people: 5 },
      { roles: ['operator'], n: 1, people: 1 },
      { roles: ['point-of-contact'], n: 5, people: 5 },
    ]);
  });

  it('knew its States when the oldest scenario begins, and applies the Convention in training mode on both sides', async () => {
    const read = <T>(state: string, work: Parameters<typeof inTransaction<T>>[2]) =>
      inTransaction(db.dataSource, { state }, work);
    expect(await read('US', (tx) => directory.languagesAccepted(tx, 'IS', '2013-06-12'))).toEqual(['en', 'is']);
    for (const state of ['KZ', 'VN']) {
      const found = await read(state, (tx) => directory.arrangements(tx, 'KZ', 'VN', '2026-11-02'));
      expect(found).toMatchObject([{ instrument: 'uncc-2024', mode: 'training', recordedState: state }]);
    }
  });

  it('has a password that no administrator could set', () => {
    expect(DEMO_PASSWORD.length).toBeLessThan(PASSWORD_MIN);
  });
});

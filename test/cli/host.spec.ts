import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { comity } from './comity.js';

// Real: PostgreSQL and the whole application, not listening.
describe('comity host', () => {
  let db: TestDatabase;
  let dataDir: string;
  const env = () => ({ DATABASE_URL: db.loginUrl, DATABASE_MIGRATION_URL: db.ownerUrl, COMITY_DATA_DIR: dataDir });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'comity-host-'));
    db = await testDatabase(import.meta.url);
  });
  afterAll(async () => {
    await db.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('gives a State its authority, key and first administrator, and shows the password once', async () => {
    const first = await comity(['host', 'KZ', '--authority', 'Central authority of Kazakhstan', '--languages', 'kk,ru', '--json'], env());
    expect(first.json).toMatchObject({ ok: true, state: 'KZ', hosted: true, administrator: { username: 'administrator', password: expect.stringMatching(/^.{20}$/) } });
    expect(await db.asSuperuser(`SELECT roles FROM account WHERE state = 'KZ'`)).toEqual([{ roles: ['administrator'] }]);
    expect(first.json).toMatchObject({ operator: { username: 'operator', password: expect.any(String) } });
    expect(await db.asSuperuser(`SELECT type FROM audit_entry WHERE state IN ('KZ', 'ZZ') ORDER BY state, at, type`)).toEqual([
      { type: 'account.created' }, { type: 'directory.fact-recorded' }, { type: 'account.created' },
    ]);
    expect(await db.asSuperuser(`SELECT 1 FROM state_key k JOIN signing_key s USING (state, kid) WHERE k.state = 'KZ'`)).toHaveLength(1);

    const again = await comity(['host', 'KZ', '--authority', 'Central authority of Kazakhstan', '--json'], env());
    expect(again.json).toEqual({ ok: true, state: 'KZ', hosted: true });
    expect(await db.asSuperuser(`SELECT 1 FROM signing_key WHERE state = 'KZ'`)).toHaveLength(1);
  });

  it('enters an off-network State without key or account', async () => {
    await comity(['host', 'IS', '--authority', 'Central authority of Iceland', '--off-network'], env());
    expect(await db.asSuperuser(`SELECT hosted FROM state WHERE code = 'IS'`)).toEqual([{ hosted: false }]);
    expect(await db.asSuperuser(`SELECT 1 FROM account WHERE state = 'IS'`)).toEqual([]);
  });

  it('says what is wrong with the command line', async () => {
    expect((await comity(['host', 'QQ', '--authority', 'x'], env())).status).toBe(2);
    expect((await comity(['host', 'KZ'], env())).status).toBe(2);
  });
});

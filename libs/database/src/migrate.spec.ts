import { SettableClock } from '@comity/kernel';
import { serverUrl, testDatabase, withClient, type TestDatabase } from '../../../test/support/database.js';
import { migrate } from './migrate.js';
import type { Migration } from './migration.js';
import { migrations } from './migrations/index.js';

const add = (id: string, sql: string, eachState?: Migration['eachState']): Migration => ({ id, sql, ...(eachState && { eachState }) });
const table = add('9001_thing', `CREATE TABLE thing (state text NOT NULL, id int, kind text, PRIMARY KEY (state, id)); CALL protect_state_table('thing')`);

let db: TestDatabase;
beforeEach(async () => void (db = await testDatabase(import.meta.url)));
afterEach(() => db.close());

const run = (...more: Migration[]): Promise<string[]> => migrate(db.ownerUrl, { migrations: [...migrations, ...more] });
const plant = (n: number): Promise<unknown> =>
  db.asSuperuser(`INSERT INTO thing SELECT s, i, 'old' FROM unnest(ARRAY['CL','UY','BR']) s, generate_series(1, ${n}) i`);

describe('migrations', () => {
  it('have ids in order, each used once', () => {
    const ids = migrations.map((m) => m.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const id of ids) expect(id).toMatch(/^\d{4}_[a-z_]+$/);
  });

  it('run once, in order, and are recorded with their hash and the time', async () => {
    const clock = new SettableClock(new Date('2026-11-01T00:00:00Z'));
    expect(await migrate(db.ownerUrl, { migrations: [...migrations, table], clock })).toEqual(['9001_thing']);
    expect(await run(table)).toEqual([]);
    const [row] = await db.asSuperuser<{ sha256: string; applied_at: Date }>(`SELECT * FROM schema_migration WHERE id = '9001_thing'`);
    expect(row!.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(row!.applied_at).toEqual(new Date('2026-11-01T00:00:00Z'));
  });

  it('run once when two nodes start at the same moment', async () => {
    const applied = await Promise.all([run(table), run(table), run(table)]);
    expect(applied.flat()).toEqual(['9001_thing']);
  });

  it('stop the boot when one that was applied has changed', async () => {
    await run(table);
    await expect(run({ ...table, sql: `${table.sql} ` })).rejects.toThrow('9001_thing was changed after it was applied');
  });

  it('stop the boot when a newer version has been here', async () => {
    await run(table);
    await expect(run()).rejects.toThrow('9001_thing was applied by a newer version');
  });

  it('stop the boot when one would run out of order', async () => {
    await run(table);
    await expect(run(add('9000_late', 'SELECT 1'), table)).rejects.toThrow('9000_late comes before');
  });

  it('leave nothing of one that fails, and keep those before it', async () => {
    await expect(run(table, add('9002_broken', 'CREATE TABLE half (id int); SELECT 1/0'))).rejects.toThrow('9002_broken failed and left nothing');
    expect(await db.asSuperuser(`SELECT id FROM schema_migration WHERE id LIKE '9%'`)).toEqual([{ id: '9001_thing' }]);
    expect(await db.asSuperuser(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
  });

  it('build a whole schema on an empty database, and give the login its roles', async () => {
    const name = `empty_${process.pid}`;
    await db.asSuperuser(`CREATE DATABASE ${name} OWNER comity_owner`);
    try {
      expect(await migrate(serverUrl('comity_owner', name), { login: 'comity_login' })).toEqual(migrations.map((m) => m.id));
      await withClient(serverUrl('comity_login', name), (c) => c.query('SET ROLE comity_worker; SELECT * FROM schema_migration'));
    } finally {
      await db.asSuperuser(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});

describe('a change of rows, State by State', () => {
  const change = `UPDATE thing SET kind = 'new' WHERE kind = 'old'`;
  const kinds = (): Promise<unknown[]> => db.asSuperuser('SELECT kind, count(*)::int AS n FROM thing GROUP BY kind');

  it('touches the rows of all States', async () => {
    await run(table);
    await plant(4);
    await run(table, add('9002_rename', '', [{ table: 'thing', where: `kind = 'old'`, change }]));
    expect(await kinds()).toEqual([{ kind: 'new', n: 12 }]);
  });

  it('is needed: the same UPDATE by the owner touches no row and says nothing', async () => {
    await run(table);
    await plant(4);
    await run(table, add('9002_rename', change));
    expect(await kinds()).toEqual([{ kind: 'old', n: 12 }]);
  });

  it('fails, and leaves nothing, when it touches fewer rows than it names', async () => {
    await run(table);
    await plant(4);
    const partial = add('9002_rename', '', [{ table: 'thing', change: `${change} AND id < 3` }]);
    await expect(run(table, partial)).rejects.toThrow('touched 2 rows of BR where 4 were expected');
    expect(await kinds()).toEqual([{ kind: 'old', n: 12 }]);
  });

  it('leaves the wall up', async () => {
    await run(table);
    await plant(1);
    await run(table, add('9002_rename', '', [{ table: 'thing', change }]));
    expect(await db.asSuperuser(`SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname = 'thing'`)).toEqual([{ forced: true }]);
  });
});

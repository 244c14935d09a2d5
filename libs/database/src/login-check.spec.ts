import { serverUrl, testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ComityDataSource } from './data-source.js';
import { assertLoginIsPowerless, PowerfulLogin } from './login-check.js';
import { migrate } from './migrate.js';

let db: TestDatabase;
const login = `login_under_test_${process.pid}`;

/** Reasons given for a login made by `terms`, to which `then` was done; the login is gone afterwards. */
async function reasonsFor(terms: string, then = '', granted = true): Promise<readonly string[]> {
  await db.asSuperuser(`CREATE ROLE ${login} LOGIN ${terms} PASSWORD 'pw'`);
  const url = new URL(db.loginUrl);
  url.username = login;
  url.password = 'pw';
  const dataSource = new ComityDataSource({ url: url.href, poolSize: 1 });
  try {
    if (granted) await migrate(db.ownerUrl, { login });
    if (then) await db.asSuperuser(then);
    await dataSource.initialize();
    await assertLoginIsPowerless(dataSource);
    return [];
  } catch (error) {
    if (error instanceof PowerfulLogin) return error.reasons;
    throw error;
  } finally {
    await dataSource.destroy();
    await db.asSuperuser(`REASSIGN OWNED BY ${login} TO comity_owner; DROP OWNED BY ${login}`);
    await db.asSuperuser(`DROP ROLE ${login}`);
  }
}

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  await db.asSuperuser(`CREATE TABLE secret (state text NOT NULL, text text); ALTER TABLE secret OWNER TO comity_owner`);
});
afterAll(() => db.close());

describe('the check of the login at boot', () => {
  it('passes a login that has its three roles, uninherited, and nothing else', async () => {
    expect(await reasonsFor('NOINHERIT')).toEqual([]);
  });

  it("passes the embedded server's login", async () => {
    await expect(assertLoginIsPowerless(db.dataSource)).resolves.toBeUndefined();
  });

  it.each([
    ['a superuser', 'NOINHERIT SUPERUSER', '', ['it is a superuser']],
    ['BYPASSRLS', 'NOINHERIT BYPASSRLS', '', ['it has BYPASSRLS']],
    ['CREATEROLE', 'NOINHERIT CREATEROLE', '', ['it may create roles']],
    ['REPLICATION', 'NOINHERIT REPLICATION', '', ['it may replicate the whole server']],
    ['the ownership of a table', 'NOINHERIT', `ALTER TABLE secret OWNER TO ${login}`, ['it owns public.secret']],
    ['a right to a table', 'NOINHERIT', `GRANT SELECT ON secret TO ${login}`, ['it may use public.secret without']],
    ['a right to one column', 'NOINHERIT', `GRANT UPDATE (text) ON secret TO ${login}`, ['it may use public.secret without']],
    ['the role of the owner', 'NOINHERIT', `GRANT comity_owner TO ${login} WITH INHERIT FALSE`, ['it may take the role comity_owner']],
    ['a role that reads everything', 'NOINHERIT', `GRANT pg_read_all_data TO ${login} WITH INHERIT FALSE`, ['it may take the role pg_read_all_data']],
  ])('refuses a login with %s', async (_, terms, then, expected) => {
    expect(await reasonsFor(terms, then)).toEqual(expected.map((text) => expect.stringContaining(text)));
  });

  it('refuses rights granted to everybody', async () => {
    try {
      expect(await reasonsFor('NOINHERIT', 'GRANT INSERT ON secret TO PUBLIC')).toEqual([expect.stringContaining('it may use public.secret')]);
    } finally {
      await db.asSuperuser('REVOKE INSERT ON secret FROM PUBLIC');
    }
  });

  it('refuses a login that inherits the rights of its roles', async () => {
    const reasons = await reasonsFor('INHERIT', `GRANT comity_app TO ${login} WITH INHERIT TRUE`);
    expect(reasons).toContainEqual(expect.stringContaining('it inherits the rights of comity_app'));
  });

  it('refuses a login that was not given its roles', async () => {
    expect([...(await reasonsFor('NOINHERIT', '', false))].sort()).toEqual(
      ['comity_app', 'comity_operator', 'comity_worker'].map((role) => expect.stringContaining(`it lacks the role ${role}`)),
    );
  });

  it('tells all reasons at once', async () => {
    const reasons = await reasonsFor('NOINHERIT BYPASSRLS CREATEROLE', `GRANT SELECT ON secret TO ${login}; GRANT comity_owner TO ${login} WITH INHERIT FALSE`);
    expect(reasons).toHaveLength(4);
  });

  it("refuses the embedded server's superuser", async () => {
    const dataSource = new ComityDataSource({ url: serverUrl('postgres', new URL(db.loginUrl).pathname.slice(1)), poolSize: 1 });
    await dataSource.initialize();
    await expect(assertLoginIsPowerless(dataSource)).rejects.toThrow('it is a superuser');
    await dataSource.destroy();
  });
});

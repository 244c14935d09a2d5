import { testDatabase, type TestDatabase } from '../support/database.js';
import { stateTables, wallFaults } from './wall.js';

/**
 * The directory: tables every State may read and only the State a row speaks for may write. A table belongs here only
 * if it holds nothing of any State's cases.
 */
const SHARED = new Set(['accepted_language', 'authority', 'competence', 'state_key']);
const READ_BY_ALL = ['policy state_wall is missing', 'a row of another State is seen', 'a row is seen when no State is set'];

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase(import.meta.url);
});
afterAll(() => db.close());

describe('the wall between States', () => {
  it('stands around every table with a State, whoever added it', async () => {
    const found: Record<string, string[]> = {};
    for (const table of await stateTables(db)) {
      const faults = await wallFaults(db, table);
      if (!SHARED.has(table) && faults.length > 0) found[table] = faults;
    }
    expect(found).toEqual({});
  });

  it.each([...SHARED])('lets every State read %s, and write its own rows only', async (table) => {
    expect(await wallFaults(db, table)).toEqual(READ_BY_ALL);
  });
});

describe('the trial of the wall', () => {
  const columns = `state text NOT NULL, id uuid, at timestamptz NOT NULL, n int CHECK (n > 7), labels text[] NOT NULL, body jsonb NOT NULL, bytes bytea NOT NULL,
    PRIMARY KEY (state, id)`;
  beforeEach(() => db.asSuperuser(`DROP TABLE IF EXISTS probe; CREATE TABLE probe (${columns}); ALTER TABLE probe OWNER TO comity_owner; CALL protect_state_table('probe')`));
  afterAll(() => db.asSuperuser('DROP TABLE probe'));

  it('finds no fault with a protected table', async () => {
    expect(await wallFaults(db, 'probe')).toEqual([]);
  });

  it('sees a table added without protection', async () => {
    await db.asSuperuser('ALTER TABLE probe DISABLE ROW LEVEL SECURITY');
    expect(await wallFaults(db, 'probe')).toEqual([
      'row-level security is off',
      'a row of another State is seen',
      'a row of another State is changed',
      'a row of another State is deleted',
      'a row is moved to another State',
      'a row is made for another State',
      'a row is seen when no State is set',
    ]);
  });

  it('sees a wall that the owner can pass', async () => {
    await db.asSuperuser('ALTER TABLE probe NO FORCE ROW LEVEL SECURITY');
    expect(await wallFaults(db, 'probe')).toEqual(['row-level security is not forced on the owner']);
  });

  it('sees a policy that was dropped', async () => {
    await db.asSuperuser('DROP POLICY state_wall ON probe');
    expect(await wallFaults(db, 'probe')).toEqual(['policy state_wall is missing', 'the row of the own State is not seen']);
  });

  it('sees a second policy that opens the wall', async () => {
    await db.asSuperuser('CREATE POLICY friendly ON probe FOR SELECT USING (true)');
    expect(await wallFaults(db, 'probe')).toEqual(['a row of another State is seen', 'a row is seen when no State is set']);
  });

  it('sees a policy that checks reading and not writing', async () => {
    await db.asSuperuser(`ALTER POLICY state_wall ON probe WITH CHECK (true)`);
    expect(await wallFaults(db, 'probe')).toEqual(['a row is made for another State']);
  });
});

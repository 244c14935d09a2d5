import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { inTransaction } from './transaction.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  await db.asSuperuser(`CREATE TABLE note (state text NOT NULL, id int, text text, PRIMARY KEY (state, id));
    ALTER TABLE note OWNER TO comity_owner; CALL protect_state_table('note');
    GRANT SELECT, INSERT, UPDATE ON note TO comity_app`);
});
afterAll(() => db.close());

describe('inTransaction', () => {
  it('gives the work a role and a State', async () => {
    const [row] = await inTransaction(db.dataSource, { state: 'CL' }, (tx) =>
      tx.query<{ role: string; state: string }>(`SELECT current_user AS role, current_setting('comity.state') AS state`),
    );
    expect(row).toEqual({ role: 'comity_app', state: 'CL' });
  });
});

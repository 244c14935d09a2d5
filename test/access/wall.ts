import pg from 'pg';
import type { TestDatabase } from '../support/database.js';
import { withClient } from '../support/database.js';

/** Tables and partitioned tables of the schema that hold a State's rows: they have a column `state`. */
export async function stateTables(db: TestDatabase): Promise<string[]> {
  const rows = await db.asSuperuser<{ name: string }>(
    `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'state' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  return rows.map((r) => r.name);
}

interface Column {
  name: string;
  type: string;
  kind: string;
  generated: boolean;
}

/**
 * Tries a table's wall from both sides: a row of each of two States is planted by the superuser with keys and checks
 * switched off, then the application's role acts for State AA.
 * @returns what got through; empty when the wall holds
 */
export async function wallFaults(db: TestDatabase, table: string): Promise<string[]> {
  const faults: string[] = [];
  const flags = await db.asSuperuser<{ on: boolean; forced: boolean; policies: number }>(
    `SELECT relrowsecurity AS on, relforcerowsecurity AS forced,
       (SELECT count(*)::int FROM pg_policies WHERE tablename = $1 AND policyname = 'state_wall') AS policies
     FROM pg_class WHERE oid = $1::regclass`,
    [table],
  );
  if (!flags[0]!.on) faults.push('row-level security is off');
  if (!flags[0]!.forced) faults.push('row-level security is not forced on the owner');
  if (flags[0]!.policies !== 1) faults.push('policy state_wall is missing');
  const [role, columns] = [await roleFor(db, table), await columnsOf(db, table)];
  await withClient(db.superuserUrl, async (client) => {
    await client.query('BEGIN');
    await plant(client, table, columns);
    // Every right, so that nothing but the policy stands in the way; undone by ROLLBACK.
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${pg.escapeIdentifier(table)} TO ${role}`);
    await client.query(`SET LOCAL ROLE ${role}; SET LOCAL comity.state = 'AA'`);
    faults.push(...(await attempts(client, pg.escapeIdentifier(table), columns)));
    await client.query('ROLLBACK');
  });
  return faults;
}

/** Roles whose rights end at the wall; the operator's narrow views have a policy of their own. */
async function roleFor(db: TestDatabase, table: string): Promise<string> {
  const [row] = await db.asSuperuser<{ app: boolean }>(`SELECT has_any_column_privilege('comity_app', $1, 'SELECT, INSERT') AS app`, [table]);
  return row!.app ? 'comity_app' : 'comity_worker';
}

async function attempts(client: pg.Client, table: string, columns: Column[]): Promise<string[]> {
  const faults: string[] = [];
  const written = columns.filter((c) => !c.generated).map((c) => pg.escapeIdentifier(c.name));
  const states = await client.query<{ state: string }>(`SELECT DISTINCT state FROM ${table}`);
  const seen = states.rows.map((r) => r.state);
  if (!seen.includes('AA')) faults.push('the row of the own State is not seen');
  if (seen.includes('BB')) faults.push('a row of another State is seen');
  const act = async (what: string, sql: string): Promise<void> => {
    await client.query('SAVEPOINT attempt');
    try {
      if (((await client.query(sql)).rowCount ?? 0) > 0) faults.push(what);
    } catch (error) {
      // 42501 is the policy's refusal. Anything else would mean that the attempt itself was wrong.
      if ((error as { code?: string }).code !== '42501') throw error;
    }
    await client.query('ROLLBACK TO SAVEPOINT attempt');
  };
  await act('a row of another State is changed', `UPDATE ${table} SET state = state WHERE state = 'BB'`);
  await act('a row of another State is deleted', `DELETE FROM ${table} WHERE state = 'BB'`);
  await act('a row is moved to another State', `UPDATE ${table} SET state = 'CC' WHERE state = 'AA'`);
  await act('a row is made for another State', `INSERT INTO ${table} (${written.join(', ')}) SELECT ${written.map((c) => `(p).${c}`).join(', ')} FROM (SELECT jsonb_populate_record(r, '{"state":"BB"}') AS p FROM ${table} r WHERE state = 'AA') AS made`);
  await client.query(`SET LOCAL comity.state = ''`);
  await act('a row is seen when no State is set', `SELECT 1 FROM ${table} LIMIT 1`);
  return faults;
}

async function columnsOf(db: TestDatabase, table: string): Promise<Column[]> {
  return db.asSuperuser<Column>(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, t.typcategory AS kind, a.attgenerated <> '' OR a.attidentity = 'a' AS generated
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
    [table],
  );
}

/** One row of AA and one of BB with plausible values; constraints are dropped, to come back with ROLLBACK. */
async function plant(client: pg.Client, table: string, columns: Column[]): Promise<void> {
  await client.query('SET LOCAL session_replication_role = replica');
  const { rows } = await client.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('c', 'u', 'p', 'x', 'f')`,
    [table],
  );
  const name = pg.escapeIdentifier(table);
  for (const row of rows) await client.query(`ALTER TABLE ${name} DROP CONSTRAINT ${pg.escapeIdentifier(row.name)} CASCADE`);
  const { rows: indexes } = await client.query<{ name: string }>(`SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = $1::regclass`, [table]);
  for (const index of indexes) await client.query(`DROP INDEX IF EXISTS ${index.name} CASCADE`);
  const written = columns.filter((c) => !c.generated);
  for (const state of ['AA', 'BB']) {
    const values = written.map((c) => (c.name === 'state' ? `'${state}'` : sample(c)));
    await client.query(`INSERT INTO ${name} (${written.map((c) => pg.escapeIdentifier(c.name)).join(', ')}) VALUES (${values.join(', ')})`);
  }
}

function sample({ type, kind }: Column): string {
  if (kind === 'A') return `'{}'::${type}`;
  if (kind === 'N') return '1';
  if (kind === 'B') return 'true';
  if (kind === 'D') return `'2026-01-01'::${type}`;
  if (kind === 'T') return `'1 day'::${type}`;
  if (type === 'xid8') return `'1'`;
  if (type === 'uuid') return `'00000000-0000-7000-8000-000000000000'`;
  if (type === 'jsonb' || type === 'json') return `'{}'`;
  if (type === 'bytea') return `'\\x00'`;
  if (kind === 'I') return `'127.0.0.1'`;
  if (kind === 'E') return `(enum_range(NULL::${type}))[1]`;
  if (kind === 'R') return `'empty'::${type}`;
  return `'x'`;
}

import type { ClientBase } from 'pg';
import type { StateStep } from './migration.js';

/**
 * Applies a change of rows under each State in turn, inside the caller's transaction, and asserts that it touched
 * every row it should have. Under FORCE ROW LEVEL SECURITY an owner's plain UPDATE touches no row and says nothing.
 * @returns rows touched
 * @throws Error when the count differs from the rows that `where` names
 */
export async function forEachState(client: ClientBase, step: StateStep): Promise<number> {
  const where = step.where ? ` WHERE ${step.where}` : '';
  const table = client.escapeIdentifier(step.table);
  // Lifted for the count alone: with the wall up, rows of a State that was forgotten could not be missed.
  await client.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
  const { rows } = await client.query<{ state: string; n: number }>(
    `SELECT state, count(*)::int AS n FROM ${table}${where} GROUP BY state ORDER BY state`,
  );
  await client.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  let touched = 0;
  for (const { state, n } of rows) {
    await client.query(`SELECT set_config('comity.state', $1, true)`, [state]);
    const { rowCount } = await client.query(step.change);
    if (rowCount !== n) {
      throw new Error(`the change of ${step.table} touched ${rowCount ?? 0} rows of ${state} where ${n} were expected`);
    }
    touched += n;
  }
  await client.query(`SELECT set_config('comity.state', '', true)`);
  return touched;
}

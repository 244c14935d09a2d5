import type { StateCode } from '@comity/kernel';
import { type ClientBase, escapeIdentifier } from 'pg';
import type { BackupTable } from './tables.js';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Every value `comity.state` can take (see inTransaction). */
const ALL_CODES: readonly StateCode[] = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));

/** Sets the State of the transaction: the policies bind the owner as well. */
export async function actFor(client: ClientBase, state: StateCode): Promise<void> {
  await client.query(`SELECT set_config('comity.state', $1, true)`, [state]);
}

/**
 * Who has rows behind the wall, and in which tables. Asks for each of the 676 codes, because no list of States could
 * be trusted to name one that it forgot: its rows would silently be missing from every backup.
 */
export async function statesWithRows(client: ClientBase, tables: readonly BackupTable[]): Promise<Map<StateCode, BackupTable[]>> {
  const found = new Map<StateCode, BackupTable[]>();
  if (tables.length === 0) return found;
  const probes = tables.map(({ name, wall }) => `EXISTS (SELECT FROM ${escapeIdentifier(name)} WHERE ${escapeIdentifier(wall!)} = $1)`);
  const text = `SELECT ARRAY[${probes.join(', ')}] AS has`;
  for (const code of ALL_CODES) {
    await actFor(client, code);
    const { rows } = await client.query<{ has: boolean[] }>({ name: 'states_with_rows', text, values: [code] });
    const has = tables.filter((_, i) => rows[0]!.has[i]);
    if (has.length > 0) found.set(code, has);
  }
  return found;
}

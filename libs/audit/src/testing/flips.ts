import type { TestDatabase } from '../../../../test/support/database.js';
import { seeded } from './sample-log.js';

interface Column {
  table: string;
  name: string;
  type: string;
}

export interface Flip {
  /** `table.column` */
  column: string;
  /** The State under which the row stood, and the one under which it stands now. */
  states: string[];
  undo: () => Promise<void>;
}

/** Every column of the tables of the log, whatever is added to them. */
export async function logColumns(db: TestDatabase, prefix = 'audit'): Promise<Column[]> {
  return db.asSuperuser<Column>(
    `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname LIKE $1 AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY 1, a.attnum`,
    [`${prefix}\\_%`],
  );
}

/** Takes away what would refuse a flip, keys included: whoever is superuser can. */
export async function dropChecks(db: TestDatabase, prefix = 'audit'): Promise<void> {
  const found = await db.asSuperuser<{ sql: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS sql FROM pg_constraint
     WHERE contype IN ('c', 'u', 'p') AND conrelid::regclass::text LIKE $1`, [`${prefix}\\_%`]);
  for (const { sql } of found) await db.asSuperuser(sql);
}

const WIDTH: Record<string, number> = { smallint: 16, integer: 32, bigint: 63 };

/** SQL of the column's value with one bit or byte of it changed. */
function changed({ name, type }: Column, random: (below: number) => number): string {
  const mask = 1 + random(255);
  const byte = random(1 << 20);
  if (type === 'bytea') return `set_byte(${name}, ${byte} % octet_length(${name}), get_byte(${name}, ${byte} % octet_length(${name})) # ${mask})`;
  if (type === 'uuid') return `encode(set_byte(uuid_send(${name}), ${byte % 16}, get_byte(uuid_send(${name}), ${byte % 16}) # ${mask}), 'hex')::uuid`;
  if (type in WIDTH) return `(${name}::bigint # (1::bigint << ${random(WIDTH[type]! - 1)}))::${type}`;
  if (type === 'timestamp with time zone') return `${name} + interval '1 microsecond' * ${2 ** random(40)}`;
  // Text takes no byte that makes it invalid: an ASCII character becomes another one.
  const at = `1 + ${byte} % length(${name})`;
  return `overlay(${name} PLACING chr(CASE WHEN ascii(substr(${name}, ${at}, 1)) # ${1 + (mask % 7)} BETWEEN 1 AND 127 THEN ascii(substr(${name}, ${at}, 1)) # ${1 + (mask % 7)} ELSE 63 END) FROM ${at} FOR 1)`;
}

/** Flips a byte of some row's column as superuser. @returns null when no row has a value there */
export async function flip(db: TestDatabase, column: Column, state: string, random: (below: number) => number): Promise<Flip | null> {
  const { table, name } = column;
  const quiet = 'SET session_replication_role = replica';
  const [row] = await db.asSuperuser<{ ctid: string; old: string }>(
    `SELECT ctid::text AS ctid, ${name}::text AS old FROM ${table} WHERE state = $1 AND ${name} IS NOT NULL ORDER BY ctid OFFSET
       (SELECT floor(${random(1_000_000)} / 1e6 * count(*)) FROM ${table} WHERE state = $1 AND ${name} IS NOT NULL) LIMIT 1`, [state]);
  if (!row) return null;
  const results = await db.asSuperuser<{ ctid: string; state: string }>(
    `WITH quiet AS (SELECT set_config('session_replication_role', 'replica', false))
     UPDATE ${table} SET ${name} = ${changed(column, random)} FROM quiet WHERE ${table}.ctid = $1::tid RETURNING ${table}.ctid::text AS ctid, state`, [row.ctid]);
  const { ctid, state: now } = results[0]!;
  return {
    column: `${table}.${name}`,
    states: [...new Set([state, now])],
    undo: async () => {
      await db.asSuperuser(`${quiet}; UPDATE ${table} SET ${name} = '${row.old.replace(/'/g, "''")}'::${column.type} WHERE ctid = '${ctid}'`);
    },
  };
}

export { seeded };

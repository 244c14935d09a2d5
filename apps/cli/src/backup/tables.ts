import type { ClientBase } from 'pg';
import { Refused } from '../command.js';

/** A table as a backup sees it. Read from the catalog, so that tables of later migrations are included. */
export interface BackupTable {
  name: string;
  /** Columns to keep, in order. */
  columns: string[];
  /** Column whose value must be the transaction's State for a row to be written; null: the table has no policies. */
  wall: string | null;
  /** Whether rows of all States are read at once. */
  readByAll: boolean;
  forced: boolean;
}

interface CatalogRow {
  name: string;
  columns: string[];
  walled: boolean;
  forced: boolean;
  checks: string[] | null;
  readByAll: boolean;
  identity: boolean;
}

// Columns of type xid8 number transactions of one server and mean nothing on another: left out, so that restored rows
// take the number of the transaction that restores them (their default).
const CATALOG = `
SELECT c.relname AS name, c.relrowsecurity AS walled, c.relforcerowsecurity AS forced,
  (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
     AND NOT a.attisdropped AND a.attgenerated = '' AND a.atttypid <> 'xid8'::regtype) AS columns,
  (SELECT array_agg(DISTINCT pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid)) FROM pg_policy p
     WHERE p.polrelid = c.oid AND p.polcmd IN ('a', '*')) AS checks,
  EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*') AND p.polroles = '{0}'
     AND pg_get_expr(p.polqual, p.polrelid) = 'true') AS "readByAll",
  EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity <> '') AS identity
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'schema_migration'
ORDER BY c.relname`;

const REFERENCES = `
SELECT DISTINCT f.relname AS child, t.relname AS parent
FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
WHERE k.contype = 'f' AND k.conrelid <> k.confrelid`;

const OWN_STATE = /^\((\w+) = current_setting\('comity\.state'::text, true\)\)$/;

/**
 * All tables but the record of migrations, parents before those that refer to them.
 * @throws Refused `schema.unknown` for what could be written but not restored
 */
export async function backupTables(client: ClientBase): Promise<BackupTable[]> {
  const { rows } = await client.query<CatalogRow>(CATALOG);
  const faults: string[] = [];
  const tables = rows.map((row): BackupTable => {
    const wall = row.walled ? wallOf(row.checks ?? []) : null;
    if (wall === undefined) faults.push(`${row.name} has policies for writing that are not "own State only"`);
    // A number once given must not be given again, and a backup would have to keep where the counter stood.
    if (row.identity) faults.push(`${row.name} numbers its rows by the server`);
    return { name: row.name, columns: row.columns, wall: wall ?? null, readByAll: row.readByAll || !row.walled, forced: row.forced };
  });
  const { rows: references } = await client.query<{ child: string; parent: string }>(REFERENCES);
  const ordered = parentsFirst(tables, references, faults);
  if (faults.length > 0) throw new Refused('schema.unknown', 'This version cannot back up and restore these tables:', faults);
  return ordered;
}

function wallOf(checks: string[]): string | undefined {
  return checks.length === 1 ? OWN_STATE.exec(checks[0]!)?.[1] : undefined;
}

function parentsFirst(tables: BackupTable[], references: { child: string; parent: string }[], faults: string[]): BackupTable[] {
  const left = new Map(tables.map((table) => [table.name, table]));
  const ordered: BackupTable[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ name }) => !references.some((r) => r.child === name && left.has(r.parent)));
    if (ready.length === 0) {
      faults.push(`${[...left.keys()].join(', ')} refer to each other in a circle`);
      return ordered;
    }
    for (const table of ready) left.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}

import { compareMigrations, migrate, migrations, type Migration } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import pg, { type ClientBase, escapeIdentifier } from 'pg';
import { Refused } from '../command.js';
import { verifyLogs } from './audit-chains.js';
import { restoreBlobs } from './blobs.js';
import { assertIntact } from './files.js';
import { loadPart } from './load-rows.js';
import { type Manifest, readManifest } from './manifest.js';
import { backupTables, type BackupTable } from './tables.js';
import { appliedMigrations } from './take-backup.js';

export interface RestoreOptions {
  ownerUrl: string;
  /** Name of the application's login, to be given its roles where the database is still to be migrated. */
  login: string;
  dataDir: string;
  folder: string;
  at: Date;
  /** Of the manifest, as noted when the backup was taken; without it, the backup's own word is taken. */
  sha256?: string;
  /** Those of this version; tests pass others. */
  known?: readonly Migration[];
}

export interface RestoreReport {
  manifest: Manifest;
  /** Of the manifest, hex: to be compared with the one noted when the backup was taken. */
  sha256: string;
  rows: number;
  /** States whose log was verified, and the entries in all of them. */
  logs: StateCode[];
  entries: number;
  /** Run afterwards, when the backup was older than this version. */
  migrated: string[];
}

type Loaded = Omit<RestoreReport, 'migrated' | 'sha256'>;

/**
 * Restores a backup into a database without rows, in one transaction that ends only when everything restored was
 * counted and every State's log verified. The database must have the backup's migrations, or none: then it gets those
 * first, and the later ones of this version afterwards, so that they change the restored rows as well.
 * @throws Refused `backup.unreadable`, `backup.altered`, `backup.newer`, `schema.other`, `database.occupied`, `storage.occupied`
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { ownerUrl, folder, login } = options;
  const known = options.known ?? migrations;
  const { manifest, sha256 } = await readManifest(folder, options.sha256);
  const wanted = migrationsOf(manifest, known);
  await assertIntact(folder, [...manifest.parts, ...manifest.blobs]);
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'comity restore' });
  await client.connect();
  let report: Loaded;
  try {
    const applied = await appliedMigrations(client);
    if (applied.length === 0) await migrate(ownerUrl, { login, migrations: wanted });
    else assertSame(applied, manifest);
    report = await load(client, manifest, options);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
  return { ...report, sha256, migrated: await migrate(ownerUrl, { login, migrations: known }) };
}

function migrationsOf(manifest: Manifest, known: readonly Migration[]): Migration[] {
  const byId = new Map(known.map((m) => [m.id, m]));
  const { changed, unknown } = compareMigrations(known, manifest.migrations);
  const strange = [...changed, ...unknown];
  if (strange.length === 0) return manifest.migrations.map(({ id }) => byId.get(id)!);
  throw new Refused(
    'backup.newer',
    `The backup was taken by another version (${manifest.software}), which had migrations unknown to this one: restore it with that version.`,
    strange,
  );
}

function assertSame(applied: Manifest['migrations'], manifest: Manifest): void {
  const text = (list: Manifest['migrations']): string => list.map(({ id, sha256 }) => `${id} ${sha256}`).join('\n');
  if (text(applied) === text(manifest.migrations)) return;
  throw new Refused(
    'schema.other',
    'The database has other migrations than the backup: restore into a new database without tables; it is then migrated as far as the backup, and brought up to date afterwards.',
  );
}

async function load(client: ClientBase, manifest: Manifest, { folder, dataDir, at }: RestoreOptions): Promise<Loaded> {
  await client.query(`SET client_encoding = 'UTF8'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET timezone = 'UTC'; SET statement_timeout = 0`);
  await client.query('BEGIN');
  try {
    const tables = await backupTables(client);
    for (const { name } of tables) await client.query(`LOCK TABLE ${escapeIdentifier(name)} IN ACCESS EXCLUSIVE MODE`);
    const occupied = [...(await countRows(client, tables))].filter(([, rows]) => rows > 0).map(([name, rows]) => `${name} has ${rows} rows`);
    if (occupied.length > 0) throw new Refused('database.occupied', 'The database is not empty: restore into a new one.', occupied);
    for (const table of tables) {
      for (const part of manifest.parts.filter((p) => p.table === table.name)) await loadPart(client, folder, table, part);
    }
    const rows = await assertCounts(client, tables, manifest);
    const logs = [...new Set(manifest.parts.flatMap(({ state }) => state ?? []))].sort();
    const entries = await verifyLogs(client, logs, at);
    await restoreBlobs(folder, dataDir, manifest.blobs);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error(`COMMIT answered ${command}: nothing was restored`);
    return { manifest, rows, logs, entries };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function assertCounts(client: ClientBase, tables: readonly BackupTable[], manifest: Manifest): Promise<number> {
  const counts = await countRows(client, tables);
  const faults = manifest.tables.filter(({ table, rows }) => counts.get(table) !== rows);
  if (faults.length > 0) throw new Error(`rows differ after the restore: ${faults.map(({ table, rows }) => `${table} ${counts.get(table)} of ${rows}`).join(', ')}`);
  return manifest.tables.reduce((total, { rows }) => total + rows, 0);
}

/** Rows of all States. The wall binds the owner too, so it is lifted for the count, in this transaction that holds the locks. */
async function countRows(client: ClientBase, tables: readonly BackupTable[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { name, forced } of tables) {
    const table = escapeIdentifier(name);
    if (forced) await client.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
    if (forced) await client.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
    counts.set(name, Number(rows[0]!.n));
  }
  return counts;
}

import { mkdir, readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { compareMigrations, migrations, type Migration } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import pg, { type ClientBase, escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Refused } from '../command.js';
import { BLOBS, copyBlobs, damagedBlobs } from './blobs.js';
import { assertIntact, writeFile } from './files.js';
import { BACKUP_VERSION, type Manifest, manifestPath, sealManifest, type TablePart } from './manifest.js';
import { blobPath, NAMED_BLOBS } from './named-blobs.js';
import { actFor, statesWithRows } from './states.js';
import { backupTables, type BackupTable } from './tables.js';

export interface BackupOptions {
  ownerUrl: string;
  /** Its blobs are backed up; nothing else in it, since the rest holds passwords. */
  dataDir: string;
  /** To be made, or empty. */
  folder: string;
  at: Date;
  software: string;
  /** Those of this version; tests pass others. */
  known?: readonly Migration[];
}

export interface BackupReport {
  manifest: Manifest;
  /** Of the manifest, hex: whoever notes it elsewhere can later tell this backup from any other. */
  sha256: string;
  /** Paths of blobs that were damaged before this backup. */
  damaged: string[];
  /** Paths of blobs that rows name and the node's store does not have. */
  missing: string[];
}

/**
 * Writes a backup: all tables in one snapshot, then the blobs, then reads everything back, then the manifest.
 * The node may go on working meanwhile.
 * @throws Refused `folder.among-blobs`, `folder.occupied`, `schema.newer`, `schema.older`, `schema.unknown`
 */
export async function takeBackup(options: BackupOptions): Promise<BackupReport> {
  const { folder } = options;
  if (!relative(resolve(options.dataDir, BLOBS), resolve(folder)).startsWith('..')) {
    throw new Refused('folder.among-blobs', `${folder} is among the blobs that are backed up: name a folder outside of the data folder, best on another disk.`);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new Refused('folder.occupied', `${folder} is not empty: name a new folder.`);
  const client = new pg.Client({ connectionString: options.ownerUrl, application_name: 'comity backup' });
  await client.connect();
  let manifest: Manifest;
  let named: string[];
  try {
    // Text forms that do not depend on how this server or database is set up.
    await client.query(`SET client_encoding = 'UTF8'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET timezone = 'UTC';
      SET bytea_output = 'hex'; SET extra_float_digits = 1; SET statement_timeout = 0;
      BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`);
    manifest = await readDatabase(client, options);
    named = await namedBlobs(client, manifest);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  manifest.blobs = await copyBlobs(options.dataDir, folder);
  await assertIntact(folder, [...manifest.parts, ...manifest.blobs]);
  const { text, sha256 } = sealManifest(manifest);
  await writeFile(manifestPath(folder), Readable.from([Buffer.from(text)]));
  return { manifest, sha256, damaged: damagedBlobs(manifest.blobs), missing: missingBlobs(named, manifest.blobs) };
}

async function namedBlobs(client: ClientBase, { parts }: Manifest): Promise<string[]> {
  const named: string[] = [];
  for (const state of new Set(parts.flatMap((part) => part.state ?? []))) {
    await actFor(client, state);
    const { rows } = await client.query<{ sha256: string }>(NAMED_BLOBS, [state]);
    named.push(...rows.map(({ sha256 }) => blobPath(state, sha256)));
  }
  return named;
}

function missingBlobs(named: readonly string[], blobs: Manifest['blobs']): string[] {
  const there = new Set(blobs.map(({ path }) => path));
  return named.filter((path) => !there.has(path));
}

async function readDatabase(client: ClientBase, { folder, at, software, known }: BackupOptions): Promise<Manifest> {
  const applied = await appliedMigrations(client);
  assertKnown(applied, known ?? migrations);
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  const tables = await backupTables(client);
  const parts: TablePart[] = [];
  for (const table of tables.filter((t) => t.readByAll)) parts.push(await copyPart(client, folder, table, null));
  const walled = tables.filter((t) => !t.readByAll);
  for (const [state, has] of await statesWithRows(client, walled)) {
    await actFor(client, state);
    for (const table of has) parts.push(await copyPart(client, folder, table, state));
  }
  return {
    comity: 'backup',
    version: BACKUP_VERSION,
    software,
    takenAt: at.toISOString(),
    server: rows[0]!.server_version,
    migrations: applied,
    tables: tables.map(({ name }) => ({ table: name, rows: sum(parts.filter((part) => part.table === name)) })),
    parts,
    blobs: [],
  };
}

async function copyPart(client: ClientBase, folder: string, table: BackupTable, state: StateCode | null): Promise<TablePart> {
  const path = `tables/${table.name}/${state ?? 'all'}.copy`;
  const name = escapeIdentifier(table.name);
  const columns = table.columns.map(escapeIdentifier).join(', ');
  // Beside the policy: an owner whom it does not bind would otherwise copy every row once per State.
  const where = state === null ? '' : ` WHERE ${escapeIdentifier(table.wall!)} = '${state}'`;
  const stream = client.query(copyTo(`COPY (SELECT ${columns} FROM ${name}${where}) TO STDOUT`));
  const written = await writeFile(join(folder, path), stream);
  const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}${where}`);
  if (Number(rows[0]!.n) !== stream.rowCount) {
    throw new Error(`${stream.rowCount} of ${rows[0]!.n} rows of ${table.name} were written to ${path}`);
  }
  return { table: table.name, state, columns: table.columns, rows: stream.rowCount, path, ...written };
}

/** In order; empty where no migration ever ran. */
export async function appliedMigrations(client: ClientBase): Promise<Manifest['migrations']> {
  const { rowCount } = await client.query(`SELECT 1 WHERE to_regclass('schema_migration') IS NOT NULL`);
  if (!rowCount) return [];
  return (await client.query<Manifest['migrations'][number]>('SELECT id, sha256 FROM schema_migration ORDER BY id')).rows;
}

function assertKnown(applied: Manifest['migrations'], known: readonly Migration[]): void {
  const { pending, changed, unknown } = compareMigrations(known, applied);
  const strange = [...changed, ...unknown];
  if (strange.length > 0) {
    throw new Refused('schema.newer', 'The database was migrated by another version: back it up with that one.', strange);
  }
  if (pending.length > 0) {
    throw new Refused('schema.older', 'Migrations are still to be run: comity migrate, then back up.', pending.map(({ id }) => id));
  }
}

const sum = (parts: TablePart[]): number => parts.reduce((total, { rows }) => total + rows, 0);

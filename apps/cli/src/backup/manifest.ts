import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, sha256Hex, type Json, type StateCode } from '@comity/kernel';
import { Refused } from '../command.js';

/**
 * A backup is a folder:
 *
 *   manifest.json               what is here, written last: a folder without it is no backup
 *   tables/<table>/<STATE>.copy rows of one State, in PostgreSQL's COPY text format
 *   tables/<table>/all.copy     rows of a table that every State may read
 *   blobs/...                   evidence and attachments, in the layout of the data folder
 *
 * Not in it: secrets, passwords of accounts of the server, session state. Signing keys are in it as they are stored,
 * wrapped: whoever restores needs the same COMITY_KEY_SECRET.
 */
export const BACKUP_VERSION = 1;
const FILE = 'manifest.json';

export interface BackedUpFile {
  /** Relative to the folder, with `/`. */
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

export interface TablePart extends BackedUpFile {
  table: string;
  /** Whose rows these are; null when the table is not walled off. */
  state: StateCode | null;
  columns: string[];
  rows: number;
}

export interface Manifest {
  comity: 'backup';
  version: number;
  /** Version of the software that wrote it. */
  software: string;
  /** RFC 3339; the database is shown as it stood then. */
  takenAt: string;
  /** Of PostgreSQL. */
  server: string;
  /** Every migration the database had, in order. */
  migrations: { id: string; sha256: string }[];
  /** Every table, the empty ones included, with the rows of all its parts. */
  tables: { table: string; rows: number }[];
  parts: TablePart[];
  blobs: BackedUpFile[];
}

/** The manifest as it is stored: canonical JSON, its own hash inside, so that a change to it is found too. */
export function sealManifest(manifest: Manifest): { text: string; sha256: string } {
  const sha256 = sha256Hex(canonicalJson(manifest as unknown as Json));
  return { text: `${JSON.stringify({ ...manifest, sha256 }, null, 1)}\n`, sha256 };
}

/** Where a part and a blob may lie; restoring copies to the same place below the data folder, and nowhere else. */
const PART = /^tables\/[a-z][a-z0-9_]*\/(?:[A-Z]{2}|all)\.copy$/;
export const BLOB = /^blobs\/[A-Z]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}$/;

/**
 * @param expected the SHA-256 that was noted when the backup was taken: the one inside a manifest can be made anew with it
 * @throws Refused `backup.unreadable` when there is none, or a newer version wrote it; `backup.altered` when it was altered, is not
 *   the one expected, or names files in other places than a backup has them
 */
export async function readManifest(folder: string, expected?: string): Promise<{ manifest: Manifest; sha256: string }> {
  const text = await readFile(join(folder, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'it has no manifest.json, so it is no backup or was not finished' : error.message;
    throw new Refused('backup.unreadable', `${folder}: ${why}.`);
  });
  const { sha256, ...manifest } = parse(text, folder) as Manifest & { sha256: string };
  if (manifest.comity !== 'backup' || manifest.version !== BACKUP_VERSION) {
    throw new Refused('backup.unreadable', `${folder} is no backup of a format this version reads (${BACKUP_VERSION}).`);
  }
  if (sha256Hex(canonicalJson(manifest as unknown as Json)) !== sha256) {
    throw new Refused('backup.altered', `${folder}/${FILE} was altered after it was written. Use another copy of the backup.`);
  }
  if (expected !== undefined && sha256 !== expected) throw new Refused('backup.altered', `${folder} is another backup than the one asked for: the SHA-256 of its manifest is ${sha256}.`);
  const astray = [...manifest.parts.filter(({ path }) => !PART.test(path)), ...manifest.blobs.filter(({ path }) => !BLOB.test(path))].map(({ path }) => path);
  if (astray.length > 0) throw new Refused('backup.altered', `${folder}/${FILE} names files where a backup has none: nothing was restored.`, astray);
  return { manifest, sha256 };
}

function parse(text: string, folder: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('backup.altered', `${folder}/${FILE} is no JSON. Use another copy of the backup.`);
  }
}

export const manifestPath = (folder: string): string => join(folder, FILE);

import { mkdir, open, rename, stat, statfs, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inTransaction } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { NODE_STATE } from '@comity/kernel';
import type { DataSource } from 'typeorm';
import { blobPath, NAMED_BLOBS } from '../backup/named-blobs.js';
import { type Finding, fault, findings, sound } from './finding.js';

const LEAST_FREE = 1024 ** 3;

/** Whether the data folder takes a file, keeps it and lets it go; and whether there is room. */
export async function checkStorage(dataDir: string): Promise<Finding> {
  const folder = resolve(dataDir);
  try {
    await mkdir(folder, { recursive: true });
    const trial = join(folder, `.check-${process.pid}`);
    const file = await open(trial, 'w', 0o600);
    try {
      await file.write('comity');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(trial, `${trial}-moved`);
    await unlink(`${trial}-moved`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fault('storage', `${folder} cannot be written (${code ?? message}): give it to the user that runs Comity, or set COMITY_DATA_DIR`);
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const shown = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free < LEAST_FREE) return fault('storage', `${folder}: ${shown}, less than 1 GiB: make room`);
  return sound('storage', `${folder}, ${shown}`);
}

/** As many as are named one by one. */
const SHOWN = 20;

/** Whether the store has each file that rows of the hosted States name; not whether its bytes are right, which a backup finds. */
export async function checkStoredFiles(db: DataSource, dataDir: string): Promise<Finding[]> {
  const states = await inTransaction(db, { state: NODE_STATE, readOnly: true }, (tx) => new DirectoryService().hostedStates(tx));
  const missing: string[] = [];
  let named = 0;
  for (const state of states) {
    const rows = await inTransaction(db, { state, readOnly: true }, (tx) => tx.query<{ sha256: string }>(NAMED_BLOBS, [state]));
    named += rows.length;
    for (const { sha256 } of rows) {
      const path = blobPath(state, sha256);
      if (!(await stat(join(dataDir, path)).catch(() => undefined))) missing.push(path);
    }
  }
  const faults = missing.slice(0, SHOWN).map((path) => `${path} is named by a row and not in the store: take it from a backup`);
  if (missing.length > SHOWN) faults.push(`${missing.length - SHOWN} more are missing`);
  return findings('stored files', faults, `${named} named by rows, all there`);
}

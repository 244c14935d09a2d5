import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Refused } from '../command.js';
import { filesBelow, hashFile, writeFile } from './files.js';
import { BLOB, type BackedUpFile } from './manifest.js';

/** Folder of blobs within the data folder, and within a backup. */
export const BLOBS = 'blobs';
/** Uploads under way: not stored yet. */
const UNFINISHED = ['tmp'];

/**
 * Copies all blobs. To be called after the database was read: bytes are stored before the row that names them, so
 * every blob a backed up row names is there by then; blobs that came later do no harm.
 */
export async function copyBlobs(dataDir: string, folder: string): Promise<BackedUpFile[]> {
  const copied: BackedUpFile[] = [];
  for (const path of await filesBelow(join(dataDir, BLOBS), UNFINISHED)) {
    const kept = `${BLOBS}/${path}`;
    // What something else left there is no blob, and a restore would refuse it.
    if (!BLOB.test(kept)) continue;
    copied.push({ path: kept, ...(await writeFile(join(folder, kept), createReadStream(join(dataDir, kept)))) });
  }
  return copied;
}

/** Blobs whose bytes no longer have the hash that is their name: the disk altered them before they were backed up. */
export function damagedBlobs(blobs: readonly BackedUpFile[]): string[] {
  return blobs.filter(({ path, sha256 }) => basename(path) !== sha256).map(({ path }) => path);
}

/**
 * Puts blobs into the data folder. One that is there already with the same bytes stays.
 * @throws Refused `storage.occupied` before anything is written, when one is there with other bytes
 */
export async function restoreBlobs(folder: string, dataDir: string, blobs: readonly BackedUpFile[]): Promise<void> {
  const missing: BackedUpFile[] = [];
  const occupied: string[] = [];
  for (const blob of blobs) {
    const there = await stat(join(dataDir, blob.path)).catch(() => undefined);
    if (!there) missing.push(blob);
    else if (there.size !== blob.bytes || (await hashFile(join(dataDir, blob.path))) !== blob.sha256) occupied.push(blob.path);
  }
  if (occupied.length > 0) {
    throw new Refused('storage.occupied', `${dataDir} holds other content under the same names. Restore into an empty data folder.`, occupied);
  }
  for (const { path, sha256 } of missing) {
    const written = await writeFile(join(dataDir, path), createReadStream(join(folder, path)));
    if (written.sha256 !== sha256) throw new Refused('backup.altered', `${path} changed while it was being restored.`);
  }
}

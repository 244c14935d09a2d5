import { mkdir, open, rename, statfs, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Finding, fault, sound } from './finding.js';

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

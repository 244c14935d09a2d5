import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './server.js';

/**
 * Runs `work` while no other process does so under the same lock file. Two processes that start over one new folder
 * would otherwise both make a database there. A lock left by a process that died is taken over.
 */
export async function alone<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  for (let waited = 0; !take(lockFile); waited += 50) {
    if (waited > 60_000) throw new Error(`another process has been starting PostgreSQL for a minute; if none is, delete ${lockFile}`);
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function take(lockFile: string): boolean {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    // Empty for the moment between creation and writing.
    if (holder > 0 && !isAlive(holder)) rmSync(lockFile, { force: true });
  } catch {
    // Released meanwhile.
  }
  return false;
}

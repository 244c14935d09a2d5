import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { newId } from '@comity/kernel';

/** Older than any upload can be. */
const DAY_MS = 86_400_000;

const HOST = hostname().replace(/[^A-Za-z0-9]/g, '_').slice(0, 60);
const NAME = /^([A-Za-z0-9_]+)-(\d+)-[0-9a-f-]{36}\.part$/;

/** A name that tells which process of which host is writing. */
export function tempName(): string {
  return `${HOST}-${process.pid}-${newId()}.part`;
}

/** Removes what uploads of dead processes left in a folder, and nothing that another process is still writing. @returns how many */
export async function cleanTempFiles(folder: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found || !isLeftOver(name, found.mtimeMs)) continue;
    await unlink(path).catch(() => undefined);
    removed += 1;
  }
  return removed;
}

function isLeftOver(name: string, modifiedMs: number): boolean {
  const [, host, pid] = NAME.exec(name) ?? [];
  // Another host's process cannot be asked whether it lives (a shared folder, or a container with another name before).
  if (host !== HOST || pid === undefined) return modifiedMs < Date.now() - DAY_MS;
  // A container's process has the same number after each restart: what is older than this process is not its own.
  if (Number(pid) === process.pid) return modifiedMs < Date.now() - process.uptime() * 1000;
  return !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Account } from './account.js';

/**
 * The first directory on the way to `path` that the account may not pass, undefined when it may pass all.
 * Directories that don't exist yet are skipped: who makes them gives them their rights.
 */
export function barrier(path: string, account: Account | undefined): string | undefined {
  if (!account) return undefined;
  const way: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    way.unshift(at);
    if (at === dirname(at)) break;
  }
  return way.find((directory) => {
    const stat = statSync(directory, { throwIfNoEntry: false });
    if (!stat) return false;
    const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
    return (stat.mode & bit) === 0;
  });
}

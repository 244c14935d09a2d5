// Starts the one PostgreSQL server of a test run, in a temporary folder. Plain JavaScript, since jest loads this
// before its transforms; the server's own code is compiled here for that reason.
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileEmbedded } from './compile-embedded.js';

const PREFIX = 'comity-test-';
const MEMORY = '/dev/shm';
const GIB = 2 ** 30;

/**
 * Where the server keeps its files: in memory where there is plenty of it, since each test file has a database of its own,
 * of a thousand files, which takes a slow disk half a second. A short run never fills a gigabyte; the long tests do, and
 * stay on the disk.
 */
function whereTo({ globals }) {
  if (globals.comityLongTests) return tmpdir();
  try {
    accessSync(MEMORY, constants.W_OK);
    const { type, bavail, bsize } = statfsSync(MEMORY);
    const TMPFS = 0x01021994;
    if (type === TMPFS && bavail * bsize >= 2 * GIB && process.availableMemory() >= 4 * GIB) return MEMORY;
  } catch {
    // No such place on this system.
  }
  return tmpdir();
}

/** A run that was killed leaves its server; it is stopped by the next run. */
async function sweep({ isAlive, stop, readRecord }, within) {
  for (const name of readdirSync(within)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(within, name);
    try {
      const runBy = Number(readFileSync(join(folder, 'run.pid'), 'utf8'));
      if (isAlive(runBy)) continue;
      const record = readRecord(folder);
      if (record) await stop(record.data);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Being made by another run, or another user's.
    }
  }
}

export default async function (_, project) {
  const compiled = compileEmbedded();
  try {
    const load = (file) => import(pathToFileURL(join(compiled, file)).href);
    const { startEmbedded } = await load('embedded.js');
    const within = whereTo(project);
    const stopping = { ...(await load('server.js')), ...(await load('cluster.js')) };
    for (const place of [MEMORY, tmpdir()]) if (existsSync(place)) await sweep(stopping, place);
    const folder = mkdtempSync(join(within, PREFIX));
    writeFileSync(join(folder, 'run.pid'), String(process.pid));
    // The account that runs the server must be able to pass.
    chmodSync(folder, 0o755);
    // No fsync: what a test writes need not outlive a power cut. Speed measured here says nothing about production.
    const server = await startEmbedded(folder, {
      flags: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', within === MEMORY ? 'max_wal_size=512MB' : 'max_wal_size=2GB'],
    });
    globalThis.comityTest = { server, folder };
    process.env.COMITY_TEST_POSTGRES = folder;
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
}

// Starts the one PostgreSQL server of a test run, in a temporary folder. Plain JavaScript, since jest loads this
// before its transforms; the server's own code is compiled here for that reason.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileEmbedded } from './compile-embedded.js';

const PREFIX = 'comity-test-';

/** A run that was killed leaves its server; it is stopped by the next run. */
async function sweep({ isAlive, stop, readRecord }) {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
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

export default async function () {
  const compiled = compileEmbedded();
  try {
    const load = (file) => import(pathToFileURL(join(compiled, file)).href);
    const { startEmbedded } = await load('embedded.js');
    await sweep({ ...(await load('server.js')), ...(await load('cluster.js')) });
    const folder = mkdtempSync(join(tmpdir(), PREFIX));
    writeFileSync(join(folder, 'run.pid'), String(process.pid));
    // The account that runs the server must be able to pass.
    chmodSync(folder, 0o755);
    // No fsync: what a test writes need not outlive a power cut. Speed measured here says nothing about production.
    const server = await startEmbedded(folder, {
      flags: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'max_wal_size=2GB'],
    });
    globalThis.comityTest = { server, folder };
    process.env.COMITY_TEST_POSTGRES = folder;
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
}

// Starts the one PostgreSQL server of a test run, in a temporary folder. Plain JavaScript, since jest loads this
// before its transforms; the server's own code is compiled here for that reason.
import { chmodSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformFileSync } from '@swc/core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const PREFIX = 'comity-test-';

/** Compiles libs/database/src/embedded to a folder of node_modules, where `pg` can be found from. */
function compile() {
  const source = join(root, 'libs/database/src/embedded');
  const target = join(root, 'node_modules/.cache/comity-test', String(process.pid));
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  for (const file of readdirSync(source)) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const { code } = transformFileSync(join(source, file), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    writeFileSync(join(target, file.replace(/\.ts$/, '.js')), code);
  }
  return target;
}

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
  const compiled = compile();
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

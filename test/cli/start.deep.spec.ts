import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Real: what `npm run build` gives, as a process of its own, with its embedded PostgreSQL.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const entry = join(root, 'dist/apps/cli/apps/cli/src/main.js');
const secrets = { COMITY_JWT_SECRET: 'j'.repeat(40), COMITY_KEY_SECRET: 'k'.repeat(40) };
const dataDir = mkdtempSync(join(tmpdir(), 'comity-start-'));
chmodSync(dataDir, 0o755);
const env = (change: Record<string, string>): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, HOME: process.env.HOME, COMITY_DATA_DIR: dataDir, PORT: '0', ...change });

beforeAll(() => promisify(execFile)('npm', ['run', 'build'], { cwd: root }), 300_000);
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function started(change: Record<string, string>): Promise<{ process: ChildProcess; url: string; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, [entry, 'start', '--json'], { env: env(change), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  for (let waited = 0; waited < 60_000; waited += 100) {
    const line = text.split('\n').find((l) => l.startsWith('{"ok":true'));
    if (line !== undefined) return { process: child, url: (JSON.parse(line) as { url: string }).url, ended };
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`no URL within a minute; it said: ${text}`);
}

describe('comity start, as it is built', () => {
  it('serves in production with secrets of its own, answers the health check of the container, and stops on SIGTERM with its server', async () => {
    const { process: node, url, ended } = await started({ NODE_ENV: 'production', ...secrets });
    const probe = /CMD (\[.*\])$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8').split('HEALTHCHECK')[1]!)![1]!;
    const [, ...args] = JSON.parse(probe) as string[];
    await expect(promisify(execFile)(process.execPath, args, { env: env({ PORT: new URL(url).port }) })).resolves.toBeDefined();
    expect((await fetch(`${url}/api/openapi.json`)).status).toBe(200);
    const { data } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as { data: string };
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(true);
    node.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
  });

  it('refuses demo secrets in production, with status 1 and what to do', async () => {
    const failed = promisify(execFile)(process.execPath, [entry, 'start'], { env: env({ NODE_ENV: 'production' }) });
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('openssl rand') });
  });

  it('holds no demo data', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [entry, 'check', '--json'], { env: env({}) });
    expect(stdout).toContain('no State is hosted here yet');
  });
});

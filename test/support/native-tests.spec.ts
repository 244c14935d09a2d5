import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The runner under which this file runs, by jest in a process of its own, over planted files: that it sees what is wrong.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLANTED: Record<string, string> = {
  'fails.spec.ts': `interface Of {\n  two: number;\n}\nit('fails', () => {\n  const of: Of = { two: 2 };\n  expect(1).toBe(of.two);\n});`,
  'hangs.spec.ts': `it('hangs', () => new Promise<void>(() => undefined), 200);`,
  'counts.spec.ts': `it('counts', () => { expect.assertions(2); expect(1).toBe(1); });`,
  'prepares.spec.ts': `beforeAll(() => { throw new Error('no database'); }); it('is prepared', () => undefined);`,
  'cleans.spec.ts': `it('passes', () => undefined); afterAll(() => { throw new Error('left open'); });`,
  'rejects.spec.ts': `it('leaves a rejection', async () => { void Promise.reject(new Error('nobody looks')); await new Promise((done) => setTimeout(done, 50)); });`,
  'throws.spec.ts': `throw new Error('as it loads');`,
  'is-empty.spec.ts': `export {};`,
  'shared.ts': `export const loads = ((globalThis as any).plantedLoads = ((globalThis as any).plantedLoads ?? 0) + 1);`,
  'one.spec.ts': `import { loads } from './shared.js'; beforeEach(() => { throw new Error('of one only'); }); it('is of one', () => { expect(loads).toBe(1); });`,
  'other.spec.ts': `import { loads } from './shared.js'; it('is of the other', () => { expect(loads).toBe(1); });`,
};

interface Report {
  numTotalTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

let folder: string;
let status: number;
let report: Report;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comity-runner-'));
  for (const [name, text] of Object.entries(PLANTED)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const config = { rootDir: folder, testMatch: ['**/*.spec.ts'], testRunner: join(ROOT, 'test/support/native-tests.js'), transform: {} };
  const args = ['--import', './test/support/typescript.js', '--enable-source-maps', 'node_modules/jest/bin/jest.js', '--config', JSON.stringify(config), '--runInBand', '--json'];
  const { code, stdout } = await new Promise<{ code: number; stdout: string }>((done) => {
    execFile(process.execPath, args, { cwd: ROOT, timeout: 25_000 }, (error, out) => done({ code: error ? Number(error.code) : 0, stdout: out }));
  });
  status = code;
  report = JSON.parse(stdout) as Report;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const of = (name: string) => report.testResults.find((file) => file.name.endsWith(`/${name}`))!;

describe('the runner of tests', () => {
  it('ends with status 1 when a test failed', () => expect(status).toBe(1));

  it.each([
    ['fails.spec.ts', 'Expected: 2'],
    ['hangs.spec.ts', 'Exceeded timeout of 200 ms'],
    ['counts.spec.ts', 'Expected two assertions to be called'],
    ['prepares.spec.ts', 'no database'],
    ['cleans.spec.ts', 'left open'],
    ['rejects.spec.ts', 'nobody looks'],
    ['throws.spec.ts', 'as it loads'],
    ['is-empty.spec.ts', 'must contain at least one test'],
  ])('fails %s', (name, why) => {
    expect(of(name)).toMatchObject({ status: 'failed', message: expect.stringContaining(why) });
  });

  it('tells the line of the TypeScript that was written', () => {
    expect(of('fails.spec.ts').message).toMatch(/fails\.spec\.ts:6:13/);
  });

  it('gives each file its own tests and hooks, and both the module that both load', () => {
    expect(of('other.spec.ts').assertionResults).toMatchObject([{ title: 'is of the other', status: 'passed' }]);
    expect(of('one.spec.ts').assertionResults).toMatchObject([{ title: 'is of one', status: 'failed', failureMessages: [expect.stringContaining('of one only')] }]);
  });
});

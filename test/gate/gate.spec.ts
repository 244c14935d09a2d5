import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Real: .ci/run. Made up: npm, which notes what it was asked and writes the reports that jest would.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'comity-gate-'));
  cpSync(join(root, '.ci'), join(folder, '.ci'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function gate(npm: string): Promise<{ status: number; lines: string[]; asked: string[] }> {
  writeFileSync(join(folder, 'npm'), `#!/usr/bin/env bash\necho "$*" | sed -E 's/--outputFile=[^ ]+/--outputFile/' >>"${folder}/asked"\n${npm}\n`, { mode: 0o755 });
  const env = { PATH: `${folder}:${process.env.PATH}`, DATABASE_URL: 'postgres://elsewhere', COMITY_TRAINING: 'on' };
  const [status, stdout] = await new Promise<[number, string]>((resolve) => {
    execFile(join(folder, '.ci/run'), { env }, (error, out) => resolve([error ? Number(error.code) : 0, out]));
  });
  return { status, lines: stdout.trimEnd().split('\n'), asked: readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n') };
}

const report = `for argument in "$@"; do case $argument in --outputFile=*)
  echo '{"numPassedTests":7,"numFailedTests":0,"numPendingTests":1,"numTodoTests":0,"numRuntimeErrorTestSuites":0}' >"\${argument#*=}";; esac; done`;

describe('.ci/run', () => {
  it('runs every stage in turn and ends with the counts of both test runs', async () => {
    const { status, lines, asked } = await gate(report);
    expect(asked).toEqual([
      'ci --no-audit --no-fund',
      'test -- --json --outputFile',
      'run lint',
      'run typecheck',
      'run boundaries',
      'run generate -- --check',
      'run test:deep -- --json --outputFile',
      'run demo -- --once',
    ]);
    expect({ status, last: lines.at(-1) }).toEqual({ status: 0, last: '14 passed, 0 failed, 2 skipped' });
  });

  it('runs the others though one fails, says which, and fails', async () => {
    const { status, lines, asked } = await gate(`${report}\n[ "$2" != lint ]`);
    expect({ status, asked: asked.length }).toEqual({ status: 1, asked: 8 });
    expect(lines).toContainEqual(expect.stringMatching(/^lint +\d+ s +FAILED$/));
    expect(lines.at(-1)).toBe('14 passed, 0 failed, 2 skipped');
  });

  it('stops when nothing could be installed', async () => {
    expect(await gate('exit 3')).toMatchObject({ status: 1, asked: ['ci --no-audit --no-fund'] });
  });

  it('counts a test file that could not be run', async () => {
    const { lines } = await gate(report.replace('Suites":0', 'Suites":2'));
    expect(lines.at(-1)).toBe('14 passed, 4 failed, 2 skipped');
  });

  it('lets no setting from outside help', async () => {
    const { lines } = await gate(`${report}\nenv | grep -E '^(DATABASE_|COMITY_)' | sort`);
    expect(lines.filter((line) => /^(DATABASE_|COMITY_(?!DATA_DIR))/.test(line))).toEqual([]);
  });
});

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, type Fence } from './pages.js';

/** Commands of a page with what they must print, if the page says so. */
export interface Step {
  commands: string;
  /** Lines, `…` for anything; undefined: nothing may be printed. */
  expected: string | undefined;
  line: number;
}

export interface StepResult extends Step {
  /** Undefined: not reached, since an earlier one failed. */
  status: number | undefined;
  stdout: string;
  stderr: string;
}

/** Every `bash` block, and the `text` block that follows it before the next. Blocks of other languages are not run. */
export function steps(blocks: readonly Fence[]): Step[] {
  const found: Step[] = [];
  for (const { language, text, line } of blocks) {
    if (language === 'bash') found.push({ commands: text, expected: undefined, line });
    else if (language === 'text' && found.length > 0) found.at(-1)!.expected ??= text;
  }
  return found;
}

/** `npm run -s comity --` without a build: the sources themselves, so that the page is tested against them. */
const PRELUDE = `
npm() {
  [ "$1 $2 $3 $4" = 'run -s comity --' ] || { echo "not expected in a page: npm $*" >&2; return 64; }
  shift 4
  node --import "$ROOT/test/support/typescript.js" "$ROOT/apps/cli/src/main.ts" "$@"
}
`;

/** Runs the steps in one bash, so that functions and variables carry over; the first failing command ends it. */
export async function runSteps(list: readonly Step[], env: Record<string, string>): Promise<StepResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'comity-docs-'));
  try {
    const calls: string[] = [];
    for (const [i, { commands }] of list.entries()) {
      await writeFile(join(folder, `${i}.sh`), commands);
      calls.push(`at=${i}; . "$FOLDER/${i}.sh" >"$FOLDER/${i}.out" 2>"$FOLDER/${i}.err"; echo 0 >"$FOLDER/${i}.status"`);
    }
    const script = `set -e\n${PRELUDE}\ntrap 'echo $? >"$FOLDER/$at.status"' EXIT\n${calls.join('\n')}\n`;
    await writeFile(join(folder, 'all.sh'), script);
    await bash(join(folder, 'all.sh'), { ...env, ROOT, FOLDER: folder, TMPDIR: folder });
    const kept = (i: number, what: string) => readFile(join(folder, `${i}.${what}`), 'utf8').catch(() => '');
    return await Promise.all(
      list.map(async (step, i) => {
        const status = await kept(i, 'status');
        return { ...step, status: status === '' ? undefined : Number(status), stdout: await kept(i, 'out'), stderr: await kept(i, 'err') };
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Not spawnSync: the server that the commands call runs in this process. */
function bash(script: string, env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn('bash', [script], { cwd: ROOT, env: { PATH, HOME, ...env }, stdio: 'ignore', timeout: 120_000 });
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
}

/** What is wrong with a step that ran, in words; undefined when it did and said what the page promises. */
export function fault({ status, stdout, stderr, expected, line }: StepResult): string | undefined {
  if (status === undefined) return `line ${line}: not reached`;
  if (status !== 0) return `line ${line}: exit status ${status}\n${stdout}${stderr}`;
  if (matches(stdout, expected ?? '')) return undefined;
  return `line ${line}: printed\n${stdout}${stderr}\nwhere the page says\n${expected ?? '(nothing)'}`;
}

function matches(printed: string, expected: string): boolean {
  const pattern = expected.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^\\n]+');
  return new RegExp(`^${pattern}$`).test(printed);
}

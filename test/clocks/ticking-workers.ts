import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./ticking.ts', import.meta.url));
const HOOKS = new URL('../support/typescript.js', import.meta.url).href;
const DAY_MS = 86_400_000;

export interface Ticking {
  loginUrl: string;
  blobs: string;
  at: Date;
}

interface Life {
  child: ChildProcess;
  gone: Promise<void>;
  says(word: string): Promise<void>;
}

/** Begins a worker whose clock is off by so many days. */
function begin({ loginUrl, blobs, at }: Ticking, days: number): Life {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'test', LOGIN_URL: loginUrl, BLOBS: blobs, CLOCK_AT: new Date(at.getTime() + days * DAY_MS).toISOString() };
  const child = spawn(process.execPath, ['--import', HOOKS, SCRIPT], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = new Set<string>();
  const waiting = new Map<string, () => void>();
  const errors: string[] = [];
  child.stderr!.on('data', (bytes: Buffer) => errors.push(bytes.toString()));
  createInterface({ input: child.stdout! }).on('line', (line) => {
    said.add(line);
    waiting.get(line)?.();
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const says = (word: string) => new Promise<void>((resolve, reject) => {
    if (said.has(word)) return resolve();
    waiting.set(word, resolve);
    void gone.then(() => reject(new Error(`a worker ended by itself: ${errors.join('')}`)));
  });
  return { child, gone, says };
}

/**
 * Three workers at once, killed without warning again and again at moments all over their work; each new life begins with
 * a clock that is right, a day ahead or a day behind. At the end three whose clocks are right finish what is left.
 * @returns how many were killed
 */
export async function killAgainAndAgain(ticking: Ticking, kills: number): Promise<number> {
  let killed = 0;
  const lane = async (which: number): Promise<void> => {
    for (let life = 0; killed < kills; life += 1) {
      const { child, gone, says } = begin(ticking, [0, 1, -1][(life + which) % 3]!);
      await says('ticking');
      await new Promise((wake) => setTimeout(wake, 10 + ((life * 37 + which * 61) % 10) * 30));
      // Counted before it is gone: the other lanes must not begin one too many.
      if (killed < kills) killed += 1;
      child.kill('SIGKILL');
      await gone;
    }
  };
  await Promise.all([0, 1, 2].map(lane));
  const last = [0, 0, 0].map((days) => begin(ticking, days));
  await Promise.all(last.map(({ says }) => says('idle')));
  // What those killed last had taken is done when their leases have ended.
  await new Promise((wake) => setTimeout(wake, 4_000));
  for (const { child } of last) child.kill('SIGTERM');
  await Promise.all(last.map(({ gone }) => gone));
  return killed;
}

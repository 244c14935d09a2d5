import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Refused } from '../command.js';
import { closing } from './closing.js';
import type { Ground } from './ground.js';

/** `comity start` in a process of its own, so that the load and what it measures share no event loop. */
export interface Server {
  /** `http://127.0.0.1:<port>/api/v1` */
  base: string;
  /** Resident memory now, in MB. */
  rssMb(): number;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 120_000;

/** @param nodeArgs for profiling: options of Node before the program's own */
export async function startServer(ground: Ground, options: { worker: boolean; nodeArgs?: readonly string[] }): Promise<Server> {
  const log = join(ground.env.COMITY_DATA_DIR!, `server-${process.hrtime.bigint()}.log`);
  const file = openSync(log, 'a', 0o600);
  const env = { ...ground.env, PORT: '0', HOST: '127.0.0.1', COMITY_WORKER: options.worker ? 'on' : 'off' };
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), program(), 'start', '--json'], { env, stdio: ['ignore', file, file] });
  closeSync(file);
  const stop = closing(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await Promise.race([once(child, 'exit'), sleep(15_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
  });
  try {
    return { base: `${await listening(child, log)}/api/v1`, rssMb: () => rssMb(child.pid!), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The command's entry beside this file: built, or as source where Node was told how to read it (tests). */
export function program(): string {
  const built = fileURLToPath(new URL('../main.js', import.meta.url));
  return existsSync(built) ? built : built.replace(/\.js$/, '.ts');
}

async function listening(child: ChildProcess, log: string): Promise<string> {
  for (const began = performance.now(); performance.now() - began < STARTS_WITHIN_MS && child.exitCode === null; await sleep(50)) {
    const url = /^\{"ok":true,"url":"([^"]+)"/m.exec(readFileSync(log, 'utf8'))?.[1];
    if (url !== undefined) return url;
  }
  throw new Refused('bench.no-server', `The server did not start:\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n')}`);
}

function rssMb(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kb = existsSync(status) ? /^VmRSS:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1] : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kb) / 1024;
}

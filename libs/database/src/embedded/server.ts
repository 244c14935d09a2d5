import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';

/** A server that runs, whoever started it. */
export interface RunningServer {
  pid: number;
  port: number;
}

/**
 * Makes the data directory: UTF-8, SCRAM passwords, data checksums; superuser `postgres`.
 * It is put in place by one rename: a process killed half-way leaves nothing that looks like a database.
 */
export async function initialise(binaries: Binaries, account: Account | undefined, data: string, password: string): Promise<void> {
  // initdb reads the password as the server's account, so it goes through a folder of that account alone.
  const folder = mkdtempSync(join(tmpdir(), 'comity-initdb-'));
  const part = `${data}.part`;
  try {
    const file = join(folder, 'password');
    writeFileSync(file, password, { mode: 0o600 });
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true, mode: 0o700 });
    if (account) for (const path of [folder, file, part]) chownSync(path, account.uid, account.gid);
    await run(binaries.initdb, ['-D', part, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${file}`, '-E', 'UTF8', '--locale=C', '--no-instructions'], account);
    renameSync(part, data);
  } finally {
    rmSync(part, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: string[], account: Account | undefined): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { ...account, cwd: tmpdir(), env: serverEnv(), stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`initdb failed (${code ?? 'signal'}): ${complaint.trim()}`))));
  });
}

/** Nothing of ours is handed on: settings in the environment are secrets, and PG* variables would mislead the server. */
function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } as NodeJS.ProcessEnv;
}

export interface StartOptions {
  port: number;
  logFile: string;
  /** `name=value` settings of the server. */
  flags?: readonly string[];
}

/** Starts a server over the data and waits until it takes connections (30 s at most). */
export async function start(binaries: Binaries, account: Account | undefined, data: string, options: StartOptions): Promise<RunningServer> {
  if ((statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0) > 5_000_000) rmSync(options.logFile);
  const log = openSync(options.logFile, 'a', 0o600);
  const flags = [`port=${options.port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...(options.flags ?? [])];
  const args = ['-D', data, ...flags.flatMap((flag) => ['-c', flag])];
  // Detached: Ctrl-C in a terminal reaches Node alone, which closes its connections before it stops the server.
  const child = spawn(binaries.postgres, args, { ...account, cwd: tmpdir(), env: serverEnv(), detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  let ended: string | undefined;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => (ended = `it ended at once (${code ?? signal})`));
  for (let waited = 0; waited < 30_000; waited += 20) {
    if (ended !== undefined) throw new Error(`PostgreSQL did not start: ${ended}. Its log is ${options.logFile}\n${tail(options.logFile)}`);
    const running = runningServer(data);
    if (running && running.pid === child.pid && running.ready) return running;
    await sleep(20);
  }
  process.kill(child.pid!, 'SIGQUIT');
  throw new Error(`PostgreSQL was not ready after 30 s. Its log is ${options.logFile}`);
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : '';
}

/** What `postmaster.pid` says, if the process it names lives and is a server over this data. */
export function runningServer(data: string): (RunningServer & { ready: boolean }) | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid) || !isPostgres(pid)) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Process ids are used again after a restart: a stale file must not make us stop a stranger. */
function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return process.platform !== 'linux';
  }
}

/** Ends the server's sessions and stops it ("fast" shutdown); waits until its pid file is gone. */
export async function stop(data: string): Promise<void> {
  const running = runningServer(data);
  if (!running) return;
  process.kill(running.pid, 'SIGINT');
  for (let waited = 0; waited < 30_000; waited += 20) {
    if (runningServer(data)?.pid !== running.pid) return;
    await sleep(20);
  }
  process.kill(running.pid, 'SIGQUIT');
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

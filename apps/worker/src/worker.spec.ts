import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { backoffMs } from './backoff.js';
import type { Chore } from './chore.js';
import { describeError } from './describe-error.js';
import { createLogger } from './logger.js';
import { Worker, type WorkerOptions } from './worker.js';

const lines: string[] = [];
const logger = createLogger('error', new Writable({ write: (chunk, _e, done) => (lines.push(String(chunk)), done()) }));
const made: Worker[] = [];
function worker(chores: Chore[], more: Partial<WorkerOptions> = {}): Worker {
  const w = new Worker({ states: async () => ['KZ', 'VN'], chores, logger, pollMs: 60_000, ...more });
  made.push(w);
  return w;
}
const until = async (holds: () => boolean) => { for (let i = 0; !holds() && i < 500; i++) await sleep(5); expect(holds()).toBe(true); };
beforeEach(() => (lines.length = 0));
afterEach(() => Promise.all(made.splice(0).map((w) => w.stop())));

describe('the worker', () => {
  it('does each chore for each State, again at once while there is more, and then sleeps', async () => {
    const left: Record<string, number> = { KZ: 3, VN: 1 };
    const calls: string[] = [];
    const chore: Chore = { name: 'deliver', run: async (state) => { calls.push(state); if (left[state]! <= 0) return 0; left[state]!--; return 1; } };
    const w = worker([chore]);
    w.start();
    await until(() => left['KZ'] === 0 && left['VN'] === 0);
    await sleep(30);
    const quiet = calls.length;
    await sleep(50);
    expect(calls.length).toBe(quiet);
    expect(w.lagMs()).toBeGreaterThan(0);
  });

  it('is woken by a kick, also by one that comes in the middle of a round', async () => {
    let runs = 0;
    let inRun: (() => void) | undefined;
    const w = worker([{ name: 'deliver', run: async () => { runs++; inRun?.(); inRun = undefined; return 0; } }]);
    w.start();
    await until(() => runs === 2);
    await sleep(20);
    inRun = () => w.kick();
    w.kick();
    await until(() => runs === 6);
    await sleep(30);
    expect(runs).toBe(6);
  });

  it('finds work that nobody told it of at the next poll', async () => {
    let runs = 0;
    worker([{ name: 'deadlines', run: async () => (runs++, 0) }], { pollMs: 10 }).start();
    await until(() => runs >= 6);
  });

  it('survives a chore that fails: the others go on, it waits longer each time, and the log has no case data', async () => {
    let failed = 0;
    let good = 0;
    const w = worker([
      { name: 'bad', run: async () => { failed++; throw new Error('cannot read "SECRET"'); } },
      { name: 'good', run: async () => (good++, 0) },
    ], { pollMs: 5, states: async () => ['KZ'] });
    w.start();
    await until(() => good > 10);
    expect(failed).toBe(1);
    expect(w.failing()).toEqual(['bad/KZ']);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'error', chore: 'bad', state: 'KZ', failures: 1, message: 'cannot read …' });
    expect(lines.join('')).not.toContain('SECRET');
  });

  it('survives not being able to tell which States it works for', async () => {
    let asked = 0;
    worker([], { pollMs: 5, states: async () => { asked++; throw new Error('database away'); } }).start();
    await until(() => asked > 3);
  });

  it('stops only when the work under way is done, and begins no more', async () => {
    const done: string[] = [];
    const w = worker([{ name: 'slow', run: async (state) => { await sleep(60); done.push(state); return 1; } }], { concurrency: 1 });
    w.start();
    await sleep(20);
    await w.stop();
    expect(done).toEqual(['KZ']);
    await sleep(80);
    expect(done).toEqual(['KZ']);
  });

  it('one slow State does not hold up the others', async () => {
    const seen: string[] = [];
    let release = () => {};
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const w = worker([{ name: 'deliver', run: async (state) => { if (state === 'KZ') await blocked; seen.push(state); return 0; } }]);
    w.start();
    await until(() => seen.includes('VN'));
    expect(seen).toEqual(['VN']);
    release();
  });

  it('waits half a second after the first failure, doubling to at most a minute', () => {
    expect([1, 2, 3, 8, 1000].map(backoffMs)).toEqual([500, 1000, 2000, 60_000, 60_000]);
  });
});

describe('the description of an error', () => {
  it('keeps where it arose, and drops what it quotes', () => {
    const dropped: unknown[] = [
      new Error('no "SECRET" here'),
      Object.assign(new Error('Key (name)=(SECRET) already exists'), { name: 'QueryFailedError', code: '23505', constraint: 'account_username', table: 'account' }),
      (() => { try { return JSON.parse('SECRET'); } catch (error) { return error; } })(),
      'SECRET',
      { message: 'SECRET' },
      null,
    ];
    expect(JSON.stringify(dropped.map(describeError))).not.toContain('SECRET');
    expect(describeError(dropped[1])).toMatchObject({ code: '23505', constraint: 'account_username', table: 'account', frames: expect.arrayContaining([expect.stringContaining('worker.spec')]) });
  });
});

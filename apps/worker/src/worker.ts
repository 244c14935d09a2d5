import type { Logger } from 'pino';
import type { StateCode } from '@comity/kernel';
import { backoffMs } from './backoff.js';
import type { Chore } from './chore.js';
import { describeError } from './describe-error.js';

export interface WorkerOptions {
  states: () => Promise<readonly StateCode[]>;
  chores: readonly Chore[];
  logger: Logger;
  /** Longest sleep between rounds; a kick ends it early. Work lost by a missed kick is found by the next poll. */
  pollMs: number;
  /** Pieces of work per chore and State before the next one has its turn. */
  batch?: number;
  /** States worked for side by side. */
  concurrency?: number;
}

/** What is due this very moment may be another worker's: a short rest, so that two don't spin about it. */
const LEAST_SLEEP_MS = 5;

interface Lane {
  failures: number;
  notBefore: number;
}

/** Does every chore for every hosted State, round after round, until stopped. A failing chore waits longer each time and holds up no other. */
export class Worker {
  private readonly lanes = new Map<string, Lane>();
  private running: Promise<void> | undefined;
  private stopping = false;
  private kicked = false;
  private wake: (() => void) | undefined;
  /** Monotonic time of the end of the last round, undefined before the first. */
  private lastRoundAt: number | undefined;
  private startedAt = 0;

  constructor(private readonly options: WorkerOptions) {}

  /** Begins working; does nothing when already begun. */
  start(): void {
    if (this.running) return;
    this.stopping = false;
    this.startedAt = performance.now();
    this.running = this.loop();
  }

  /** Says that there is something to do. Cheap and safe to call from a transaction's afterCommit, also when stopped. */
  kick(): void {
    this.kicked = true;
    this.wake?.();
  }

  /** Resolves when the pieces of work under way are done; no new ones are begun. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.running;
    this.running = undefined;
    this.stopping = false;
  }

  /** Milliseconds since a round was last completed; 0 when not started. */
  lagMs(): number {
    return this.running ? performance.now() - (this.lastRoundAt ?? this.startedAt) : 0;
  }

  /** Chores that failed the last time they were tried, as `chore/State`, for operators. */
  failing(): string[] {
    return [...this.lanes].filter(([, lane]) => lane.failures > 0).map(([name]) => name);
  }

  /** Works until nothing is due, for tests and the demo. Call it on a worker that is not started. @returns pieces done */
  async drain(): Promise<number> {
    let total = 0;
    for (;;) {
      const done = await this.round();
      if (done === 0) return total;
      total += done;
    }
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      this.kicked = false;
      const done = await this.round().catch((error: unknown) => {
        this.options.logger.error({ ...describeError(error) }, 'worker round failed');
        return 0;
      });
      this.lastRoundAt = performance.now();
      if (done === 0 && !this.kicked && !this.stopping) await this.sleep();
    }
  }

  /** One turn for every State. States run side by side up to the limit, so that one slow State does not stop the rest. */
  private async round(): Promise<number> {
    const waiting = [...(await this.options.states())];
    let done = 0;
    const next = async (): Promise<void> => {
      for (let state = waiting.shift(); state !== undefined && !this.stopping; state = waiting.shift()) {
        for (const chore of this.options.chores) {
          // Not `done += await ...`: that reads `done` before the wait, and States side by side would lose each other's counts.
          const count = await this.turn(chore, state);
          done += count;
        }
      }
    };
    await Promise.all(Array.from({ length: this.options.concurrency ?? 4 }, next));
    return done;
  }

  private async turn(chore: Chore, state: StateCode): Promise<number> {
    const name = `${chore.name}/${state}`;
    const lane = this.lanes.get(name) ?? { failures: 0, notBefore: 0 };
    this.lanes.set(name, lane);
    if (this.stopping || performance.now() < lane.notBefore) return 0;
    try {
      const done = await chore.run(state, this.options.batch ?? 50);
      lane.failures = 0;
      return done;
    } catch (error) {
      lane.failures += 1;
      const waitMs = backoffMs(lane.failures);
      lane.notBefore = performance.now() + waitMs;
      this.options.logger.error({ chore: chore.name, state, failures: lane.failures, waitMs, ...describeError(error) }, 'chore failed');
      return 0;
    }
  }

  private sleep(): Promise<void> {
    return new Promise((resolve) => {
      const due = this.options.chores.flatMap((chore) => chore.dueInMs?.() ?? []);
      const timer = setTimeout(() => this.wake?.(), Math.max(LEAST_SLEEP_MS, Math.min(this.options.pollMs, ...due)));
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}

/** Integrates and signs logs, beside the other chores: a large package that is being verified delays no checkpoint. */
export class LogWorker extends Worker {}

/** Fires deadlines and raises alarms, beside the other chores: nothing that is slow in them makes a deadline late. */
export class ClockWorker extends Worker {}

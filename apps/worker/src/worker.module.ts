import { type DynamicModule, Inject, Injectable, Module, type ModuleMetadata, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { NODE_STATE, type StateCode } from '@comity/kernel';
import { type Chore, CHORES, HOSTED_STATES, LOG_CHORES } from './chore.js';
import { LogWorker, Worker } from './worker.js';

export interface WorkerModuleOptions {
  /** False: the worker is there to be kicked and drained, but does not run by itself. */
  autostart: boolean;
  pollMs: number;
  /** Of the worker for logs: no entry waits longer for its checkpoint, when nobody kicks. */
  logPollMs: number;
  logger: Logger;
  /** Modules that provide {@link CHORES}, {@link LOG_CHORES} and {@link HOSTED_STATES}. */
  imports?: ModuleMetadata['imports'];
}

const AUTOSTART = Symbol('Autostart');

/** Starts the workers when the application is up, and lets them finish before the database goes away. */
@Injectable()
class WorkerLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly worker: Worker,
    private readonly logWorker: LogWorker,
    @Inject(AUTOSTART) private readonly autostart: boolean,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.autostart) return;
    this.worker.start();
    this.logWorker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.logWorker.stop()]);
  }
}

/** Provides {@link Worker} and {@link LogWorker} to the process it runs in: the api by default, or a process of its own. */
@Module({})
export class WorkerModule {
  static register(options: WorkerModuleOptions): DynamicModule {
    return {
      module: WorkerModule,
      global: true,
      imports: options.imports ?? [],
      providers: [
        WorkerLife,
        { provide: AUTOSTART, useValue: options.autostart },
        {
          provide: Worker,
          inject: [CHORES, HOSTED_STATES],
          useFactory: (chores: readonly Chore[], states: () => Promise<readonly StateCode[]>) =>
            new Worker({ chores, states, pollMs: options.pollMs, logger: options.logger }),
        },
        {
          provide: LogWorker,
          inject: [LOG_CHORES, HOSTED_STATES],
          useFactory: (chores: readonly Chore[], states: () => Promise<readonly StateCode[]>) =>
            // The node has a log of its own, of its operators.
            new LogWorker({ chores, states: async () => [...(await states()), NODE_STATE], pollMs: options.logPollMs, logger: options.logger }),
        },
      ],
      exports: [Worker, LogWorker],
    };
  }
}

import { type DynamicModule, Inject, Injectable, Module, type ModuleMetadata, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { StateCode } from '@comity/kernel';
import { type Chore, CHORES, HOSTED_STATES } from './chore.js';
import { Worker } from './worker.js';

export interface WorkerModuleOptions {
  /** False: the worker is there to be kicked and drained, but does not run by itself. */
  autostart: boolean;
  pollMs: number;
  logger: Logger;
  /** Modules that provide {@link CHORES} and {@link HOSTED_STATES}. */
  imports?: ModuleMetadata['imports'];
}

const AUTOSTART = Symbol('Autostart');

/** Starts the worker when the application is up, and lets it finish before the database goes away. */
@Injectable()
class WorkerLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly worker: Worker,
    @Inject(AUTOSTART) private readonly autostart: boolean,
  ) {}

  onApplicationBootstrap(): void {
    if (this.autostart) this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }
}

/** Provides the {@link Worker} to the process it runs in: the api by default, or a process of its own. */
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
      ],
      exports: [Worker],
    };
  }
}

import { DataSource, type DataSourceOptions, type EntitySchema } from 'typeorm';

export type Entities = (new () => object) | EntitySchema;

/** A statement runs at most this long; work that needs more belongs in the worker, in pieces. */
const STATEMENT_MS = 30_000;
/** A duplicate waits this long for the first of its kind, then is told to come again. */
const LOCK_MS = 2_000;
/** A transaction idle this long is ended: it would hold its locks for ever. */
const IDLE_MS = 60_000;

/** Who waits this long for a connection is told to come again: a queue without end serves nobody in time. */
const ACQUIRE_MS = 10_000;

export interface PoolOptions {
  url: string;
  entities?: readonly Entities[];
  poolSize: number;
  /** Longest wait for a connection (ms); 10 s when absent. */
  acquireMs?: number;
  /** Lets the process end while connections are idle: tests. */
  allowExitOnIdle?: boolean;
  /** Runs after the pool was closed. */
  onClosed?: () => Promise<void>;
}

/** The application's connections. Closing it, in whatever way, also stops a server that came with it. */
export class ComityDataSource extends DataSource {
  constructor(private readonly pool: PoolOptions) {
    super({
      type: 'postgres',
      url: pool.url,
      entities: [...(pool.entities ?? [])],
      synchronize: false,
      migrationsRun: false,
      installExtensions: false,
      // TypeORM logs a failed statement with its parameters: case content has no place in a log.
      logging: false,
      applicationName: 'comity',
      poolSize: pool.poolSize,
      // Sent at connection, so that no transaction spends a statement on them. `pipeline`: statements leave
      // without waiting for the answer to the one before.
      extra: {
        pipeline: true,
        connectionTimeoutMillis: pool.acquireMs ?? ACQUIRE_MS,
        statement_timeout: STATEMENT_MS,
        lock_timeout: LOCK_MS,
        idle_in_transaction_session_timeout: IDLE_MS,
        allowExitOnIdle: pool.allowExitOnIdle ?? false,
      },
    } as DataSourceOptions);
  }

  override async destroy(): Promise<void> {
    try {
      if (this.isInitialized) await super.destroy();
    } finally {
      await this.pool.onClosed?.();
    }
  }
}

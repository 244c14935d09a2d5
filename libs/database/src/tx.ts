import type { StateCode } from '@comity/kernel';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

export type DbRole = 'comity_app' | 'comity_worker' | 'comity_operator';

/** One transaction under one role and one State. Of no use once `inTransaction` has returned. */
export interface Tx {
  /** The State whose rows are visible. */
  readonly state: StateCode;
  /** TypeORM on this transaction's connection; a transaction begun through it becomes a savepoint. */
  readonly manager: EntityManager;
  /** Rows of one statement. May be called without awaiting the previous one: statements run in the order of calls. */
  query<T = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<T[]>;
  /**
   * As `query`, prepared once per connection under `name` (63 bytes at most, one text per name).
   * Statements left unawaited travel together with COMMIT; one that fails makes the whole transaction fail.
   */
  prepared<T = Record<string, unknown>>(name: string, sql: string, params: unknown[]): Promise<T[]>;
  /** Runs after COMMIT answered COMMIT, never otherwise, once even if the work was retried. Must not throw. */
  afterCommit(run: () => void): void;
}

/** The connection's side of a {@link Tx}: sends statements, remembers the first that failed. */
export class OpenTx implements Tx {
  readonly afterwards: (() => void)[] = [];
  /** What the server refused first; every later refusal is its echo. */
  firstError: unknown;
  /** Statements sent and not yet answered. */
  underWay = 0;
  private over = false;
  private gathering = false;
  private managed = false;

  constructor(
    readonly state: StateCode,
    private readonly client: PoolClient,
    private readonly runner: QueryRunner,
  ) {
    // TypeORM would otherwise begin and commit its own transaction around each save.
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
  }

  get manager(): EntityManager {
    if (!this.managed) {
      this.managed = true;
      const query = this.runner.query.bind(this.runner) as (...args: unknown[]) => Promise<unknown>;
      this.runner.query = ((...args: unknown[]) => this.watch(query(...args))) as QueryRunner['query'];
    }
    return this.runner.manager;
  }

  query<T>(sql: string, params?: unknown[]): Promise<T[]> {
    return this.send<T>(params ? { text: sql, values: params } : { text: sql });
  }

  prepared<T>(name: string, sql: string, params: unknown[]): Promise<T[]> {
    return this.send<T>({ name, text: sql, values: params });
  }

  afterCommit(run: () => void): void {
    this.afterwards.push(run);
  }

  /**
   * What is sent until the event loop turns leaves in one packet: one write here and one wake-up of the server's process
   * instead of one for each statement, which cost more than the statements themselves.
   */
  gather(): void {
    if (this.gathering) return;
    this.gathering = true;
    const { stream } = (this.client as unknown as { connection: { stream: { cork(): void; uncork(): void } } }).connection;
    stream.cork();
    // Ticks run when the promises that are ready have all run, with whatever these sent.
    process.nextTick(() => {
      this.gathering = false;
      stream.uncork();
    });
  }

  /** Without this, work that goes on after its own failure would write into the connection's next transaction. */
  close(): void {
    this.over = true;
  }

  private send<T>(statement: { name?: string; text: string; values?: unknown[] }): Promise<T[]> {
    if (this.over) return Promise.reject(new Error('the transaction is over: await every statement inside the work'));
    this.gather();
    const rows = this.watch(this.client.query(statement)).then((result) => result.rows as T[]);
    // Callers may leave a statement unawaited; its failure is then reported by COMMIT.
    rows.catch(() => undefined);
    return rows;
  }

  private watch<T>(answer: Promise<T>): Promise<T> {
    this.underWay += 1;
    return answer.then(
      (value) => {
        this.underWay -= 1;
        return value;
      },
      (error: unknown) => {
        this.underWay -= 1;
        this.firstError ??= error;
        throw error;
      },
    );
  }
}

/** Takes a connection out of the pool; the only await before the first statement. */
export async function takeConnection(db: DataSource): Promise<{ client: PoolClient; runner: QueryRunner }> {
  const runner = db.createQueryRunner();
  const client = (await runner.connect()) as PoolClient;
  return { client, runner };
}

import { Problem, type StateCode } from '@comity/kernel';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { Packet, wireValues, type Statement } from './packet.js';

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
   * As `query`, prepared once per connection and role under `name` (46 bytes at most, one text per name).
   * Statements left unawaited travel together with COMMIT; one that fails makes the whole transaction fail.
   */
  prepared<T = Record<string, unknown>>(name: string, sql: string, params: unknown[]): Promise<T[]>;
  /** Runs after COMMIT answered COMMIT, never otherwise, once even if the work was retried. Must not throw. */
  afterCommit(run: () => void): void;
}

/** The connection's side of a {@link Tx}: gathers statements into packets, remembers the first that failed. */
export class OpenTx implements Tx {
  readonly afterwards: (() => void)[] = [];
  /** What the server refused first; every later refusal is its echo. */
  firstError: unknown;
  /** A statement that could not even be sent: the transaction must not commit without it. */
  unsent: Error | undefined;
  /** Statements sent and not yet answered. */
  underWay = 0;
  private readonly suffix: string;
  private over = false;
  private gathered: Statement[] = [];
  private managed = false;

  constructor(
    readonly state: StateCode,
    private readonly client: PoolClient,
    private readonly runner: QueryRunner,
    role: DbRole = 'comity_app',
  ) {
    // A plan under row-level security is made anew when another role comes: each role keeps its own on a connection.
    this.suffix = role === 'comity_app' ? '' : `.${role}`;
    // TypeORM would otherwise begin and commit its own transaction around each save.
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
  }

  get manager(): EntityManager {
    if (!this.managed) {
      this.managed = true;
      const query = this.runner.query.bind(this.runner) as (...args: unknown[]) => Promise<unknown>;
      this.runner.query = ((...args: unknown[]) => {
        this.flush();
        return this.watch(query(...args));
      }) as QueryRunner['query'];
    }
    return this.runner.manager;
  }

  query<T>(sql: string, params: unknown[] = []): Promise<T[]> {
    return this.send<T>('', sql, params);
  }

  prepared<T>(name: string, sql: string, params: unknown[]): Promise<T[]> {
    return this.send<T>(name + this.suffix, sql, params);
  }

  afterCommit(run: () => void): void {
    this.afterwards.push(run);
  }

  /** BEGIN and COMMIT; answers the command that was carried out. */
  control(name: string, sql: string, params: unknown[] = []): Promise<string> {
    return new Promise((done, failed) => {
      this.gather({ name, text: sql, values: wireValues(params), done: (_, command) => done(command), failed });
    });
  }

  /** Without this, work that goes on after its own failure would write into the connection's next transaction. */
  close(): void {
    this.over = true;
  }

  private send<T>(name: string, text: string, params: unknown[]): Promise<T[]> {
    if (this.over) return Promise.reject(new Error('the transaction is over: await every statement inside the work'));
    const rows = this.watch(
      new Promise<T[]>((done, failed) => {
        try {
          this.gather({ name: name && oneText(name, text), text, values: wireValues(params), done: done as Statement['done'], failed });
        } catch (error) {
          this.unsent ??= error as Error;
          failed(error as Error);
        }
      }),
    );
    // Callers may leave a statement unawaited; its failure is then reported by COMMIT.
    rows.catch(() => undefined);
    return rows;
  }

  /**
   * What is sent until the event loop turns leaves in one packet: one write here and one wake-up of the server's process
   * instead of one for each statement, which cost more than the statements themselves.
   */
  private gather(statement: Statement): void {
    // Ticks run when the promises that are ready have all run, with whatever these sent.
    if (this.gathered.length === 0) process.nextTick(() => this.flush());
    this.gathered.push(statement);
  }

  /** Sends now what is gathered: before something that must come after it. */
  flush(): void {
    if (this.gathered.length === 0) return;
    const packet = new Packet(this.gathered);
    this.gathered = [];
    this.client.query(packet);
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

const TEXTS = new Map<string, string>();

/** @throws Error when the name stands for another text: one of the two would silently run as the other */
function oneText(name: string, text: string): string {
  const known = TEXTS.get(name);
  if (known === undefined) TEXTS.set(name, text);
  else if (known !== text) throw new Error(`two statements are prepared under one name: ${name}`);
  return name;
}

/** Takes a connection out of the pool; the only await before the first statement. */
export async function takeConnection(db: DataSource): Promise<{ client: PoolClient; runner: QueryRunner }> {
  const runner = db.createQueryRunner();
  const client = (await runner.connect().catch((error: unknown) => Promise.reject(isAcquireTimeout(error) ? busy(error) : error))) as PoolClient;
  return { client, runner };
}

/** The pool gives its timeouts no code: when all connections are taken, and when a new one is not made in time. */
const isAcquireTimeout = (error: unknown): boolean => error instanceof Error && /^(timeout exceeded when trying to connect|Connection terminated due to connection timeout)$/.test(error.message);

function busy(cause: unknown): Problem {
  const problem = new Problem({
    status: 503,
    code: 'database.busy',
    title: 'Not available now',
    detail: 'No connection to the database came free in time. Nothing was changed; try again shortly.',
    headers: { 'Retry-After': '5' },
  });
  problem.cause = cause;
  return problem;
}

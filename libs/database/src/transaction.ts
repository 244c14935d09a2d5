import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, type StateCode } from '@comity/kernel';
import type { PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { isEcho, isRetryable } from './sql-error.js';
import { OpenTx, takeConnection, type DbRole, type Tx } from './tx.js';

export interface Scope {
  /** Whose rows the work may see; `ZZ` for the node itself. */
  state: StateCode;
  /** Default `comity_app`. */
  as?: DbRole;
  readOnly?: boolean;
  /** Default read committed. */
  isolation?: 'repeatable read';
}

const ROLES: readonly string[] = ['comity_app', 'comity_worker', 'comity_operator'] satisfies DbRole[];
const RETRIES = 3;

/**
 * Runs `work` in one transaction under a role and a State, and commits it.
 *
 * BEGIN, role and State leave in one packet with the first statement. COMMIT follows statements still under way,
 * so work that returns without awaiting its last inserts saves a round trip. Serialization failures and deadlocks
 * run `work` again, up to 3 times: it must do nothing outside the transaction except through `afterCommit`.
 * @throws the first error of the transaction, not its echoes; Problem 500 `transaction.not-committed`
 *   when COMMIT did not answer COMMIT; Problem 500 `transaction.outcome-unknown` when its answer was lost
 */
export async function inTransaction<T>(db: DataSource, scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T> {
  const opening = openingOf(scope);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once(db, scope, opening, work);
    } catch (error) {
      if (attempt >= RETRIES || !isRetryable(error)) throw error;
      // A random pause, since two that deadlocked together would otherwise meet again.
      await sleep(5 + Math.random() * 20 * (attempt + 1));
    }
  }
}

/** Name and text of BEGIN, and the parameters of {@link SCOPE}. */
interface Opening {
  begin: [name: string, sql: string];
  scope: [role: string, state: string];
}

/** Both last until the transaction ends, as SET LOCAL does. */
const SCOPE = `SELECT set_config('role', $1, true), set_config('comity.state', $2, true)`;

function openingOf({ as: role = 'comity_app', state, isolation, readOnly }: Scope): Opening {
  if (!ROLES.includes(role)) throw new Error(`not a database role of this application: ${role}`);
  if (!/^[A-Z]{2}$/.test(state)) throw new Error('a transaction needs a State (ISO 3166-1 alpha-2)');
  const modes = (isolation ? ' ISOLATION LEVEL REPEATABLE READ' : '') + (readOnly ? ' READ ONLY' : '');
  return { begin: [`BEGIN${modes}`, `BEGIN${modes}`], scope: [role, state] };
}

async function once<T>(db: DataSource, scope: Scope, opening: Opening, work: (tx: Tx) => Promise<T>): Promise<T> {
  const { client, runner } = await takeConnection(db);
  const tx = new OpenTx(scope.state, client, runner, scope.as);
  let answer: T;
  try {
    answer = await begin(tx, opening, work);
    if (tx.unsent) throw tx.unsent;
  } catch (error) {
    tx.close();
    await rollBack(client, runner, tx);
    // A conclusion drawn inside a transaction that must be repeated is no conclusion.
    if (isRetryable(tx.firstError) || isEcho(error)) throw tx.firstError ?? error;
    throw error;
  }
  tx.close();
  const committed = commit(client, runner, tx);
  if (scope.readOnly && tx.underWay === 0) {
    // Everything read has arrived: the end of a reading can tell nothing new, so nobody waits for it.
    committed.catch(() => undefined);
    return answer;
  }
  await committed;
  return answer;
}

/** BEGIN and what the work sends before its first answer leave in one packet. */
function begin<T>(tx: OpenTx, { begin: [name, sql], scope }: Opening, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (const sent of [tx.control(name, sql), tx.control('scope', SCOPE, scope)]) sent.catch((error: unknown) => (tx.firstError ??= error));
  return work(tx);
}

async function commit(client: PoolClient, runner: QueryRunner, tx: OpenTx): Promise<void> {
  let command: string;
  try {
    command = await tx.control('COMMIT', 'COMMIT');
  } catch (error) {
    if (isEcho(error)) {
      // A statement before it failed, and the server passed over the rest of the packet.
      await rollBack(client, runner, tx);
      throw tx.firstError ?? error;
    }
    await release(runner, error);
    if ((error as { severity?: string }).severity === 'ERROR') throw error;
    throw outcomeUnknown(error);
  }
  await release(runner);
  if (command !== 'COMMIT') throw tx.firstError ?? notCommitted(command);
  for (const run of tx.afterwards) {
    try {
      run();
    } catch (error) {
      // What is committed stays committed: the caller must not be told otherwise.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

async function rollBack(client: PoolClient, runner: QueryRunner, tx: OpenTx): Promise<void> {
  // BEGIN may still wait to leave: it must not come after its own end.
  tx.flush();
  const failure = await client.query('ROLLBACK').then(
    () => undefined,
    (error: unknown) => error,
  );
  await release(runner, failure);
}

/** With an error, the connection is closed instead of going back to the pool. */
async function release(runner: QueryRunner, error?: unknown): Promise<void> {
  Object.assign(runner, { isTransactionActive: false, transactionDepth: 0 });
  await (runner as unknown as { releasePostgresConnection(e?: unknown): Promise<void> }).releasePostgresConnection(error);
}

const notCommitted = (command: string): Problem =>
  new Problem({
    status: 500,
    code: 'transaction.not-committed',
    title: 'Nothing was stored',
    detail: `COMMIT answered ${command}: the act was undone as a whole. Send it again.`,
  });

function outcomeUnknown(cause: unknown): Problem {
  const problem = new Problem({
    status: 500,
    code: 'transaction.outcome-unknown',
    title: 'The answer of the database was lost',
    detail: 'The act may or may not be stored. Send it again with the same Idempotency-Key, or read the file first.',
  });
  problem.cause = cause;
  return problem;
}

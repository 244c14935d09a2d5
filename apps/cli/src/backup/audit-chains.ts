import { checkLog } from '@comity/audit';
import type { Tx } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import type { ClientBase } from 'pg';
import { actFor } from './states.js';

/**
 * Compares all that is stored of each State's log, as the transaction sees it, with its entries: chains, contents, tree.
 * @returns entries verified
 * @throws Error at the first log that does not hold
 */
export async function verifyLogs(client: ClientBase, states: Iterable<StateCode>, at: Date): Promise<number> {
  let entries = 0;
  for (const state of states) {
    await actFor(client, state);
    const report = await checkLog(reading(client, state), at);
    const [fault] = report.faults;
    if (fault) throw new Error(`the log of ${state} does not hold: ${fault.where}: ${fault.what}`);
    entries += report.entries;
  }
  return entries;
}

/** The owner's transaction as readers of a State's log expect one. */
function reading(client: ClientBase, state: StateCode): Tx {
  const query = async <T>(text: string, values: unknown[] = []): Promise<T[]> => (await client.query(text, values)).rows as T[];
  return {
    state,
    query,
    prepared: (_name, sql, params) => query(sql, params),
    get manager(): never {
      throw new Error('there is no ORM behind a restore');
    },
    afterCommit: () => undefined,
  };
}

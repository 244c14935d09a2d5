import { inTransaction } from '@comity/database';
import { SettableClock } from '@comity/kernel';
import type { TestDatabase } from '../../../../test/support/database.js';
import { AuditLog } from '../audit-log.js';
import { newChain } from '../chain.js';
import { checkLog } from '../log/log-check.js';
import type { LogFault } from '../log/log-fault.js';
import { LogIntegrator } from '../log/log-integrator.js';
import { logVerifierKey } from '../note/checkpoint.js';
import { draftOf, newFile } from './drafts.js';
import { dropChecks, flip, logColumns, seeded } from './flips.js';
import { testKey, testSigner } from './log-keys.js';

export const AT = new Date('2027-01-02T03:04:05.678Z');
const KEYS = (state: string) => [{ kid: 'key-1', key: logVerifierKey(state, testKey(1).publicKey) }];

/** A log of Iceland with full tiles, contents, several checkpoints, and entries without a place. */
export async function storedLog(db: TestDatabase): Promise<void> {
  const log = new AuditLog(db.dataSource);
  const integrator = new LogIntegrator(db.dataSource, testSigner(), new SettableClock(AT));
  for (const files of [40, 30, 1]) {
    await inTransaction(db.dataSource, { state: 'IS' }, async (tx) => {
      for (let n = 0; n < files; n += 1) {
        const subject = newFile();
        let head = newChain(subject);
        for (let seq = 1; seq <= 5; seq += 1) {
          ({ head } = await log.append(tx, draftOf(subject, { at: AT, personal: seq % 2 ? { reason: `Ásta ${seq}` } : {} }), head));
        }
      }
      await log.append(tx, draftOf('node', { body: { requestId: newFile().slice(5) } }));
    });
    if (files > 1) await integrator.run('IS');
  }
}

export const faultsOf = (db: TestDatabase, state = 'IS'): Promise<LogFault[]> =>
  inTransaction(db.dataSource, { state, readOnly: true, isolation: 'repeatable read' }, async (tx) => (await checkLog(tx, AT, KEYS(state))).faults);

/** Flips bytes of every column in turn, as superuser. @returns for each column, flips made and flips found */
export async function flipTrial(db: TestDatabase, flips: number, seed: number): Promise<Map<string, { made: number; found: number }>> {
  await dropChecks(db);
  const columns = await logColumns(db);
  const random = seeded(seed);
  const tally = new Map<string, { made: number; found: number }>();
  for (let n = 0; n < flips; n += 1) {
    const done = await flip(db, columns[n % columns.length]!, 'IS', random);
    if (!done) throw new Error(`no value to flip in ${JSON.stringify(columns[n % columns.length])}`);
    const count = tally.get(done.column) ?? { made: 0, found: 0 };
    tally.set(done.column, count);
    count.made += 1;
    // A row moved to another State is missing in one log, or is too much in the other.
    for (const state of done.states.filter((code) => /^[A-Z]{2}$/.test(code))) {
      if ((await faultsOf(db, state)).length > 0) {
        count.found += 1;
        break;
      }
    }
    await done.undo();
  }
  return tally;
}

/** One line to print: N of N, and by column. */
export function inWords(tally: Map<string, { made: number; found: number }>): string {
  const sum = (of: 'made' | 'found') => [...tally.values()].reduce((total, count) => total + count[of], 0);
  const missed = [...tally].filter(([, { made, found }]) => found < made).map(([column, { made, found }]) => `${column} ${found}/${made}`);
  return `flipped bytes found: ${sum('found')} of ${sum('made')}, in ${tally.size} columns${missed.length > 0 ? `; missed: ${missed.join(', ')}` : ''}`;
}

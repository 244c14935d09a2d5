import { inTransaction, type Tx } from '@comity/database';
import { type Clock, type StateCode } from '@comity/kernel';
import type { TestDatabase } from '../../../../test/support/database.js';
import { AuditLog } from '../audit-log.js';
import { LogIntegrator } from '../log/log-integrator.js';
import type { LogKey, LogSigner } from '../log/log-signer.js';
import { readCheckpoint } from '../note/checkpoint.js';
import { draftOf, newFile } from './drafts.js';
import { testKey } from './log-keys.js';
import { seeded } from './sample-log.js';

export interface Outcome {
  rounds: number;
  entries: number;
  /** Processes killed under the head's lock, and between commit and signature. */
  killedBefore: number;
  killedBetween: number;
  /** Heads signed by more than one signer, and heads of which two signatures differed. */
  signedTwice: number;
  differing: number;
  /** Entries committed after an integration that had begun after them. */
  late: number;
}

class Killed extends Error {}

/** A clock that differs from process to process and from reading to reading: signatures must not depend on it. */
class UnsteadyClock implements Clock {
  private ms = Date.UTC(2027, 0, 2);
  constructor(private readonly random: (below: number) => number) {}
  now(): Date {
    this.ms += this.random(3000) - 500;
    return new Date(this.ms);
  }
}

/**
 * In each round, some entries come in, one of them perhaps in a transaction that commits late, and two integrators run at
 * once, each of which may be killed before the commit, or between commit and signature.
 */
export async function twoIntegrators(db: TestDatabase, state: StateCode, rounds: number, seed: number): Promise<Outcome> {
  const random = seeded(seed);
  const log = new AuditLog(db.dataSource);
  const outcome: Outcome = { rounds, entries: 0, killedBefore: 0, killedBetween: 0, signedTwice: 0, differing: 0, late: 0 };
  const signatures = new Map<number, Set<string>>();
  const signers = new Map<number, number>();
  const signer = (mortal: boolean): LogSigner => {
    const key = testKey(1);
    const noting: LogKey = {
      ...key,
      sign: (message) => {
        const signature = key.sign(message);
        const size = sizeIn(message);
        if (size !== null) {
          signatures.set(size, (signatures.get(size) ?? new Set()).add(`${message.toString('hex')} ${signature.toString('hex')}`));
          // A checkpoint is signed plainly and with its time.
          signers.set(size, (signers.get(size) ?? 0) + 0.5);
        }
        return signature;
      },
    };
    const perhapsKilled = (what: 'killedBefore' | 'killedBetween', below: number): void => {
      if (!mortal || random(below) !== 0) return;
      outcome[what] += 1;
      throw new Killed();
    };
    return {
      hasKey: async () => true,
      current: async () => (perhapsKilled('killedBefore', 6), key),
      byKid: async () => (perhapsKilled('killedBetween', 3), noting),
    };
  };
  const integrators = [1, 2].map(() => new LogIntegrator(db.dataSource, signer(true), new UnsteadyClock(random)));
  const run = (one: LogIntegrator) =>
    one.run(state).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  const add = async (tx: Tx, count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await log.append(tx, draftOf(newFile()));
    outcome.entries += count;
  };
  for (let round = 0; round < rounds; round += 1) {
    const lateOne = random(3) === 0;
    let release = (): void => undefined;
    const open = new Promise<void>((resolve) => (release = resolve));
    let begun: () => void;
    const isOpen = new Promise<void>((resolve) => (begun = resolve));
    const late = lateOne
      ? inTransaction(db.dataSource, { state }, async (tx) => {
          await add(tx, 1);
          await tx.query('SELECT 1');
          begun();
          await open;
        })
      : undefined;
    if (late) await isOpen;
    await inTransaction(db.dataSource, { state }, (tx) => add(tx, 1 + random(4)));
    await Promise.all(integrators.map(run));
    release();
    if (late) {
      await late;
      outcome.late += 1;
      await Promise.all(integrators.map(run));
    }
  }
  const survivor = new LogIntegrator(db.dataSource, signer(false), new UnsteadyClock(random));
  while ((await survivor.run(state)) > 0);
  outcome.signedTwice = [...signers.values()].filter((times) => times > 1).length;
  // Each head has two messages to be signed; a third says that two signers said something else.
  outcome.differing = [...signatures.values()].filter((of) => of.size !== 2).length;
  return outcome;
}

/** The size in the text of a checkpoint, or in that text with its time. */
function sizeIn(message: Buffer): number | null {
  const lines = message.toString('utf8').split('\n');
  const size = lines[lines[0] === 'cosignature/v1' ? 3 : 1];
  return size === undefined ? null : Number(size);
}

/** Every checkpoint that was stored, by size. */
export async function storedCheckpoints(db: TestDatabase, state: StateCode): Promise<{ size: number; root: string }[]> {
  const rows = await db.asSuperuser<{ note: string }>(`SELECT note FROM audit_checkpoint WHERE state = $1 ORDER BY size`, [state]);
  return rows.map(({ note }) => readCheckpoint(note)).map(({ size, root }) => ({ size, root: root.toString('hex') }));
}

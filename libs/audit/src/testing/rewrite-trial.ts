import type { TestDatabase } from '../../../../test/support/database.js';
import { verifyExport } from '../verify.js';
import { exportLines } from '../export-lines.js';
import { ATTACKS, readPages, rewriteLog, type Pages } from './rewrites.js';
import { seeded } from './sample-log.js';
import { WitnessedNode } from './witnessed-nodes.js';

export interface Tally {
  made: number;
  /** By the counterpart when the log was shown to it next, and told in both States' logs. */
  byCounterpart: number;
  /** Offline, of an export, by the checkpoint that the counterpart had cosigned. */
  byReceipt: number;
}

/**
 * Attacks logs of which a counterpart saw a checkpoint: the State itself, with its key, as superuser of its database.
 * @returns for each kind of attack, how many were made and how many were found
 */
export async function rewriteTrial(db: TestDatabase, other: TestDatabase, rounds: number, seed: number): Promise<Map<string, Tally>> {
  const random = seeded(seed);
  const tally = new Map<string, Tally>();
  for (let round = 0; round < rounds; round += 1) {
    const { name, change } = ATTACKS[round % ATTACKS.length]!;
    const nodes: WitnessedNode[] = [];
    const [is, us] = [new WitnessedNode('IS', db, () => nodes), new WitnessedNode('US', other, () => nodes)];
    nodes.push(is, us);
    await clear(is, us);
    const witnessed = await is.grow(3 + random(20));
    await is.showing.show('IS', 'US');
    const receipt = (await is.seenBy())[0]!;
    if (random(2)) await is.grow(1 + random(10));
    const pages = change(await readPages(db, 'IS'), witnessed, random);
    await rewriteLog(db, 'IS', pages);
    await is.sign();
    // Grown beyond what was seen, or not: either must be found.
    if (random(2)) await is.grow(1 + random(30));
    const count = tally.get(name) ?? { made: 0, byCounterpart: 0, byReceipt: 0 };
    tally.set(name, count);
    count.made += 1;
    const report = await is.reading((tx) => verifyExport(exportLines(tx, { exportedAt: is.clock.now() }), { state: 'IS', checkpoints: [receipt.note] }));
    if (!report.ok) count.byReceipt += 1;
    await is.showing.show('IS', 'US');
    const told = [(await us.told())[0], (await is.told())[0]].map((entry) => /^log\.contradicted (counterpart|own) /.exec(entry ?? '')?.[1]);
    if (told.join() === 'counterpart,own') count.byCounterpart += 1;
  }
  return tally;
}

/** Takes away all that both States have, as before the first entry. */
async function clear(...nodes: WitnessedNode[]): Promise<void> {
  for (const { db, state } of nodes) {
    await rewriteLog(db, state, []);
    await db.asSuperuser(`SET session_replication_role = replica; ${['shown', 'ack', 'seen', 'peer', 'alarm'].map((name) => `DELETE FROM witness_${name} WHERE state = '${state}'`).join('; ')}`);
  }
}

export const inWords = (tally: Map<string, Tally>): string =>
  [...tally].map(([name, { made, byCounterpart, byReceipt }]) => `${name}: ${byCounterpart} of ${made} by the counterpart, ${byReceipt} of ${made} by its receipt`).join('; ');

/** Entries after the last that a counterpart saw, changed: what nobody but the State knows. */
export const changeUnseen = (pages: Pages, witnessed: number): Pages =>
  pages.map((page, n) => (n >= witnessed ? { ...page, body: { measures: 77 } } : page));

import { checkLog, logVerifierKey, type DirectoryKey } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { NODE_STATE, type StateCode } from '@comity/kernel';
import type { DataSource } from 'typeorm';
import { type Finding, findings } from './finding.js';

/** Whether all that is stored of each hosted State's log follows from its entries, and is signed with the State's keys. */
export async function checkLogs(db: DataSource, at: Date): Promise<Finding[]> {
  const directory = new DirectoryService();
  const states = await inTransaction(db, { state: NODE_STATE, readOnly: true }, (tx) => directory.hostedStates(tx));
  const faults: string[] = [];
  const sound: string[] = [];
  for (const state of [...states, NODE_STATE]) {
    const report = await inTransaction(db, { state, readOnly: true, isolation: 'repeatable read' }, async (tx) =>
      checkLog(tx, at, await keysOf(tx, state)),
    );
    for (const { where, what } of report.faults) faults.push(`${state} ${where}: ${what}`);
    sound.push(`${state} ${report.entries} entries, ${report.size} in the tree, ${report.checkpoints} checkpoints`);
  }
  return findings('logs', faults, sound.join('; '));
}

/** All keys the directory ever had for the State: what one of them signed then stays signed. */
async function keysOf(tx: Tx, state: StateCode): Promise<DirectoryKey[] | undefined> {
  // The node's own key stands in no directory: its checkpoints are held to the keys they name.
  if (state === NODE_STATE) return undefined;
  const rows = await tx.query<{ kid: string; jwk: { x: string } }>('SELECT kid, jwk FROM state_key WHERE state = $1', [state]);
  return rows.map(({ kid, jwk }) => ({ kid, key: logVerifierKey(state, Buffer.from(jwk.x, 'base64url')) }));
}

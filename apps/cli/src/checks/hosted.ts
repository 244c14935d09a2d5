import { inTransaction } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { Signer } from '@comity/exchange';
import { NODE_STATE, type StateCode } from '@comity/kernel';
import type { DataSource } from 'typeorm';
import { type Finding, findings } from './finding.js';

export interface HostedOptions {
  keySecret: string;
  at: Date;
}

/** Whether each State the directory says is hosted here can sign, and others can verify what it signs. */
export async function checkHostedStates(db: DataSource, { keySecret, at }: HostedOptions): Promise<Finding[]> {
  const directory = new DirectoryService();
  const scope = { state: NODE_STATE, readOnly: true } as const;
  const states = await inTransaction(db, scope, (tx) => directory.hostedStates(tx));
  const faults: string[] = [];
  for (const state of states) faults.push(...(await keyFaults(db, state, { keySecret, at })));
  const detail = states.length > 0 ? `${states.join(' ')}: each has a key that unwraps and is published` : 'no State is hosted here yet';
  return findings('hosted States', faults, detail);
}

async function keyFaults(db: DataSource, state: StateCode, { keySecret, at }: HostedOptions): Promise<string[]> {
  try {
    return await inTransaction(db, { state, readOnly: true }, async (tx) => {
      const { kid } = await new Signer(db, { keySecret }).load(tx, at);
      const published = await new DirectoryService().publicKeys(tx, state, at);
      if (published.some((key) => key.kid === kid)) return [];
      return [`${state} signs with key ${kid}, which the directory does not publish today: publish it, or counterparts reject its messages`];
    });
  } catch (error) {
    return [(error as Error).message];
  }
}

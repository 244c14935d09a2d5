import type { Tx } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import { Injectable } from '@nestjs/common';

/** `in-process`: both files on this node; `manual`: exported, and carried by people. */
export type TransportName = 'in-process' | 'manual';

export interface Peer {
  counterpart: StateCode;
  transport: TransportName;
  changedAt: Date;
}

/** By what way a State's messages leave for each counterpart. Without a row: `manual`, which loses nothing. */
@Injectable()
export class Peers {
  async set(tx: Tx, counterpart: StateCode, transport: TransportName, at: Date): Promise<void> {
    await tx.query(
      `INSERT INTO peer (state, counterpart, transport, changed_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (state, counterpart) DO UPDATE SET transport = $3, changed_at = $4`,
      [tx.state, counterpart, transport, at],
    );
  }

  async list(tx: Tx): Promise<Peer[]> {
    return tx.query<Peer>(
      'SELECT counterpart, transport, changed_at AS "changedAt" FROM peer WHERE state = $1 ORDER BY counterpart',
      [tx.state],
    );
  }

  /** How a message posted now would leave. */
  async transport(tx: Tx, counterpart: StateCode): Promise<TransportName> {
    const [row] = await tx.query<{ transport: TransportName }>(
      'SELECT transport FROM peer WHERE state = $1 AND counterpart = $2',
      [tx.state, counterpart],
    );
    return row?.transport ?? 'manual';
  }
}

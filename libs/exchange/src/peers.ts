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

  /** Counterparts whose node answers by itself, and with whom anything was ever exchanged. */
  async inDialogue(tx: Tx): Promise<StateCode[]> {
    const rows = await tx.query<{ counterpart: StateCode }>(
      `SELECT counterpart FROM peer p WHERE state = $1 AND transport = 'in-process'
         AND EXISTS (SELECT FROM thread t WHERE t.state = p.state AND t.counterpart = p.counterpart) ORDER BY 1`,
      [tx.state],
    );
    return rows.map(({ counterpart }) => counterpart);
  }

  /** When the last message of each counterpart came. */
  async lastReceived(tx: Tx): Promise<Map<StateCode, Date>> {
    const rows = await tx.query<{ counterpart: StateCode; at: Date }>(
      'SELECT counterpart, max(received_at) AS at FROM inbox_message WHERE state = $1 GROUP BY counterpart',
      [tx.state],
    );
    return new Map(rows.map(({ counterpart, at }) => [counterpart, at]));
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

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ReadyDraft } from './drafts.js';
import type { Round } from './drive.js';

const ARRIVES_WITHIN_MS = 120_000;

/**
 * Waits until every transmission has arrived: the receiver has its file open and the sender recorded the receipt. The
 * latency of each runs to the receipt, which is read off the clock after the receiver's commit.
 * @param sentAt id -> ms of the clock when its transmission was sent
 */
export async function awaitArrival(owner: pg.Client, draft: ReadyDraft, sentAt: ReadonlyMap<string, number>, began: number): Promise<Round> {
  const ids = [...sentAt.keys()];
  for (const since = performance.now(); ; await sleep(25)) {
    await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
    const { rows } = await owner.query<{ id: string; settled_at: Date }>(
      `SELECT thread_id AS id, settled_at FROM outbox_message WHERE thread_id = ANY ($1) AND seq = 1 AND status = 'delivered'`, [ids],
    );
    if (rows.length === ids.length) {
      await assertOpen(owner, draft, ids);
      const settled = rows.map((row) => row.settled_at.getTime());
      const latencies = rows.map((row) => row.settled_at.getTime() - sentAt.get(row.id)!);
      return { perSecond: ids.length / ((Math.max(...settled) - began) / 1000), latencies };
    }
    if (performance.now() - since > ARRIVES_WITHIN_MS) throw new Error(`${ids.length - rows.length} of ${ids.length} transmissions did not arrive`);
  }
}

async function assertOpen(owner: pg.Client, draft: ReadyDraft, ids: string[]): Promise<void> {
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.counterpart]);
  const { rows } = await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM request_file WHERE id = ANY ($1) AND side = 'requested'`, [ids]);
  if (rows[0]!.n !== ids.length) throw new Error(`the receiver has ${rows[0]!.n} files open of ${ids.length} delivered`);
}

/** Takes what was sent with the worker idle out of the outbox: a worker started later would deliver it into the measurement. */
export async function setAside(owner: pg.Client, state: string): Promise<void> {
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [state]);
  await owner.query(`DELETE FROM outbox_message WHERE status = 'pending'`);
}

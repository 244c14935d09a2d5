import type { Tx } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import type { Receipt } from './receipt.dto.js';

/** A message claimed by a worker, until its lease ends. */
export interface Claim {
  id: string;
  threadId: string;
  seq: number;
  counterpart: StateCode;
  type: string;
  measure: number | null;
  bytes: Buffer;
  /** SHA-256 (hex). */
  sha256: string;
  signature: string;
  /** This one included. */
  attempts: number;
  token: string;
}

/**
 * Claims messages that are due, the lowest unsettled of each thread only: what is settled is always a beginning of the
 * thread, so the one before tells. A claim counts as an attempt and hides the message until the lease ends, so that a
 * crashed worker's messages are taken up by another. Written without a join: with many waiting, the server would make one
 * by reading all that was ever sent.
 */
export function claimDue(
  tx: Tx,
  claim: { at: Date; leaseUntil: Date; token: string; limit: number },
): Promise<Claim[]> {
  return tx.prepared<Claim>(
    'exchange_claim',
    `WITH due AS MATERIALIZED (
       SELECT o.id FROM outbox_message o
       WHERE o.state = $1 AND o.status = 'pending' AND o.next_attempt_at <= $2 AND coalesce(
         (SELECT e.status FROM outbox_message e WHERE e.state = o.state AND e.thread_id = o.thread_id AND e.seq = o.seq - 1),
         'delivered') IN ('delivered', 'dispatched')
       ORDER BY o.next_attempt_at, o.id LIMIT $5 FOR UPDATE OF o SKIP LOCKED
     )
     UPDATE outbox_message m SET attempts = m.attempts + 1, next_attempt_at = $3, lease_until = $3, lease_token = $4
     WHERE m.state = $1 AND m.id = ANY (ARRAY(SELECT id FROM due))
     RETURNING m.id, m.thread_id AS "threadId", m.seq, m.counterpart, m.type, m.measure, m.bytes, encode(m.sha256, 'hex') AS sha256,
       m.signature, m.attempts, m.lease_token AS token`,
    [tx.state, claim.at, claim.leaseUntil, claim.token, claim.limit],
  );
}

/** Only while the lease is one's own: a worker that was slow must not overwrite what another has recorded since. */
const HELD = `state = $1 AND id = $2 AND status = 'pending' AND lease_token = $3`;

/** @returns whether the claim still held */
export async function recordDelivered(tx: Tx, claim: Claim, receipt: Receipt, at: Date): Promise<boolean> {
  const rows = await tx.prepared(
    'exchange_delivered',
    `UPDATE outbox_message SET status = 'delivered', receipt = $4, settled_at = $5, lease_until = NULL, lease_token = NULL,
       last_code = NULL, last_reason = NULL WHERE ${HELD} RETURNING id`,
    [tx.state, claim.id, claim.token, JSON.stringify(receipt), at],
  );
  return rows.length > 0;
}

export interface Fault {
  code: string;
  reason: string;
  receipt: Receipt | null;
}

/** @returns whether the claim still held */
export async function recordPause(tx: Tx, claim: Claim, fault: Fault, next: Date): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE outbox_message SET next_attempt_at = $4, lease_until = NULL, lease_token = NULL, last_code = $5, last_reason = $6
     WHERE ${HELD} RETURNING id`,
    [tx.state, claim.id, claim.token, next, fault.code, fault.reason],
  );
  return rows.length > 0;
}

/** @returns whether the claim still held */
export async function recordFailed(tx: Tx, claim: Claim, fault: Fault, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE outbox_message SET status = 'failed', receipt = $4, settled_at = $5, lease_until = NULL, lease_token = NULL,
       last_code = $6, last_reason = $7 WHERE ${HELD} RETURNING id`,
    [tx.state, claim.id, claim.token, fault.receipt && JSON.stringify(fault.receipt), at, fault.code, fault.reason],
  );
  return rows.length > 0;
}

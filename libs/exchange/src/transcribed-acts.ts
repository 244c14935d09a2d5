import type { Tx } from '@comity/database';
import type { TranscribedAct } from './transcribed-act.dto.js';

export interface TranscribedFilter {
  counterpart?: string | undefined;
  status?: TranscribedAct['status'] | undefined;
  /** As the first or the second person. */
  accountId?: string | undefined;
  /** Proposed at or after, RFC 3339. */
  from?: string | undefined;
  /** Proposed before. */
  to?: string | undefined;
}

/** Acts of other States that officials transcribed, newest first. */
export async function transcribedActs(tx: Tx, filter: TranscribedFilter, after: readonly [at: string, id: string] | undefined, limit: number): Promise<TranscribedAct[]> {
  const params: unknown[] = [tx.state];
  const bind = (value: unknown): string => `$${params.push(value)}`;
  const where = ['state = $1'];
  if (filter.counterpart !== undefined) where.push(`counterpart = ${bind(filter.counterpart)}`);
  if (filter.status !== undefined) where.push(`status = ${bind(filter.status)}`);
  if (filter.accountId !== undefined) where.push(`${bind(filter.accountId)}::uuid IN (proposed_by, decided_by)`);
  if (filter.from !== undefined) where.push(`proposed_at >= ${bind(filter.from)}`);
  if (filter.to !== undefined) where.push(`proposed_at < ${bind(filter.to)}`);
  if (after) where.push(`(proposed_at, id) < (${bind(after[0])}, ${bind(after[1])})`);
  const rows = await tx.query<Record<'datedAt' | 'receivedAt' | 'proposedAt' | 'decidedAt', Date | null> & Omit<TranscribedAct, 'datedAt' | 'receivedAt' | 'proposedAt' | 'decidedAt'>>(
    `SELECT id, thread_id AS "requestId", counterpart, type, measure, channel, dated_at AS "datedAt", received_at AS "receivedAt",
       document_sha256 AS "documentSha256", status, proposed_by AS "proposedBy", proposed_at AS "proposedAt", decided_by AS "decidedBy",
       decided_at AS "decidedAt", message_id AS "messageId"
     FROM transcription WHERE ${where.join(' AND ')} ORDER BY proposed_at DESC, id DESC LIMIT ${bind(limit)}`,
    params,
  );
  return rows.map((row) => ({
    ...row, datedAt: row.datedAt!.toISOString(), receivedAt: row.receivedAt!.toISOString(), proposedAt: row.proposedAt!.toISOString(), decidedAt: row.decidedAt?.toISOString() ?? null,
  }));
}

import type { AuditLog, EntryActor } from '@comity/audit';
import type { Tx } from '@comity/database';
import { lockFile, requestLeft, type OpenFile } from '../files.js';
import { NO_REQUEST_SENT } from './reminder-statements.js';
import { STANDS } from './standing-alarm.js';

/** A preservation, by its file and number. */
interface Preservation {
  requestId: string;
  measure: number;
}

/** Open terms of a preservation: $1 State, $2 file, $3 measure. */
const TERMS = `d.state = $1 AND d.file_id = $2 AND d.measure = $3 AND d.code = 'preservation' AND d.status = 'open'`;

/**
 * A request that continues it was sent, or has come: nobody need be called (UNCC 42(8)). Only one between the same two States,
 * asked by the same, and not while it waits to be carried. Left under way.
 */
export function quiet(tx: Tx, { requestId, measure }: Preservation, { id, counterpart, side }: OpenFile['row'], at: Date): void {
  lockTerms(tx, { requestId, measure });
  void tx.prepared(
    'requests_quiet',
    `UPDATE alarm a SET status = 'ended', settled_at = $4, next_step_at = NULL FROM deadline d, request_file f
     WHERE d.state = $1 AND d.file_id = $2 AND d.measure = $3 AND a.state = $1 AND a.deadline_id = d.id AND a.kind = 'preservation-ends' AND ${STANDS}
       AND f.state = $1 AND f.id = $2 AND f.counterpart = $5 AND f.side = $6
       AND EXISTS (SELECT FROM request_file q WHERE q.state = $1 AND q.id = $7 AND ${requestLeft('q')})`,
    [tx.state, requestId, measure, at, counterpart, side, id],
  );
}

/**
 * The request that had quieted the alarm about a preservation was withdrawn, refused, ended without data or not delivered, and no other one
 * continues it: it rings again at once, in the window it had rung in before, also where it was acknowledged. What had not rung
 * yet, and was put off while the request stood, its reminder looks at again at once.
 */
export async function ringAgain(tx: Tx, audit: AuditLog, { requestId, measure }: Preservation, { counterpart, side }: OpenFile['row'], actor: EntryActor, at: Date): Promise<void> {
  const file = await lockFile(tx, requestId);
  if (file?.counterpart !== counterpart || file.side !== side) return;
  lockTerms(tx, { requestId, measure });
  void tx.prepared(
    'requests_look_again',
    `UPDATE reminder r SET not_before = NULL FROM deadline d WHERE ${TERMS} AND r.state = $1 AND r.deadline_id = d.id AND r.not_before IS NOT NULL`,
    [tx.state, requestId, measure],
  );
  const rung = await tx.prepared<{ id: string }>(
    'requests_ring_again',
    `UPDATE alarm a SET status = 'raised', raised_at = $4, settled_at = NULL, settled_by = NULL, xact = pg_current_xact_id() FROM deadline d, request_file f
     WHERE ${TERMS} AND f.state = $1 AND f.id = $2 AND a.state = $1 AND a.deadline_id = d.id AND a.kind = 'preservation-ends' AND a.status <> 'raised' AND ${NO_REQUEST_SENT} RETURNING a.deadline_id AS id`,
    [tx.state, requestId, measure, at],
  );
  if (rung.length > 0) await audit.append(tx, { subject: 'node', type: 'alarm.raised', at, actor, body: { kind: 'preservation-ends', count: rung.length, alarms: rung.map(({ id }) => id) } });
}

/** The row lock makes a worker that raises the alarm, or puts it off, come first or not at all; the statement that follows then sees it. */
function lockTerms(tx: Tx, { requestId, measure }: Preservation): void {
  void tx.prepared('requests_quiet_lock', `SELECT 1 FROM deadline d WHERE ${TERMS} FOR NO KEY UPDATE`, [tx.state, requestId, measure]);
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction, type Tx } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { CLOCK, type Clock, type Official, type StateCode } from '@comity/kernel';
import type { DeadlineKind, Form } from '@comity/treaty';
import { RequestReader } from '../request-reader.js';
import { DEADLINE_COLUMNS, DEADLINE_FROM, deadlineView, type DeadlineRow, type DeadlineView } from './deadline-view.js';
import { WAITS } from './given-terms.js';

export interface DeadlineQuery {
  kind?: DeadlineKind;
  /** Due before the instant. */
  dueBefore?: Date;
  overdue?: boolean;
  form?: Form;
  /** Last seen (dueAt, id). */
  after?: { dueAt: string; id: string };
  limit: number;
}

/** Deadlines as the officials of one State see them, in UTC and on the clock of the reader's own authority. */
@Injectable()
export class DeadlineReader {
  constructor(
    private readonly db: DataSource,
    private readonly directory: DirectoryService,
    private readonly requests: RequestReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Of one request, open, ended and fired, in order of when they are due. The entry of the reading commits before this answers. */
  ofRequest(actor: Official, requestId: string): Promise<DeadlineView[]> {
    return this.requests.logged(actor, requestId, 'request.read', async (tx, _file, at) => {
      const sql = `SELECT ${DEADLINE_COLUMNS} FROM ${DEADLINE_FROM} WHERE d.state = $1 AND d.file_id = $2 ORDER BY d.due_at, d.id`;
      const [rows, timeZone] = await Promise.all([tx.prepared<DeadlineRow>('requests_deadlines', sql, [tx.state, requestId]), this.zone(tx, actor)]);
      return rows.map((row) => deadlineView(row, timeZone, at));
    }, { part: 'deadlines' });
  }

  /** Open ones of all requests of the own State, the first due first. */
  open(actor: Official, query: DeadlineQuery): Promise<{ items: DeadlineView[]; more: boolean }> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const { text, params } = openStatement(actor.state, query, at);
      const [rows, timeZone] = await Promise.all([tx.query<DeadlineRow>(text, params), this.zone(tx, actor)]);
      return { items: rows.slice(0, query.limit).map((row) => deadlineView(row, timeZone, at)), more: rows.length > query.limit };
    });
  }

  private async zone(tx: Tx, actor: Official): Promise<string> {
    return (await this.directory.authority(tx, actor.state, actor.authorityId))?.timeZone ?? 'UTC';
  }
}

/** One statement per combination of filters, so that each has its plan. */
function openStatement(state: StateCode, q: DeadlineQuery, at: Date): { text: string; params: unknown[] } {
  const params: unknown[] = [state];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where = [`d.state = $1`, `d.status = 'open'`];
  if (q.kind !== undefined) where.push(`d.kind = ${add(q.kind)}`);
  if (q.dueBefore !== undefined) where.push(`d.due_at < ${add(q.dueBefore)}`);
  if (q.overdue !== undefined) where.push(q.overdue ? `d.due_at <= ${add(at)} AND NOT ${WAITS}` : `(d.due_at > ${add(at)} OR ${WAITS})`);
  if (q.form !== undefined) {
    where.push(`EXISTS (SELECT FROM measure o WHERE o.state = d.state AND o.file_id = d.file_id AND (d.measure IS NULL OR o.no = d.measure) AND o.form = ${add(q.form)})`);
  }
  if (q.after) where.push(`(d.due_at, d.id) > (${add(q.after.dueAt)}::timestamptz, ${add(q.after.id)}::uuid)`);
  return { text: `SELECT ${DEADLINE_COLUMNS} FROM ${DEADLINE_FROM} WHERE ${where.join(' AND ')} ORDER BY d.due_at, d.id LIMIT ${add(q.limit + 1)}`, params };
}

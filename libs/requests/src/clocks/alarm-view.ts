import type { Tx } from '@comity/database';
import type { Side, StateCode } from '@comity/kernel';
import { ALARM_KINDS, type AlarmName } from '../domain/index.js';
import type { Called } from './duty-list.js';

export type AlarmStatus = 'raised' | 'acknowledged' | 'ended';

export interface AlarmRow {
  id: string;
  requestId: string;
  ownReference: string;
  side: Side;
  counterpart: StateCode;
  /** Of an exercise. */
  training: boolean;
  measure: number | null;
  kind: AlarmName;
  status: AlarmStatus;
  dueAt: Date;
  working: string;
  rule: string | null;
  raisedAt: Date;
  step: number;
  called: Called | null;
  nextStepAt: Date | null;
  settledBy: string | null;
  settledAt: Date | null;
}

export interface AlarmView extends Omit<AlarmRow, 'dueAt' | 'raisedAt' | 'nextStepAt' | 'settledAt'> {
  label: string;
  advice: string;
  /** Of the deadline, whose id the alarm bears. */
  dueAt: string;
  raisedAt: string;
  nextStepAt: string | null;
  settledAt: string | null;
}

export interface AlarmQuery {
  id?: string;
  requestId?: string;
  status?: AlarmStatus;
  kind?: AlarmName;
  /** Last seen (raisedAt, id). */
  after?: { raisedAt: string; id: string };
  limit: number;
}

/** At most one more than `limit`, so that a reader sees whether there are more. One statement per combination of filters. */
export function readAlarms(tx: Tx, q: AlarmQuery): Promise<AlarmRow[]> {
  const params: unknown[] = [tx.state];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where = ['a.state = $1'];
  if (q.id !== undefined) where.push(`a.deadline_id = ${add(q.id)}`);
  if (q.requestId !== undefined) where.push(`d.file_id = ${add(q.requestId)}`);
  if (q.status !== undefined) where.push(`a.status = ${add(q.status)}`);
  if (q.kind !== undefined) where.push(`a.kind = ${add(q.kind)}`);
  if (q.after) where.push(`(a.raised_at, a.deadline_id) < (${add(q.after.raisedAt)}::timestamptz, ${add(q.after.id)}::uuid)`);
  return tx.query<AlarmRow>(
    `SELECT a.deadline_id AS id, a.file_id AS "requestId", f.own_reference AS "ownReference", f.side, f.counterpart, f.training, a.measure, a.kind, a.status,
       d.due_at AS "dueAt", d.working, d.rule, a.raised_at AS "raisedAt", a.step, a.called, a.next_step_at AS "nextStepAt", a.settled_by AS "settledBy", a.settled_at AS "settledAt"
     FROM alarm a JOIN deadline d ON d.state = a.state AND d.id = a.deadline_id JOIN request_file f ON f.state = a.state AND f.id = a.file_id
     WHERE ${where.join(' AND ')} ORDER BY a.raised_at DESC, a.deadline_id DESC LIMIT ${add(q.limit + 1)}`,
    params,
  );
}

export function alarmView({ dueAt, raisedAt, nextStepAt, settledAt, ...row }: AlarmRow): AlarmView {
  const { label, advice } = ALARM_KINDS[row.kind];
  return {
    ...row, label, advice, dueAt: dueAt.toISOString(), raisedAt: raisedAt.toISOString(),
    nextStepAt: nextStepAt?.toISOString() ?? null, settledAt: settledAt?.toISOString() ?? null,
  };
}

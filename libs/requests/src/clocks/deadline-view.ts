import type { Side, StateCode } from '@comity/kernel';
import { localTime, type DeadlineKind, type LocalTime } from '@comity/treaty';
import type { Agreement } from '../deadline.entity.js';
import { WAITS } from './given-terms.js';

/** A deadline with what names its request; `form` is that of its measure. */
export interface DeadlineRow {
  id: string;
  requestId: string;
  ownReference: string;
  side: Side;
  counterpart: StateCode;
  /** Of an exercise. */
  training: boolean;
  measure: number | null;
  form: string | null;
  code: string;
  kind: DeadlineKind;
  dueAt: Date;
  working: string;
  rule: string | null;
  reason: string | null;
  agreement: Agreement | null;
  fires: string | null;
  status: 'open' | 'ended' | 'fired';
  /** The own message that gives this time has not left: no time runs. */
  waits: boolean;
  setAt: Date;
  setBy: string | null;
  settledAt: Date | null;
}

export interface DeadlineView extends Omit<DeadlineRow, 'dueAt' | 'setAt' | 'settledAt'> {
  dueAt: string;
  /** On the wall of the reader's own authority. */
  local: LocalTime;
  overdue: boolean;
  setAt: string;
  settledAt: string | null;
}

export function deadlineView(row: DeadlineRow, timeZone: string, at: Date): DeadlineView {
  return {
    ...row, dueAt: row.dueAt.toISOString(), local: localTime(row.dueAt, timeZone), overdue: row.status === 'open' && !row.waits && row.dueAt.getTime() <= at.getTime(),
    setAt: row.setAt.toISOString(), settledAt: row.settledAt?.toISOString() ?? null,
  };
}

/** Columns of a {@link DeadlineRow}, from `deadline d`, `request_file f` and `measure m`. */
export const DEADLINE_COLUMNS = `d.id, d.file_id AS "requestId", f.own_reference AS "ownReference", f.side, f.counterpart, f.training, d.measure, m.form, d.code, d.kind,
  d.due_at AS "dueAt", d.working, d.rule, d.reason, d.agreement, d.fires, d.status, d.status = 'open' AND ${WAITS} AS waits, d.set_at AS "setAt", d.set_by AS "setBy", d.settled_at AS "settledAt"`;
export const DEADLINE_FROM = `deadline d JOIN request_file f ON f.state = d.state AND f.id = d.file_id
  LEFT JOIN measure m ON m.state = d.state AND m.file_id = d.file_id AND m.no = d.measure`;

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { CLOCK, type Clock, type Json, type StateCode } from '@comity/kernel';
import type { AlarmName } from '../domain/index.js';
import { settingsInForce } from './alarm-settings.js';
import { clockEvent } from './clock-event.js';
import { DUTY_LIST, type DutyList } from './duty-list.js';

interface Standing {
  measure: number | null;
  kind: AlarmName;
  step: number;
  open: boolean;
}

const DUE = `SELECT deadline_id AS id, file_id AS "fileId" FROM alarm WHERE state = $1 AND next_step_at <= $2 ORDER BY next_step_at, deadline_id LIMIT $3`;
const CLAIM = `SELECT a.measure, a.kind, a.step, d.status = 'open' AND a.status = 'raised' AS open
  FROM alarm a JOIN deadline d ON d.state = a.state AND d.id = a.deadline_id
  WHERE a.state = $1 AND a.deadline_id = $2 AND a.next_step_at <= $3 FOR UPDATE OF a SKIP LOCKED`;
const STEP = `UPDATE alarm SET step = $3, called = $4, next_step_at = $5 WHERE state = $1 AND deadline_id = $2`;

/** Passes unanswered calls on along the duty list, one step in one transaction, each logged on the file (practice; UNCC 41). */
@Injectable()
export class EscalationsService {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditLog,
    @Inject(DUTY_LIST) private readonly duty: DutyList,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many steps were taken */
  async run(state: StateCode, limit = 50): Promise<number> {
    const at = this.clock.now();
    const due = await inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, (tx) => tx.prepared<{ id: string; fileId: string }>('requests_steps_due', DUE, [state, at, limit]));
    let taken = 0;
    for (const { id, fileId } of due) if (await this.step(state, id, fileId, at)) taken += 1;
    return taken;
  }

  /** As the application: whom to call stands in accounts, which the worker's role does not read. */
  private step(state: StateCode, id: string, fileId: string, at: Date): Promise<boolean> {
    return inTransaction(this.db, { state }, async (tx) => {
      const [head, [alarm], settings, order] = await Promise.all([
        this.audit.chainHead(tx, `file:${fileId}`), tx.prepared<Standing>('requests_step_claim', CLAIM, [state, id, at]), settingsInForce(tx), this.duty.order(tx, at),
      ]);
      if (!alarm) return false;
      const called = alarm.open ? order[alarm.step] : undefined;
      if (!called) {
        // Answered meanwhile, or the list has grown shorter: nobody is left to call.
        await tx.query('UPDATE alarm SET next_step_at = NULL WHERE state = $1 AND deadline_id = $2', [state, id]);
        return true;
      }
      const step = alarm.step + 1;
      const minutes = settings.find(({ kind }) => kind === alarm.kind)!.stepMinutes;
      void tx.prepared('requests_step', STEP, [state, id, step, JSON.stringify(called), step < order.length ? new Date(at.getTime() + minutes * 60_000) : null]);
      const detail: Record<string, Json> = { kind: alarm.kind, step, called: { ...called } };
      // Offices and numbers may change hands: the log names the turn of the directory, and no more.
      const { turn, ...logged } = called;
      clockEvent(tx, { fileId, measure: alarm.measure, deadlineId: id, type: 'ALARM_ESCALATED', actor: { kind: 'clock', state }, at, detail });
      await this.audit.append(tx, { subject: `file:${fileId}`, type: 'alarm.escalated', at, actor: { kind: 'clock', state }, body: { alarmId: id, kind: alarm.kind, step, called: { ...logged, ...(turn && { turnId: turn.id }) } } }, head);
      return true;
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { CLOCK, type Clock, type Json, type StateCode } from '@comity/kernel';
import type { AlarmName } from '../domain/index.js';
import { settingsInForce } from './alarm-settings.js';
import { clockEvent } from './clock-event.js';
import { DUTY_LIST, isSame, type Called, type DutyList } from './duty-list.js';

interface Standing {
  measure: number | null;
  kind: AlarmName;
  step: number;
  open: boolean;
  /** Of the measure called about, or of the letter's first. */
  instrument: string | null;
}

const DUE = `SELECT deadline_id AS id, file_id AS "fileId" FROM alarm WHERE state = $1 AND next_step_at <= $2 AND kind = ANY ($4) ORDER BY next_step_at, deadline_id LIMIT $3`;
const CLAIM = `SELECT a.measure, a.kind, a.step, d.status = 'open' AND a.status = 'raised' AS open,
    (SELECT b->>'instrument' FROM measure m, jsonb_array_elements(m.content->'legalBases') b
      WHERE m.state = a.state AND m.file_id = a.file_id AND m.no = coalesce(a.measure, m.no) AND b->>'role' = 'primary' ORDER BY m.no LIMIT 1) AS instrument
  FROM alarm a JOIN deadline d ON d.state = a.state AND d.id = a.deadline_id
  WHERE a.state = $1 AND a.deadline_id = $2 AND a.next_step_at <= $3 FOR UPDATE OF a SKIP LOCKED`;
/** Hours change while a call goes unanswered, and with them the order: so it is told by whom, not by how many, were called. */
const CALLED = `SELECT e.detail->'called' AS called FROM clock_event e JOIN alarm a ON a.state = e.state AND a.deadline_id = e.deadline_id
  WHERE e.state = $1 AND e.file_id = $2 AND e.deadline_id = $3 AND e.type = 'ALARM_ESCALATED' AND e.at >= a.raised_at`;
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

  /** Alarms of a kind that is switched off wait as they are, and are passed on when it is switched on again. @returns how many steps were taken */
  async run(state: StateCode, limit = 50): Promise<number> {
    const at = this.clock.now();
    const due = await inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, async (tx) => {
      const kinds = (await settingsInForce(tx)).filter(({ enabled }) => enabled).map(({ kind }) => kind);
      return tx.prepared<{ id: string; fileId: string }>('requests_steps_due', DUE, [state, at, limit, kinds]);
    });
    let taken = 0;
    for (const { id, fileId } of due) if (await this.step(state, id, fileId, at)) taken += 1;
    return taken;
  }

  /** As the application: whom to call stands in accounts, which the worker's role does not read. */
  private step(state: StateCode, id: string, fileId: string, at: Date): Promise<boolean> {
    return inTransaction(this.db, { state }, async (tx) => {
      const [head, [alarm], settings, before] = await Promise.all([
        this.audit.chainHead(tx, `file:${fileId}`), tx.prepared<Standing>('requests_step_claim', CLAIM, [state, id, at]), settingsInForce(tx),
        tx.prepared<{ called: Called }>('requests_step_called', CALLED, [state, fileId, id]),
      ]);
      if (!alarm) return false;
      const left = (await this.duty.order(tx, at, alarm.instrument)).filter((next) => !before.some(({ called }) => isSame(called, next)));
      const called = alarm.open ? left[0] : undefined;
      if (!called) {
        // Answered meanwhile, or the list has grown shorter: nobody is left to call.
        await tx.query('UPDATE alarm SET next_step_at = NULL WHERE state = $1 AND deadline_id = $2', [state, id]);
        return true;
      }
      const step = alarm.step + 1;
      const minutes = settings.find(({ kind }) => kind === alarm.kind)!.stepMinutes;
      void tx.prepared('requests_step', STEP, [state, id, step, JSON.stringify(called), left.length > 1 ? new Date(at.getTime() + minutes * 60_000) : null]);
      const detail: Record<string, Json> = { kind: alarm.kind, step, called: { ...called } };
      // Offices and numbers may change hands: the log names the turn of the directory, and no more.
      const { turn, ...logged } = called;
      clockEvent(tx, { fileId, measure: alarm.measure, deadlineId: id, type: 'ALARM_ESCALATED', actor: { kind: 'clock', state }, at, detail });
      await this.audit.append(tx, { subject: `file:${fileId}`, type: 'alarm.escalated', at, actor: { kind: 'clock', state }, body: { alarmId: id, kind: alarm.kind, step, called: { ...logged, ...(turn && { turnId: turn.id }) } } }, head);
      return true;
    });
  }
}

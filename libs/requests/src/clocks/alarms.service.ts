import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountStatus, Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { assertVersion, CLOCK, conflict, etagOf, forbidden, notFound, type Clock, type Official } from '@comity/kernel';
import { ALARM_KINDS, ALARM_NAMES, type AlarmKind, type AlarmName } from '../domain/index.js';
import { asJson } from '../enclosures.js';
import { loggingRefusals } from '../refusal-log.js';
import { settingsInForce, type SettingInForce } from './alarm-settings.js';
import { alarmView, readAlarms, type AlarmQuery, type AlarmView } from './alarm-view.js';
import type { AlarmSettingDto } from './alarm.dto.js';
import { clockEvent } from './clock-event.js';
import { wrong } from './due.js';
import { STANDS } from './standing-alarm.js';

/** Alarms of one State: the list, their acknowledgement by officials, and when they are raised, set by administrators. */
@Injectable()
export class AlarmsService {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountStatus,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The latest raised first. */
  list(actor: Official, query: AlarmQuery): Promise<{ items: AlarmView[]; more: boolean }> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const found = await readAlarms(tx, query);
      return { items: found.slice(0, query.limit).map(alarmView), more: found.length > query.limit };
    });
  }

  /**
   * Stops the escalation; the deadline stays as it is.
   * @throws Problem 404 `alarm.unknown`; 403 `permission.lacking` for a call by others than the 24/7 desk and the central
   *   authority; 409 `four-eyes.same-person` about one's own act, `alarm.not-raised`
   */
  acknowledge(actor: Official, id: string, act: IdempotentAct): Promise<StoredAnswer> {
    const at = this.clock.now();
    return loggingRefusals(this.audit, actor, at, { act: 'alarm.acknowledge', alarmId: id }, () => inTransaction(this.db, { state: actor.state }, async (tx) => {
      const [, begun, [alarm]] = await Promise.all([
        this.accounts.assertActive(tx, actor), this.idempotency.begin(tx, act, at),
        tx.query<Acknowledged>(ACKNOWLEDGED, [actor.state, id]),
      ]);
      if (begun.kind === 'replay') return begun.answer;
      if (!alarm) throw notFound('alarm.unknown', 'There is no such alarm in your State.');
      assertMayAcknowledge(actor, alarm);
      const { fileId, measure, kind } = alarm;
      // The file's chain before the alarm: the order of every act.
      const head = await this.audit.chainHead(tx, `file:${fileId}`);
      const done = await tx.query(
        `UPDATE alarm a SET status = 'acknowledged', settled_by = $3, settled_at = $4, next_step_at = NULL WHERE state = $1 AND deadline_id = $2 AND ${STANDS} RETURNING 1`,
        [actor.state, id, actor.accountId, at],
      );
      if (done.length === 0) throw conflict('alarm.not-raised', 'It is acknowledged already, or there is no cause for it any more.');
      clockEvent(tx, { fileId, measure, deadlineId: id, type: 'ALARM_ACKNOWLEDGED', actor, at, detail: { kind } });
      await this.audit.append(tx, { subject: `file:${fileId}`, type: 'alarm.acknowledged', at, actor: entryActor(actor), body: { alarmId: id, kind, measure } }, head);
      const [row] = await readAlarms(tx, { id, limit: 1 });
      const answer = { status: 200, body: asJson(alarmView(row!)), headers: {} };
      await this.idempotency.complete(tx, act, answer);
      return answer;
    }));
  }

  /** The register with what holds in the own State. */
  kinds(actor: Official): Promise<AlarmKindView[]> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => (await settingsInForce(tx)).map(kindView));
  }

  /** @throws Problem 404 `alarm-kind.not-found`, 428/412 on the version, 422 `alarm.lead-too-long` */
  configure(actor: Official, name: string, { enabled, lead, stepMinutes }: AlarmSettingDto, ifMatch: string | undefined): Promise<AlarmKindView> {
    const at = this.clock.now();
    const kind = ALARM_NAMES.find((known) => known === name);
    if (!kind) throw notFound('alarm-kind.not-found', `There is no such kind of alarm; there are ${ALARM_NAMES.join(', ')}.`);
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      // One administrator at a time: the chain of the node is locked first.
      const head = await this.audit.chainHead(tx, 'node');
      const before = (await settingsInForce(tx)).find((setting) => setting.kind === kind)!;
      assertVersion(ifMatch, before.version);
      const { most }: AlarmKind = ALARM_KINDS[kind];
      if (lead !== undefined && lead > most) throw wrong('alarm.lead-too-long', '/lead', `At most ${most} of ${ALARM_KINDS[kind].unit}.`);
      const after: SettingInForce = { kind, enabled: enabled ?? before.enabled, lead: lead ?? before.lead, stepMinutes: stepMinutes ?? before.stepMinutes, version: before.version + 1 };
      await tx.query(
        `INSERT INTO alarm_setting (state, kind, enabled, lead, step_minutes, version, changed_by, changed_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)
         ON CONFLICT (state, kind) DO UPDATE SET enabled = $3, lead = $4, step_minutes = $5, version = $6, changed_by = $7, changed_at = $8`,
        [actor.state, kind, after.enabled, after.lead, after.stepMinutes, after.version, actor.accountId, at],
      );
      await this.audit.append(tx, { subject: 'node', type: 'alarm.configured', at, actor: entryActor(actor), body: { kind, enabled: after.enabled, lead: after.lead, stepMinutes: after.stepMinutes } }, head);
      return kindView(after);
    });
  }
}

interface Review {
  by?: string[];
  result?: string;
}

interface Acknowledged {
  fileId: string;
  measure: number | null;
  kind: AlarmName;
  /** Of the deadline. */
  code: string;
  /** What was done alone on the measure, the latest last. */
  reviews: Review[];
}

const ACKNOWLEDGED = `SELECT a.file_id AS "fileId", a.measure, a.kind, d.code,
    coalesce(m.particulars->'earlierDutyReviews', '[]') || coalesce(m.particulars->'dutyReview', '[]') AS reviews
  FROM alarm a JOIN deadline d ON d.state = a.state AND d.id = a.deadline_id
    LEFT JOIN measure m ON m.state = a.state AND m.file_id = a.file_id AND m.no = a.measure
  WHERE a.state = $1 AND a.deadline_id = $2`;

/** Terms that chase a second person about what one duty officer did alone. */
const ABOUT_DUTY_ACTS: ReadonlySet<string> = new Set(['duty-review-missed', 'duty-objection']);

function assertMayAcknowledge(actor: Official, { kind, code, reviews }: Acknowledged): void {
  if (kind === 'call-unanswered' && !actor.roles.some((role) => ['point-of-contact', 'central-authority'].includes(role))) {
    throw forbidden('permission.lacking', 'A call is acknowledged by the 24/7 desk or the central authority: ask one of them to take it.');
  }
  const own = reviews.some(({ by, result }) => result !== 'confirmed' && by?.includes(actor.accountId));
  if (ABOUT_DUTY_ACTS.has(code) && own) {
    throw conflict('four-eyes.same-person', 'It is about what you did alone: someone else of the central authority reviews that, or takes note of this alarm.', 'practice:duty-officer');
  }
}

export interface AlarmKindView extends SettingInForce {
  label: string;
  advice: string;
  unit: AlarmKind['unit'];
  /** Whether an alarm of this kind is passed on along the duty list. */
  escalates: boolean;
  etag: string;
}

const kindView = (setting: SettingInForce): AlarmKindView => {
  const { label, advice, unit, stepMinutes }: AlarmKind = ALARM_KINDS[setting.kind];
  return { ...setting, label, advice, unit, escalates: stepMinutes !== undefined, etag: etagOf(setting.version) };
};

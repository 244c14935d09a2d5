import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { CLOCK, type Clock, type StateCode } from '@comity/kernel';
import { ALARM_KINDS, leadMs, type AlarmKind, type AlarmName } from '../domain/index.js';
import { settingsInForce } from './alarm-settings.js';
import { NextDue } from './next-due.js';
import { DUE_KINDS, RAISE } from './reminder-statements.js';

/** Of one transaction: as many ids as one entry of the log holds, with room to spare. */
export const BATCH = 1_000;
/** Then the other kinds, and the other States, have their turn. */
const MOST_BATCHES = 20;
/** A reminder without cause is looked at again after this: a request that was sent may be withdrawn. */
const LATER_MS = 86_400_000;

/** Of a reminder in the order in which they are due. */
interface Place {
  dueAt: string;
  id: string;
}
const FIRST: Place = { dueAt: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

interface DueKind {
  kind: AlarmName;
  due: boolean;
  next: Date | null;
}

/**
 * Raises alarms, many in one transaction with one entry in the log. It changes no state of any request. Safe in any number of
 * workers: rows another one has are passed over, and an alarm bears the id of its deadline.
 */
@Injectable()
export class RemindersService {
  private readonly next: NextDue;

  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.next = new NextDue(clock);
  }

  /** @returns how many reminders were dealt with: raised, put off or dropped, because their deadline had ended */
  async run(state: StateCode): Promise<number> {
    const at = this.clock.now();
    const due = await this.look(state, at);
    let settled = 0;
    for (const { kind, cut, next } of due) settled += await this.raise(state, kind, cut, next, at);
    return settled;
  }

  dueInMs(): number | undefined {
    return this.next.inMs();
  }

  /** Kinds that have something due, each with the latest due date it is raised for and its first step of escalation. */
  private look(state: StateCode, at: Date): Promise<{ kind: AlarmName; cut: Date; next: Date | null }[]> {
    return inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, async (tx) => {
      const enabled = (await settingsInForce(tx)).filter((setting) => setting.enabled);
      const cuts = enabled.map(({ kind, lead }) => new Date(at.getTime() + leadMs(kind, lead)));
      const rows = await tx.prepared<DueKind>('requests_reminders_due', DUE_KINDS, [state, enabled.map(({ kind }) => kind), cuts, at]);
      const nexts = rows.flatMap(({ kind, next }) => (next ? [next.getTime() - leadMs(kind, enabled.find((s) => s.kind === kind)!.lead)] : []));
      this.next.saw(state, nexts.length > 0 ? new Date(Math.min(...nexts)) : null);
      return enabled.flatMap(({ kind }, i) => {
        const calls = (ALARM_KINDS[kind] as AlarmKind).stepMinutes !== undefined;
        return rows.some((row) => row.kind === kind && row.due) ? [{ kind, cut: cuts[i]!, next: calls ? at : null }] : [];
      });
    });
  }

  /** Batch after batch, each a transaction of its own. */
  private async raise(state: StateCode, kind: AlarmName, cut: Date, next: Date | null, at: Date): Promise<number> {
    let [settled, from] = [0, FIRST];
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const { seen, last } = await this.batch(state, kind, [cut, at, BATCH, new Date(at.getTime() + LATER_MS), next, from.dueAt, from.id]);
      settled += seen;
      if (seen < BATCH || last === null) break;
      from = last;
    }
    return settled;
  }

  private batch(state: StateCode, kind: AlarmName, [cut, at, ...rest]: [Date, Date, ...unknown[]]): Promise<{ seen: number; last: Place | null }> {
    return inTransaction(this.db, { state, as: 'comity_worker' }, async (tx) => {
      const [found] = await tx.prepared<{ raised: string[]; seen: number; last: Place | null }>(`requests_raise_${kind}`, RAISE[kind], [state, cut, at, ...rest]);
      const { raised, seen, last } = found!;
      if (raised.length > 0) {
        await this.audit.append(tx, { subject: 'node', type: 'alarm.raised', at, actor: { kind: 'clock', state }, body: { kind, count: raised.length, alarms: raised } });
      }
      return { seen, last };
    });
  }
}

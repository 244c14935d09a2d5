import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { Calendars, type CalendarDto, type CalendarRow } from '@comity/directory';
import { CLOCK, type Clock, type Json, type Official } from '@comity/kernel';
import type { CalendarFactDto, CalendarsDto } from './calendar.dto.js';

/** Calendars of the own State's authorities; each change with its entry, in one transaction. */
@Injectable()
export class CalendarActs {
  constructor(
    private readonly db: DataSource,
    private readonly calendars: Calendars,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  list(actor: Official): Promise<CalendarsDto> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => ({ items: (await this.calendars.list(tx)).map(calendarView) }));
  }

  /** @throws as `Calendars.record` and `Idempotency.begin` */
  record(actor: Official, act: IdempotentAct, dto: CalendarDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'calendar.recorded', 201, (tx, at) => this.calendars.record(tx, actor, dto, at));
  }

  /** @throws as `Calendars.confirm` and `Idempotency.begin` */
  confirm(actor: Official, act: IdempotentAct, id: string): Promise<StoredAnswer> {
    return this.once(actor, act, 'calendar.confirmed', 200, (tx, at) => this.calendars.confirm(tx, actor, id, at));
  }

  private once(actor: Official, act: IdempotentAct, type: string, status: number, work: (tx: Tx, at: Date) => Promise<CalendarRow>): Promise<StoredAnswer> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const begun = await this.idempotency.begin(tx, act, at);
      if (begun.kind === 'replay') return begun.answer;
      const row = await work(tx, at);
      await this.audit.append(tx, { subject: 'node', type, at, actor: entryActor(actor), body: { calendarId: row.id, authorityId: row.authorityId, coversFrom: row.coversFrom, coversTo: row.coversTo } });
      const answer = { status, body: calendarView(row) as unknown as Json, headers: {} };
      await this.idempotency.complete(tx, act, answer);
      return answer;
    });
  }
}

const calendarView = ({ confirmedOn: _, recordedAt, confirmedAt, ...row }: CalendarRow): CalendarFactDto => ({
  ...row, recordedAt: recordedAt.toISOString(), confirmedAt: confirmedAt?.toISOString() ?? null,
});

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountStatus, Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor, type ChainHead } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { Calendars, DirectoryService } from '@comity/directory';
import { CLOCK, conflict, forbidden, notFound, type Clock, type Json, type Official } from '@comity/kernel';
import { dayIn } from '@comity/treaty';
import type { Agreement } from '../deadline.entity.js';
import { mainState, type Term } from '../domain/index.js';
import { asJson } from '../enclosures.js';
import { quietEnded, setTerm } from '../file-log.js';
import { lockFileWithChain, readMeasures, requestUnknown, type OpenFile } from '../files.js';
import { loggingRefusals } from '../refusal-log.js';
import { clockEvent } from './clock-event.js';
import type { EndDeadlineDto, SetDeadlineDto } from './deadline.dto.js';
import { deadlineView, type DeadlineRow } from './deadline-view.js';
import { dueOf, wrong, type Place } from './due.js';

const ENDED = `UPDATE deadline SET status = 'ended', settled_at = $4 WHERE state = $1 AND file_id = $2 AND id = $3 AND status = 'open' AND set_by IS NOT NULL RETURNING 1`;

/** Deadlines that officials set and end by hand: the own authority's, and those agreed with the other State. */
@Injectable()
export class DeadlineActs {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountStatus,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    private readonly directory: DirectoryService,
    private readonly calendars: Calendars,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem 404 `request.unknown`, `measure.not-found`; 403 `permission.lacking` for an agreed one by another than
   *   the central authority; 409 `deadline.letter-closed`; 422 as `dueOf`, `deadline.agreement-missing`, `deadline.record-ahead`, `deadline.not-agreed`
   */
  set(actor: Official, requestId: string, dto: SetDeadlineDto, act: IdempotentAct): Promise<StoredAnswer> {
    return this.once(actor, requestId, 'deadline.set', act, 201, async (tx, file, at, head) => {
      const place = await this.place(tx, actor, at);
      const measure = dto.measure ?? null;
      assertMaySet(actor, file, dto);
      const agreement = dto.kind === 'agreed' ? agreementOf(file, dto, dayIn(at, place.timeZone)) : null;
      if (dto.kind === 'internal' && dto.agreement) throw wrong('deadline.agreement-unfit', '/agreement', 'An internal deadline is nobody else’s affair: leave the agreement out, or make it an agreed one.');
      const due = dueOf(dto, at, place);
      const term: Term = { code: dto.kind, kind: dto.kind, dueAt: due.at, working: due.working, reason: dto.reason };
      const id = setTerm(tx, requestId, measure, term, at, { accountId: actor.accountId, agreement });
      clockEvent(tx, { fileId: requestId, measure, deadlineId: id, type: 'DEADLINE_SET', actor, at, detail: { kind: dto.kind, dueAt: due.at } });
      await this.audit.append(tx, {
        subject: `file:${requestId}`, type: 'deadline.set', at, actor: entryActor(actor),
        body: { deadlineId: id, kind: dto.kind, measure, dueAt: due.at, ...(agreement && { agreedBy: agreement.by }) },
        personal: { reason: dto.reason, ...(agreement && { agreement: asJson(agreement) }) },
      }, head);
      const row: DeadlineRow = {
        id, requestId, ownReference: file.row.ownReference, side: file.row.side, counterpart: file.row.counterpart, training: file.row.training, measure,
        form: file.measures.find((m) => m.no === measure)?.form ?? null, code: term.code, kind: term.kind, dueAt: new Date(due.at), working: due.working,
        rule: null, reason: dto.reason, agreement, fires: null, status: 'open', waits: false, setAt: at, setBy: actor.accountId, settledAt: null,
      };
      return asJson(deadlineView(row, place.timeZone, at));
    });
  }

  /** @throws Problem 404 `request.unknown`, `deadline.unknown`; 409 `deadline.not-open`, `deadline.of-an-act` */
  end(actor: Official, requestId: string, id: string, { reason }: EndDeadlineDto, act: IdempotentAct): Promise<StoredAnswer> {
    return this.once(actor, requestId, 'deadline.end', act, 200, async (tx, _file, at, head) => {
      const [found] = await tx.query<{ kind: string; measure: number | null; status: string; setBy: string | null }>(
        'SELECT kind, measure, status, set_by AS "setBy" FROM deadline WHERE state = $1 AND file_id = $2 AND id = $3', [tx.state, requestId, id],
      );
      if (!found) throw notFound('deadline.unknown', 'This request has no such deadline.');
      if (found.setBy === null) throw conflict('deadline.of-an-act', 'It follows from an act or from the letter, and ends with the act that answers it.');
      if (found.kind === 'agreed') assertCentral(actor);
      if ((await tx.query(ENDED, [tx.state, requestId, id, at])).length === 0) throw conflict('deadline.not-open', `It is ${found.status} already.`);
      quietEnded(tx, requestId, at);
      clockEvent(tx, { fileId: requestId, measure: found.measure, deadlineId: id, type: 'DEADLINE_ENDED', actor, at, detail: { kind: found.kind } });
      await this.audit.append(tx, {
        subject: `file:${requestId}`, type: 'deadline.ended', at, actor: entryActor(actor), body: { deadlineId: id, kind: found.kind, measure: found.measure }, personal: { reason },
      }, head);
      return { id, status: 'ended', settledAt: at.toISOString() };
    });
  }

  /** The zone of the official's own authority, and its calendar. */
  private async place(tx: Tx, actor: Official, at: Date): Promise<Place> {
    const timeZone = (await this.directory.authority(tx, actor.state, actor.authorityId))?.timeZone ?? 'UTC';
    return { authorityId: actor.authorityId, timeZone, calendar: await this.calendars.inForce(tx, actor.authorityId, dayIn(at, timeZone)) };
  }

  /** One act on a file under its lock, in one transaction with its Idempotency-Key. */
  private once(actor: Official, requestId: string, name: string, act: IdempotentAct, status: number, work: (tx: Tx, file: OpenFile, at: Date, head: ChainHead) => Promise<Json>): Promise<StoredAnswer> {
    const at = this.clock.now();
    return loggingRefusals(this.audit, actor, at, { act: name, requestId }, () => inTransaction(this.db, { state: actor.state }, async (tx) => {
      const [, begun, locked, measures] = await Promise.all([
        this.accounts.assertActive(tx, actor), this.idempotency.begin(tx, act, at), lockFileWithChain(tx, this.audit, requestId), readMeasures(tx, requestId),
      ]);
      if (!locked) throw requestUnknown();
      const { row, head } = locked;
      if (begun.kind === 'replay') return begun.answer;
      const answer = { status, body: await work(tx, { row, measures }, at, head), headers: {} };
      void this.idempotency.complete(tx, act, answer);
      return answer;
    }));
  }
}

function assertMaySet(actor: Official, { row, measures }: OpenFile, { kind, measure }: SetDeadlineDto): void {
  if (kind === 'agreed') assertCentral(actor);
  if (measure !== undefined && !measures.some(({ no }) => no === measure)) throw notFound('measure.not-found', `There is no measure ${measure} in this request.`);
  if (['closed', 'abandoned'].includes(mainState(row.letter))) throw conflict('deadline.letter-closed', 'The letter is closed: nothing is owed on it any more.');
  if (kind === 'agreed' && row.transmittedAt === null) throw conflict('deadline.not-transmitted', 'The letter has not been transmitted: there is nobody to have agreed.');
}

function assertCentral(actor: Official): void {
  if (!actor.roles.includes('central-authority')) throw forbidden('permission.lacking', 'What is agreed with the other State is recorded by the central authority.');
}

interface Consultation {
  result?: string;
  closedAt?: string;
}

/** UNCC 40(28), 40(26): neither State binds the other alone. */
function agreementOf({ measures }: OpenFile, { measure, agreement }: SetDeadlineDto, today: string): Agreement {
  if (!agreement) throw wrong('deadline.agreement-missing', '/agreement', 'Say how the other State agreed: by a consultation, or by a record with its reference and day.', 'UNCC 40(28)');
  if (agreement.by === 'record') {
    if (agreement.reference === undefined || agreement.on === undefined) throw wrong('deadline.agreement-missing', '/agreement', 'Give the reference and the day of the record.', 'UNCC 40(28)');
    if (agreement.on > today) throw wrong('deadline.record-ahead', '/agreement/on', 'The record is of a day that is still to come: give the day on which the other State agreed.', 'UNCC 40(28)');
    return { by: 'record', reference: agreement.reference, on: agreement.on };
  }
  const held = (measures.find(({ no }) => no === measure)?.particulars['consultations'] as Consultation[] | undefined) ?? [];
  const last = held.findLast(({ closedAt }) => closedAt !== undefined);
  if (last?.result !== 'agreement') throw wrong('deadline.not-agreed', '/agreement/by', 'No consultation on this measure has ended in agreement. Name the measure, or record the agreement with its reference.', 'UNCC 40(28)');
  return { by: 'consultation', closedAt: last.closedAt! };
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountStatus, Idempotency, mayFire, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { Outbox } from '@comity/exchange';
import { assertVersion, CLOCK, conflict, etagOf, forbidden, notFound, unprocessable, type Clock, type Json, type Official } from '@comity/kernel';
import { profile } from '@comity/treaty';
import { CarryOut, type Done } from './carry-out.js';
import { actOf, ACTS, checkPayload, mainState, ownTermProblems, requestUndelivered, unknownMeasures } from './domain/index.js';
import { enclosures } from './enclosures.js';
import { FactsLoader } from './facts.js';
import { followEmergencies, setEmergencyTerms } from './emergencies.js';
import { endTerms, setTerm } from './file-log.js';
import { findAlike, lockFileWithChain, readMeasures, requestUnknown, type OpenFile } from './files.js';
import { rethrowReference } from './own-reference.js';
import { loggingRefusals } from './refusal-log.js';

/** What an official asks to be done. */
export interface ActCommand {
  requestId: string;
  /** Number of the measure; null for an act on the letter. */
  measure: number | null;
  type: string;
  payload: Record<string, unknown>;
  /** If-Match of the caller. */
  ifMatch: string | undefined;
  idempotency: IdempotentAct;
}

/**
 * The one door: every act of an official, message of the other State, and term that fell due goes through decide()
 * and is carried out in one transaction.
 */
@Injectable()
export class RequestsService {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountStatus,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
    private readonly facts: FactsLoader,
    private readonly carryOut: CarryOut,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Decides and does one act.
   * @throws Problem 404 `request.unknown`, 403 `permission.lacking`, 409/422 `idempotency.*`, 428/412 on the version,
   *   422 on the payload, 409 `reference.taken`, 409 with rule ids when the law or the state says no
   */
  async advance(actor: Official, command: ActCommand): Promise<StoredAnswer> {
    const at = this.clock.now();
    const { requestId, measure, type } = command;
    return loggingRefusals(this.audit, actor, at, { event: type, requestId, measure }, () =>
      inTransaction(this.db, { state: actor.state }, async (tx) => {
        // One packet: file with its chain, account, idempotency key, measures, thread. The file first: what follows is read under its lock.
        const [locked, , begun, measures, thread] = await Promise.all([
          lockFileWithChain(tx, this.audit, requestId),
          this.accounts.assertActive(tx, actor),
          this.idempotency.find(tx, command.idempotency, at),
          readMeasures(tx, requestId),
          this.outbox.find(tx, requestId),
        ]);
        if (!locked) throw requestUnknown();
        const { row, head } = locked;
        const file: OpenFile = { row, measures };
        assertMayAct(actor, file, command);
        if (begun.kind === 'replay') return begun.answer;
        assertVersion(command.ifMatch, row.version);
        assertPayload(file, command, at);
        const sending = type === 'TRANSMIT';
        // One packet more, with what only some acts ask for.
        const [facts, enclosed] = await Promise.all([
          this.facts.load(tx, file, command, at, actor), sending ? enclosures(tx, requestId) : undefined, sending && this.pin(tx, file, at),
        ]);
        // Who submits answers for the draft like who wrote it, and may not review it (four eyes).
        if (type === 'SUBMIT_FOR_REVIEW') row.draftedBy = [...new Set([...row.draftedBy, actor.accountId])];
        const act = { type, measure, payload: command.payload, source: 'official' as const };
        const done = await this.carryOut.run(tx, file, { act, actor, facts, at, head, thread, ...(enclosed && { enclosed }) });
        if (sending || (type === 'RESEND' && requestUndelivered(row.particulars))) await followEmergencies(tx, this.audit, { row, measures: measures.map((m) => m.content) }, actor, at);
        const answer = answerOf(done, command);
        this.idempotency.store(tx, command.idempotency, answer, at);
        return answer;
      }),
    ).catch((error: unknown) => rethrowReference(error, (command.payload as Record<string, unknown> | null)?.['reference'], '/payload/reference'));
  }

  /** What transmission fixes: profiles, an earlier request alike, the suggested deadline; an exercise is told with the facts. */
  private async pin(tx: Tx, { row, measures }: OpenFile, at: Date): Promise<void> {
    for (const { content } of measures) {
      for (const { instrument } of content.legalBases) {
        if (!row.profiles[instrument]) row.profiles = { ...row.profiles, [instrument]: profile(instrument).version };
      }
    }
    row.transmittedAt = at;
    row.possibleDuplicateOf = await findAlike(tx, row.counterpart, row.likeness, row.side, row.id);
    suggestTerm(tx, row, at);
    setEmergencyTerms(tx, { row, measures }, at);
  }
}

/**
 * UNCC 40(26): the deadline the requesting State suggests, with its reason, shown in both files. A day without a time ends in UTC:
 * neither file knows the zone it was meant in, and both must come to the same instant.
 */
export function suggestTerm(tx: Tx, row: OpenFile['row'], at: Date): void {
  const suggested = row.content.suggestedDeadline;
  if (!suggested) return;
  const from = row.transmittedAt ?? at;
  const isDay = suggested.at?.length === 10;
  const dueAt = suggested.at !== undefined ? new Date(isDay ? `${suggested.at}T23:59:59.999Z` : suggested.at) : new Date(from.getTime() + (suggested.withinDays ?? 0) * 86_400_000);
  const given = isDay ? `until the end of ${suggested.at} UTC, suggested in the letter` : 'date suggested in the letter';
  const working = suggested.at !== undefined ? given : `${suggested.withinDays} days from ${from.toISOString()}, transmitted`;
  const cause = suggested.cause === undefined || suggested.cause === 'other' ? '' : `, ${suggested.cause.replace('-', ' ')}`;
  endTerms(tx, row.id, null, 'suggested', at);
  setTerm(tx, row.id, null, { code: 'suggested', kind: 'suggested', dueAt: dueAt.toISOString(), working: `${working}${cause}; UNCC 40(26)`, rule: 'UNCC 40(26)', reason: suggested.reason }, at);
}

function assertMayAct(actor: Official, { row, measures }: OpenFile, { type, measure }: ActCommand): void {
  const known = actOf(type, row.side);
  if (known === 'unknown') throw unprocessable('event.unknown', 'There is no such event. See availableEvents of the request.');
  if (known === 'other-side') throw conflict('event.other-side', `${type} is an act of the other State. See availableEvents of the request.`);
  const on = ACTS[type]!.on;
  if ((on === 'measure') !== (measure !== null)) {
    throw unprocessable('event.wrong-subject', on === 'measure' ? `${type} concerns a measure: post it to /measures/{no}/events.` : `${type} concerns the letter: post it to /events.`);
  }
  if (measure !== null && !measures.some(({ no }) => no === measure)) throw notFound('measure.not-found', `There is no measure ${measure} in this request.`);
  if (!mayFire(actor.roles, row.side, type)) throw forbidden('permission.lacking', `Your roles do not allow ${type} on the ${row.side} side.`);
}

function assertPayload({ measures }: OpenFile, { type, payload }: ActCommand, at: Date): void {
  const malformed = checkPayload(type, payload);
  const wrong = malformed.length > 0 ? malformed : [...unknownMeasures(payload, measures.map(({ no }) => no)), ...ownTermProblems(type, payload, at)];
  if (wrong.length === 0) return;
  throw unprocessable(wrong[0]!.code, wrong.length === 1 ? wrong[0]!.detail : `${wrong.length} members of the payload are not right; see errors.`, undefined,
    wrong.map(({ code, detail, pointer }) => ({ code, detail, pointer: `/payload${pointer ?? ''}` })));
}

function answerOf({ file, sent, entry, opened }: Done, { measure }: ActCommand): StoredAnswer {
  const { row, measures } = file;
  const subject = measures.find((m) => m.no === measure);
  const body: Json = {
    requestId: row.id, version: row.version, overall: row.overall, letterState: mainState(row.letter), eventSeq: row.eventSeq,
    ...(subject && { measure: subject.no, measureState: mainState(subject.chart), outcome: subject.outcome }),
    messages: sent.map((m) => ({ ...m })),
    ...(opened && { opened: { ...opened } }),
    entry: { id: entry.id, seq: entry.seq, leafHash: entry.leafHash },
  };
  return { status: 200, body, headers: { ETag: etagOf(row.version) } };
}

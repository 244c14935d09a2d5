import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '@comity/database';
import { Outbox } from '@comity/exchange';
import { ContactBook, DirectoryService, type ArrangementRow } from '@comity/directory';
import type { Official } from '@comity/kernel';
import { type MeasureContent, type UseLimitation, checkRequest, dayIn, hasProfile, instruments, profile, resolveLegalBases, ruleFor, type Arrangement, type RuleKind, type Form, type Lacking } from '@comity/treaty';
import { dutyFacts } from './duty-desk.js';
import { FORMAL_REQUEST_DAYS, formalRequestMade } from './emergencies.js';
import { closureTerm, consultationTermPassed, consultedOn, fileFacts, isOpen, lastAsk, mainState, narrowedAt, preservationFacts, replyBy, type Facts, type Particulars, type Refusal, requestRejected, safeConductUntil, TIME_RESTS_ON, timeGiven, useFacts } from './domain/index.js';
import { letterWaits } from './letters-waiting.js';
import { linkedState, linksNotSent } from './linked.js';
import { followFacts, onwardLacking, pathFacts, type OpenedFrom } from './path-facts.js';
import { ownDocuments } from './enclosures.js';
import { EvidenceDesk } from './evidence-desk.js';
import { readFile, readMeasures, stateOf, type OpenFile } from './files.js';
import { REQUESTS_SETTINGS, type RequestsSettings } from './settings.js';

const FALLBACK = 'uncc-2024';
/** Lists of arrangements kept in memory: a node has a few counterparts, each with one list a day. */
const MOST_LISTS = 1_000;

/** Loads, under the file's lock, everything an act is decided on. */
@Injectable()
export class FactsLoader {
  private readonly lists = new Map<string, readonly Arrangement[]>();

  constructor(
    private readonly directory: DirectoryService,
    private readonly evidence: EvidenceDesk,
    private readonly contacts: ContactBook,
    private readonly outbox: Outbox,
    @Inject(REQUESTS_SETTINGS) private readonly settings: RequestsSettings,
  ) {}

  /** The facts for one act; reads more only for the acts that need more. Marks the file where a transmission is an exercise. */
  async load(tx: Tx, file: OpenFile, act: { type: string; measure: number | null; payload: Record<string, unknown> }, at: Date, official?: Official): Promise<Facts> {
    const facts = this.base(file, act.measure, at);
    if (official) {
      facts.actorDrafted = file.row.draftedBy.includes(official.accountId);
      Object.assign(facts, this.duty(file, act, official, at));
    }
    switch (act.type) {
      case 'RELEASE':
      case 'REQUEST_EXTENSION':
      case 'GIVE_NOTICE_OF_RELEASE':
        Object.assign(facts, await this.wanted(tx, file, act.measure!, at), act.type !== 'REQUEST_EXTENSION' && (await this.timeGiven(tx, file, at))(act.measure));
        break;
      case 'FOLLOW_PATH':
        facts.path = (await followFacts(tx, this.directory, file, act.measure!, act.payload, at)) ?? { leads: 'unknown' };
        break;
      case 'TRANSMIT': {
        const { training, blocking } = await this.blocking(tx, file, at);
        facts.lacking = blocking;
        file.row.training = training;
        break;
      }
      case 'RECORD_USE': {
        const { particulars, content, form } = file.measures.find(({ no }) => no === act.measure)!;
        const { id, version } = facts.instrument;
        facts.use = useFacts(file.row.content, particulars, act.payload, form === 'spontaneous-information' ? ownLimits(content) : profile(id, version).useLimitation);
        break;
      }
      case 'FORWARD':
        Object.assign(facts, deskFacts(file));
        break;
      case 'RECORD_CALL_BACK': {
        // The number counts on the day it was there when it was called, and for the State whose request it is.
        const called = new Date(String(act.payload['calledAt']));
        facts.receivedAt = (file.row.particulars['arrivedAt'] as string | undefined) ?? file.row.createdAt.toISOString();
        facts.callBackHeld = (await this.contacts.callBackChannel(tx, file.row.counterpart, String(act.payload['number']), (timeZone) => dayIn(called, timeZone))) !== undefined;
        break;
      }
      case 'DISCLOSE':
      case 'TRANSMIT_EVIDENCE': {
        const found = await this.evidence.get().packageFacts(tx, file.row.id, act.measure!, String(act.payload['packageId']));
        const narrowed = narrowedAt(file.measures.find(({ no }) => no === act.measure)!.particulars);
        if (found) facts.evidencePackage = { sealed: found.sealed, files: found.files, ...(found.sealedAt && { sealedAt: found.sealedAt }) };
        if (narrowed !== undefined) facts.narrowedAt = narrowed;
        if (act.type === 'DISCLOSE' && !(await formalRequestMade(tx, file.row.id, act.measure!))) {
          facts.formalRequestBy = new Date(at.getTime() + (this.settings.formalRequestDays ?? FORMAL_REQUEST_DAYS) * 86_400_000).toISOString();
        }
        break;
      }
      case 'END_CONSULTATION_WITHOUT_AGREEMENT':
      case 'GIVE_NOTICE_OF_CLOSURE':
      case 'CLOSE_FOR_WANT_OF_REPLY':
        Object.assign(facts, (await this.timeGiven(tx, file, at))(act.measure));
        break;
      case 'CONFIRM_RECEIPT':
        facts.receipt = await this.evidence.get().receipt(tx, file.row.id, act.measure!);
        break;
    }
    return facts;
  }

  /**
   * The facts by which possible acts are listed: what follows from the file, and where it stands before an act that
   * needs more, that too. So an act listed as possible is not refused for what was known beforehand.
   */
  async listing(tx: Tx, file: OpenFile, at: Date): Promise<(measure: number | null) => Facts> {
    const { row, measures } = file;
    const lacking = ['draft', 'inReview'].includes(mainState(row.letter)) ? (await this.blocking(tx, file, at)).blocking : undefined;
    const receipts = new Map<number | null, NonNullable<Facts['receipt']>>();
    const linked = new Map<number | null, Partial<Facts>>();
    const given = await this.timeGiven(tx, file, at);
    for (const { no, chart } of measures) {
      if (mainState(chart) === 'evidenceReceived') receipts.set(no, await this.evidence.get().receipt(tx, row.id, no));
      if (chart.chart === 'preservation' && ['secured', 'extensionAsked'].includes(mainState(chart))) linked.set(no, await this.wanted(tx, file, no, at));
    }
    return (measure) => {
      const receipt = receipts.get(measure);
      return { ...this.base(file, measure, at), ...(lacking && measure === null && { lacking }), ...given(measure), ...(receipt && { receipt }), ...linked.get(measure) };
    };
  }

  /** By whom the data of a preservation are wanted still. */
  private async wanted(tx: Tx, file: OpenFile, preservation: number, at: Date): Promise<Partial<Facts>> {
    const linked = await linkedState(tx, file, preservation, at, this.settings.graceDays);
    return { ...linked, ...(file.row.side === 'requested' && (await letterWaits(tx, file, preservation)) && { letterWaits: true }) };
  }

  /** Whether the time that this State gave the other has run. Reads when its messages left where it gave any. */
  private async timeGiven(tx: Tx, { row, measures }: OpenFile, at: Date): Promise<(measure: number | null) => Partial<Facts>> {
    const own = (measure: number | null): Particulars => (measure === null ? row.particulars : (measures.find(({ no }) => no === measure)?.particulars ?? {}));
    const gave = [null, ...measures.map(({ no }) => no)].some((measure) => Object.keys(timeGiven(own(measure), row.side, at, () => undefined)).length > 0);
    const sent = gave ? await this.outbox.latestSent(tx, row.id, TIME_RESTS_ON) : [];
    return (measure) => timeGiven(own(measure), row.side, at, (type) => sent.find((m) => m.measure === measure && m.type === type));
  }

  /** What an official of the 24/7 desk may do alone, and has done. */
  duty(file: OpenFile, act: { type: string; measure: number | null }, official: Official, at: Date): Partial<Facts> {
    return dutyFacts(file, act, official, at, this.settings.dutyReviewHours);
  }

  private async blocking(tx: Tx, file: OpenFile, at: Date): Promise<{ blocking: Refusal[]; training: boolean }> {
    const { lacking, training } = await this.lacking(tx, file, at);
    return { blocking: lacking.filter((l) => l.blocks).map(({ code, detail, rule, force, pointer }): Refusal => ({ code, detail, rule, force, pointer })), training };
  }

  /**
   * What follows from the file alone.
   * @param dated of a letter that is transcribed: its own date
   */
  base(file: OpenFile, measure: number | null, at: Date, dated?: Date): Facts {
    const { row, measures } = file;
    const subject = measures.find((m) => m.no === measure);
    const { instrument, form } = this.profileOf(file, measure);
    const own: Particulars = subject?.particulars ?? {};
    const path = pathFacts(file, measure);
    const consulted = consultedOn(own);
    const by = measure === null ? replyBy(row.particulars) : undefined;
    const passed = (term: string | undefined) => term === undefined || Date.parse(term) <= at.getTime();
    return {
      v: 1,
      at: at.toISOString(),
      ...fileFacts(stateOf(file), measure),
      ...(dated && { dated: dated.toISOString() }),
      instrument,
      form,
      requestedState: row.side === 'requested' ? row.state : row.counterpart,
      conventionOffence: row.content.offences.some((o) => o.conventionOffence !== undefined),
      consultationTermPassed: consultationTermPassed(own, at),
      noticeTermPassed: passed(closureTerm(row.particulars)),
      ...(by !== undefined && { replyBy: by }),
      ...(subject && { confidentialityAsked: row.content.confidential?.requested === true }),
      ...(requestRejected(row.particulars) && { requestRejected: true }),
      ...(path && { path }),
      ...(consulted && { consultedOn: consulted }),
      ...(form === 'emergency-disclosure' && isUnstated(subject?.content, row.particulars) && { emergencyUnstated: true }),
      ...(subject?.content.assistance && assistanceFacts(subject.content, own, { instrument, form })),
      ...(form === 'preservation' && { ...requestedAt(row, own, subject), ...preservationFacts(own, at, dated) }),
    };
  }

  /** What the letter lacks today, and whether it would rest on a treaty applied as an exercise only. */
  async lacking(tx: Tx, file: OpenFile, at: Date): Promise<{ lacking: Lacking[]; training: boolean }> {
    const { row, measures } = file;
    const [requesting, requested] = row.side === 'requesting' ? [row.state, row.counterpart] : [row.counterpart, row.state];
    const { lacking, training } = await this.check(tx, { requesting, requested, letter: row.content, measures: measures.map((m) => m.content), ...(row.content.translation?.status === 'included' && { documents: await ownDocuments(tx, row.id) }) }, at);
    const unsent = await linksNotSent(tx, file, (no) => {
      const { instrument, form } = this.profileOf(file, no);
      return cite(instrument, form, 'preservation-period');
    });
    return { lacking: [...lacking, ...unsent, ...(await this.onward(tx, file))], training };
  }

  /** Of a request opened from a path that another State disclosed, and of what follows such a request: the consent it waits for. */
  private async onward(tx: Tx, { row, measures }: OpenFile): Promise<Lacking[]> {
    const followed = [...new Set(measures.flatMap(({ content }) => content.followsPreservation?.requestId ?? []))].filter((id) => id !== row.id);
    const files = [row, ...(await Promise.all(followed.map((id) => readFile(tx, id))))];
    const paths = new Map(files.flatMap((file) => {
      const from = file?.particulars['openedFrom'] as OpenedFrom | undefined;
      return file && from?.onwardTransfer !== undefined && file.counterpart === row.counterpart ? [[`${from.requestId} ${from.measure}`, from] as const] : [];
    }));
    return (await Promise.all([...paths.values()].map((from) => this.onwardOf(tx, row, from)))).flat();
  }

  private async onwardOf(tx: Tx, { counterpart }: OpenFile['row'], from: OpenedFrom): Promise<Lacking[]> {
    const [row, measures] = await Promise.all([readFile(tx, from.requestId), readMeasures(tx, from.requestId)]);
    const disclosed = measures.find(({ no }) => no === from.measure)?.particulars ?? {};
    const instrument = row ? this.profileOf({ row, measures }, from.measure).instrument : { id: FALLBACK, version: profile(FALLBACK).version };
    return onwardLacking(from, disclosed, counterpart, cite(instrument, 'preserved-traffic-data', 'onward-transfer'));
  }

  async check(
    tx: Tx,
    { requesting, requested, letter, measures, documents }: { requesting: string; requested: string; letter: OpenFile['row']['content']; measures: OpenFile['measures'][number]['content'][]; documents?: number },
    at: Date,
  ): Promise<{ lacking: Lacking[]; training: boolean }> {
    const on = at.toISOString().slice(0, 10);
    const [languagesAccepted, arrangements] = await Promise.all([
      this.directory.languagesAccepted(tx, requested, on),
      this.arrangements(tx, requesting, requested, on),
    ]);
    const lacking = checkRequest({ letter, measures, languagesAccepted, on, now: at, ...(documents !== undefined && { documents }), between: { requesting, requested, arrangements } });
    const training = measures.some((measure) => {
      const primary = measure.legalBases.find((b) => b.role === 'primary')?.instrument;
      const { bases } = resolveLegalBases({ requesting, requested, form: measure.form, on, arrangements });
      return bases.find((b) => b.instrument === primary)?.via === 'training';
    });
    return { lacking, training };
  }

  /**
   * Recorded arrangements; in training mode every treaty not in force may be applied besides. The same list as long as
   * nothing was recorded anew, since what follows from a list is remembered with it (`resolveLegalBases`).
   */
  async arrangements(tx: Tx, requesting: string, requested: string, on: string): Promise<readonly Arrangement[]> {
    const rows = await this.directory.arrangements(tx, requesting, requested, on);
    const key = JSON.stringify([requesting, requested, on, rows]);
    let list = this.lists.get(key);
    if (!list) {
      if (this.lists.size >= MOST_LISTS) this.lists.clear();
      this.lists.set(key, (list = this.listed(rows, requesting, requested, on)));
    }
    return list;
  }

  private listed(rows: readonly ArrangementRow[], requesting: string, requested: string, on: string): readonly Arrangement[] {
    const recorded = rows
      .filter((r) => r.mode === 'arrangement' || this.settings.training)
      .map((r) => ({ requesting, requested, instrument: r.instrument, mode: r.mode, validFrom: r.validFrom, validTo: r.validTo, ...(r.reason && { reason: r.reason }) }));
    if (!this.settings.training) return recorded;
    const exercise = instruments()
      .filter((i) => i.kind === 'treaty' && (i.inForceFrom === null || i.inForceFrom > on))
      .map((i) => ({ requesting, requested, instrument: i.id, mode: 'training' as const, validFrom: on }));
    return [...recorded, ...exercise];
  }

  private profileOf({ row, measures }: OpenFile, measure: number | null): { instrument: Facts['instrument']; form: Form } {
    const subject = measures.find((m) => m.no === measure) ?? measures[0];
    const named = subject?.content.legalBases.find((b) => b.role === 'primary')?.instrument ?? FALLBACK;
    const id = hasProfile(named) ? named : FALLBACK;
    return { instrument: { id, version: row.profiles[id] ?? profile(id).version }, form: subject?.form ?? 'stored-data' };
  }
}

/** Every full profile answers to every kind (profiles.ts). */
function cite({ id: instrument, version }: Facts['instrument'], form: Form, kind: RuleKind): Pick<Lacking, 'rule' | 'force'> {
  const { id, force } = ruleFor(profile(instrument, version), form, kind)!;
  return { rule: id, force };
}

/** The desk a letter is at: where it was forwarded to last, else where it was sent. */
export function deskFacts({ row }: OpenFile): { desk: string; deskAuthority?: string } {
  const forwarded = (row.particulars['forwardings'] as { to: string; authority?: string }[] | undefined)?.at(-1);
  return { desk: forwarded?.to ?? row.content.addressedTo ?? 'central-authority', ...(forwarded?.authority !== undefined && { deskAuthority: forwarded.authority }) };
}

/** When a preservation was asked for: with the letter, or anew after its release (UNCC 42(8)). */
function requestedAt({ transmittedAt }: OpenFile['row'], own: Particulars, subject: OpenFile['measures'][number] | undefined): Pick<Facts, 'requestedAt'> {
  const asked = lastAsk(own);
  // What began anew was asked for by what it answers, or what stands open before it is ordered.
  const anew = asked && (asked.answer === 'ordered' || (isOpen(asked) && subject && ['received', 'ordered', 'secured'].includes(mainState(subject.chart)))) ? asked.askedAt : undefined;
  const at = anew ?? transmittedAt?.toISOString();
  return at === undefined ? {} : { requestedAt: at };
}

/** Mutual legal assistance: what is asked for, and of a person who may leave, until when safe conduct lasts. */
function assistanceFacts({ assistance, governmentRecords }: MeasureContent, own: Particulars, profiled: Pick<Facts, 'instrument' | 'form'>): Partial<Facts> {
  const until = safeConductUntil(own['safeConduct'] as Record<string, unknown> | undefined, profiled);
  return { ...(assistance && { assistance }), ...(governmentRecords && { records: governmentRecords }), ...(until && { safeConductUntil: until }) };
}

/** An emergency is disclosed on its statement and proof (UNCC 41(3)(e)); a letter typed from paper may lack them, and they may come later. */
function isUnstated(content: MeasureContent | undefined, letter: Particulars): boolean {
  const provided = ((letter['information'] as { closedAt?: string }[] | undefined) ?? []).some(({ closedAt }) => closedAt !== undefined);
  return !provided && (!content?.emergency?.statement?.trim() || !content.emergency.proof?.trim());
}

/** UNCC 40(5), Budapest 26(2): information sent without a request is limited as far as its sender says. */
const ownLimits = ({ useLimits }: MeasureContent): UseLimitation => (useLimits === undefined ? 'if-asked' : 'always');

import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { AUDIT_TYPE_OF_EVENT, AuditLog, entryActor, type Appended, type ChainHead } from '@comity/audit';
import type { Tx } from '@comity/database';
import { Outbox, type ThreadState } from '@comity/exchange';
import { conflict, notFound, type Actor, type Json } from '@comity/kernel';
import { groundVerdict, profile, ruleFor } from '@comity/treaty';
import { callTerms } from './clocks/call-terms.js';
import {
  ACTS, actNameOf, beginsAnew, consentsOf, countedFrom, decide, FINAL_MEASURE_STATES, HOLD_TERMS, mainState, outcomeOf, overallOf, periodTerms, safeConductTerm, securedBy, senderDeniedTerm, setsPeriods, sideOf, takenUp, tell, tellsOfEarlier, tellsOfPreserved, termsEndedBy, termsSetBy, useRuleKind,
  type Act, type Decision, type Effect, type Facts,
} from './domain/index.js';
import { dutyReviewed } from './duty-desk.js';
import { asJson, enclosures, type Enclosure } from './enclosures.js';
import { EvidenceDesk } from './evidence-desk.js';
import { endTerms, reopenTerms, setTerm, storeAct } from './file-log.js';
import { stateOf, type OpenFile } from './files.js';
import { passOn } from './linked.js';
import { linksWithdrawn } from './links-withdrawn.js';
import { openMeasures } from './opened-measures.js';
import { keepReference } from './own-reference.js';
import { refusalProblem } from './refusal-problem.js';
import { REQUESTS_SETTINGS, type RequestsSettings } from './settings.js';
import { ThirdStateRequest, type OpenedRequest } from './third-state-request.js';
import { registerUse } from './use-register.js';

export interface Doing {
  act: Act;
  actor: Actor | { kind: 'node'; state: string };
  facts: Facts;
  at: Date;
  head: ChainHead;
  /** Null while the letter has not been transmitted. */
  thread: ThreadState | null;
  /** Own documents of the file, where the caller has read them already. */
  enclosed?: Enclosure[];
  /** Audit type where the act's own name does not give it. */
  auditType?: string;
}

export interface Done {
  file: OpenFile;
  sent: { id: string; seq: number; type: string; measure: number | null }[];
  entry: Appended;
  noted?: string;
  /** A draft to a third State that the act opened. */
  opened?: OpenedRequest;
}

type Send = Extract<Effect, { kind: 'send' }>;

/**
 * The doing after the deciding, in the caller's transaction and under the file's lock: file, measures, event, entry,
 * messages and terms. Officials, the other State and the clock all end up here.
 */
@Injectable()
export class CarryOut {
  constructor(
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
    private readonly evidence: EvidenceDesk,
    private readonly thirdState: ThirdStateRequest,
    @Inject(REQUESTS_SETTINGS) private readonly settings: RequestsSettings,
  ) {}

  /** @throws Problem with the refusals' rules when the decision is no */
  async run(tx: Tx, file: OpenFile, doing: Doing): Promise<Done> {
    const { act, actor, facts, at } = doing;
    const decision = decide(stateOf(file), act, facts);
    if (!decision.ok) throw refusalProblem(decision.refusals);

    const here = act.source !== 'counterpart';
    const { file: next, terms: reviews } = dutyReviewed(file, this.nextFile(file, doing, decision, here), act, actor, facts, at, this.settings.dutyReviewHours);
    openMeasures(tx, next, decision.file, act, at);
    await passOn(tx, next, file, act.measure, at, this.settings.graceDays);
    const [sent, hashes] = await this.effects(tx, next, doing, decision.effects);
    const opened = await this.followed(tx, next, doing, decision.effects);
    const rule = this.ruleOf(act, facts, next);
    if (decision.noted === undefined) {
      this.terms(tx, file, next, doing, here, rule, sent.map(({ type }) => type));
      if (takenUp(file.row.letter, next.row.letter)) await reopenTerms(tx, file.row);
      for (const { measure, term } of reviews) setTerm(tx, next.row.id, measure, term, at);
      callTerms(tx, file, next, act, at, facts);
    }
    if (isDispute(act) && decision.noted === undefined && next.measures.some((m) => m.no === act.measure && ['released', 'ordered'].includes(mainState(m.chart)))) {
      await this.evidence.get().disputed(tx, next.row.id, act.measure!);
    }

    const seq = next.row.eventSeq;
    const subject = next.measures.find((m) => m.no === act.measure);
    const letterState = mainState(next.row.letter);
    const measureState = subject ? mainState(subject.chart) : null;
    const moved = next.measures.filter((measure) => measure !== file.measures.find((m) => m.no === measure.no));
    storeAct(tx, next.row, moved, {
      measure: act.measure, type: act.type, actor: actor.kind === 'node' ? { kind: 'node' } : actor,
      payload: act.payload, facts, crossed: act.crossed ?? [], rule, sent, letterState, measureState, noted: decision.noted ?? null,
    });
    if (act.measure !== null && decision.noted === undefined) registerUse(tx, next, { ...act, measure: act.measure }, actor, at);
    const by = actor.kind === 'node' ? actor : entryActor(actor);
    await linksWithdrawn(tx, this.audit, next, file, by, at, this.settings);
    if (next.row.ownReference !== file.row.ownReference) keepReference(tx, next.row);
    const entry = await this.audit.append(tx, {
      subject: `file:${next.row.id}`,
      type: doing.auditType ?? auditTypeOf(act),
      at,
      actor: by,
      body: {
        event: act.type, seq, measure: act.measure, letterState, measureState, version: next.row.version,
        ...(rule && { rule }), ...(decision.noted && { noted: decision.noted }),
        ...(sent.length > 0 && { messages: sent.map(({ id, seq: n, type }, i) => ({ id, seq: n, type, sha256: hashes[i]! })) }),
      },
      ...(Object.keys(act.payload).length > 0 && { personal: { payload: asJson(act.payload) } }),
    }, doing.head);
    return { file: next, sent, entry, ...(decision.noted && { noted: decision.noted }), ...(opened && { opened }) };
  }

  /** The file after the decision, as new objects; measures that did not change keep their identity. */
  private nextFile(file: OpenFile, { act, at, facts }: Doing, decision: Decision & { ok: true }, here: boolean): OpenFile {
    const by = sideOf(file.row.side, here);
    const told = decision.noted === undefined;
    const measures = file.measures.map((measure) => {
      const chart = decision.file.measures.find((m) => m.no === measure.no)!.state;
      // A letter withdrawn as a whole withdraws its measures: each is told so, as by an act of its own.
      const type = act.measure === measure.no ? act.type : act.type === 'WITHDRAW' && chart !== measure.chart ? 'WITHDRAW_MEASURE' : null;
      if (chart === measure.chart && type === null) return measure;
      const particulars = type !== null && told ? tell(measure.particulars, type, act.payload, at.toISOString(), by, { from: mainState(measure.chart), to: mainState(chart), ...(tellsOfEarlier({ type, payload: act.payload, facts }) && { ofEarlier: true, keptAnew: !facts.ofEarlierPreservation }), ...(facts.consultationTermPassed === false && { termRuns: true }), ...(facts.cameLate && { timeRunsUntil: facts.cameLate.until }) }) : measure.particulars;
      return { ...measure, chart, outcome: outcomeOf(chart), particulars };
    });
    const letter = decision.file.letter;
    // Compared by value: jsonb gives members back in an order of its own.
    const changed = !isDeepStrictEqual(letter, file.row.letter) || measures.some((m, i) => m !== file.measures[i]);
    const row = {
      ...file.row,
      letter,
      particulars: act.measure === null && told ? tell(file.row.particulars, act.type, act.payload, at.toISOString(), by)
        : takenUp(file.row.letter, letter) ? tell(file.row.particulars, 'REOPEN', {}, at.toISOString(), by) : file.row.particulars,
      overall: overallOf(letter, measures.map((m) => m.chart)),
      version: file.row.version + (changed ? 1 : 0),
      eventSeq: file.row.eventSeq + 1,
      changedAt: at,
    };
    const { reference } = act.payload;
    if (typeof reference === 'string') {
      if (act.type === 'ACKNOWLEDGE') row.ownReference = reference;
      if (act.type === 'ACKNOWLEDGED') row.counterpartReference = reference;
    }
    return { row, measures };
  }

  /** @returns what was sent, and the hash of each for the log: what one says one sent cannot be said anew */
  private async effects(tx: Tx, file: OpenFile, doing: Doing, effects: readonly Effect[]): Promise<[sent: Done['sent'], hashes: string[]]> {
    const { act, at } = doing;
    const sent: Done['sent'] = [];
    const hashes: string[] = [];
    for (const effect of effects) {
      if (effect.kind === 'do') {
        if (effect.what === 'recall') await this.outbox.recall(tx, file.row.id, at);
        if (effect.what !== 'resend' && effect.what !== 'changeChannel') continue;
        const messageId = String(act.payload['messageId']);
        await this.assertFailed(tx, file, messageId);
        if (effect.what === 'resend') await this.outbox.resend(tx, messageId, at);
        else await this.outbox.switchTransport(tx, messageId, 'manual', at);
        continue;
      }
      const thread = doing.thread ?? this.outbox.openThread({ id: file.row.id, counterpart: file.row.counterpart });
      doing.thread = thread;
      const body = await this.body(tx, file, doing, effect);
      const { id, seq, sha256 } = await this.outbox.post(tx, thread, { type: effect.message, measure: effect.measure, body, at });
      sent.push({ id, seq, type: effect.message, measure: effect.measure });
      hashes.push(sha256);
    }
    return [sent, hashes];
  }

  /** UNCC 43: what became of a path that was followed, kept with it; the draft to the third State, if it leads to one. */
  private async followed(tx: Tx, file: OpenFile, { act, actor, facts, at }: Doing, effects: readonly Effect[]): Promise<OpenedRequest | undefined> {
    const following = effects.find((e) => e.kind === 'do' && (e.what === 'openThirdStateRequest' || e.what === 'recordHomecoming'));
    if (following?.kind !== 'do' || actor.kind !== 'official') return undefined;
    const opened = following.what === 'openThirdStateRequest' ? await this.thirdState.open(tx, file, act.measure!, act.payload, facts, actor, at) : undefined;
    const measure = file.measures.find((m) => m.no === act.measure)!;
    const all = measure.particulars['followed'] as Record<string, Json>[];
    const last = { ...all.at(-1), leads: facts.path!.leads, state: facts.path!.state!, ...(opened && { requestId: opened.requestId }) };
    measure.particulars = { ...measure.particulars, followed: [...all.slice(0, -1), last] };
    return opened;
  }

  /** The file's one failed message, not another file's and not one still under way. */
  private async assertFailed(tx: Tx, { row }: OpenFile, messageId: string): Promise<void> {
    const { thread, direction, status } = await this.outbox.message(tx, messageId);
    if (thread !== row.id || direction !== 'sent') throw notFound('message.unknown', 'This request has sent no message under this id.');
    if (status !== 'failed') throw conflict('message.not-failed', `Only a failed message is sent again; this one is ${status}.`);
  }

  /** What the message says beyond the act's own payload. */
  private async body(tx: Tx, file: OpenFile, { act, at, enclosed, facts }: Doing, { message, body }: Send): Promise<Record<string, Json>> {
    const { row, measures } = file;
    switch (message) {
      case 'REQUESTED':
        // Read from the database, so JSON already.
        return {
          letter: row.content, measures: measures.map((m) => m.content), reference: row.ownReference, profile: row.profiles,
          training: row.training, ...(row.supplements && { supplements: row.supplements }), files: enclosed ?? (await enclosures(tx, row.id)),
        } as unknown as Record<string, Json>;
      case 'ACKNOWLEDGED':
        return { ...(body as Record<string, Json>), reference: (body['reference'] as string | undefined) ?? row.ownReference };
      case 'INFORMATION_PROVIDED':
      case 'CORRESPONDENCE': {
        const { attachments, ...rest } = body as { attachments?: string[] } & Record<string, Json>;
        return { ...rest, ...(attachments && { files: asJson(await enclosures(tx, row.id, attachments)) }) };
      }
      case 'USE_CONSENT_REQUESTED':
        return { ...(body as Record<string, Json>), consent: consentsOf(measures.find(({ no }) => no === act.measure)!.particulars).length };
      case 'EVIDENCE_TRANSMITTED': {
        const packageId = String(act.payload['packageId']);
        const found = await this.evidence.get().packageFacts(tx, row.id, act.measure!, packageId);
        await this.evidence.get().transmitted(tx, packageId, at);
        const formalRequestBy = formalRequestTerm(act, facts);
        return { packageId, manifest: found!.manifest, ...(formalRequestBy && { formalRequestBy }) };
      }
      default:
        return body as Record<string, Json>;
    }
  }

  private terms(tx: Tx, before: OpenFile, { row, measures }: OpenFile, { act, at, facts }: Doing, here: boolean, rule: string | null, sent: readonly string[]): void {
    const formalRequestBy = here ? formalRequestTerm(act, facts) : undefined;
    const payload = { ...(act.payload as Record<string, Json>), ...(formalRequestBy && { formalRequestBy }) };
    // It crossed the disclosure: nothing is awaited any more.
    if (facts.formalRequestMade) delete payload['formalRequestBy'];
    const subject = measures.find((m) => m.no === act.measure);
    const objected = (subject?.chart.context as { reviewObjected?: boolean } | undefined)?.reviewObjected === true;
    const begins = subject !== undefined && beginsAnew(before.measures.find((m) => m.no === act.measure)?.particulars ?? {}, subject.particulars);
    const preserved = subject !== undefined && setsPeriods(act.type, payload) ? periodTerms(securedBy(subject.particulars), rule ?? undefined) : undefined;
    // Told of the preservation before: only what of it still runs is watched, until what is asked for anew has begun.
    if (tellsOfPreserved(act.type) && tellsOfEarlier({ type: act.type, payload: act.payload, facts })) {
      const isPending = mainState(subject!.chart) === 'requested';
      const running = isPending ? (preserved ?? []).filter(({ dueAt }) => Date.parse(dueAt) > at.getTime()) : [];
      if (running.length > 0 || (isPending && act.type === 'RELEASED')) endTerms(tx, row.id, act.measure, 'preservation', at);
      for (const term of running) setTerm(tx, row.id, act.measure, term, at);
      return;
    }
    // Of several custodians one: the notice given of the others' release stands.
    const partly = act.type === 'RELEASED' && preserved !== undefined && mainState(subject!.chart) !== 'preservationReleased';
    for (const ended of partly ? ['preservation'] : termsEndedBy(act.type, sent, begins, payload)) {
      // What a later act's confirmation leaves standing is chased on.
      if (!(objected && act.type === 'CONFIRM_DUTY_ACT' && ended === 'duty-objection')) endTerms(tx, row.id, act.measure, ended, at);
    }
    const set = preserved ?? termsSetBy(act.type, payload, here, rule ?? undefined);
    for (const term of set) setTerm(tx, row.id, act.measure, countedFrom(term, facts.cameLate), at);
    const safeConduct = safeConductTerm(act.type, act.payload, facts, rule);
    if (safeConduct) setTerm(tx, row.id, act.measure, safeConduct, at);
    const senderDenied = subject && senderDeniedTerm([act.type, ...sent], mainState(subject.chart), at);
    if (senderDenied) setTerm(tx, row.id, act.measure, senderDenied, at);
    if (['closed', 'abandoned'].includes(mainState(row.letter))) endTerms(tx, row.id, null, null, at);
    else if (subject && FINAL_MEASURE_STATES.has(mainState(subject.chart))) {
      for (const code of ['remedy', 'emergency-answer', 'preservation', 'release', 'grace', 'postponement', 'call', ...HOLD_TERMS]) endTerms(tx, row.id, act.measure, code, at);
      // Nothing was done of what was objected to; what was disclosed stays objected to.
      if (mainState(subject.chart) !== 'completed') endTerms(tx, row.id, act.measure, 'duty-objection', at);
    }
  }

  /** The rule of the file's profile that the act rests on; the ground's own rule for a refusal. */
  private ruleOf(act: Act, facts: Facts, { measures }: OpenFile): string | null {
    const instrument = profile(facts.instrument.id, facts.instrument.version);
    const { ground, outcome } = act.payload;
    if (typeof ground === 'string' && (outcome === undefined || outcome === 'denied')) {
      return groundVerdict(instrument, facts.form, ground, { requested: facts.requestedState, conventionOffence: facts.conventionOffence, on: facts.at.slice(0, 10) }).rule;
    }
    const named = ACTS[actNameOf(act.type)]?.kind;
    const kind = named === 'use-limitation' ? useRuleKind(act.payload, measures.find(({ no }) => no === act.measure)!.particulars) : named;
    return kind ? (ruleFor(instrument, facts.form, kind)?.id ?? null) : null;
  }
}

/** By when the formal request is awaited; nothing once it has come (facts.ts). */
const formalRequestTerm = ({ type, payload }: Act, facts: Facts): string | undefined =>
  type === 'DISCLOSE' && facts.formalRequestBy !== undefined ? ((payload['formalRequestBy'] as string | undefined) ?? facts.formalRequestBy) : undefined;

/** Said here, or told by the other State. */
const isDispute = ({ type }: Act): boolean => type === 'DISPUTE_RECEIPT' || type === 'RECEIPT_DISPUTED';

function auditTypeOf(act: Act): string {
  if (act.source === 'counterpart') return 'message.taken-in';
  if (act.type === 'LAPSE_CONSULTATION') return 'measure.consultation-lapsed';
  return (AUDIT_TYPE_OF_EVENT as Record<string, string>)[act.type]!;
}

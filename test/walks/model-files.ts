import type { Json, Official, Side } from '@comity/kernel';
import { profile, type Form, type LetterContent, type MeasureContent } from '@comity/treaty';
import {
  closureTerm, consentsOf, crosses, consultationTermPassed, consultedOn, decide, fileFacts, initialState, mainState, overallOf, preservationFacts, replyBy, requestRejected, safeConductUntil, takenUp,
  cameLate, givenUntil, sideOf, tell, termsEndedBy, termsSetBy, timeGiven, useFacts, type Act, type ChartName, type Decision, type Facts, type FileState, type Law, type Particulars, type Sent, type SentOf,
} from '../../libs/requests/src/domain/index.js';
import { deskFacts } from '../../libs/requests/src/facts.js';
import type { OpenFile } from '../../libs/requests/src/files.js';
import { dutyFacts, dutyReviewed } from '../../libs/requests/src/duty-desk.js';
import { linkedOf } from '../../libs/requests/src/linked.js';
import { pathFacts } from '../../libs/requests/src/path-facts.js';

export interface Letter {
  content: LetterContent;
  measures: MeasureContent[];
  instrument: string;
  /** Codes of the two States. */
  requesting: string;
  requested: string;
}

/** As it lies in a channel. */
interface Message {
  seq: number;
  ack: number;
  type: string;
  measure: number | null;
  body: Record<string, unknown>;
}

/** What the clock fires by itself. */
interface Firing {
  measure: number | null;
  code: string;
  fires: string;
  dueAt: number;
  order: number;
}

interface Own {
  file: FileState;
  letter: Particulars;
  measures: Map<number, Particulars>;
  sent: (Sent & { seq: number; type: string; measure: number | null })[];
  receivedSeq: number;
  drafted: string[];
  createdAt: number;
  firings: Firing[];
  /** Those that the letter's closing ended: they run on where it is taken up again. */
  endedByClosing: Firing[];
}

const OTHER: Record<Side, Side> = { requesting: 'requested', requested: 'requesting' };
const INSTANCES = { order: 0 };

/** What a test knows of the world beside the two files: what the node would have to look up. */
export interface World {
  packageSealed?: boolean;
  callBackHeld?: boolean;
  /** Of a path followed: a request to that State was opened before. */
  followed?: boolean;
}

/**
 * The model: two files of a letter as the statecharts and the crossing table have them, with messages numbered as the
 * exchange numbers them. No database, no transactions, no facts loaded: facts follow from what was said and the clock.
 */
export class ModelFiles {
  readonly own: Record<Side, Own>;
  readonly channel: Record<Side, Message[]> = { requesting: [], requested: [] };
  readonly receipts = new Map<number, 'pending' | 'verified'>();
  /** Terms counted from when their message left. */
  moved = 0;
  private readonly forms = new Map<number, Form>();
  /** Of a disclosure opened under way, the preservation it was opened from. */
  private readonly openedFrom = new Map<number, number>();

  /** @param law the statecharts and crossings decided by; another only to see that a walk tells */
  constructor(readonly about: Letter, drafter: string, at: Date, private readonly law?: Law) {
    const open = (side: Side): Own => ({
      file: { side, letter: initialState('letter', side), measures: about.measures.map((m, i) => ({ no: i + 1, state: initialState(m.form as ChartName, side) })) },
      letter: {}, measures: new Map(about.measures.map((_, i) => [i + 1, {}])), sent: [], receivedSeq: 0, drafted: side === 'requesting' ? [drafter] : [], createdAt: at.getTime(), firings: [], endedByClosing: [],
    });
    about.measures.forEach((m, i) => this.forms.set(i + 1, m.form));
    this.own = { requesting: open('requesting'), requested: open('requested') };
  }

  /** Whether the requested State has a file at all. */
  get arrived(): boolean {
    return mainState(this.own.requested.file.letter) !== 'awaited';
  }

  overall(side: Side): string {
    const { letter, measures } = this.own[side].file;
    return overallOf(letter, measures.map((m) => m.state));
  }

  /** Whether an act would be done. */
  allows(side: Side, act: Act, at: Date, world: World, official: Official): boolean {
    return decide(this.own[side].file, act, this.facts(side, act, at, world, official), this.law).ok;
  }

  /** Decides an act, and does it where the answer is yes. */
  act(side: Side, act: Act, at: Date, world: World = {}, official?: Official): Decision {
    const own = this.own[side];
    const facts = this.facts(side, act, at, world, official);
    const decision = decide(own.file, act, facts, this.law);
    if (!decision.ok) return decision;
    if (act.type === 'SUBMIT_FOR_REVIEW' && official) own.drafted = [...new Set([...own.drafted, official.accountId])];
    this.told(side, act, decision, facts, at, official);
    return decision;
  }

  /** Takes in the next message. */
  takeIn(side: Side, at: Date): { message: Message; decision: Decision } {
    const own = this.own[side];
    const message = this.channel[side].shift()!;
    const { seq, ack, type, measure, body } = message;
    const sentAt = this.leaves(OTHER[side], seq, at);
    if (type === 'REQUESTED') own.createdAt = at.getTime();
    const crossed = own.sent.filter((m) => m.seq > ack && crosses(measure, m.measure)).map((m) => m.type);
    const act: Act = { type, measure, payload: body, source: 'counterpart', crossed };
    const late = cameLate(type, body, sentAt, at);
    const facts = {
      ...this.facts(side, act, at, {}), ...(late && { cameLate: late }),
      ...(type === 'CONSULTATION_ENDED' && { consultationTermPassed: consultationTermPassed(own.measures.get(measure!)!, sentAt) }),
    };
    const decision = decide(own.file, act, facts, this.law);
    own.receivedSeq = seq;
    if (decision.ok) this.told(side, act, decision, facts, at);
    if (decision.ok && type === 'EVIDENCE_TRANSMITTED') this.receipts.set(measure!, 'pending');
    return { message, decision };
  }

  /** A message arrives: where it left late, the term that it gave is counted from now. @returns when it was sealed */
  private leaves(side: Side, seq: number, at: Date): Date {
    const sent = this.own[side].sent[seq - 1]!;
    sent.left = at;
    for (const firing of this.own[side].firings.filter(({ measure }) => measure === sent.measure)) {
      const until = sent.type === 'CONSULTATION_OPENED' && this.lapse(side, firing);
      if (!until || until.getTime() <= firing.dueAt) continue;
      firing.dueAt = until.getTime();
      this.moved += 1;
    }
    return sent.at;
  }

  /** The next of what fell due by then; a consultation whose opening has not left waits. */
  due(side: Side, at: Date): Firing | undefined {
    return this.own[side].firings.filter((f) => f.dueAt <= at.getTime() && this.lapse(side, f) !== null).sort((a, b) => a.dueAt - b.dueAt || a.order - b.order)[0];
  }

  private lapse(side: Side, { fires, measure }: Firing): Date | null | undefined {
    return fires === 'LAPSE_CONSULTATION' ? givenUntil('CONSULTATION_OPENED', this.own[side].measures.get(measure!)!, side, this.sentOf(side, measure)) : undefined;
  }

  settled(side: Side, firing: Firing): void {
    this.own[side].firings = this.own[side].firings.filter((f) => f !== firing);
  }

  get waiting(): boolean {
    return (['requesting', 'requested'] as const).some((side) => this.own[side].firings.length > 0);
  }

  /** The latest message of a type that this side sent about the letter or a measure. */
  private sentOf(side: Side, measure: number | null): SentOf {
    return (type) => this.own[side].sent.findLast((m) => m.type === type && m.measure === measure);
  }

  /** As the service would have the file in its hands. */
  private open(side: Side): OpenFile {
    const { file, letter, measures, drafted } = this.own[side];
    const { content, requesting, requested } = this.about;
    const row = { state: side === 'requesting' ? requesting : requested, counterpart: side === 'requesting' ? requested : requesting, side, content, particulars: letter, draftedBy: drafted };
    return { row, measures: file.measures.map(({ no, state }) => ({ no, form: this.forms.get(no)!, chart: state, particulars: measures.get(no)!, content: this.about.measures[no - 1] ?? {}, outcome: null })) } as unknown as OpenFile;
  }

  private facts(side: Side, act: Act, at: Date, world: World, official?: Official): Facts {
    const own = this.own[side];
    const { type, measure: no } = act;
    const said: Particulars = no === null ? {} : own.measures.get(no)!;
    const form = this.forms.get(no ?? 1)!;
    const instrument = { id: this.about.instrument, version: profile(this.about.instrument).version };
    const passed = (term: string | undefined) => term === undefined || Date.parse(term) <= at.getTime();
    const open = this.open(side);
    const path = pathFacts(open, no, act.type === 'FOLLOW_PATH' ? act.payload : {});
    const content = no === null ? undefined : this.about.measures[no - 1];
    const consulted = consultedOn(said);
    const by = no === null ? replyBy(own.letter) : undefined;
    const conduct = safeConductUntil(said['safeConduct'] as Record<string, unknown> | undefined, { instrument, form });
    return {
      v: 1, at: at.toISOString(), instrument, form, requestedState: this.about.requested,
      conventionOffence: this.about.content.offences.some((o) => o.conventionOffence !== undefined),
      ...fileFacts(own.file, no),
      consultationTermPassed: consultationTermPassed(said, at), ...(consulted && { consultedOn: consulted }), noticeTermPassed: passed(closureTerm(own.letter)), ...(by !== undefined && { replyBy: by }),
      ...(no !== null && { confidentialityAsked: this.about.content.confidential?.requested === true }),
      ...(requestRejected(own.letter) && { requestRejected: true }),
      ...(path && { path: type === 'FOLLOW_PATH' && path.leads === 'on' ? { ...path, known: true, ...(world.followed && { followedBy: 'another request' }) } : path }),
      ...(content?.assistance && { assistance: content.assistance, ...(content.governmentRecords && { records: content.governmentRecords }), ...(conduct && { safeConductUntil: conduct }) }),
      ...(form === 'preservation' && preservationFacts(said, at)),
      ...(act.source !== 'counterpart' && timeGiven(no === null ? own.letter : said, side, at, this.sentOf(side, no))),
      ...(official && { actorDrafted: own.drafted.includes(official.accountId), ...dutyFacts(open, act, official, at) }),
      ...(['RELEASE', 'REQUEST_EXTENSION', 'GIVE_NOTICE_OF_RELEASE'].includes(type) && { linked: this.linked(side, no!, at) }),
      ...(type === 'TRANSMIT' && { lacking: [] }),
      ...(type === 'RECORD_USE' && { use: useFacts(this.about.content, said, act.payload, content?.form === 'spontaneous-information' ? (content.useLimits === undefined ? 'if-asked' : 'always') : profile(instrument.id).useLimitation) }),
      ...(type === 'FORWARD' && deskFacts(open)),
      ...(type === 'RECORD_CALL_BACK' && { receivedAt: new Date(own.createdAt).toISOString(), callBackHeld: world.callBackHeld === true }),
      ...(['DISCLOSE', 'TRANSMIT_EVIDENCE'].includes(type) && world.packageSealed !== undefined && { evidencePackage: { sealed: world.packageSealed, files: 1 } }),
      ...(type === 'CONFIRM_RECEIPT' && { receipt: this.receipts.get(no!) ?? 'pending' }),
    };
  }

  /** Disclosures that wait for the data of a preservation: opened from it, or asked for in the same letter. */
  private linked(side: Side, preservation: number, at: Date): NonNullable<Facts['linked']> {
    const { file } = this.own[side];
    const waiting = file.measures.filter(({ no, state }) => state.chart === 'preserved-traffic-data' && [undefined, preservation].includes(this.openedFrom.get(no)));
    return linkedOf(waiting.map(({ state }) => ({ form: state.chart, main: mainState(state), refusedAt: null, letter: mainState(file.letter) })), at, 0);
  }

  private told(side: Side, act: Act, decision: Decision & { ok: true }, facts: Facts, at: Date, official?: Official): void {
    const own = this.own[side];
    const here = act.source !== 'counterpart';
    const before = this.open(side);
    const grown = decision.file.measures.filter(({ no }) => !own.measures.has(no));
    const changed = (no: number) => decision.file.measures.find((m) => m.no === no)!.state !== own.file.measures.find((m) => m.no === no)?.state;
    const spoke = sideOf(side, here);
    if (decision.noted === undefined) {
      for (const [no, particulars] of own.measures) {
        const type = act.measure === no ? act.type : act.type === 'WITHDRAW' && changed(no) ? 'WITHDRAW_MEASURE' : null;
        const [from, to] = [own.file, decision.file].map((file) => mainState(file.measures.find((m) => m.no === no)!.state)) as [string, string];
        if (type !== null) own.measures.set(no, tell(particulars, type, act.payload, at.toISOString(), spoke, { from, to, ...(facts.consultationTermPassed === false && { termRuns: true }), ...(facts.cameLate && { timeRunsUntil: facts.cameLate.until }) }));
      }
      if (act.measure === null) own.letter = tell(own.letter, act.type, act.payload, at.toISOString(), spoke);
      else if (takenUp(own.file.letter, decision.file.letter)) own.letter = tell(own.letter, 'REOPEN', {}, at.toISOString(), spoke);
    }
    for (const { no, state } of grown) {
      own.measures.set(no, {});
      this.forms.set(no, state.chart as Form);
      this.openedFrom.set(no, act.measure!);
    }
    own.file = decision.file;
    const { file: reviewed, terms: reviews } = dutyReviewed(before, this.open(side), act, official ?? { kind: 'node' }, facts, at);
    for (const { no, particulars } of reviewed.measures) own.measures.set(no, particulars);
    if (decision.noted === undefined) this.keepTerms(side, act, here, reviews);
    for (const effect of decision.effects) {
      if (effect.kind !== 'send') continue;
      const seq = own.sent.length + 1;
      own.sent.push({ seq, type: effect.message, measure: effect.measure, at, left: null });
      this.channel[OTHER[side]].push({ seq, ack: own.receivedSeq, type: effect.message, measure: effect.measure, body: this.body(side, effect.message, effect.body, act) });
    }
  }

  /** What the service adds to what the act says. */
  private body(side: Side, message: string, body: Record<string, unknown>, act: Act): Record<string, unknown> {
    if (message === 'USE_CONSENT_REQUESTED') return { ...body, consent: consentsOf(this.own[side].measures.get(act.measure!)!).length };
    return body;
  }

  private keepTerms(side: Side, act: Act, here: boolean, reviews: ReturnType<typeof dutyReviewed>['terms']): void {
    const own = this.own[side];
    const ended = termsEndedBy(act.type);
    own.firings = own.firings.filter((f) => !(f.measure === act.measure && ended.includes(f.code)));
    for (const term of termsSetBy(act.type, act.payload as Record<string, Json>, here)) this.keep(side, act.measure, term.code, term.fires, term.dueAt);
    for (const { measure, term } of reviews) this.keep(side, measure, term.code, term.fires, term.dueAt);
    const isClosed = ['closed', 'abandoned'].includes(mainState(own.file.letter));
    const all = [...own.endedByClosing, ...own.firings];
    // A review that is due outlives the letter.
    const ends = ({ code }: Firing): boolean => isClosed && code !== 'duty-review';
    [own.endedByClosing, own.firings] = [all.filter(ends), all.filter((f) => !ends(f))];
  }

  private keep(side: Side, measure: number | null, code: string, fires: string | undefined, dueAt: string): void {
    if (fires !== undefined) this.own[side].firings.push({ measure, code, fires, dueAt: Date.parse(dueAt), order: (INSTANCES.order += 1) });
  }
}

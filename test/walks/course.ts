import { mayFire } from '@comity/access';
import type { Official, Side } from '@comity/kernel';
import { ACTS, candidates, machineOf, mainState, toSnapshot, type ChartState, type Decision, type Law } from '@comity/requests';
import { DEMO_ACCOUNTS } from '../../config/demo/accounts.js';
import { ModelFiles, type Letter, type World } from './model-files.js';
import { variantsOf, type Variant } from './payloads.js';

export const SIDES = ['requesting', 'requested'] as const;
export const OTHER: Record<Side, Side> = { requesting: 'requested', requested: 'requesting' };

/** One thing that may be done next; of an act, which of its payloads, so that it can be done again at another time. */
export type Option =
  | { kind: 'act'; side: Side; type: string; measure: number | null; variant: number; username: string }
  | { kind: 'deliver' | 'reject'; to: Side }
  | { kind: 'clock'; minutes: number }
  | { kind: 'verify' };
export type ActOption = Option & { kind: 'act' };

/** What of the statecharts was visited. */
export class Tally {
  /** `side:chart:region:state:EVENT`, how often each was taken. */
  readonly visited = new Map<string, number>();
  /** How often each was tried, refused or not. */
  readonly tried = new Map<string, number>();
  /** What made a message be sent: acts, messages and terms of the side that sends it. */
  readonly causes = new Map<string, Set<string>>();
  /** `side:chart:region:state`, and the events that led into it. */
  readonly ways = new Map<string, Set<string>>();
  readonly count = { steps: 0, done: 0, refused: 0, messages: 0, crossings: 0, fired: 0, moved: 0, walks: 0, led: 0 };
}

/** Who does what. */
export type Officials = (state: string, username: string) => Official;

export interface CourseOptions {
  letter: Letter;
  /** Drafted by the 24/7 desk. */
  desk: boolean;
  at: Date;
  random: () => number;
  tally: Tally;
  officials: Officials;
  /** The statecharts and crossings decided by; another only to see that a walk tells. */
  law?: Law | undefined;
}

/** One letter in the model alone: what may be done next, what is done, and what it comes to. */
export class Course {
  readonly model: ModelFiles;
  at: Date;
  /** A message that failed, by its number; none is sent behind it. */
  failed: { from: Side; seq: number } | undefined;
  /** Pairs that this course came through. */
  readonly seen = new Set<string>();
  private readonly followed = new Map<number, Set<string>>();
  private readonly pace: (typeof PACES)[number];
  /** Choices since something could be done. */
  private idle = 0;

  constructor(readonly options: CourseOptions) {
    const { letter, desk, at, random, officials, law } = options;
    this.at = at;
    this.pace = PACES[Math.floor(random() * PACES.length)]!;
    this.model = new ModelFiles(letter, officials(letter.requesting, desk ? 'point-of-contact' : 'case-officer').accountId, at, law);
  }

  get letter(): Letter {
    return this.options.letter;
  }

  state(side: Side): string {
    return side === 'requesting' ? this.letter.requesting : this.letter.requested;
  }

  chart(side: Side, measure: number | null): ChartState {
    const { letter, measures } = this.model.own[side].file;
    return measure === null ? letter : measures.find(({ no }) => no === measure)!.state;
  }

  /** What an act says, now. */
  variant({ type, variant }: ActOption): Variant {
    return this.variants(type)[variant]!;
  }

  world({ measure }: ActOption, { needs, world }: Variant): World {
    return { ...world, ...(needs && { packageSealed: needs === 'sealed' }), ...(measure !== null && this.followed.get(measure)?.has(THIRD_STATE) && { followed: true }) };
  }

  /** What is likely to bring a pair on: its event where a chart stands in its state, or else what leads into that. */
  towards(pair: string): Option | undefined {
    const [side, chart, region, state, event] = pair.split(':') as [Side, string, string, string, string];
    const { file } = this.model.own[side];
    const stands = [file.letter, ...file.measures.map((m) => m.state)].some((one) => one.chart === chart && one.value[region] === state);
    const next = stands ? event : this.oneOf(this.options.tally.ways.get(`${side}:${chart}:${region}:${state}`));
    return next === undefined ? undefined : this.bringing(side, next === 'MEASURE_BEGUN_ANEW' ? 'NEW_PRESERVATION_REQUESTED' : next);
  }

  /** The act itself, the message it comes by, what made the other State send that before, or time. */
  private bringing(side: Side, event: string): Option | undefined {
    const { random, tally } = this.options;
    if (ACTS[event]) return this.chooseAct(true, (option) => option.type === event && option.side === side);
    const waiting = this.model.channel[side];
    const cause = waiting.some(({ type }) => type === event) ? undefined : this.oneOf(tally.causes.get(event));
    if (cause !== undefined && random() < 0.8) return this.bringing(OTHER[side], cause);
    return waiting.length > 0 && random() < 0.7 ? { kind: 'deliver', to: side } : { kind: 'clock', minutes: random() < 0.5 ? 11 : 16 * DAY };
  }

  private oneOf(events: ReadonlySet<string> | undefined): string | undefined {
    return events && [...events][Math.floor(this.options.random() * events.size)];
  }

  /** @returns nothing where nothing can be done any more */
  choose(): Option | undefined {
    if (this.idle > 4) return undefined;
    const { random } = this.options;
    const messages = SIDES.filter((to) => this.hasPlaceFor({ kind: 'deliver', to }));
    // Shares of one act that does something. Refusals are compared, too, but get a walk nowhere.
    const shares: ['act' | 'refusal' | Option, number][] = [
      ['act', 1], ['refusal', 0.14], ...messages.map((to): [Option, number] => [{ kind: 'deliver', to }, this.pace.delivery / messages.length]),
      ...messages.filter((to) => this.hasPlaceFor({ kind: 'reject', to })).map((to): [Option, number] => [{ kind: 'reject', to }, 0.01]),
      [{ kind: 'verify' }, [...this.model.receipts.values()].includes('pending') ? 0.3 : 0],
      [{ kind: 'clock', minutes: 11 }, this.model.waiting ? 0.08 : 0.005], [{ kind: 'clock', minutes: 6 }, this.model.waiting ? 0.06 : 0], [{ kind: 'clock', minutes: 62 * DAY }, this.preserves() ? 0.04 : 0], [{ kind: 'clock', minutes: 16 * DAY }, this.awaitsDays() ? 0.2 : 0],
    ];
    for (const [what] of drawn(shares, random)) {
      if (typeof what !== 'string') return what;
      const act = this.chooseAct(what === 'act');
      if (what === 'act') this.idle = act ? 0 : this.idle + 1;
      if (act) return act;
    }
    return undefined;
  }

  /** What was seldom done is done rather; what was often refused is tried less. */
  private chooseAct(done: boolean, among: (option: ActOption) => boolean = () => true): Option | undefined {
    const { tally, random } = this.options;
    const seen = (option: ActOption): number => Math.min(...this.pairs(option).map((pair) => (tally.visited.get(pair) ?? 0) + (tally.tried.get(pair) ?? 0) / 4));
    const weigh = (option: ActOption): number => (done ? this.interest(option.type) / (1 + seen(option)) ** 1.5 : 1 / (1 + seen(option)));
    for (const [option] of drawn(this.acts().filter(among).map((o): [ActOption, number] => [o, weigh(o)]), random)) if (this.allows(option) === done) return option;
    return undefined;
  }

  private allows(option: ActOption): boolean {
    const variant = this.variant(option);
    const { side, type, measure, username } = option;
    return this.model.allows(side, { type, measure, payload: variant.payload, source: 'official' }, this.at, this.world(option, variant), this.options.officials(this.state(side), username));
  }

  /** The transition's places, one for each region that takes the event. */
  pairs({ side, type, measure }: ActOption): string[] {
    return pairsOf(side, this.chart(side, measure), type);
  }

  private interest(type: string): number {
    if (ENDINGS.has(type)) return 0.05;
    return FORWARD.has(type) ? this.pace.forward : 1;
  }

  private preserves(): boolean {
    return this.model.own.requested.file.measures.some(({ state }) => state.chart === 'preservation' && ['secured', 'extensionAsked'].includes(mainState(state)));
  }

  /** Something that days alone bring on: the review of a duty officer's act, the end of safe conduct. */
  private awaitsDays(): boolean {
    return SIDES.some((side) => this.model.own[side].file.measures.some(({ state }) => state.value['person'] === 'mayLeave' || (state.context as { reviewDue?: boolean }).reviewDue === true));
  }

  private variants(type: string): Variant[] {
    return variantsOf(type, { at: this.at, requesting: this.letter.requesting, requested: this.letter.requested });
  }

  /** Every act that the statecharts take now, refused or not, with every payload, by one of those who may. */
  private acts(): ActOption[] {
    const { random } = this.options;
    return SIDES.filter((side) => side === 'requesting' || this.model.arrived).flatMap((side) => {
      const { file } = this.model.own[side];
      return [{ no: null, state: file.letter }, ...file.measures].flatMap(({ no, state }) => {
        const [machine, snapshot] = [machineOf(state.chart, side), toSnapshot(state, side)];
        return actsOn(side, no === null)
          .filter(({ type }) => candidates(machine, snapshot, type).length > 0 && (type !== 'RESEND' || this.failed?.from === side))
          // Whoever may: one of them, so that four eyes and duty officers alone come up.
          .flatMap(({ type, usernames }) => {
            const username = usernames[Math.floor(random() * usernames.length)]!;
            return this.variants(type).map((_, variant): ActOption => ({ kind: 'act', side, type, measure: no, variant, username }));
          });
      });
    });
  }

  /**
   * Does an act in the model.
   * @param made what of the payload the node must be asked for
   */
  act(option: ActOption, made: Record<string, unknown> = {}): { payload: Record<string, unknown>; decision: Decision } {
    const { side, type, measure, username } = option;
    const { tally, officials } = this.options;
    const variant = this.variant(option);
    const payload = { ...variant.payload, ...made };
    const pairs = this.pairs(option);
    const was = this.chart(side, measure);
    const before = this.model.own[side].file.measures;
    for (const pair of pairs) tally.tried.set(pair, (tally.tried.get(pair) ?? 0) + 1);
    const decision = this.model.act(side, { type, measure, payload, source: 'official' }, this.at, this.world(option, variant), officials(this.state(side), username));
    tally.count.steps += 1;
    tally.count[decision.ok ? 'done' : 'refused'] += 1;
    if (!decision.ok) return { payload, decision };
    this.learn(side, measure, was, type, decision);
    this.visit(pairs);
    this.visitMeasures(side, type, before);
    if (type === 'RESEND') this.failed = undefined;
    if (decision.effects.some((effect) => effect.kind === 'do' && effect.what === 'openThirdStateRequest')) this.followed.set(measure!, (this.followed.get(measure!) ?? new Set()).add(THIRD_STATE));
    return { payload, decision };
  }

  /** What an act on the letter did to its measures. */
  private visitMeasures(side: Side, type: string, before: readonly { no: number; state: ChartState }[]): void {
    const inner = { TRANSMIT: 'LETTER_TRANSMITTED', ABANDON: 'LETTER_ABANDONED', WITHDRAW: 'WITHDRAW_MEASURE' }[type];
    if (inner === undefined) return;
    for (const { no, state: was } of before) if (was !== this.chart(side, no)) this.visit(pairsOf(side, was, inner));
  }

  /** The next message is taken in. */
  deliver(to: Side): { type: string; measure: number | null; decision: Decision } {
    const { count } = this.options.tally;
    const { measure, type } = this.model.channel[to][0]!;
    const was = this.chart(to, measure);
    const letter = this.chart(to, null);
    const pairs = pairsOf(to, was, type);
    const before = this.model.moved;
    const { decision } = this.model.takeIn(to, this.at);
    count.moved += this.model.moved - before;
    count.steps += 1;
    count.messages += 1;
    if (decision.ok && decision.noted !== undefined) count.crossings += 1;
    // Noted, it was met in this state as well: as the model check counts.
    this.learn(to, measure, was, type, decision);
    if (decision.ok) this.visit(pairs);
    if (decision.ok && type === 'NEW_PRESERVATION_REQUESTED') this.visit(pairsOf(to, letter, 'MEASURE_BEGUN_ANEW'));
    return { type, measure, decision };
  }

  /** The next message is rejected at the door. */
  reject(to: Side, messageId = 'a message'): { type: string; decision: Decision } {
    const from = OTHER[to];
    const { type, seq } = this.model.channel[to][0]!;
    const pairs = pairsOf(from, this.chart(from, null), 'DELIVERY_FAILED');
    const decision = this.model.act(from, { type: 'DELIVERY_FAILED', measure: null, payload: { messageId, type, code: 'message.refused-by-test' }, source: 'clock' }, this.at);
    this.failed = { from, seq };
    this.options.tally.count.steps += 1;
    if (decision.ok) this.visit(pairs);
    return { type, decision };
  }

  /** Time goes by; what falls due meanwhile is fired by {@link fire}, term by term. */
  wait(minutes: number): void {
    this.at = new Date(this.at.getTime() + minutes * 60_000);
    this.options.tally.count.steps += 1;
  }

  /** Fires the side's next term that is due. */
  fire(side: Side): { fires: string; measure: number | null; decision: Decision } | undefined {
    const due = this.model.due(side, this.at);
    if (!due) return undefined;
    const { fires, measure } = due;
    const was = this.chart(side, measure);
    const pairs = pairsOf(side, was, fires);
    this.model.settled(side, due);
    const decision = this.model.act(side, { type: fires, measure, payload: {}, source: 'clock' }, this.at);
    this.options.tally.count.fired += 1;
    this.learn(side, measure, was, fires, decision);
    if (decision.ok) this.visit(pairs);
    return { fires, measure, decision };
  }

  /** The receiver verifies what it received. */
  verify(): void {
    for (const no of this.model.receipts.keys()) this.model.receipts.set(no, 'verified');
    this.options.tally.count.steps += 1;
  }

  /** Whether there is what the step is about: found on another course, it may lead elsewhere on this one. */
  hasPlaceFor(option: Option): boolean {
    switch (option.kind) {
      case 'act': return (option.side === 'requesting' || this.model.arrived) && this.model.own[option.side].file.measures.length >= (option.measure ?? 0) && (option.type !== 'RESEND' || this.failed?.from === option.side);
      case 'deliver': return this.model.channel[option.to].length > 0 && this.failed?.from !== OTHER[option.to];
      case 'reject': return this.model.channel[option.to].length > 0 && !this.failed;
      case 'clock':
      case 'verify': return true;
    }
  }

  /** Any step, in the model alone. @returns whether it was done */
  take(option: Option): boolean {
    if (!this.hasPlaceFor(option)) return false;
    switch (option.kind) {
      case 'act':
        return this.act(option, { ...(this.variant(option).needs && { packageId: 'a package' }) }).decision.ok;
      case 'deliver': return this.deliver(option.to).decision.ok;
      case 'reject': return this.reject(option.to).decision.ok;
      case 'clock':
        this.wait(option.minutes);
        for (const side of SIDES) while (this.fire(side));
        return true;
      case 'verify':
        this.verify();
        return true;
    }
  }

  /** What an event led to and what it made be sent: by this a scout aims. */
  private learn(side: Side, measure: number | null, was: ChartState, event: string, decision: Decision): void {
    if (!decision.ok) return;
    const { causes, ways } = this.options.tally;
    for (const effect of decision.effects) if (effect.kind === 'send') add(causes, effect.message, event);
    for (const [region, state] of Object.entries(this.chart(side, measure).value)) if (was.value[region] !== state) add(ways, `${side}:${was.chart}:${region}:${state}`, event);
  }

  private visit(pairs: readonly string[]): void {
    const { visited } = this.options.tally;
    for (const pair of pairs) {
      visited.set(pair, (visited.get(pair) ?? 0) + 1);
      this.seen.add(pair);
    }
  }
}

/** In an order by chance and by weight: each next one drawn of those left. */
export function* drawn<T>(weighed: [T, number][], random: () => number): Generator<[T, number]> {
  const left = weighed.filter(([, weight]) => weight > 0);
  let sum = left.reduce((total, [, weight]) => total + weight, 0);
  while (left.length > 0) {
    let rest = random() * sum;
    const found = left.findIndex(([, weight]) => (rest -= weight) <= 0);
    const [one] = left.splice(found === -1 ? left.length - 1 : found, 1);
    sum -= one![1];
    yield one!;
  }
}

interface OpenAct {
  type: string;
  /** Whose role may. */
  usernames: string[];
}
const OPEN_ACTS = new Map<string, OpenAct[]>();

function actsOn(side: Side, letter: boolean): OpenAct[] {
  const key = `${side} ${letter}`;
  const known = OPEN_ACTS.get(key);
  if (known) return known;
  const acts = Object.keys(ACTS)
    .filter((type) => ACTS[type]!.sides.includes(side) && (ACTS[type]!.on === 'letter') === letter && !NOT_TRIED.has(type))
    .map((type) => ({ type, usernames: DEMO_ACCOUNTS.filter(({ role }) => mayFire([role], side, type)).map(({ username }) => username) }));
  OPEN_ACTS.set(key, acts);
  return acts;
}

function add(sets: Map<string, Set<string>>, key: string, event: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(event));
}

const DAY = 1440;
/** Where a path leads on to (payloads.ts). */
const THIRD_STATE = 'SG';

/** What ends a walk's interest: seldom, once it has been seen. */
const ENDINGS = new Set(['ABANDON', 'WITHDRAW', 'WITHDRAW_MEASURE', 'REFUSE', 'REFER', 'CLOSE', 'CLOSE_FOR_WANT_OF_REPLY', 'RELEASE']);

/** What brings a measure on. */
const FORWARD = new Set([
  'SUBMIT_FOR_REVIEW', 'TRANSMIT', 'ACKNOWLEDGE', 'EXAMINE', 'GRANT', 'ASSIGN', 'AUTHORISE', 'BEGIN_EXECUTION', 'REPORT_EXECUTION', 'DECIDE_TRANSMISSION', 'TRANSMIT_EVIDENCE', 'CONFIRM_RECEIPT', 'RESUME',
  'LIFT_HOLD', 'ACCEPT_CONDITIONS', 'ACCEPT_COSTS', 'PROCEED_WITHOUT_CONFIDENTIALITY', 'ORDER_PRESERVATION', 'REPORT_SECURED', 'RECORD_CALL_BACK', 'ORDER_DISCLOSURE', 'DISCLOSE', 'DISCLOSE_PATH', 'REOPEN',
]);
/** Some walks go far, in some messages lie about and cross, some do whatever was done least. */
const PACES = [{ forward: 12, delivery: 1.2 }, { forward: 12, delivery: 0.25 }, { forward: 3, delivery: 0.1 }, { forward: 1, delivery: 0.5 }] as const;

/** Acts that are not tried here, each with its reason. */
const NOT_TRIED = new Map([['CHANGE_CHANNEL', 'hands the message to people, who carry it: test/api/off-network.spec.ts']]);

/** The model check leaves time out; the clock of a walk does not. */
const AFTER_A_PERIOD = /^(requesting:preservation:main:preservationReleased|requested:preservation:main:(received|preservationReleased|referred)):MISS_DUTY_REVIEW$/;

/** Places that are not come to here, each with its reason. */
export function whyNotHere(pair: string): string | undefined {
  const [, , region, state, event] = pair.split(':') as [string, string, string, string, string];
  if (region === 'delivery' && state === 'failed' && event === 'DELIVERY_FAILED') return 'behind a message that failed nothing is sent';
  if (AFTER_A_PERIOD.test(pair)) return 'the term of a review is a day, and passed long before: this comes after a period of sixty days or more (UNCC 42(8))';
  return NOT_TRIED.get(event);
}

/** The transition's places, one for each region that takes the event. */
export function pairsOf(side: Side, { chart, value }: ChartState, type: string): string[] {
  const { root } = machineOf(chart, side);
  return Object.entries(value).flatMap(([region, state]) => {
    const node = root.states[region]!;
    return node.states[state]!.transitions.has(type) || node.transitions.has(type) ? [`${side}:${chart}:${region}:${state}:${type}`] : [];
  });
}

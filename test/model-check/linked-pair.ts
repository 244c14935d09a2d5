import type { Side } from '@comity/kernel';
import { profile } from '@comity/treaty';
import { crossing, decide, fileFacts, initialState, mainState, FINAL_MEASURE_STATES, type Act, type ChartName, type Decision, type Effect, type Facts, type FileState, type Law, type MeasureContext } from '../../libs/requests/src/domain/index.js';
import type { linkedOf } from '../../libs/requests/src/linked.js';
import { LINKED_ACTS, type LinkedAct } from './linked-pair-acts.js';

/** A message of one of the two letters: each letter is a thread of its own, and orders only its own messages. */
interface Message {
  type: string;
  body: Record<string, unknown>;
  /** What of the receiver's own it crossed. */
  crossed: string[];
}

interface Letter {
  requesting: FileState;
  /** Null until the letter arrived. */
  requested: FileState | null;
  to: Record<Side, Message[]>;
}

/** A preservation secured in both files, the request for stored data that continues it, and what the clocks did. */
export interface Pair {
  preservation: Letter;
  data: Letter | null;
  periodOver: boolean;
  noticeOver: boolean;
  graceOver: boolean;
}

export interface Found {
  states: number;
  transitions: number;
  ends: number;
  complete: boolean;
  violations: { property: string; trace: string[] }[];
}

export interface PairCheck {
  law: Law;
  /** What the release is decided on: the product's own function, or a spoilt one. */
  linked: typeof linkedOf;
  bound: number;
  maxStates: number;
  /** Stop once this property is broken: what a planted error is looked for with. */
  until?: string;
}

const SIDES: readonly Side[] = ['requesting', 'requested'];
const AT = new Date('2026-11-03T09:12:40.000Z');
const LONG_AGO = '2020-01-01T00:00:00.000Z';
const GRACE_DAYS = 14;
const main = (file: FileState | null): string => (file ? mainState(file.measures[0]!.state) : 'not received');
const ended = (file: FileState | null): boolean => file !== null && FINAL_MEASURE_STATES.has(main(file));
const stillRequired = (file: FileState): boolean => (file.measures[0]!.state.context as MeasureContext).noLongerRequired !== true;

function fileAt(form: ChartName, side: Side, state: string, law: Law, context: Partial<MeasureContext> = {}): FileState {
  const letter = initialState('letter', side, law.charts);
  const measure = initialState(form, side, law.charts);
  return {
    side, letter: { ...letter, value: { ...letter.value, main: 'acknowledged' } },
    measures: [{ no: 1, state: { ...measure, value: { ...measure.value, main: state }, context: { ...measure.context, ...context } as MeasureContext } }],
  };
}

const stillSecured = (file: FileState): boolean => (file.measures[0]!.state.context as MeasureContext).secured;

/** What no release and no refusal may do, told from the states of both letters and the clocks, not from the rule under check. */
function broken(pair: Pair, act: LinkedAct): string | null {
  if (act.letter !== 'preservation') return null;
  const file = pair.preservation.requested!;
  if (act.type === 'REFUSE' && stillSecured(file)) return 'UNCC 42(8): data still secured, and the preservation refused';
  if (act.type !== 'RELEASE') return null;
  const data = pair.data?.requested ?? null;
  if (data && ['received', 'underExamination', 'postponed'].includes(main(data))) return 'UNCC 42(8): released while the request that continues it awaits its decision';
  if (data && !ended(data)) return 'UNCC 44: released between the grant and the end of the measure';
  if (main(data) === 'refused' && !pair.graceOver) return 'practice: released within the grace period after a refusal';
  if (!stillRequired(file)) return null;
  if (!pair.periodOver) return 'UNCC 42(8): released before the period ended';
  return pair.noticeOver ? null : 'practice: released before the term of the notice';
}

/** Breadth-first over the four files, the four channels and the clocks, by the product's own decide(). */
export function explorePair({ law, linked, bound, maxStates, until }: PairCheck): Found {
  const start: Pair = {
    preservation: {
      requesting: fileAt('preservation', 'requesting', 'secured', law, { secured: true }),
      requested: fileAt('preservation', 'requested', 'secured', law, { secured: true }), to: { requesting: [], requested: [] },
    },
    data: null, periodOver: false, noticeOver: false, graceOver: false,
  };
  const keys = new Map<string, number>([[keyOf(start), 0]]);
  const states = [start];
  const parents: { from: number; how: string }[] = [{ from: -1, how: '' }];
  const back: number[][] = [[]];
  const violations: Found['violations'] = [];
  let transitions = 0;
  let at = 0;
  const trace = (to: number, last: string): string[] => {
    const steps = [last];
    for (let i = to; i > 0; i = parents[i]!.from) steps.unshift(parents[i]!.how);
    return steps;
  };
  const violate = (property: string, last: string): void => {
    if (!violations.some((v) => v.property === property)) violations.push({ property, trace: trace(at, last) });
  };
  const add = (next: Pair, how: string): void => {
    transitions += 1;
    const key = keyOf(next);
    let id = keys.get(key);
    if (id === undefined) {
      id = states.push(next) - 1;
      keys.set(key, id);
      parents.push({ from: at, how });
      back.push([]);
    }
    back[id]!.push(at);
  };
  for (; at < states.length && at < maxStates && !violations.some((v) => v.property === until); at++) step(states[at]!, { law, linked, bound }, add, violate);
  const ends = states.flatMap((s, i) => (isEnd(s) ? [i] : []));
  // States beyond the cap count as ends: a search cut short blames nobody.
  const reaches = new Set<number>([...ends, ...states.keys()].filter((i) => i >= at || isEnd(states[i]!)));
  const pending = [...reaches];
  while (pending.length > 0) {
    for (const from of back[pending.pop()!]!) {
      if (reaches.has(from)) continue;
      reaches.add(from);
      pending.push(from);
    }
  }
  for (at = 0; at < states.length; at++) if (!reaches.has(at)) violate('an end cannot be reached from here', '');
  return { states: states.length, transitions, ends: ends.length, complete: states.length <= maxStates, violations };
}

/** Of a file what the acts of this check can depend on. */
function keyOf({ preservation, data, periodOver, noticeOver, graceOver }: Pair): string {
  const file = (f: FileState | null) => {
    if (!f) return '-';
    const { value, context } = f.measures[0]!.state;
    const c = context as MeasureContext;
    return `${value['main']} ${c.releaseNoticed ?? ''} ${c.noLongerRequired ?? ''} ${c.askedLate ?? ''}`;
  };
  const letter = (l: Letter | null) => (l ? [file(l.requesting), file(l.requested), ...SIDES.map((s) => l.to[s].map((m) => `${m.type} ${m.crossed.join()}`).join(';'))].join('|') : '-');
  return `${letter(preservation)}#${letter(data)}#${periodOver}${noticeOver}${graceOver}`;
}

const isEnd = ({ preservation, data }: Pair): boolean =>
  ended(preservation.requesting) && ended(preservation.requested) && (data === null || (ended(data.requesting) && ended(data.requested)));

type Add = (next: Pair, how: string) => void;
type Violate = (property: string, last: string) => void;

function step(pair: Pair, by: Pick<PairCheck, 'law' | 'linked' | 'bound'>, add: Add, violate: Violate): void {
  if (pair.data === null) {
    const requesting = fileAt('stored-data', 'requesting', 'requested', by.law);
    add({ ...pair, data: { requesting, requested: null, to: { requesting: [], requested: [{ type: 'REQUESTED', body: {}, crossed: [] }] } } }, 'requesting: transmits the request that continues it');
  }
  if (!pair.periodOver) add({ ...pair, periodOver: true }, 'clock: the period ends');
  if (!pair.noticeOver && (pair.preservation.requested!.measures[0]!.state.context as MeasureContext).releaseNoticed) add({ ...pair, noticeOver: true }, 'clock: the term of the notice passes');
  if (!pair.graceOver && main(pair.data?.requested ?? null) === 'refused') add({ ...pair, graceOver: true }, 'clock: the grace period passes');
  for (const act of LINKED_ACTS) {
    const letter = pair[act.letter];
    const file = letter?.[act.side];
    if (!letter || !file) continue;
    const how = `${act.side}: ${act.type} on the ${act.letter}`;
    const decided = decideOnce(file, { type: act.type, measure: 1, payload: act.payload ?? {}, source: 'official' }, factsFor(pair, act.letter, file, by, act.facts), by.law);
    if (!decided.ok) continue;
    if (letter.to[other(act.side)].length + sends(decided.effects).length > by.bound) continue;
    const wrong = broken(pair, act);
    if (wrong) violate(wrong, how);
    add(afterwards(pair, act.letter, act.side, decided.file, decided.effects, letter, by.law, act.type), how);
  }
  for (const name of ['preservation', 'data'] as const) for (const side of SIDES) takeIn(pair, name, side, by, add, violate);
}

function takeIn(pair: Pair, name: 'preservation' | 'data', side: Side, by: Pick<PairCheck, 'law' | 'linked' | 'bound'>, add: Add, violate: Violate): void {
  const letter = pair[name];
  const head = letter?.to[side][0];
  if (!letter || !head) return;
  const how = `${side} takes in ${head.type} on the ${name}`;
  const rest: Letter = { ...letter, to: { ...letter.to, [side]: letter.to[side].slice(1) } };
  if (head.type === 'REQUESTED') {
    add({ ...pair, data: { ...rest, requested: fileAt('stored-data', 'requested', 'received', by.law, { assigned: true, authorised: true }) } }, how);
    return;
  }
  const file = letter[side];
  // The requesting State's withdrawal waits behind the letter itself, so that there is always a file.
  const decided = decideOnce(file!, { type: head.type, measure: 1, payload: head.body, source: 'counterpart', crossed: head.crossed }, factsFor(pair, name, file!, by), by.law);
  if (!decided.ok) {
    violate(`${head.type} arrives and is not handled`, how);
    return;
  }
  if (name === 'preservation' && side === 'requested' && stillSecured(file!) && ended(decided.file)) violate('UNCC 42(8): a message alone ends the preservation, with the data still secured', how);
  if (rest.to[other(side)].length + sends(decided.effects).length > by.bound) return;
  add(afterwards(pair, name, side, decided.file, decided.effects, rest, by.law, head.type), how);
}

/** Files recur in thousands of pairs: each decision is made once, and equal files are one object. */
const memos = new WeakMap<Law, { decisions: Map<string, Decision>; files: Map<string, FileState>; ids: WeakMap<FileState, number> }>();
function decideOnce(file: FileState, act: Act, facts: Facts, law: Law): Decision {
  const memo = memos.get(law) ?? { decisions: new Map(), files: new Map(), ids: new WeakMap() };
  memos.set(law, memo);
  let id = memo.ids.get(file);
  if (id === undefined) {
    const text = JSON.stringify(file);
    const same = memo.files.get(text);
    id = same ? memo.ids.get(same)! : memo.files.size;
    if (!same) memo.files.set(text, file);
    memo.ids.set(file, id);
  }
  const key = `${id} ${JSON.stringify(act)} ${facts.periodOver} ${facts.releaseTermPassed} ${facts.linked}`;
  let decision = memo.decisions.get(key);
  if (!decision) memo.decisions.set(key, (decision = decide(file, act, facts, law)));
  return decision;
}

const other = (side: Side): Side => (side === 'requesting' ? 'requested' : 'requesting');
const sends = (effects: readonly Effect[]) => effects.filter((e): e is Extract<Effect, { kind: 'send' }> => e.kind === 'send');

function factsFor(pair: Pair, name: 'preservation' | 'data', file: FileState, { law, linked }: Pick<PairCheck, 'law' | 'linked'>, more: Partial<Facts> = {}): Facts {
  const of = file.side === 'requesting' ? pair.data?.requesting : pair.data?.requested;
  const continuing = of ? [{ form: 'stored-data', main: main(of), letter: 'acknowledged', refusedAt: pair.graceOver ? LONG_AGO : AT.toISOString() }] : [];
  return {
    v: 1, at: AT.toISOString(), instrument: { id: 'uncc-2024', version: profile('uncc-2024').version }, form: name === 'preservation' ? 'preservation' : 'stored-data',
    requestedState: 'VN', conventionOffence: true, ...fileFacts(file, 1, law.charts), receipt: 'verified', evidencePackage: { sealed: true, files: 1 },
    ...(name === 'preservation' && { periodOver: pair.periodOver, releaseTermPassed: pair.noticeOver, linked: linked(continuing, AT, GRACE_DAYS) }), ...more,
  };
}

/** The pair after a step of one file: what it sent, what that crosses, and what new periods set back. */
function afterwards(pair: Pair, name: 'preservation' | 'data', side: Side, file: FileState, effects: readonly Effect[], letter: Letter, law: Law, type: string): Pair {
  const sent = sends(effects);
  const matters = (receiver: Side, received: string, mine: string) => crossing(receiver, received, mine, undefined, law.crossings)?.verdict !== 'apply';
  // What waits for this side crosses what it sends now; what it sends crosses what waits for this side.
  const waiting = letter.to[side].map((m) => ({ ...m, crossed: [...new Set([...m.crossed, ...sent.map((s) => s.message).filter((mine) => matters(side, m.type, mine))])].sort() }));
  const out = sent.map((s): Message => ({ type: s.message, body: s.body, crossed: letter.to[side].map((m) => m.type).filter((mine) => matters(other(side), s.message, mine)) }));
  const next: Letter = { ...letter, [side]: file, to: { ...letter.to, [side]: waiting, [other(side)]: [...letter.to[other(side)], ...out] } };
  const begun = name === 'preservation' && side === 'requested' && ['EXTEND', 'REPORT_SECURED'].includes(type);
  const noticed = name === 'preservation' && side === 'requested' && ['GIVE_NOTICE_OF_RELEASE', 'EXTEND', 'NEW_PRESERVATION_REQUESTED'].includes(type);
  return { ...pair, [name]: next, ...(begun && { periodOver: false }), ...(noticed && { noticeOver: false }) };
}

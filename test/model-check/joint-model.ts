import type { Side } from '@comity/kernel';
import { crossing, decide, fileFacts, initialState, type Act, type ChartName, type ChartState, type Effect, type Facts, type FileState, type Law, type MeasureContext } from '../../libs/requests/src/domain/index.js';

/**
 * Two files of one request and the two channels between them, explored breadth first. The steps are the product's own
 * decide(); this file knows nothing of the statecharts but the names its properties speak of.
 */
export interface ModelAct {
  type: string;
  on: 'letter' | 'measure';
  payload?: Record<string, unknown>;
  facts?: Partial<Facts>;
  source?: 'official' | 'clock';
}

export interface Model {
  name: string;
  form: ChartName;
  law: Law;
  acts: Record<Side, ModelAct[]>;
  /** Messages a channel holds at most. */
  bound: number;
  /** Both letters stand at "acknowledged" when the exploration starts. */
  fromAcknowledged: boolean;
  maxStates: number;
}

export interface ModelResult {
  name: string;
  jointStates: number;
  transitions: number;
  ends: number;
  complete: boolean;
  /** Each violation once, with the shortest way to it. */
  violations: { property: string; at: string; trace: string[] }[];
  /** `side:chart:region:state` and `side:chart:region:state:EVENT` that were seen. */
  visited: Set<string>;
}

interface Message {
  type: string;
  measure: number | null;
  body: Record<string, unknown>;
  /** Own messages of the receiver, on the same subject, that the sender had not processed. */
  crossed: string[];
}

/** Files and messages by their interned numbers. */
interface Joint {
  files: Record<Side, number>;
  /** Keyed by the receiving side, head first. */
  channel: Record<Side, number[]>;
  /** A decision to transmit stands (own bookkeeping of the check, from the acts alone). */
  released: boolean;
}

type Send = Extract<Effect, { kind: 'send' }>;
type Step = { ok: true; file: number; sends: Send[] } | { ok: false; why: string };

const OTHER: Record<Side, Side> = { requesting: 'requested', requested: 'requesting' };
const FINAL = new Set(['completed', 'noDataFound', 'cannotBeExecuted', 'refused', 'referred', 'withdrawn', 'abandoned']);
const SIDES: Side[] = ['requesting', 'requested'];

const BASE: Omit<Facts, keyof ReturnType<typeof fileFacts>> = {
  v: 1,
  at: '2026-11-03T09:12:40.000Z',
  instrument: { id: 'uncc-2024', version: '' },
  form: 'stored-data',
  requestedState: 'VN',
  conventionOffence: true,
};

export interface Properties {
  /** A sentence when the step just taken breaks the law. */
  step(act: { side: Side; type: string; payload: Record<string, unknown> }, before: { files: Record<Side, FileState>; released: boolean }): string | null;
  /** A sentence when two files with empty channels do not tell the same story. */
  quiescent(files: Record<Side, FileState>): string | null;
  isEnd(files: Record<Side, FileState>): boolean;
}

export function explore(model: Model, properties: Properties, instrumentVersion: string): ModelResult {
  const facts0 = { ...BASE, instrument: { id: 'uncc-2024', version: instrumentVersion } };
  const files = new Interned<FileState>((file) =>
    JSON.stringify([file.side, file.letter.value, file.letter.context, file.measures.map((m) => [m.state.value, live(file.side, m.state)])]),
  );
  const matters = mattering(model.law);
  const messages = new Interned<Message>((m) => JSON.stringify([m.type, m.measure, m.body, m.crossed]));
  const decisions = new Map<string, Step>();
  const result: ModelResult = { name: model.name, jointStates: 0, transitions: 0, ends: 0, complete: true, violations: [], visited: new Set() };
  const seenViolations = new Set<string>();
  const index = new Map<string, number>();
  const states: Joint[] = [];
  const parent: number[] = [];
  const label: string[] = [];
  const edges: number[][] = [];
  const ends: number[] = [];

  const trace = (at: number): string[] => {
    const path: string[] = [];
    for (let i = at; i > 0; i = parent[i]!) path.unshift(label[i]!);
    return path;
  };
  const pair = ({ files: f }: Joint): Record<Side, FileState> => ({ requesting: files.at(f.requesting), requested: files.at(f.requested) });
  const violate = (property: string, at: number, last?: string) => {
    if (seenViolations.has(property)) return;
    seenViolations.add(property);
    const both = pair(states[at]!);
    result.violations.push({
      property,
      at: JSON.stringify(SIDES.map((s) => [both[s].letter.value, both[s].measures[0]?.state.value])),
      trace: [...trace(at), ...(last ? [last] : [])],
    });
  };
  const add = (joint: Joint, from: number, how: string): void => {
    const { files: f, channel: c } = joint;
    const key = `${f.requesting},${f.requested},${joint.released ? 1 : 0};${c.requesting.join()};${c.requested.join()}`;
    let id = index.get(key);
    if (id === undefined) {
      id = states.length;
      index.set(key, id);
      states.push(joint);
      parent.push(from);
      label.push(how);
      edges.push([]);
    }
    if (from >= 0) edges[from]!.push(id);
  };
  const step = (file: number, memo: string, act: Act, more: Partial<Facts>): Step => {
    const key = `${file}#${memo}`;
    let known = decisions.get(key);
    if (!known) {
      const state = files.at(file);
      const decision = decide(state, act, { ...facts0, ...fileFacts(state, act.measure, model.law.charts), ...more }, model.law);
      known = decision.ok
        ? { ok: true, file: files.id(decision.file), sends: decision.effects.filter((e) => e.kind === 'send') }
        : { ok: false, why: decision.refusals[0]!.code };
      decisions.set(key, known);
    }
    return known;
  };
  /** The messages join the channel; what they crossed is what they had not seen, now and until they arrive. */
  const afterSending = (joint: Joint, side: Side, stepped: Step & { ok: true }, taken: boolean, isReleased: boolean): Joint => {
    const other = OTHER[side];
    const waiting = taken ? joint.channel[side].slice(1) : joint.channel[side];
    if (stepped.sends.length === 0) {
      return { files: { ...joint.files, [side]: stepped.file }, channel: { ...joint.channel, [side]: waiting }, released: isReleased };
    }
    const incoming = waiting.map((id) => {
      const m = messages.at(id);
      const more = stepped.sends.filter((s) => s.measure === m.measure).map((s) => s.message).filter((sent) => matters(side, m.type, sent));
      return more.length === 0 ? id : messages.id({ ...m, crossed: [...new Set([...m.crossed, ...more])].sort() });
    });
    const outgoing = stepped.sends.map((s) =>
      messages.id({
        type: s.message,
        measure: s.measure,
        body: s.body,
        crossed: [...new Set(waiting.map((id) => messages.at(id)).filter((m) => m.measure === s.measure).map((m) => m.type).filter((sent) => matters(other, s.message, sent)))].sort(),
      }),
    );
    return {
      files: { ...joint.files, [side]: stepped.file },
      channel: { [side]: incoming, [other]: [...joint.channel[other], ...outgoing] } as unknown as Joint['channel'],
      released: isReleased,
    };
  };

  add({ files: { requesting: files.id(startFile(model, 'requesting')), requested: files.id(startFile(model, 'requested')) }, channel: { requesting: [], requested: [] }, released: false }, -1, '');
  for (let at = 0; at < states.length; at++) {
    if (at >= model.maxStates) {
      result.complete = false;
      break;
    }
    const joint = states[at]!;
    for (const side of SIDES) {
      const other = OTHER[side];
      const room = model.bound - joint.channel[other].length;
      model.acts[side].forEach((act, n) => {
        const payload = act.payload ?? {};
        const measure = act.on === 'measure' ? 1 : null;
        const stepped = step(joint.files[side], `a${n}`, { type: act.type, measure, payload, source: act.source ?? 'official' }, act.facts ?? {});
        if (!stepped.ok || stepped.sends.length > room) return;
        const how = `${side}: ${act.type}${Object.keys(payload).length ? ` ${JSON.stringify(payload)}` : ''}`;
        const broken = properties.step({ side, type: act.type, payload }, { files: pair(joint), released: joint.released });
        if (broken) violate(broken, at, how);
        visit(result.visited, side, files.at(joint.files[side]), act.type, measure);
        result.transitions++;
        add(afterSending(joint, side, stepped, false, released(joint, act.type, payload)), at, how);
      });
      const head = joint.channel[side][0];
      if (head === undefined) continue;
      const m = messages.at(head);
      const stepped = step(joint.files[side], `m${head}`, { type: m.type, measure: m.measure, payload: m.body, source: 'counterpart', crossed: m.crossed }, {});
      const how = `${side} takes in ${m.type}${m.crossed.length ? ` (crossed ${m.crossed.join(', ')})` : ''}`;
      if (!stepped.ok) {
        violate(`${m.type} arrives and is not handled: ${stepped.why}`, at, how);
        continue;
      }
      if (stepped.sends.length > room) continue;
      visit(result.visited, side, files.at(joint.files[side]), m.type, m.measure);
      result.transitions++;
      add(afterSending(joint, side, stepped, true, joint.released), at, how);
    }
    if (joint.channel.requesting.length === 0 && joint.channel.requested.length === 0) {
      const both = pair(joint);
      const differs = properties.quiescent(both);
      if (differs) violate(differs, at);
      if (properties.isEnd(both)) ends.push(at);
    }
  }
  result.jointStates = states.length;
  result.ends = ends.length;
  if (result.complete) {
    const stuck = firstThatCannotReach(ends, edges);
    if (stuck >= 0) violate('an end cannot be reached from here', stuck);
  }
  return result;
}

/**
 * Dead variables left out of a state's key: `secured` is read by no rule, the flags of the main dialogue by none once
 * the measure is past them, and the requesting State's rules read none but where a postponement resumes to.
 */
function live(side: Side, { value, context }: ChartState): unknown {
  const c = context as MeasureContext;
  const main = value['main']!;
  if (side === 'requesting') return [c.narrowed, c.resumeTo];
  const flags = [c.narrowed, c.resumeTo, c.consulted, c.conditionsPending, c.conditionsTried, c.costsPending, c.confidentialityHeld];
  if (FINAL.has(main)) return [c.narrowed];
  return [
    ...flags,
    ...(['granted', 'postponed'].includes(main) ? [c.assigned, c.authorised] : []),
    ...(['executed', 'released'].includes(main) ? [c.holds] : []),
  ];
}

/** Crossings that some row decides otherwise than "apply", or that no row decides; the rest leave no mark on the state. */
function mattering(law: Law): (side: Side, received: string, sent: string) => boolean {
  const memo = new Map<string, boolean>();
  return (side, received, sent) => {
    const key = `${side}${received}/${sent}`;
    let known = memo.get(key);
    if (known === undefined) {
      const rows = ['openedHere', undefined].map((c) => crossing(side, received, sent, c, law.crossings));
      known = rows.some((row) => row?.verdict !== 'apply');
      memo.set(key, known);
    }
    return known;
  };
}

/** Values known by a small number, so that a joint state is a handful of numbers. */
class Interned<T> {
  private readonly ids = new Map<string, number>();
  private readonly values: T[] = [];

  constructor(private readonly keyOf: (value: T) => string) {}

  id(value: T): number {
    const key = this.keyOf(value);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.values.length;
      this.ids.set(key, id);
      this.values.push(value);
    }
    return id;
  }

  at(id: number): T {
    return this.values[id]!;
  }
}

function startFile(model: Model, side: Side): FileState {
  const letter = initialState('letter', side, model.law.charts);
  const measure = initialState(model.form, side, model.law.charts);
  if (!model.fromAcknowledged) return { side, letter, measures: [{ no: 1, state: measure }] };
  return {
    side,
    letter: { ...letter, value: { ...letter.value, main: 'acknowledged' } },
    measures: [{ no: 1, state: side === 'requesting' ? { ...measure, value: { ...measure.value, main: 'requested' } } : measure }],
  };
}

function released(joint: Joint, type: string, payload: Record<string, unknown>): boolean {
  if (type === 'DECIDE_TRANSMISSION') return payload['outcome'] !== 'denied';
  return type === 'PLACE_HOLD' ? false : joint.released;
}

function visit(visited: Set<string>, side: Side, file: FileState, type: string, measure: number | null): void {
  const subject = measure === null ? file.letter : file.measures[0]!.state;
  for (const [region, state] of Object.entries(subject.value)) {
    visited.add(`${side}:${subject.chart}:${region}:${state}`);
    visited.add(`${side}:${subject.chart}:${region}:${state}:${type}`);
  }
}

/** Walks back from the ends; answers the first state from which none can be reached, or -1. */
function firstThatCannotReach(ends: number[], edges: number[][]): number {
  const back: number[][] = edges.map(() => []);
  edges.forEach((targets, from) => targets.forEach((to) => back[to]!.push(from)));
  const reaches = new Uint8Array(edges.length);
  const pending = [...ends];
  ends.forEach((e) => (reaches[e] = 1));
  while (pending.length > 0) {
    for (const from of back[pending.pop()!]!) {
      if (reaches[from]) continue;
      reaches[from] = 1;
      pending.push(from);
    }
  }
  return reaches.indexOf(0);
}

import type { Side } from '@comity/kernel';
import { initialState, type FileState } from '../../libs/requests/src/domain/index.js';
import { mayBeUntold } from './by-letter.js';
import type { Model } from './model.js';
import { ghostAfter, type Happening } from './ghost.js';
import { Moves, SIDES, type Move } from './moves.js';
import { Numbers, Tuples } from './numbers.js';

export interface Violation {
  property: string;
  at: string;
  /** The shortest way to it. */
  trace: string[];
}

export interface ModelResult {
  name: string;
  bound: number;
  jointStates: number;
  transitions: number;
  ends: number;
  /** Every state was explored; otherwise the search stopped at the model's `maxStates`. */
  complete: boolean;
  /** Each property broken, once. */
  violations: Violation[];
  /** `side:chart:region:state:EVENT` that were taken. */
  visited: Set<string>;
}

export type Files = Record<Side, FileState>;

export interface Properties {
  /** A sentence when the act breaks the law; `ghost` is what was done before, by the check's own book. */
  act(act: { side: Side; type: string; no: number | null; payload: Record<string, unknown>; facts: Record<string, unknown> }, before: { files: Files; ghost: number }, model: Model): string | null;
  /** A sentence when an act that the law keeps open is not possible in this file. */
  file(side: Side, file: FileState, possible: ReadonlySet<string>, asked: ReadonlySet<string>): string | null;
  /** A sentence when two files with empty channels do not tell the same story. */
  quiescent(files: Files, model: Model): string | null;
  isEnd(files: Files, model: Model): boolean;
}

// Members of a joint state.
const REQUESTING = 0;
const REQUESTED = 1;
const GHOST = 2;
const TO_REQUESTING = 3;
const TO_REQUESTED = 4;

/**
 * Two files of one request and the two channels between them, explored breadth first. The steps are the product's own
 * decide(); this file knows nothing of the statecharts.
 */
export function explore(model: Model, properties: Properties): ModelResult {
  return new Exploration(model, properties).run();
}

class Exploration {
  private readonly moves: Moves;
  private readonly joints = new Tuples(5);
  private readonly parent = new Numbers();
  private readonly how = new Numbers();
  private readonly labels: string[] = [];
  private readonly labelIds = new Map<string, number>();
  /** Targets of state n: from offset[n] to offset[n + 1]. */
  private readonly offset = new Numbers();
  private readonly targets = new Numbers();
  private readonly ends: number[] = [];
  private readonly filesChecked = new Set<string>();
  private readonly quiet = new Map<string, { differs: string | null; isEnd: boolean }>();
  private readonly result: ModelResult;

  constructor(
    private readonly model: Model,
    private readonly properties: Properties,
  ) {
    this.moves = new Moves(model);
    this.result = { name: model.name, bound: model.bound, jointStates: 0, transitions: 0, ends: 0, complete: true, violations: [], visited: this.moves.visited };
  }

  run(): ModelResult {
    const { model, moves, result } = this;
    const none = moves.channels.empty;
    this.add([moves.files.id(startFile(model, 'requesting')), moves.files.id(startFile(model, 'requested')), 0, none, none], -1, '');
    let at = 0;
    for (; at < this.joints.size; at++) {
      if (at >= model.maxStates || result.violations.some((v) => v.property === model.until)) {
        result.complete = false;
        break;
      }
      this.offset.push(this.targets.length);
      for (const side of SIDES) this.expand(at, side);
      if (this.joints.at(at, TO_REQUESTING) === none && this.joints.at(at, TO_REQUESTED) === none) this.rest(at);
    }
    this.offset.push(this.targets.length);
    result.jointStates = at;
    result.transitions = this.targets.length;
    result.ends = this.ends.length;
    const stuck = this.firstStuck(at);
    if (stuck >= 0) this.violate('an end cannot be reached from here', stuck);
    return result;
  }

  /** All that one side can do: its acts, and the message at the head of its channel. */
  private expand(at: number, side: Side): void {
    const { model, moves, properties } = this;
    const file = this.joints.at(at, side === 'requesting' ? REQUESTING : REQUESTED);
    const waiting = this.joints.at(at, side === 'requesting' ? TO_REQUESTING : TO_REQUESTED);
    const out = this.joints.at(at, side === 'requesting' ? TO_REQUESTED : TO_REQUESTING);
    const room = model.bound - moves.channels.listAt(out).length;
    const acts = moves.actsOf(side, file);
    this.checkFile(at, side, file, acts);
    for (const move of acts) {
      if (move.sent > room) continue;
      // A request is rejected at the door or taken in, never both.
      const recalls = move.type === 'WITHDRAW' && move.facts['requestRejected'] === true;
      if (recalls && this.files(at).requested.letter.value['main'] !== 'awaited') continue;
      const broken = properties.act(move, { files: this.files(at), ghost: this.joints.at(at, GHOST) }, model);
      if (broken) this.violate(broken, at, move.label);
      this.take(at, move, waiting, recalls ? moves.channels.empty : out);
    }
    const letters = moves.channels.listAt(waiting);
    for (let place = 0; place < letters.length; place++) {
      const move = moves.takingIn(side, file, letters[place]!);
      if (move.why !== undefined) this.violate(`${move.type} arrives and is not handled`, at, `${move.label}: ${move.why}`);
      else if (move.sent <= room) this.take(at, move, moves.channels.without(waiting, place), out);
      const { type, body } = moves.channels.messages.at(letters[place]!);
      // The next is taken in first only where this one may be late, or is never told of.
      if (!model.byLetter || side !== 'requesting' || !mayBeUntold(type, body)) return;
      this.forget(at, waiting, place, type);
    }
  }

  /** The requested State never writes of this step. */
  private forget(at: number, waiting: number, place: number, type: string): void {
    const next = [REQUESTING, REQUESTED, GHOST].map((member) => this.joints.at(at, member));
    this.targets.push(this.add([...next, this.moves.channels.without(waiting, place), this.joints.at(at, TO_REQUESTED)], at, `${type} is never told`));
  }

  private take(at: number, move: Move, waiting: number, out: number): void {
    const { side, sends } = move;
    const { channels, files } = this.moves;
    const nextWaiting = move.sent === 0 ? waiting : channels.afterSending(side, waiting, sends);
    const nextOut = move.sent === 0 ? out : channels.appended(side, out, waiting, sends);
    const requesting = side === 'requesting' ? move.file : this.joints.at(at, REQUESTING);
    const requested = side === 'requested' ? move.file : this.joints.at(at, REQUESTED);
    const ghost = ghostAfter(this.joints.at(at, GHOST), move as Happening, files.at(requested));
    const next = side === 'requesting' ? [requesting, requested, ghost, nextWaiting, nextOut] : [requesting, requested, ghost, nextOut, nextWaiting];
    this.targets.push(this.add(next, at, move.label));
  }

  private add(joint: readonly number[], from: number, label: string): number {
    const { id, isNew } = this.joints.add(joint);
    if (isNew) {
      let known = this.labelIds.get(label);
      if (known === undefined) {
        known = this.labels.push(label) - 1;
        this.labelIds.set(label, known);
      }
      this.parent.push(from);
      this.how.push(known);
    }
    return id;
  }

  private checkFile(at: number, side: Side, file: number, acts: readonly Move[]): void {
    const key = `${side}${file}`;
    if (this.filesChecked.has(key)) return;
    this.filesChecked.add(key);
    const lacking = this.properties.file(side, this.moves.files.at(file), new Set(acts.map((m) => m.type)), this.moves.asked[side]);
    if (lacking) this.violate(lacking, at);
  }

  private rest(at: number): void {
    const key = `${this.joints.at(at, REQUESTING)},${this.joints.at(at, REQUESTED)}`;
    let known = this.quiet.get(key);
    if (!known) {
      const files = this.files(at);
      known = { differs: this.properties.quiescent(files, this.model), isEnd: this.properties.isEnd(files, this.model) };
      this.quiet.set(key, known);
    }
    if (known.differs) this.violate(known.differs, at);
    if (known.isEnd) this.ends.push(at);
  }

  private files(at: number): Files {
    const { files } = this.moves;
    return { requesting: files.at(this.joints.at(at, REQUESTING)), requested: files.at(this.joints.at(at, REQUESTED)) };
  }

  private violate(property: string, at: number, last?: string): void {
    if (this.result.violations.some((v) => v.property === property)) return;
    const trace: string[] = last === undefined ? [] : [last];
    for (let i = at; i > 0; i = this.parent.at(i)) trace.unshift(this.labels[this.how.at(i)]!);
    const both = this.files(at);
    this.result.violations.push({ property, at: JSON.stringify(SIDES.map((s) => [both[s].letter.value, both[s].measures[0]?.state.value])), trace });
  }

  /**
   * Walks back from the ends; answers the first state from which none can be reached, or -1. States beyond the cap
   * count as ends, so that a search cut short blames no state for what it has not looked at.
   */
  private firstStuck(explored: number): number {
    const total = this.joints.size;
    const start = new Int32Array(total + 1);
    for (let i = 0; i < this.targets.length; i++) start[this.targets.at(i) + 1]!++;
    for (let i = 0; i < total; i++) start[i + 1]! += start[i]!;
    const fill = start.slice();
    const back = new Int32Array(this.targets.length);
    for (let from = 0; from < explored; from++) {
      for (let i = this.offset.at(from); i < this.offset.at(from + 1); i++) back[fill[this.targets.at(i)]!++] = from;
    }
    const reaches = new Uint8Array(total);
    const pending: number[] = [...this.ends];
    for (let id = explored; id < total; id++) pending.push(id);
    for (const id of pending) reaches[id] = 1;
    while (pending.length > 0) {
      const id = pending.pop()!;
      for (let i = start[id]!; i < start[id + 1]!; i++) {
        const from = back[i]!;
        if (reaches[from]) continue;
        reaches[from] = 1;
        pending.push(from);
      }
    }
    return reaches.indexOf(0);
  }
}

function startFile(model: Model, side: Side): FileState {
  const letter = initialState('letter', side, model.law.charts);
  const measure = initialState(model.form, side, model.law.charts);
  if (!model.fromAcknowledged) return { side, letter, measures: [{ no: 1, state: measure }] };
  return {
    side,
    letter: { ...letter, value: { ...letter.value, main: 'acknowledged' } },
    measures: [{ no: 1, state: side === 'requesting' ? { ...measure, value: { ...measure.value, main: model.form === 'spontaneous-information' ? 'sent' : 'requested' } } : measure }],
  };
}

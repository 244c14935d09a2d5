import type { Side } from '@comity/kernel';
import { decide, fileFacts, type Act, type Facts, type FileState } from '../../libs/requests/src/domain/index.js';
import { fileKey } from './abstraction.js';
import { Channels, type Send } from './channels.js';
import { Interned } from './interned.js';
import type { Model } from './model.js';

export const SIDES: readonly Side[] = ['requesting', 'requested'];

/** One step of one side's file. */
export interface Move {
  side: Side;
  type: string;
  /** Number of the measure, null for the letter. */
  no: number | null;
  payload: Record<string, unknown>;
  facts: Record<string, unknown>;
  consultation: string | undefined;
  noted: boolean;
  /** Number of the file after it. */
  file: number;
  /** What it sends, by number, and how many messages that is. */
  sends: number;
  sent: number;
  label: string;
  /** Why not, for a message that is not handled. */
  why?: string;
}

const BASE: Omit<Facts, keyof ReturnType<typeof fileFacts> | 'instrument' | 'form'> = {
  v: 1,
  at: '2026-11-03T09:12:40.000Z',
  requestedState: 'VN',
  conventionOffence: true,
};

/** Acts on the letter that run through the measures, and what the measures then see. */
const INNER: Record<string, string> = { TRANSMIT: 'LETTER_TRANSMITTED', ABANDON: 'LETTER_ABANDONED', WITHDRAW: 'WITHDRAW_MEASURE' };

/** The product's decisions for every file and event the search meets, each asked once. */
export class Moves {
  readonly files: Interned<FileState>;
  readonly channels: Channels;
  /** `side:chart:region:state:EVENT` taken. */
  readonly visited = new Set<string>();
  /** Types of acts the model has, per side. */
  readonly asked: Record<Side, ReadonlySet<string>>;
  private readonly acts: Record<Side, Map<number, Move[]>> = { requesting: new Map(), requested: new Map() };
  private readonly takings: Record<Side, Map<number, Move>> = { requesting: new Map(), requested: new Map() };

  constructor(private readonly model: Model) {
    this.files = new Interned((file) => fileKey(file, model.whole));
    this.channels = new Channels(model.law);
    this.asked = { requesting: new Set(model.acts.requesting.map((a) => a.type)), requested: new Set(model.acts.requested.map((a) => a.type)) };
  }

  /** The acts that are possible in a file. */
  actsOf(side: Side, file: number): readonly Move[] {
    let known = this.acts[side].get(file);
    if (!known) {
      known = this.model.acts[side].flatMap(({ type, on, no = 1, payload = {}, facts = {}, source = 'official', only }) => {
        if (only && !only(this.files.at(file))) return [];
        const label = `${side}: ${type}${no === 1 ? '' : ` (measure ${no})`}${Object.keys(payload).length > 0 ? ` ${JSON.stringify(payload)}` : ''}`;
        const move = this.move(side, file, { type, measure: on === 'measure' ? no : null, payload, source }, facts, label);
        return move.why === undefined ? [move] : [];
      });
      this.acts[side].set(file, known);
    }
    return known;
  }

  takingIn(side: Side, file: number, message: number): Move {
    // Far more files than the search meets, far fewer messages: the product stays an exact number.
    const key = message * 2 ** 26 + file;
    let known = this.takings[side].get(key);
    if (!known) {
      const { type, measure, body, crossed } = this.channels.messages.at(message);
      const label = `${side} takes in ${type}${crossed.length > 0 ? ` (crossed ${crossed.join(', ')})` : ''}`;
      const facts = this.model.byLetter && side === 'requesting' ? { transcribed: true } : {};
      known = this.move(side, file, { type, measure, payload: body, source: 'counterpart', crossed }, facts, label);
      this.takings[side].set(key, known);
    }
    return known;
  }

  private move(side: Side, file: number, act: Act, more: Partial<Facts>, label: string): Move {
    const before = this.files.at(file);
    const { law, instrument } = this.model;
    const subject = before.measures.find((m) => m.no === act.measure) ?? before.measures[0]!;
    const consultation = before.measures[0]!.state.value['consultation'];
    const decision = decide(before, act, { ...BASE, instrument, form: subject.state.chart === 'letter' ? 'stored-data' : subject.state.chart, ...fileFacts(before, act.measure, law.charts), ...more }, law);
    const found = { side, type: act.type, no: act.measure, payload: act.payload, facts: more, consultation, label };
    if (!decision.ok) return { ...found, noted: false, file, sends: 0, sent: 0, why: decision.refusals[0]?.code ?? 'no branch of the event fits' };
    this.visit(side, before, act);
    for (const state of [decision.file.letter, ...decision.file.measures.map((m) => m.state)]) {
      for (const [region, at] of Object.entries(state.value)) this.visited.add(`${side}:${state.chart}:${region}:${at}:`);
    }
    const sends = decision.effects.filter((e): e is Send => e.kind === 'send');
    return { ...found, noted: decision.noted !== undefined, file: this.files.id(decision.file), sends: this.channels.sendsId(sends), sent: sends.length };
  }

  private visit(side: Side, file: FileState, { type, measure }: Act): void {
    const subject = measure === null ? file.letter : file.measures.find((m) => m.no === measure)!.state;
    for (const [region, state] of Object.entries(subject.value)) this.visited.add(`${side}:${subject.chart}:${region}:${state}:${type}`);
    if (type === 'NEW_PRESERVATION_REQUESTED') this.visited.add(`${side}:letter:main:${file.letter.value['main']!}:MEASURE_BEGUN_ANEW`);
    const inner = measure === null ? INNER[type] : undefined;
    if (inner === undefined) return;
    for (const { state: { chart, value } } of file.measures) this.visited.add(`${side}:${chart}:main:${value['main']!}:${inner}`);
  }
}

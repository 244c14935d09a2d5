import type { Side } from '@comity/kernel';
import { profile } from '@comity/treaty';
import { decide, fileFacts, initialState, isFinal, mainState, type Act, type Effect, type Facts, type FileState } from '../../libs/requests/src/domain/index.js';

/** A message as it lies in a channel: the envelope's `seq` and `ack`, not a list of what it crossed. */
interface Message {
  seq: number;
  ack: number;
  type: string;
  measure: number | null;
  body: Record<string, unknown>;
}

interface Own {
  file: FileState;
  sent: { seq: number; type: string; measure: number | null }[];
  receivedSeq: number;
}

const OTHER: Record<Side, Side> = { requesting: 'requested', requested: 'requesting' };
const SAME: Record<string, string> = { received: 'requested', evidenceTransmitted: 'evidenceReceived' };

/**
 * Two files of a letter with several measures, as two nodes keep them: crossings are told by `seq` and `ack` alone, as
 * the exchange does, with channels as long as they get.
 */
export class TwoFiles {
  readonly own: Record<Side, Own>;
  readonly channel: Record<Side, Message[]> = { requesting: [], requested: [] };
  acts = 0;
  messages = 0;
  crossings = 0;
  noted = 0;

  constructor(measures: number, private readonly instrument: string = 'uncc-2024') {
    const open = (side: Side): Own => ({
      file: {
        side, letter: initialState('letter', side),
        measures: Array.from({ length: measures }, (_, i) => ({ no: i + 1, state: initialState('stored-data', side) })),
      },
      sent: [], receivedSeq: 0,
    });
    this.own = { requesting: open('requesting'), requested: open('requested') };
  }

  /** Fires an act where it is possible. */
  act(side: Side, type: string, measure: number | null, payload: Record<string, unknown>, more: Partial<Facts>, source: Act['source'] = 'official'): boolean {
    const { file } = this.own[side];
    const decision = decide(file, { type, measure, payload, source }, this.facts(file, measure, more));
    if (!decision.ok) return false;
    this.acts += 1;
    this.afterwards(side, decision.file, decision.effects);
    return true;
  }

  /** Takes in the next message. @throws Error when it is not handled */
  takeIn(side: Side): boolean {
    const message = this.channel[side].shift();
    if (!message) return false;
    const own = this.own[side];
    const { seq, ack, type, measure, body } = message;
    if (seq !== own.receivedSeq + 1) throw new Error(`${type} came out of order`);
    const crossed = own.sent.filter((m) => m.seq > ack && m.measure === measure).map((m) => m.type);
    const decision = decide(own.file, { type, measure, payload: body, source: 'counterpart', crossed }, this.facts(own.file, measure, {}));
    if (!decision.ok) throw new Error(`${type} is not handled by the ${side} State in ${JSON.stringify(this.stateOf(side, measure))}: ${decision.refusals[0]?.code}`);
    own.receivedSeq = seq;
    this.messages += 1;
    if (crossed.length > 0) this.crossings += 1;
    if (decision.noted !== undefined) this.noted += 1;
    this.afterwards(side, decision.file, decision.effects);
    return true;
  }

  /** Delivers everything, answers included. */
  settle(): void {
    while (this.takeIn('requesting') || this.takeIn('requested'));
  }

  /** Where the two files differ once nothing is under way. */
  differences(): string[] {
    const [a, b] = [this.own.requesting.file, this.own.requested.file];
    if (['draft', 'inReview', 'abandoned'].includes(mainState(a.letter))) return [];
    const found: string[] = [];
    const compare = (what: string, here: unknown, there: unknown) => {
      if (here !== there) found.push(`${what}: ${String(here)} here and ${String(there)} there`);
    };
    compare('letter', mainState(a.letter), mainState(b.letter) === 'received' ? 'transmitted' : mainState(b.letter));
    for (const region of ['information', 'status']) compare(region, a.letter.value[region], b.letter.value[region]);
    a.measures.forEach(({ no, state }, i) => {
      const there = b.measures[i]!.state;
      compare(`measure ${no}`, mainState(state), SAME[mainState(there)] ?? mainState(there));
      for (const region of ['conditions', 'costs', 'confidentiality']) compare(`${region} of measure ${no}`, state.value[region], there.value[region]);
      const mirrored = { openedHere: 'openedThere', openedThere: 'openedHere' }[there.value['consultation']!] ?? there.value['consultation'];
      compare(`consultation of measure ${no}`, state.value['consultation'], mirrored);
    });
    return found;
  }

  allEnded(): boolean {
    return (['requesting', 'requested'] as const).every((side) => this.own[side].file.measures.every(({ state }) => isFinal(state)));
  }

  private stateOf(side: Side, measure: number | null): unknown {
    const { letter, measures } = this.own[side].file;
    return (measure === null ? letter : measures[measure - 1]!.state).value;
  }

  private facts(file: FileState, measure: number | null, more: Partial<Facts>): Facts {
    return {
      v: 1, at: '2026-11-03T09:12:40.000Z', instrument: { id: this.instrument, version: profile(this.instrument).version }, form: 'stored-data',
      requestedState: 'VN', conventionOffence: true, ...fileFacts(file, measure), ...more,
    };
  }

  private afterwards(side: Side, file: FileState, effects: readonly Effect[]): void {
    const own = this.own[side];
    own.file = file;
    for (const effect of effects) {
      if (effect.kind !== 'send') continue;
      const seq = own.sent.length + 1;
      own.sent.push({ seq, type: effect.message, measure: effect.measure });
      this.channel[OTHER[side]].push({ seq, ack: own.receivedSeq, type: effect.message, measure: effect.measure, body: effect.body });
    }
  }
}

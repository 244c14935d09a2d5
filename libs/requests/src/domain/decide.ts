import type { Side } from '@comity/kernel';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { CROSSINGS, crossing, type CrossingRow } from './crossings.js';
import type { Branch, EventSource, Facts, MachineEvent, MeasureContext, Refusal } from './machine-parts.js';
import { CHARTS, initialState, machineOf, toSnapshot, toState, upgraded, type Charts, type ChartState } from './machines.js';
import { disclosed } from './messages.js';
import { holdsEvidence, isFinal, isSent, mainState } from './overall.js';
import { AWAY } from './person-away.js';
import { pureTransition, type Told } from './pure-transition.js';
import { QUESTIONS } from './changes.js';
import { refusalsOf } from './rules.js';
import { standingNumbers } from './warnings.js';

/** One State's file of one request, as far as decisions need it. */
export interface FileState {
  side: Side;
  letter: ChartState;
  measures: readonly { no: number; state: ChartState }[];
}

/** An event on the letter (`measure` null) or on one measure. */
export interface Act {
  type: string;
  measure: number | null;
  payload: Record<string, unknown>;
  source: EventSource;
  /** For a message: what of ours it crossed, on its subject (see `crosses`). */
  crossed?: readonly string[];
}

export type Effect =
  | { kind: 'send'; message: string; measure: number | null; body: Record<string, unknown> }
  | { kind: 'do'; what: 'resend' | 'changeChannel' | 'recall' | 'openThirdStateRequest' | 'recordHomecoming' };

export type Decision =
  | { ok: true; file: FileState; effects: Effect[]; noted?: string }
  | { ok: false; refusals: Refusal[] };

/** What decisions are made by. */
export interface Law {
  charts: Charts;
  crossings: readonly CrossingRow[];
}

const LAW: Law = { charts: CHARTS, crossings: CROSSINGS };

interface Guarded {
  guard?: { params: { rules: string[]; when: string | null } };
}

/** The transitions the present state has for this event, whether or not their rules refuse. */
export function candidates(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, type: string): { rules: string[]; when: string | null }[] {
  const found: { rules: string[]; when: string | null }[] = [];
  for (const [region, state] of Object.entries(snapshot.value as Record<string, string>)) {
    const node = machine.root.states[region]!;
    for (const place of [node.states[state]!, node]) {
      const own = place.transitions.get(type) as unknown as Guarded[] | undefined;
      if (own && own.length > 0) {
        found.push(...own.map((t) => t.guard?.params ?? { rules: [], when: null }));
        break;
      }
    }
  }
  return found;
}

/** Why the event is refused here: the refusals of the branch its payload chooses, or that this is not its time. */
function whyNot(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, event: MachineEvent): Refusal[] {
  // What only letters may tell is no branch for a node.
  const branches = candidates(machine, snapshot, event.type).filter(({ when }) => event.facts.transcribed === true || !when?.startsWith('isTranscribed'));
  if (branches.length === 0) {
    const now = (snapshot.value as Record<string, string>)['main'];
    const instead = event.facts.transcribed ? 'If the letter says so, enter it as CORRESPONDENCE, with its document, and ask.' : 'See availableEvents.';
    return [{ code: 'event.not-possible-now', detail: `${event.type} is not possible in the state '${now}'. ${instead}` }];
  }
  const chosen = branches.filter(({ when }) => when === null || QUESTIONS[when]!(snapshot.context, event));
  // Branches often ask the same rules.
  const found = chosen.flatMap(({ rules }) => refusalsOf(rules, snapshot.context, event));
  return [...new Map(found.map((refusal) => [JSON.stringify(refusal), refusal])).values()];
}

const EFFECT_ON_MEASURES: Record<string, string> = {
  transmitMeasures: 'LETTER_TRANSMITTED',
  abandonMeasures: 'LETTER_ABANDONED',
  withdrawMeasures: 'WITHDRAW_MEASURE',
};

/** What a measure's step does to its letter, where the letter stands so that it matters. */
const EFFECT_ON_LETTER: Record<string, string> = { takeLetterUp: 'MEASURE_BEGUN_ANEW' };

/** One subject's step. A refused event leaves the snapshot as it was, so can() is asked first. */
function step(side: Side, state: ChartState, event: MachineEvent, charts: Charts): { state: ChartState; actions: Told[] } | Refusal[] {
  const machine = machineOf(state.chart, side, charts);
  const snapshot = toSnapshot(state, side, charts);
  if (!snapshot.can(event as never)) return whyNot(machine, snapshot, event);
  const [next, actions] = pureTransition(machine, snapshot, event);
  return { state: toState(state.chart, next, charts), actions };
}

/**
 * The legal decision: state + event + facts in, new state + effects or refusals out. Pure: the same input always
 * gives the same answer, which is what makes a stored event replayable.
 * @param by the statecharts and the crossing table; only the model check passes others
 */
export function decide(file: FileState, act: Act, facts: Facts, by: Law = LAW): Decision {
  const event: MachineEvent = { type: act.type, payload: act.payload, facts };
  const subject = act.measure === null ? file.letter : file.measures.find((m) => m.no === act.measure)?.state;
  if (!subject) return { ok: false, refusals: [{ code: 'measure.unknown', detail: `There is no measure ${act.measure} in this letter.` }] };

  for (const sent of act.source === 'counterpart' ? (act.crossed ?? []) : []) {
    const row = crossing(file.side, act.type, sent, subject.value['consultation'], by.crossings);
    if (!row) return { ok: false, refusals: [{ code: 'crossing.undecided', detail: `No rule decides ${act.type} crossing ${sent}.` }] };
    if (row.verdict === 'noted' && !(row.ofNodes && facts.transcribed)) return { ok: true, file, effects: [], noted: row.why };
  }

  const stepped = step(file.side, subject, event, by.charts);
  if (Array.isArray(stepped)) return { ok: false, refusals: stepped };

  let measures = file.measures.map((m) => (m.no === act.measure ? { no: m.no, state: stepped.state } : m));
  let letter = act.measure === null ? stepped.state : file.letter;
  const effects: Effect[] = [];
  for (const action of stepped.actions) {
    if (action.type === 'send') {
      const { message } = action.params as { message: string };
      effects.push({ kind: 'send', message, measure: act.measure, body: act.source === 'official' ? said(act, subject) : {} });
    } else if (action.type === 'effect') {
      const { effect } = action.params as { effect: NonNullable<Branch['effect']> };
      if (effect === 'openDisclosure') {
        const opened = disclosureOpened(file.side, measures, act, by.charts);
        if ('code' in opened) return { ok: false, refusals: [opened] };
        measures = [...measures, opened];
        for (const sent of effects) if (sent.kind === 'send') sent.body = { ...sent.body, opens: opened.no };
        continue;
      }
      if (effect === 'recall') measures = measures.map(({ no, state }) => ({ no, state: recalled(file.side, state, event, by.charts) }));
      const onLetter = EFFECT_ON_LETTER[effect];
      if (onLetter) {
        const taken = step(file.side, letter, { ...event, type: onLetter }, by.charts);
        if (!Array.isArray(taken)) letter = taken.state;
        continue;
      }
      const onMeasures = EFFECT_ON_MEASURES[effect];
      if (!onMeasures) {
        effects.push({ kind: 'do', what: effect as Extract<Effect, { kind: 'do' }>['what'] });
        continue;
      }
      // Measures of one letter often stand alike: each state is stepped once.
      const steps = new Map<string, ReturnType<typeof step>>();
      measures = measures.map(({ no, state }) => {
        const key = JSON.stringify(state);
        const inner = steps.get(key) ?? step(file.side, state, { ...event, type: onMeasures }, by.charts);
        steps.set(key, inner);
        // A measure that has its outcome, or is being withdrawn already, is left alone.
        if (Array.isArray(inner)) return { no, state };
        for (const told of inner.actions) {
          if (told.type !== 'send') continue;
          const { message } = told.params as { message: string };
          effects.push({ kind: 'send', message, measure: no, body: disclosed('WITHDRAW_MEASURE', act.payload) });
        }
        return { no, state: inner.state };
      });
    }
  }
  return { ok: true, file: { side: file.side, letter, measures }, effects };
}

/** What the message of an act says: a decision on a warning names it, where the official left its number out. */
function said({ type, payload }: Act, before: ChartState): Record<string, unknown> {
  const body = disclosed(type, payload);
  return type === 'INSIST_ON_EXECUTION' ? { warning: standingNumbers(upgraded(before).context as MeasureContext)[0], ...body } : body;
}

/**
 * The measure of preserved traffic data that the requested State opens from a preservation. Only that State ever adds
 * measures to a letter under way, and messages keep their order: so both files give it the same number.
 */
function disclosureOpened(side: Side, measures: FileState['measures'], { payload, source }: Act, charts: Charts): FileState['measures'][number] | Refusal {
  const no = Math.max(0, ...measures.map((m) => m.no)) + 1;
  const told = source === 'counterpart' ? payload['opens'] : undefined;
  if (told !== undefined && told !== no) return { code: 'measure.number-unexpected', detail: `The next measure of this letter has the number ${no}, not ${String(told)}.` };
  const state = initialState('preserved-traffic-data', side, charts);
  return { no, state: side === 'requesting' ? { ...state, value: { ...state.value, main: 'requested' } } : state };
}

/** A measure the other State never heard of: withdrawn, and confirmed by nobody's having it. */
function recalled(side: Side, state: ChartState, event: MachineEvent, charts: Charts): ChartState {
  const withdrawing = step(side, state, { ...event, type: 'WITHDRAW_MEASURE' }, charts);
  const before = Array.isArray(withdrawing) ? state : withdrawing.state;
  const withdrawn = step(side, before, { ...event, type: 'WITHDRAWAL_CONFIRMED' }, charts);
  return Array.isArray(withdrawn) ? before : withdrawn.state;
}

/** The part of the facts that follows from the file itself. */
export function fileFacts(
  file: FileState,
  measure: number | null,
  charts: Charts = CHARTS,
): Pick<Facts, 'letterState' | 'letterOpen' | 'letterAcknowledged' | 'letterSent' | 'measureFinal' | 'handedOver' | 'evidenceHeld' | 'allMeasuresFinal' | 'anyWithdrawable' | 'consults' | 'personAway'> {
  const letterState = file.letter.value['main']!;
  const open = ['transmitted', 'received', 'acknowledged'].includes(letterState);
  const subject = file.measures.find(({ no }) => no === measure);
  return {
    letterState,
    letterOpen: open,
    letterAcknowledged: letterState === 'acknowledged',
    letterSent: isSent(letterState),
    ...(subject && { measureFinal: isFinal(subject.state), evidenceHeld: holdsEvidence(subject.state) }),
    ...(subject && mainState(subject.state) === 'evidenceTransmitted' && { handedOver: true as const }),
    allMeasuresFinal: file.measures.every(({ state }) => isFinal(state)),
    ...(file.measures.some(({ state }) => state.value['consultation'] === 'openedHere') && { consults: true }),
    ...(file.measures.some(({ state }) => AWAY.has(state.value['person'] ?? '')) && { personAway: true }),
    anyWithdrawable: file.measures.some(
      ({ state }) => candidates(machineOf(state.chart, file.side, charts), toSnapshot(state, file.side, charts), 'WITHDRAW_MEASURE').length > 0,
    ),
  };
}

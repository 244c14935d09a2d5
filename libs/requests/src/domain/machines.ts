import type { Side } from '@comity/kernel';
import type { Form } from '@comity/treaty';
import type { AnyStateMachine, AnyMachineSnapshot } from 'xstate';
import { emergencyRequested, emergencyRequesting } from './emergency.machines.js';
import { letterRequested, letterRequesting } from './letter.machines.js';
import { assistanceRequested, assistanceRequesting } from './mutual-assistance.machines.js';
import { networkQueryRequested, networkQueryRequesting } from './network-query.machines.js';
import { preservedTrafficRequested, preservedTrafficRequesting } from './preserved-traffic.machines.js';
import { interceptionRequested, interceptionRequesting, realTimeTrafficRequested, realTimeTrafficRequesting } from './real-time.machines.js';
import { informationRequested, informationRequesting } from './spontaneous-information.machines.js';
import { preservationRequested } from './preservation.requested.machine.js';
import { preservationRequesting } from './preservation.requesting.machine.js';
import type { LetterContext, MeasureContext, WarningStatus } from './machine-parts.js';
import { storedDataRequested } from './stored-data.requested.machine.js';
import { storedDataRequesting } from './stored-data.requesting.machine.js';
import { freshUse } from './use-memory.js';

/** Which statechart a subject runs on: the letter, or a measure by its form. */
export type ChartName = 'letter' | Form;

export type StateValue = Record<string, string>;

/** A statechart's state as stored with the file. */
export interface ChartState {
  chart: ChartName;
  version: number;
  value: StateValue;
  context: MeasureContext | LetterContext;
}

export interface Chart {
  version: number;
  sides: Record<Side, AnyStateMachine>;
  /** migrate[n] turns a state of version n into one of n + 1; pure. */
  migrate: Record<number, (state: ChartState) => ChartState>;
}

export type Charts = Record<ChartName, Chart>;

export const CHARTS: Charts = {
  letter: { version: 1, sides: { requesting: letterRequesting, requested: letterRequested }, migrate: {} },
  'stored-data': { version: 2, sides: { requesting: storedDataRequesting, requested: storedDataRequested }, migrate: { 1: withUse } },
  preservation: { version: 3, sides: { requesting: preservationRequesting, requested: preservationRequested }, migrate: { 1: withAskedLate, 2: withNumberedWarnings } },
  'emergency-disclosure': { version: 2, sides: { requesting: emergencyRequesting, requested: emergencyRequested }, migrate: { 1: withUse } },
  'network-query': { version: 1, sides: { requesting: networkQueryRequesting, requested: networkQueryRequested }, migrate: {} },
  'preserved-traffic-data': { version: 2, sides: { requesting: preservedTrafficRequesting, requested: preservedTrafficRequested }, migrate: { 1: withUse } },
  'real-time-traffic': { version: 1, sides: { requesting: realTimeTrafficRequesting, requested: realTimeTrafficRequested }, migrate: {} },
  interception: { version: 1, sides: { requesting: interceptionRequesting, requested: interceptionRequested }, migrate: {} },
  'spontaneous-information': { version: 1, sides: { requesting: informationRequesting, requested: informationRequested }, migrate: {} },
  'mutual-legal-assistance': { version: 1, sides: { requesting: assistanceRequesting, requested: assistanceRequested }, migrate: {} },
};

/** Version 2 of a form that furnishes data: the dialogue on its use. */
function withUse(state: ChartState): ChartState {
  return { ...state, version: 2, value: { ...state.value, use: 'unasked' }, context: { ...state.context, ...freshUse() } };
}

/** Version 2 of preservation: whether an extension was asked for late, of data still there (decision 37). Before, such a file began anew. */
function withAskedLate(state: ChartState): ChartState {
  return { ...state, version: 2, context: { ...state.context, askedLate: false } as ChartState['context'] };
}

const WARNINGS: Record<string, WarningStatus[]> = { warned: ['standing'], decided: ['decided'] };

/** Version 3 of preservation: each warning has its number. Before, one stood at a time, and the last was on record (warningsOf). */
function withNumberedWarnings(state: ChartState): ChartState {
  const { warningHeld: _, ...context } = state.context as MeasureContext & { warningHeld?: boolean };
  return { ...state, version: 3, context: { ...context, warnings: WARNINGS[state.value['warning']!] ?? [] } };
}

export function machineOf(chart: ChartName, side: Side, charts: Charts = CHARTS): AnyStateMachine {
  return charts[chart].sides[side];
}

const initial = new WeakMap<AnyStateMachine, AnyMachineSnapshot>();

/** The state a subject starts in. */
export function initialState(chart: ChartName, side: Side, charts: Charts = CHARTS): ChartState {
  const machine = machineOf(chart, side, charts);
  let snapshot = initial.get(machine);
  if (!snapshot) initial.set(machine, (snapshot = machine.getInitialSnapshot(undefined as never) as AnyMachineSnapshot));
  return toState(chart, snapshot, charts);
}

/** Brings a stored state to the chart's present version. */
export function upgraded(state: ChartState, charts: Charts = CHARTS): ChartState {
  let current = state;
  while (current.version < charts[current.chart].version) {
    const step = charts[current.chart].migrate[current.version];
    if (!step) throw new Error(`no migration of ${current.chart} from version ${current.version}`);
    current = step(current);
  }
  return current;
}

/** Snapshots resolved before: files stand in few distinct states, and to resolve one costs as much as its transition. */
const resolved = new WeakMap<AnyStateMachine, Map<string, AnyMachineSnapshot>>();
const MOST_RESOLVED = 1_000;

/** The snapshot MUST NOT be changed: it is shared. @throws Error when the stored value names a state the chart does not have */
export function toSnapshot(state: ChartState, side: Side, charts: Charts = CHARTS): AnyMachineSnapshot {
  const { chart, value, context } = upgraded(state, charts);
  const machine = machineOf(chart, side, charts);
  let known = resolved.get(machine);
  if (!known) resolved.set(machine, (known = new Map()));
  const key = JSON.stringify([value, context]);
  let snapshot = known.get(key);
  if (!snapshot) {
    snapshot = machine.resolveState({ value, context }) as AnyMachineSnapshot;
    if (known.size >= MOST_RESOLVED) known.clear();
    known.set(key, snapshot);
  }
  return snapshot;
}

export function toState(chart: ChartName, snapshot: AnyMachineSnapshot, charts: Charts = CHARTS): ChartState {
  return { chart, version: charts[chart].version, value: snapshot.value as StateValue, context: snapshot.context };
}

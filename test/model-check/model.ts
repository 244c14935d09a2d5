import type { Side } from '@comity/kernel';
import type { ChartName, Facts, FileState, Law } from '../../libs/requests/src/domain/index.js';

/** An act that may be tried, with the facts it is tried on. */
export interface ModelAct {
  type: string;
  on: 'letter' | 'measure';
  /** Number of the measure, 1 if left out. */
  no?: number;
  payload?: Record<string, unknown>;
  facts?: Partial<Facts>;
  source?: 'official' | 'clock';
  /** Tried only in such a file: what would otherwise add measures without end. */
  only?(file: FileState): boolean;
}

/** What is explored: a form, the acts of both sides, and how far. */
export interface Model {
  name: string;
  form: ChartName;
  law: Law;
  instrument: { id: string; version: string };
  acts: Record<Side, ModelAct[]>;
  /** Messages a channel holds at most. */
  bound: number;
  /** Both letters stand at "acknowledged" when the exploration starts. */
  fromAcknowledged: boolean;
  /** What counts as the end: every measure has its outcome, or the letter is closed, too. */
  end: 'outcome' | 'closed';
  /** Joint states that are explored at most. */
  maxStates: number;
  /**
   * The requested State has no node: of its steps it tells what it pleases, and letters overtake each other. What the
   * requesting State takes in is then transcribed.
   */
  byLetter?: boolean;
  /** Keep in a state's key what is held to be dead, too. */
  whole?: boolean;
  /** Stop once this property is broken: what a planted error is looked for with. */
  until?: string;
}

import { ACTS, type ActDefinition } from './acts.js';
import { candidates, type FileState } from './decide.js';
import { ASKED_OF_PAYLOAD, QUESTIONS } from './changes.js';
import type { Facts, MachineEvent, Refusal } from './machine-parts.js';
import { machineOf, toSnapshot } from './machines.js';
import { refusalsOf } from './rules.js';

export interface PossibleAct {
  type: string;
  definition: ActDefinition;
  /** Empty: the act may be tried; otherwise why it may not be done now. */
  refusals: Refusal[];
}

/**
 * What can be done to the letter (`measure` null) or a measure in its present state, and what is blocked and why.
 * Rules that need a payload are asked only when the act is fired.
 */
export function possibleActs(file: FileState, measure: number | null, facts: Facts): PossibleAct[] {
  const state = measure === null ? file.letter : file.measures.find((m) => m.no === measure)?.state;
  if (!state) return [];
  const machine = machineOf(state.chart, file.side);
  const snapshot = toSnapshot(state, file.side);
  const acts = Object.entries(ACTS).filter(([, a]) => a.on === (measure === null ? 'letter' : 'measure') && a.sides.includes(file.side));
  return acts.flatMap(([type, definition]) => {
    const event: MachineEvent = { type, payload: {}, facts };
    const branches = candidates(machine, snapshot, type);
    if (branches.length === 0) return [];
    // Which branch is taken may hang on the payload; what refuses all of those that may be taken blocks the act.
    const open = branches.filter(({ when }) => when === null || ASKED_OF_PAYLOAD.has(when) || QUESTIONS[when]!(snapshot.context, event));
    const refusals = open.map(({ rules }) => refusalsOf(rules, snapshot.context, event, true));
    const blocked = refusals.every((r) => r.length > 0);
    return [{ type, definition, refusals: blocked ? (refusals[0] ?? []) : [] }];
  });
}

import { setup, type AnyStateMachine } from 'xstate';
import { CHANGES, QUESTIONS } from './changes.js';
import type { LetterContext, MachineEvent, MeasureContext } from './machine-parts.js';
import { refusalsOf } from './rules.js';

interface AllowedParams {
  rules: string[];
  when: string | null;
}

/** Nothing is done here: effects are read off the decision and done by RequestsService. */
const told = () => undefined;

const parts = setup({
  types: {} as { context: MeasureContext & LetterContext; events: MachineEvent },
  guards: {
    allowed: ({ context, event }: { context: MeasureContext & LetterContext; event: MachineEvent }, { rules, when }: AllowedParams) =>
      (when === null || QUESTIONS[when]!(context, event)) && refusalsOf(rules, context, event).length === 0,
  },
  actions: { ...CHANGES, send: told, effect: told, note: told } as never,
});

/** Makes a statechart of the project from its config; every guard is `allowed`, every effect is named. */
export function statechart(config: Record<string, unknown>): AnyStateMachine {
  return parts.createMachine(config as never) as unknown as AnyStateMachine;
}

import type { ContentProblem } from './content.js';

/** use: limits of use. confidentiality. cost: who bears it. return: of items. assurance: a promise by a named organ. */
export const CONDITION_KINDS = ['use', 'confidentiality', 'cost', 'return', 'assurance'] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

/** A term on which assistance is offered; once accepted it binds the requesting State (UNCC 40(28), Budapest 28). */
export interface Condition {
  kind: ConditionKind;
  text: string;
  /** Office that gives the assurance (never a person's name); required for an assurance. */
  signatory?: string;
}

/** What is wrong with conditions that an official wants to offer; pointers start at `pointer`. */
export function checkConditions(conditions: readonly Condition[], pointer = '/conditions'): ContentProblem[] {
  if (conditions.length === 0) {
    return [
      { code: 'condition.missing', pointer, detail: 'Name at least one condition, or grant without conditions.' },
    ];
  }
  return conditions.flatMap((condition, i) => checkCondition(condition, `${pointer}/${i}`));
}

function checkCondition(condition: Condition, at: string): ContentProblem[] {
  const problems: ContentProblem[] = [];
  if (!(CONDITION_KINDS as readonly string[]).includes(condition.kind)) {
    problems.push({
      code: 'condition.kind-unknown',
      pointer: `${at}/kind`,
      detail: `A condition is one of: ${CONDITION_KINDS.join(', ')}.`,
    });
  }
  if (!condition.text?.trim()) {
    problems.push({
      code: 'condition.text-missing',
      pointer: `${at}/text`,
      detail: 'Write what the requesting State is asked to accept.',
    });
  }
  if (condition.kind === 'assurance' && !condition.signatory?.trim()) {
    problems.push({
      code: 'condition.signatory-missing',
      pointer: `${at}/signatory`,
      detail: 'Name the office that is to sign the assurance.',
    });
  }
  return problems;
}

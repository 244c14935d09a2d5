import { profile, ruleFor, type RuleKind } from '@comity/treaty';
import type { Facts, MachineEvent, Refusal } from './machine-parts.js';

/** As RuleDefinition in rules.ts, which imports the lists made of these. */
export interface ListedRule {
  payload?: true;
  check(context: never, event: MachineEvent): Refusal | null;
}

/** Cites the profile's rule of a kind, with its force, where one is named. */
export const refuse = (code: string, detail: string, kind?: RuleKind, facts?: Facts, pointer?: string): Refusal => {
  const rule = kind && facts && ruleFor(profile(facts.instrument.id, facts.instrument.version), facts.form, kind);
  return { code, detail, ...(rule && { rule: rule.id, force: rule.force }), ...(pointer !== undefined && { pointer }) };
};
/** Milliseconds; NaN where no time is given, which no comparison holds of. */
export const time = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : NaN);

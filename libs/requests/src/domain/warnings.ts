import type { Json } from '@comity/kernel';
import type { MachineEvent, MeasureContext, Refusal, WarningStatus } from './machine-parts.js';

type Payload = Record<string, Json>;
type Particulars = Record<string, Json>;

/**
 * Warnings on a preservation given so far, in order (UNCC 42(7); Budapest 29(6)). Each has its number, so that a decision
 * meets its warning whatever crosses; a file of before they were numbered has one.
 */
export function warningsOf(p: Particulars): Payload[] {
  const { warnings, warning } = p as { warnings?: Payload[]; warning?: Payload };
  return warnings ?? (warning === undefined ? [] : [{ no: 1, ...warning }]);
}

const standing = (p: Particulars): Payload[] => warningsOf(p).filter((w) => w['insistedAt'] === undefined);

/** Custodians whom warnings that stand are about; empty for one that names nobody. Not those that have nothing to secure. */
export function warnedOf(p: Particulars): string[] {
  const settled = new Set(((p['withoutData'] ?? []) as { custodian: string }[]).map((c) => c.custodian));
  return standing(p).filter((w) => !settled.has(String(w['custodian']))).map((w) => String(w['custodian'] ?? ''));
}

/** One more warning. */
export function warningGiven(p: Particulars, payload: Payload, at: string): Particulars {
  const before = warningsOf(p);
  return { ...p, warnings: [...before, { ...payload, no: before.length + 1, at }] };
}

/** Execution is wanted despite one of them: the only one that stands, where none is named. */
export function executionInsisted(p: Particulars, payload: Payload, at: string): Particulars {
  const no = payload['warning'] ?? standing(p)[0]?.['no'];
  return { ...p, warnings: warningsOf(p).map((w) => (w['no'] === no ? { ...w, insistedAt: at } : w)) };
}

/** Numbers of the warnings that stand, by the statechart's own memory; the first is what a decision without a number is on. */
export const standingNumbers = ({ warnings = [] }: Pick<MeasureContext, 'warnings'>): number[] => warnings.flatMap((status, i) => (status === 'standing' ? [i + 1] : []));

/** The statechart's memory once the warning that the event names, or the only one that stands, is decided. */
export function afterDecision(context: MeasureContext, { payload }: Pick<MachineEvent, 'payload'>): WarningStatus[] {
  const no = payload['warning'] ?? standingNumbers(context)[0];
  return (context.warnings ?? []).map((status, i) => (i + 1 === no ? 'decided' : status));
}

/** Why no warning can be decided by this. */
export function decisionProblem(context: MeasureContext, { payload }: Pick<MachineEvent, 'payload'>): Refusal | null {
  const stand = standingNumbers(context);
  const no = payload['warning'];
  if (no === undefined) return stand.length <= 1 ? null : { code: 'warning.unsaid', detail: `Several warnings stand: say which of ${stand.join(', ')} is decided on.`, pointer: '/warning' };
  if (stand.includes(Number(no))) return null;
  return { code: 'warning.not-standing', detail: `No warning with the number ${String(no)} stands.${stand.length > 0 ? ` Those that do: ${stand.join(', ')}.` : ''}`, pointer: '/warning' };
}

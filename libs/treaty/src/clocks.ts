import type { ClockRule, DeadlineKind, Form } from './instrument.js';
import type { RuleRefusal } from './content.js';
import { formProfile, type InstrumentRef } from './profiles.js';

const DAY_MS = 86_400_000;

export interface DueDate {
  /** RFC 3339 UTC with milliseconds. */
  at: string;
  kind: DeadlineKind;
  rule?: string;
  /** How it was reckoned: `60 days from 2026-11-03T09:12:40.000Z, secured; UNCC 42(8)`. */
  working: string;
}

/**
 * Days of 24 hours counted from an instant in UTC, so that both States reckon the same moment.
 * @param event what happened at `from`, in a word or two
 * @throws RangeError where days is no positive whole number, or `from` no instant
 */
export function dueDate(input: {
  from: Date;
  days: number;
  event: string;
  kind: DeadlineKind;
  rule?: string;
}): DueDate {
  const { from, days, event, kind, rule } = input;
  if (!Number.isInteger(days) || days < 1) throw new RangeError(`days must be a positive whole number, not ${days}`);
  if (Number.isNaN(from.getTime())) throw new RangeError('from is no instant');
  const working = `${days} ${days === 1 ? 'day' : 'days'} from ${from.toISOString()}, ${event}`;
  return {
    at: new Date(from.getTime() + days * DAY_MS).toISOString(),
    kind,
    ...(rule !== undefined && { rule }),
    working: rule === undefined ? `${working}; ${kind}` : `${working}; ${rule}`,
  };
}

/** The clocks an instrument sets for a form; most forms have none ("as soon as possible" is no number). */
export function clocksOf(ref: InstrumentRef, form: Form): ClockRule[] {
  return formProfile(ref, form)?.clocks ?? [];
}

/**
 * The due date of one of the profile's clocks, or undefined where it has no such clock.
 * @throws RangeError on a clock of business days: those need an authority's calendar, see `businessDueDate`
 */
export function legalDueDate(ref: InstrumentRef, form: Form, code: string, from: Date): DueDate | undefined {
  const clock = clocksOf(ref, form).find((c) => c.code === code);
  if (clock?.unit === 'business-days') throw new RangeError(`${code} counts business days`);
  return clock && dueDate({ from, days: clock.days, event: clock.from, kind: clock.kind, rule: clock.rule });
}

/** Why a preservation may not run from `secured` until `until`: it is shorter than the instrument's least period. */
export function preservationPeriodRules(ref: InstrumentRef, secured: Date, until: Date): RuleRefusal[] {
  const due = legalDueDate(ref, 'preservation', 'preservation-minimum', secured);
  if (!due || until.getTime() >= Date.parse(due.at)) return [];
  return [
    {
      code: 'preservation.period-too-short',
      rule: due.rule!,
      force: due.kind === 'legal' ? 'binding' : 'practice',
      detail: `Preserve until ${due.at} at the earliest (${due.working}).`,
    },
  ];
}

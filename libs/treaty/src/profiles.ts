import { INSTRUMENTS } from '../../../config/instruments/index.js';
import type { Form, FormProfile, Instrument, Rule, RuleKind } from './instrument.js';

/** An instrument by id, or the profile a file has pinned. */
export type InstrumentRef = string | Instrument;

/** All profiles, newest version of each id last. */
export function instruments(): Instrument[] {
  return [...INSTRUMENTS];
}

/**
 * The profile of an instrument: the newest, or the version a file pinned.
 * @throws RangeError where there is no such profile, which is a fault of the caller and not of an official
 */
export function profile(id: string, version?: string): Instrument {
  const found = INSTRUMENTS.filter((i) => i.id === id && (version === undefined || i.version === version)).at(-1);
  if (!found)
    throw new RangeError(`no profile of instrument ${id}${version === undefined ? '' : ` in version ${version}`}`);
  return found;
}

/** Whether there is a profile, for input that names one. */
export function hasProfile(id: string): boolean {
  return INSTRUMENTS.some((i) => i.id === id);
}

export function instrumentOf(ref: InstrumentRef): Instrument {
  return typeof ref === 'string' ? profile(ref) : ref;
}

/** The profile of a form, or undefined where the instrument does not know it. */
export function formProfile(ref: InstrumentRef, form: Form): FormProfile | undefined {
  const { forms } = instrumentOf(ref);
  // The form may come from outside: names every object carries, such as `constructor`, are no forms.
  return Object.hasOwn(forms, form) ? forms[form] : undefined;
}

/** A rule by its id, for showing its text. */
export function rule(ref: InstrumentRef, id: string): Rule | undefined {
  return instrumentOf(ref).rules.find((r) => r.id === id);
}

/**
 * The rule of a profile that answers to a kind the statecharts name; the form's own goes first.
 * Every full profile answers to every kind, with a practice rule where the instrument is silent.
 */
export function ruleFor(ref: InstrumentRef, form: Form, kind: RuleKind): Rule | undefined {
  const instrument = instrumentOf(ref);
  const id = formProfile(instrument, form)?.kinds?.[kind] ?? instrument.kinds[kind];
  return id === undefined ? undefined : rule(instrument, id);
}

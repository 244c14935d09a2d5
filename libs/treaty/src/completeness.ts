import type { ContentPath, ContentRequirement, Form } from './instrument.js';
import type { Lacking, LetterContent, MeasureContent } from './content.js';
import { formProfile, instrumentOf, ruleFor, type InstrumentRef } from './profiles.js';
import { checkLanguage } from './language.js';
import { lacksTimeZone } from './items.js';
import { isConventionOffence, isSerious, restsOnSeriousCrime } from './offences.js';

export interface CompletenessInput {
  instrument: InstrumentRef;
  form: Form;
  letter: LetterContent;
  measure: MeasureContent;
  /** BCP 47 tags the requested State accepts; empty where the directory does not know. */
  languagesAccepted: readonly string[];
  /** Day of the check, YYYY-MM-DD. */
  on: string;
  /** Place of the measure in the body, for pointers; 0 if left out. */
  index?: number;
}

/**
 * What one measure and its letter still lack under an instrument. Items with `blocks` stop the transmission;
 * the others are shown. Contents that the instrument does not itself ask for have `force: 'practice'`.
 */
export function checkCompleteness(input: CompletenessInput): Lacking[] {
  const { instrument, form } = input;
  const profile = formProfile(instrument, form);
  const at = `/measures/${input.index ?? 0}`;
  if (!profile) {
    const { id, name } = instrumentOf(instrument);
    const detail = `${name} has no form ${form}: choose another legal basis.`;
    return [{ code: 'legal-basis.form-not-covered', pointer: `${at}/legalBases`, rule: id, force: 'binding', detail, blocks: true }];
  }
  if (instrumentOf(instrument).depth === 'stub') return [stub(input, at)];
  return [
    ...profile.contents.filter((c) => !c.anyOf.some((path) => filled(path, input))).map((c) => lacking(c, at)),
    ...checkLanguage(input),
    ...checkOffences(input),
    ...checkItems(input, at),
    ...checkBasis(input, at),
    ...checkDeadlineReason(input),
  ];
}

/**
 * What the whole request lacks: every measure under its primary instrument, what concerns the letter said once.
 * @param versions the profile versions a file has pinned, by instrument id, if any
 */
export function checkRequest(input: Omit<CompletenessInput, 'instrument' | 'form' | 'measure' | 'index'> & { measures: readonly MeasureContent[]; profiles?: Record<string, InstrumentRef> }): Lacking[] {
  const { measures, profiles, ...rest } = input;
  if (measures.length === 0) {
    return [{ code: 'measure.missing', pointer: '/measures', rule: 'practice:one-measure', force: 'practice', detail: 'Add at least one measure.', blocks: true }];
  }
  const all = measures.flatMap((measure, index) => {
    const id = measure.legalBases.find((b) => b.role === 'primary')?.instrument;
    if (id === undefined) return [basisMissing(`/measures/${index}`)];
    return checkCompleteness({ ...rest, instrument: profiles?.[id] ?? id, form: measure.form, measure, index });
  });
  return all.filter((item, i) => all.findIndex((o) => o.code === item.code && o.pointer === item.pointer) === i);
}

function lacking(c: ContentRequirement, at: string): Lacking {
  const pointer = pointerOf(c.anyOf[0]!, at);
  const detail = `${c.title}.${c.note === undefined ? '' : ` ${c.note}`}`;
  return { code: c.code, pointer, rule: c.rule, force: c.force, detail, blocks: c.blocks };
}

function pointerOf(path: ContentPath, at: string): string {
  const [head, ...rest] = path.split('.');
  return [head === 'letter' ? '/letter' : at, ...rest].join('/');
}

function filled(path: ContentPath, { letter, measure }: CompletenessInput): boolean {
  const value = path
    .split('.')
    .slice(1)
    .reduce<unknown>((held, key) => (held as Record<string, unknown> | undefined)?.[key], path.startsWith('letter.') ? letter : measure);
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null;
}

/** The threshold of UNCC 2(h) matters only where 35(1)(c) is the ground; so only here is the penalty asked for. */
function checkOffences({ instrument, letter }: CompletenessInput): Lacking[] {
  if (instrumentOf(instrument).id !== 'uncc-2024' || !restsOnSeriousCrime(letter)) return [];
  const rule = 'UNCC 2(h)';
  return letter.offences.flatMap((offence, i): Lacking[] => {
    const pointer = `/letter/offences/${i}/maxPenalty`;
    if (isConventionOffence(offence) || isSerious(offence)) return [];
    if (!offence.maxPenalty) {
      const detail = 'Give the maximum penalty and under whose law: the ground is a serious crime.';
      return [{ code: 'offence.penalty-missing', pointer, rule, force: 'binding', detail, blocks: true }];
    }
    const detail = 'This offence stays under the threshold of a serious crime: the Convention does not cover evidence of it alone.';
    return [{ code: 'offence.not-serious', pointer, rule, force: 'binding', detail, blocks: !letter.offences.some(isSerious) }];
  });
}

/** An account's log lines are read by its clock: where a period or traffic data are asked for, the zone must be known. */
function checkItems({ instrument, form, measure }: CompletenessInput, at: string): Lacking[] {
  const logs = measure.period !== undefined || measure.dataClass === 'traffic';
  const rule = ruleFor(instrument, form, 'contents');
  return measure.items.flatMap((item, i): Lacking[] => {
    if (!lacksTimeZone(item)) return [];
    const detail = 'Say in which time zone the account’s log lines are to be read, for example UTC+07:00.';
    const pointer = `${at}/items/${i}/timeZone`;
    return [{ code: 'item.time-zone-missing', pointer, rule: rule?.id ?? 'practice:time-zone', force: 'practice', detail, blocks: logs }];
  });
}

function checkBasis({ instrument, measure }: CompletenessInput, at: string): Lacking[] {
  const { id, name } = instrumentOf(instrument);
  if (!measure.legalBases.some((b) => b.role === 'primary')) return [basisMissing(at)];
  if (measure.legalBases.some((b) => b.instrument === id)) return [];
  const detail = `${name} is not among the measure’s legal bases: add it with its article.`;
  return [{ code: 'legal-basis.not-named', pointer: `${at}/legalBases`, rule: 'practice:legal-basis', force: 'practice', detail, blocks: true }];
}

/** Without its grounds and contents a request under it could be neither checked nor refused by rule. */
function stub({ instrument }: CompletenessInput, at: string): Lacking {
  const { name } = instrumentOf(instrument);
  const detail = `The profile of ${name} is not complete: name it as an alternative, or rest the measure on another instrument.`;
  return { code: 'legal-basis.profile-incomplete', pointer: `${at}/legalBases`, rule: 'practice:legal-basis', force: 'practice', detail, blocks: true };
}

function basisMissing(at: string): Lacking {
  const detail = 'Choose the instrument and article the measure rests on.';
  return { code: 'legal-basis.missing', pointer: `${at}/legalBases`, rule: 'practice:legal-basis', force: 'practice', detail, blocks: true };
}

function checkDeadlineReason({ instrument, form, letter }: CompletenessInput): Lacking[] {
  const { suggestedDeadline } = letter;
  if (!suggestedDeadline || suggestedDeadline.reason?.trim()) return [];
  const rule = ruleFor(instrument, form, 'suggested-deadline');
  const detail = 'Give the reason for the deadline: it counts only with one.';
  return [{ code: 'deadline.reason-missing', pointer: '/letter/suggestedDeadline/reason', rule: rule?.id ?? 'practice:suggested-deadline', force: rule?.force ?? 'practice', detail, blocks: true }];
}

import type { ContentPath, ContentRequirement, Form } from './instrument.js';
import type { Lacking, LetterContent, MeasureContent } from './content.js';
import { formProfile, hasProfile, ruleFor, type InstrumentRef } from './profiles.js';
import { checkLanguage } from './language.js';
import { readTime } from './dates.js';
import { lacksTimeZone } from './items.js';
import { basisMissing, BY_PRACTICE, checkAvailable, checkCited, checkNamed, checkProfile, type Between } from './basis-check.js';
import { checkFollows } from './follow-check.js';
import { checkAssistance, checkScope } from './scope-check.js';

export interface CompletenessInput {
  instrument: InstrumentRef;
  form: Form;
  letter: LetterContent;
  measure: MeasureContent;
  /** BCP 47 tags the requested State accepts; empty where the directory does not know. */
  languagesAccepted: readonly string[];
  /** Day of the check, YYYY-MM-DD. */
  on: string;
  /** Its moment, where known: it tells whether a time of that day has passed. */
  now?: Date;
  /** How many documents of one's own are attached; absent where nobody knows yet. */
  documents?: number;
  /** Place of the measure in the body, for pointers; 0 if left out. */
  index?: number;
}

/**
 * What one measure and its letter still lack under an instrument. Items with `blocks` stop the transmission;
 * the others are shown. Contents that the instrument does not itself ask for have `force: 'practice'`.
 */
export function checkCompleteness(input: CompletenessInput): Lacking[] {
  const { instrument, form } = input;
  const at = `/measures/${input.index ?? 0}`;
  const profile = formProfile(instrument, form);
  const unusable = checkProfile(instrument, form, at);
  if (!profile || unusable.length > 0) return unusable;
  return [
    ...profile.contents
      .filter((c) => isAskedOf(c, input.measure) && !c.anyOf.some((path) => filled(path, input)))
      .map((c) => lacking(c, at)),
    ...checkLanguage(input),
    ...checkScope(instrument, input.letter),
    ...checkAssistance(instrument, input.letter, input.measure, at),
    ...checkHearing(input, at),
    ...checkPeriodAhead(input, at),
    ...checkItems(input, at),
    ...checkNamed(instrument, input.measure, at),
    ...checkDeadline(input),
  ];
}

export interface RequestInput {
  letter: LetterContent;
  measures: readonly MeasureContent[];
  languagesAccepted: readonly string[];
  on: string;
  now?: Date;
  /** How many documents of one's own are attached; absent where nobody knows yet. */
  documents?: number;
  /** The profiles a file has pinned, by instrument id, if any. */
  profiles?: Record<string, InstrumentRef>;
  /** Where given, each measure's primary instrument must be available between these two States on that day. */
  between?: Between;
}

/** What the whole request lacks: every measure under its primary instrument, what concerns the letter said once. */
export function checkRequest({ letter, measures, languagesAccepted, on, now, documents, profiles, between }: RequestInput): Lacking[] {
  if (measures.length === 0) {
    const detail = 'Add at least one measure.';
    return [{ ...BY_PRACTICE, code: 'measure.missing', pointer: '/measures', rule: 'practice:one-measure', detail }];
  }
  const all = measures.flatMap((measure, index) => {
    const at = `/measures/${index}`;
    const id = measure.legalBases.find((b) => b.role === 'primary')?.instrument;
    if (id === undefined || !hasProfile(id)) return [basisMissing(at)];
    const pinned = profiles && Object.hasOwn(profiles, id) ? profiles[id] : undefined;
    return [
      ...checkCompleteness({ letter, languagesAccepted, on, ...(now && { now }), ...(documents !== undefined && { documents }), instrument: pinned ?? id, form: measure.form, measure, index }),
      ...checkCited(measure, pinned ?? id, at, on, now),
      ...checkFollows(measure, measures, id, at),
      ...(between ? checkAvailable(measure, at, between, on) : []),
    ];
  });
  return once(all);
}

/** Two measures may say the same of the letter under two instruments: what blocks goes before what is only shown. */
function once(all: Lacking[]): Lacking[] {
  const key = (l: Lacking) => `${l.code} ${l.pointer}`;
  const blocking = new Set(all.filter((l) => l.blocks).map(key));
  const told = new Set<string>();
  return all.filter((l) => {
    if (told.has(key(l)) || (!l.blocks && blocking.has(key(l)))) return false;
    told.add(key(l));
    return true;
  });
}

function isAskedOf({ onlyFor, notFor }: ContentRequirement, { assistance }: MeasureContent): boolean {
  if (onlyFor) return assistance !== undefined && onlyFor.includes(assistance);
  return !(assistance !== undefined && notFor?.includes(assistance));
}

/** UNCC 40(18): by video where the person cannot, or should not, appear: so the letter says why. */
function checkHearing({ instrument, form, measure: { hearing } }: CompletenessInput, at: string): Lacking[] {
  if (!hearing?.byVideo || hearing.reason?.trim()) return [];
  const rule = ruleFor(instrument, form, 'hearing-by-video');
  return [
    {
      code: 'hearing.reason-missing',
      pointer: `${at}/hearing/reason`,
      rule: rule?.id ?? 'practice:hearing-by-video',
      force: rule?.force ?? 'practice',
      detail: 'Say why the person cannot, or should not, appear in person: a hearing by video is for that case.',
      blocks: true,
    },
  ];
}

/** UNCC 45, 46: data are collected while they pass, so the period lies ahead. */
function checkPeriodAhead({ instrument, form, measure: { period }, on }: CompletenessInput, at: string): Lacking[] {
  if (!['real-time-traffic', 'interception'].includes(form) || period === undefined || !(period.to.slice(0, 10) < on)) return [];
  const { id, force } = ruleFor(instrument, form, 'contents')!;
  return [
    {
      code: 'period.over',
      pointer: `${at}/period/to`,
      rule: id,
      force,
      detail: 'The period is over: what has passed is asked for as stored data, or as traffic data that were preserved.',
      blocks: true,
    },
  ];
}

function lacking(c: ContentRequirement, at: string): Lacking {
  const pointer = pointerOf(c.anyOf[0]!, at);
  const detail = `${c.title}.${c.note === undefined ? '' : ` ${c.note}`}`;
  return { code: c.code, pointer, rule: c.rule, force: c.force, detail, blocks: c.blocks };
}

function pointerOf(path: ContentPath, at: string): string {
  const [head, ...rest] = namesOf(path);
  return [head === 'letter' ? '/letter' : at, ...rest].join('/');
}

const split = new Map<ContentPath, readonly string[]>();

/** The names along a path. Profiles have a few dozen paths, each asked about at every check. */
function namesOf(path: ContentPath): readonly string[] {
  const known = split.get(path) ?? path.split('.');
  split.set(path, known);
  return known;
}

function filled(path: ContentPath, { letter, measure }: CompletenessInput): boolean {
  const [head, ...rest] = namesOf(path);
  let value: unknown = head === 'letter' ? letter : measure;
  for (const name of rest) value = (value as Record<string, unknown> | undefined)?.[name];
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0;
  // A box left unticked says nothing: the intent to submit a request is there or it is lacking.
  if (typeof value === 'boolean') return value;
  return value !== undefined && value !== null;
}

/** An account's log lines are read by its clock: where a period or traffic data are asked for, the zone must be known. */
function checkItems({ measure }: CompletenessInput, at: string): Lacking[] {
  const logs = measure.period !== undefined || measure.dataClass === 'traffic';
  return measure.items.flatMap((item, i): Lacking[] => {
    if (!item.value.trim()) {
      const detail = 'Write what identifies the item, or take it out.';
      const pointer = `${at}/items/${i}/value`;
      return [{ ...BY_PRACTICE, code: 'item.value-missing', pointer, rule: 'practice:items', detail }];
    }
    if (!lacksTimeZone(item)) return [];
    const detail = 'Say in which time zone the account’s log lines are to be read, for example UTC+07:00.';
    const pointer = `${at}/items/${i}/timeZone`;
    return [
      { code: 'item.time-zone-missing', pointer, rule: 'practice:time-zone', force: 'practice', detail, blocks: logs },
    ];
  });
}

/** UNCC 40(26): a deadline is suggested for what is still to be done. */
function checkDeadline({ instrument, form, letter, on, now }: CompletenessInput): Lacking[] {
  const { suggestedDeadline } = letter;
  if (!suggestedDeadline) return [];
  const { id = 'practice:suggested-deadline', force = 'practice' } = ruleFor(instrument, form, 'suggested-deadline') ?? {};
  const lack = (code: string, member: string, detail: string): Lacking => ({ code, pointer: `/letter/suggestedDeadline/${member}`, rule: id, force, detail, blocks: true });
  return [
    ...(suggestedDeadline.reason?.trim() ? [] : [lack('deadline.reason-missing', 'reason', 'Give the reason for the deadline: it counts only with one.')]),
    ...(suggestedDeadline.at !== undefined && endOf(suggestedDeadline.at) < (now?.getTime() ?? Date.parse(on)) ? [lack('deadline.past', 'at', 'The deadline has passed: suggest another one, or leave it out.')] : []),
  ];
}

/** When what is written has passed, days in UTC as everywhere; of what is no time never (checkFormat refuses it). */
function endOf(at: string): number {
  const written = readTime(at);
  return 'end' in written ? written.end : Infinity;
}

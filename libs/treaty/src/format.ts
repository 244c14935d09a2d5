import {
  COOPERATION_GROUNDS,
  DATA_CLASSES,
  type ContentProblem,
  type DataClass,
  type LetterContent,
  type MeasureContent,
} from './content.js';
import { FORMS, type Form } from './instrument.js';
import { isDate } from './dates.js';
import { checkItem, checkSpan, checkTime } from './items.js';
import { checkOffence, checkSeriousCrime, type FormatContext } from './offences.js';
import { hasProfile, ruleFor } from './profiles.js';
import { checkFacts, checkName, checkText } from './texts.js';

export type { FormatContext } from './offences.js';
export { LIMITS, checkName, checkText } from './texts.js';

/**
 * What is wrong with a letter and its measures: refused when saved, for nobody can make sense of it later.
 * What is merely not there yet is the business of `checkCompleteness`.
 * @param context who asks whom and when, so that other legal bases can be offered for that pair
 */
export function checkFormat(
  letter: LetterContent,
  measures: readonly MeasureContent[],
  context?: FormatContext,
): ContentProblem[] {
  return [
    ...checkLetter(letter),
    ...checkDeadline(letter, '/letter/suggestedDeadline', deadlineRule(measures)),
    ...measures.flatMap((measure, i) => checkMeasure(measure, `/measures/${i}`)),
    ...checkSeriousCrime(letter, measures, context),
  ];
}

function checkLetter(letter: LetterContent): ContentProblem[] {
  const at = '/letter';
  const { authority, proceeding, offences, persons } = letter;
  return [
    ...checkName(letter.subject, `${at}/subject`),
    ...checkName(authority?.name, `${at}/authority/name`),
    ...checkText(proceeding?.nature, `${at}/proceeding/nature`),
    ...checkName(proceeding?.authority, `${at}/proceeding/authority`),
    ...checkName(proceeding?.functions, `${at}/proceeding/functions`),
    ...checkFacts(letter.facts, `${at}/facts`),
    ...checkText(letter.purpose, `${at}/purpose`),
    ...checkText(letter.confidential?.reason, `${at}/confidential/reason`),
    ...checkText(letter.urgent?.reason, `${at}/urgent/reason`),
    ...checkGround(letter, at),
    ...checkLanguageTag(letter.language, `${at}/language`),
    ...checkTime(letter.translation?.by, `${at}/translation/by`),
    ...persons.flatMap((p, i) => [
      ...checkName(p.role, `${at}/persons/${i}/role`),
      ...checkName(p.location, `${at}/persons/${i}/location`),
      ...checkName(p.nationality, `${at}/persons/${i}/nationality`),
    ]),
    ...offences.flatMap((o, i) => [
      ...checkName(o.label, `${at}/offences/${i}/label`),
      ...checkName(o.law, `${at}/offences/${i}/law`),
      ...checkName(o.provision, `${at}/offences/${i}/provision`),
      ...checkName(o.comparable, `${at}/offences/${i}/comparable`),
      ...checkName(o.maxPenalty?.law, `${at}/offences/${i}/maxPenalty/law`),
      ...checkOffence(o, `${at}/offences/${i}`),
    ]),
  ];
}

function checkMeasure(measure: MeasureContent, at: string): ContentProblem[] {
  const problems: ContentProblem[] = [];
  if (!FORMS.includes(measure.form)) {
    problems.push({
      code: 'measure.form-unknown',
      pointer: `${at}/form`,
      detail: `A form is one of: ${FORMS.join(', ')}.`,
    });
  }
  if (measure.dataClass !== undefined && !DATA_CLASSES.includes(measure.dataClass)) {
    const detail = `A class of data is one of: ${DATA_CLASSES.join(', ')}.`;
    problems.push({ code: 'measure.data-class-unknown', pointer: `${at}/dataClass`, detail, rule: 'UNCC 2(c)-(f)' });
  }
  return [
    ...problems,
    ...checkText(measure.what, `${at}/what`),
    ...checkText(measure.procedure, `${at}/procedure`),
    ...checkText(measure.relation, `${at}/relation`),
    ...checkText(measure.necessity, `${at}/necessity`),
    ...checkText(measure.periodReason, `${at}/periodReason`),
    ...checkText(measure.emergency?.statement, `${at}/emergency/statement`),
    ...checkText(measure.emergency?.proof, `${at}/emergency/proof`),
    ...checkName(measure.custodian, `${at}/custodian`),
    ...(measure.custodians ?? []).flatMap((name, i) => checkName(name, `${at}/custodians/${i}`)),
    ...checkDataClass(measure, at),
    ...checkExpedited(measure, at),
    ...checkAssistanceKind(measure, at),
    ...checkUseLimits(measure, at),
    ...checkLinks(measure, at),
    ...checkSpan(measure.period?.from, measure.period?.to, `${at}/period`, 'period'),
    ...measure.items.flatMap((item, i) => checkItem(item, `${at}/items/${i}`)),
    ...checkBases(measure, `${at}/legalBases`),
  ];
}

/** The one class of data that a form is for; stored data and preservation are for all. */
const CLASS_OF_FORM: Partial<Record<Form, DataClass>> = { 'real-time-traffic': 'traffic', 'preserved-traffic-data': 'traffic', interception: 'content' };

/** UNCC 2(c)-(f): the class of the data decides which article applies. */
function checkDataClass({ form, dataClass }: MeasureContent, at: string): ContentProblem[] {
  const own = CLASS_OF_FORM[form];
  if (dataClass === undefined || own === undefined || dataClass === own || !DATA_CLASSES.includes(dataClass)) return [];
  const other = dataClass === 'content' ? 'interception' : dataClass === 'traffic' ? 'real-time-traffic' : 'stored-data';
  return [
    { code: 'measure.data-class-unfit', pointer: `${at}/dataClass`, detail: `The form ${form} is for ${own} data; for ${dataClass} data choose ${other}.`, rule: 'UNCC 2(c)-(f)' },
  ];
}

/** UNCC 44, Budapest 31(3): the track is asked for with its reason; preservation and disclosure of its path have no other. */
function checkExpedited({ form, expedited }: MeasureContent, at: string): ContentProblem[] {
  if (!expedited) return [];
  if (form !== 'stored-data') {
    const detail = 'The expedited track is for stored data; this form has no slower one. Leave it out.';
    return [{ code: 'measure.expedited-not-for-this-form', pointer: `${at}/expedited`, detail }];
  }
  if (expedited.reason.trim() === '') return [{ code: 'measure.expedited-reason-missing', pointer: `${at}/expedited/reason`, detail: 'Say why: which data are vulnerable to loss or modification, or what the instrument says.' }];
  return checkText(expedited.reason, `${at}/expedited/reason`);
}

/** What only a measure of mutual legal assistance says, and which of its kinds says it. */
function checkAssistanceKind(measure: MeasureContent, at: string): ContentProblem[] {
  const { form, assistance, electronicEvidence, hearing, governmentRecords } = measure;
  const misplaced = (member: string, detail: string): ContentProblem[] => [
    { code: 'measure.member-misplaced', pointer: `${at}/${member}`, detail: `${detail} Leave it out.` },
  ];
  if (form !== 'mutual-legal-assistance') {
    return Object.entries({ assistance, electronicEvidence, hearing, governmentRecords }).flatMap(([member, said]) =>
      said === undefined ? [] : misplaced(member, 'Only a measure of the form mutual-legal-assistance says this.'),
    );
  }
  return [
    ...(hearing !== undefined && assistance !== 'evidence-or-statements'
      ? misplaced('hearing', 'A hearing belongs to a measure for evidence or statements.')
      : []),
    ...(governmentRecords !== undefined && assistance !== 'documents-and-records'
      ? misplaced('governmentRecords', 'Government records belong to a measure for documents and records.')
      : []),
    ...checkText(hearing?.reason, `${at}/hearing/reason`),
  ];
}

/** UNCC 40(5): whoever sends information limits its use; whoever asks for it is limited by what is sent in answer. */
function checkUseLimits({ form, useLimits }: MeasureContent, at: string): ContentProblem[] {
  if (useLimits === undefined) return [];
  if (form === 'spontaneous-information') return checkText(useLimits, `${at}/useLimits`);
  return [{ code: 'measure.member-misplaced', pointer: `${at}/useLimits`, detail: 'Only information sent without a request limits its own use. Leave it out.' }];
}

/** Forms that ask for preserved data or for their path (UNCC 42(8), 43, 44), and forms that are a formal request (practice). */
const CONTINUES: readonly Form[] = ['stored-data', 'mutual-legal-assistance', 'emergency-disclosure', 'preserved-traffic-data'];
const FORMAL: readonly Form[] = ['stored-data', 'mutual-legal-assistance'];

/** A question or information sent unasked continues nothing: linked, it would hold a release back and quiet its alarm. */
function checkLinks({ form, followsPreservation, followsEmergency }: MeasureContent, at: string): ContentProblem[] {
  const misplaced = (member: string, forms: readonly Form[], rule: string): ContentProblem => ({
    code: 'measure.member-misplaced', pointer: `${at}/${member}`, detail: `Only a measure of these forms says this: ${forms.join(', ')}. Leave it out.`, rule,
  });
  return [
    ...(followsPreservation && !CONTINUES.includes(form) ? [misplaced('followsPreservation', CONTINUES, 'UNCC 42(8)')] : []),
    ...(followsEmergency && !FORMAL.includes(form) ? [misplaced('followsEmergency', FORMAL, 'practice:formal-request')] : []),
  ];
}

function checkBases({ legalBases }: MeasureContent, at: string): ContentProblem[] {
  const problems = legalBases.flatMap((basis, i): ContentProblem[] => [
    ...(hasProfile(basis.instrument)
      ? []
      : [
          {
            code: 'legal-basis.instrument-unknown',
            pointer: `${at}/${i}/instrument`,
            detail: `There is no profile of ${basis.instrument}: choose one of those listed.`,
          },
        ]),
    ...(isDate(basis.date)
      ? []
      : [{ code: 'date.invalid', pointer: `${at}/${i}/date`, detail: 'Write a day as 2026-11-03.' }]),
  ]);
  if (legalBases.filter((b) => b.role === 'primary').length > 1) {
    problems.push({
      code: 'legal-basis.two-primary',
      pointer: at,
      detail: 'Name one primary legal basis; the others are alternatives.',
    });
  }
  return problems;
}

function checkGround({ cooperationGround }: LetterContent, at: string): ContentProblem[] {
  if (cooperationGround === undefined || COOPERATION_GROUNDS.includes(cooperationGround)) return [];
  const detail = `The ground of cooperation is one of: ${COOPERATION_GROUNDS.join(', ')}.`;
  return [{ code: 'cooperation-ground.unknown', pointer: `${at}/cooperationGround`, detail, rule: 'UNCC 35(1)' }];
}

/** The rule on suggested deadlines of the instrument the letter first rests on; a practice until one is chosen. */
function deadlineRule(measures: readonly MeasureContent[]): string {
  const chosen = measures.flatMap((m) =>
    m.legalBases
      .filter((b) => b.role === 'primary' && hasProfile(b.instrument))
      .map((b) => ruleFor(b.instrument, m.form, 'suggested-deadline')),
  );
  return chosen[0]?.id ?? 'practice:suggested-deadline';
}

function checkDeadline({ suggestedDeadline: deadline }: LetterContent, at: string, rule: string): ContentProblem[] {
  if (!deadline) return [];
  const problems = [...checkTime(deadline.at, `${at}/at`), ...checkText(deadline.reason, `${at}/reason`)];
  const { withinDays } = deadline;
  if (deadline.at !== undefined && withinDays !== undefined) {
    const detail = 'Give a date or a number of days, not both: they need not agree.';
    problems.push({ code: 'deadline.two-given', pointer: at, detail, rule });
  }
  if (deadline.at === undefined && withinDays === undefined) {
    problems.push({ code: 'deadline.none-given', pointer: at, detail: 'Give a date or a number of days beside the reason, or leave the deadline out.', rule });
  }
  if (withinDays !== undefined && !(Number.isInteger(withinDays) && withinDays >= 1 && withinDays <= 3650)) {
    problems.push({
      code: 'deadline.days-invalid',
      pointer: `${at}/withinDays`,
      detail: 'Give a whole number of days from 1 to 3650.',
    });
  }
  return problems;
}

function checkLanguageTag(tag: string | undefined, pointer: string): ContentProblem[] {
  if (tag === undefined) return [];
  try {
    if (Intl.getCanonicalLocales(tag).length === 1) return [];
  } catch {
    // Falls through: Intl throws on what is no tag.
  }
  return [{ code: 'language.invalid', pointer, detail: 'Write the language as a tag, such as en or zh-Hans.' }];
}

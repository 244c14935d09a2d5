import type { Lacking, MeasureContent } from './content.js';
import type { Form } from './instrument.js';
import { resolveLegalBases, type Arrangement, type LegalBasisOption } from './bases.js';
import { formProfile, hasProfile, instrumentOf, type InstrumentRef } from './profiles.js';

/** Who asks whom, and what the two recorded between them. */
export interface Between {
  requesting: string;
  requested: string;
  arrangements?: readonly Arrangement[];
}

/** A step of this software that the transmission waits for. */
export const BY_PRACTICE = { force: 'practice', blocks: true } as const;
const RULE = 'practice:legal-basis';

const lack = (code: string, at: string, detail: string): Lacking => ({
  ...BY_PRACTICE,
  code,
  pointer: `${at}/legalBases`,
  rule: RULE,
  detail,
});

export function basisMissing(at: string): Lacking {
  return lack('legal-basis.missing', at, 'Choose the instrument and article the measure rests on.');
}

/** Whether a measure of this form can be checked, and refused by rule, under the instrument at all. */
export function checkProfile(ref: InstrumentRef, form: Form, at: string): Lacking[] {
  const { name, depth } = instrumentOf(ref);
  if (!formProfile(ref, form)) {
    return [lack('legal-basis.form-not-covered', at, `${name} has no form ${form}: choose another legal basis.`)];
  }
  if (depth === 'full') return [];
  const detail = `The profile of ${name} is not complete: name it as an alternative, or rest the measure on another.`;
  return [lack('legal-basis.profile-incomplete', at, detail)];
}

/** Whether the measure names the instrument it is checked under. */
export function checkNamed(ref: InstrumentRef, { legalBases }: MeasureContent, at: string): Lacking[] {
  const { id, name } = instrumentOf(ref);
  if (!legalBases.some((b) => b.role === 'primary')) return [basisMissing(at)];
  if (legalBases.some((b) => b.instrument === id)) return [];
  const detail = `${name} is not among the measure’s legal bases: add it with its article.`;
  return [lack('legal-basis.not-named', at, detail)];
}

/**
 * Whether the article is one that carries the form, of the instrument the measure is checked under, and whether the day of
 * each basis has come. An alternative is only remarked on, and its article is the official's own affair.
 */
export function checkCited({ form, legalBases }: MeasureContent, ref: InstrumentRef, at: string, on: string, now?: Date): Lacking[] {
  const latest = latestDay(on, now);
  return legalBases.flatMap(({ role, article, date }, i): Lacking[] => {
    const blocks = role === 'primary';
    const cited = (code: string, member: string, detail: string): Lacking => ({ ...lack(code, at, detail), pointer: `${at}/legalBases/${i}/${member}`, blocks });
    const known = formProfile(ref, form)?.articles ?? [];
    return [
      ...(blocks && instrumentOf(ref).depth === 'full' && !carries(known, article) ? [cited('legal-basis.article-unfit', 'article', `“${article}” is no article that carries the form ${form} under ${instrumentOf(ref).name}: cite ${known.join(', ')}.`)] : []),
      ...(date > latest ? [cited('legal-basis.date-ahead', 'date', `${date} is still to come: give the day on which the instrument was found to bind both States.`)] : []),
    ];
  });
}

/** Articles are written as people write them: `44`, `UNCC 44`, `Articles 40 and 44`. One that fits will do; what stands in brackets is no article. */
function carries(articles: readonly string[], cited: string): boolean {
  const named = numbers(cited.replaceAll(/\([^)]*\)/g, ' '));
  return articles.some((article) => numbers(article).some((number) => named.includes(number)));
}

/** In any script: 第44条, ٤٤, Art44. A letter of the alphabet after the number makes it another article (44a). */
const numbers = (text: string): string[] => (text.match(/\p{Nd}+(?![\p{Nd}a-z])/giu) ?? []).map((number) => [...number].map(digitOf).join(''));

/** Decimal digits stand in tens from 0 to 9, in every script (Unicode, 4.6). */
function digitOf(char: string): number {
  const code = char.codePointAt(0)!;
  if (code < 128) return code - 48;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero -= 1;
  return code - zero;
}

/** The day it is by now where days begin first (UTC+14): the official's own day may be ahead of UTC. */
const latestDay = (on: string, now?: Date): string => new Date((now?.getTime() ?? Date.parse(on)) + 14 * 3_600_000).toISOString().slice(0, 10);

/** Whether each instrument named is available between the two States on the day; an alternative is only remarked on, and so is a treaty that goes before. */
export function checkAvailable(
  { form, legalBases }: MeasureContent,
  at: string,
  between: Between,
  on: string,
): Lacking[] {
  const { bases, toCheck, notAvailable } = resolveLegalBases({ ...between, form, on });
  const offered = bases.map((b) => b.instrument).join(', ') || 'none';
  return legalBases.flatMap(({ instrument, role }): Lacking[] => {
    const before = role === 'primary' ? goesBefore(instrument, bases) : undefined;
    if (before) return [{ code: 'legal-basis.gives-way', pointer: `${at}/legalBases`, rule: GIVES_WAY, force: 'binding', blocks: false, detail: `${before.name} binds the two States: it applies in place of paragraphs 8 to 31, unless the two have agreed to use those. Rest the measure on it (${before.article}), or make sure that they have.` }];
    if ([...bases, ...toCheck].some((b) => b.instrument === instrument)) return [];
    const why =
      notAvailable.find((n) => n.instrument === instrument)?.detail ?? `There is no profile of ${instrument}.`;
    const found = lack('legal-basis.not-available', at, `${why} Available on ${on}: ${offered}.`);
    return [{ ...found, blocks: role === 'primary' }];
  });
}

const GIVES_WAY = 'UNCC 40(7)';

/** UNCC 40(7): another assistance treaty that binds the two States, where the instrument named gives way to one. */
function goesBefore(instrument: string, bases: readonly LegalBasisOption[]): LegalBasisOption | undefined {
  if (!hasProfile(instrument) || !instrumentOf(instrument).rules.some(({ id }) => id === GIVES_WAY)) return undefined;
  return bases.find((b) => b.via === 'treaty' && b.instrument !== instrument);
}

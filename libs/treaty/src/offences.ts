import type { ContentProblem, LetterContent, MeasureContent, Offence, OfferedBasis } from './content.js';
import { resolveLegalBases, type Arrangement } from './bases.js';
import { instruments } from './profiles.js';

/** UNCC 2(h): at least four years' deprivation of liberty, or a more serious penalty. */
const SERIOUS_YEARS = 4;
const CONVENTION_OFFENCE = /^UNCC (?:[7-9]|1[0-7]|19)$/;

/** Who asks whom and when, where it is known: other legal bases are offered for this pair. */
export interface FormatContext {
  requesting: string;
  requested: string;
  on: string;
  arrangements?: Arrangement[];
}

export function isSerious({ maxPenalty }: Offence): boolean {
  if (!maxPenalty) return false;
  return maxPenalty.kind !== 'years' || (maxPenalty.years ?? 0) >= SERIOUS_YEARS;
}

export function isConventionOffence(offence: Offence): boolean {
  return offence.conventionOffence !== undefined && CONVENTION_OFFENCE.test(offence.conventionOffence);
}

/** Whether UNCC 35(1)(c) is all the letter can rest on, named or by there being no Convention offence. */
export function restsOnSeriousCrime(letter: LetterContent): boolean {
  if (letter.cooperationGround !== undefined) return letter.cooperationGround === '35(1)(c)' && !letter.offences.some(isConventionOffence);
  return letter.offences.length > 0 && !letter.offences.some(isConventionOffence);
}

/** What is wrong with the offences as written. */
export function checkOffence(offence: Offence, at: string): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const { maxPenalty, conventionOffence } = offence;
  if (maxPenalty?.kind === 'years' && !(Number.isFinite(maxPenalty.years) && maxPenalty.years! > 0)) {
    const detail = 'Give the maximum in years, or say life or death.';
    problems.push({ code: 'offence.penalty-invalid', pointer: `${at}/maxPenalty/years`, detail, rule: 'UNCC 2(h)' });
  }
  if (conventionOffence !== undefined && !CONVENTION_OFFENCE.test(conventionOffence)) {
    const detail = 'Name an article from UNCC 7 to UNCC 17, or UNCC 19 for participation and attempt.';
    problems.push({ code: 'offence.convention-offence-unknown', pointer: `${at}/conventionOffence`, detail, rule: 'UNCC 7-17' });
  }
  return problems;
}

/**
 * UNCC 2(h), 35(1)(c): a measure that rests on the Convention alone, for a serious crime alone, needs an
 * offence over the threshold. Offences whose maximum is not yet written are lacking, not wrong.
 */
export function checkSeriousCrime(letter: LetterContent, measures: readonly MeasureContent[], context?: FormatContext): ContentProblem[] {
  if (!restsOnSeriousCrime(letter) || letter.offences.length === 0) return [];
  if (letter.offences.some((o) => !o.maxPenalty || isSerious(o))) return [];
  const onConvention = measures.filter((m) => reliesOnConventionAlone(m, letter));
  if (onConvention.length === 0) return [];
  const offers = otherBases(onConvention, context);
  const names = [...new Set(offers.map((o) => o.instrument))].join(', ');
  const next = names === '' ? 'Name the article if it is a Convention offence.' : `Name the article if it is a Convention offence, or choose another basis: ${names}.`;
  const detail = `A serious crime has a maximum of at least ${SERIOUS_YEARS} years. ${next}`;
  return letter.offences.map((_, i) => ({
    code: 'offence.not-serious',
    pointer: `/letter/offences/${i}/maxPenalty`,
    detail,
    rule: 'UNCC 2(h)',
    offers,
  }));
}

/** A draft without legal bases counts only once it has said 35(1)(c), which is the Convention's. */
function reliesOnConventionAlone(measure: MeasureContent, letter: LetterContent): boolean {
  if (measure.legalBases.length === 0) return letter.cooperationGround === '35(1)(c)';
  return measure.legalBases.every((b) => b.instrument === 'uncc-2024');
}

function otherBases(measures: readonly MeasureContent[], context?: FormatContext): OfferedBasis[] {
  const forms = [...new Set(measures.map((m) => m.form))];
  const found = forms.flatMap((form) => {
    if (!context) {
      return instruments().flatMap((i) => {
        const profile = i.forms[form];
        return profile ? [{ instrument: i.id, article: profile.article, note: `Where it binds both States. ${i.note ?? ''}`.trim() }] : [];
      });
    }
    const { bases, toCheck } = resolveLegalBases({ ...context, form });
    return [...bases, ...toCheck].map(({ instrument, article, note }) => ({ instrument, article, note: note ?? '' }));
  });
  const others = found.filter((o) => o.instrument !== 'uncc-2024');
  return others.filter((o, i) => others.findIndex((p) => p.instrument === o.instrument && p.article === o.article) === i);
}

import type { ContentProblem, LetterContent, MeasureContent, Offence, OfferedBasis } from './content.js';
import { resolveLegalBases, type Arrangement } from './bases.js';
import type { Scope } from './instrument.js';
import { formProfile, instruments, profile } from './profiles.js';

const CONVENTION = 'uncc-2024';
/** The ground of cooperation on a letter is a limb of UNCC 35(1), so its scope is the Convention's. */
const scope = (): Scope => profile(CONVENTION).scope!;

/** Who asks whom and when, where it is known: other legal bases are offered for this pair. */
export interface FormatContext {
  requesting: string;
  requested: string;
  on: string;
  arrangements?: readonly Arrangement[];
}

/** UNCC 2(h): the threshold of years, or a more serious penalty. */
export function isSerious({ maxPenalty }: Offence): boolean {
  if (!maxPenalty) return false;
  return maxPenalty.kind !== 'years' || (maxPenalty.years ?? 0) >= scope().seriousCrime.years;
}

export function isConventionOffence({ conventionOffence }: Offence): boolean {
  return scope().offences.some((o) => o.id === conventionOffence);
}

/** Whether UNCC 35(1)(c) is all the letter can rest on, named or by there being no Convention offence. */
export function restsOnSeriousCrime({ cooperationGround, offences }: LetterContent): boolean {
  if (offences.length === 0 || offences.some(isConventionOffence)) return false;
  return cooperationGround === undefined || cooperationGround === scope().seriousCrime.ground;
}

/** What is wrong with the offences as written. */
export function checkOffence(offence: Offence, at: string): ContentProblem[] {
  const problems: ContentProblem[] = [];
  const { maxPenalty, conventionOffence } = offence;
  if (maxPenalty?.kind === 'years' && !(Number.isFinite(maxPenalty.years) && maxPenalty.years! > 0)) {
    const detail = 'Give the maximum in years, or say life or death.';
    problems.push({ code: 'offence.penalty-invalid', pointer: `${at}/maxPenalty/years`, detail, rule: 'UNCC 2(h)' });
  }
  if (maxPenalty !== undefined && maxPenalty.kind !== 'years' && maxPenalty.years !== undefined) {
    const detail = `Leave the years out, or say years: ${maxPenalty.kind} and ${maxPenalty.years} years cannot both be the maximum.`;
    problems.push({ code: 'offence.penalty-two-given', pointer: `${at}/maxPenalty/years`, detail, rule: 'UNCC 2(h)' });
  }
  if (conventionOffence !== undefined && !isConventionOffence(offence)) {
    const detail = 'Name an article from UNCC 7 to UNCC 17, or UNCC 19 for participation and attempt.';
    problems.push({
      code: 'offence.convention-offence-unknown',
      pointer: `${at}/conventionOffence`,
      detail,
      rule: 'UNCC 7-17',
    });
  }
  return problems;
}

/**
 * UNCC 2(h), 35(1)(c): a measure that rests on the Convention alone, for a serious crime alone, needs an
 * offence over the threshold. Offences whose maximum is not yet written are lacking, not wrong.
 */
export function checkSeriousCrime(
  letter: LetterContent,
  measures: readonly MeasureContent[],
  context?: FormatContext,
): ContentProblem[] {
  if (!restsOnSeriousCrime(letter)) return [];
  if (letter.offences.some((o) => !o.maxPenalty || isSerious(o))) return [];
  const onConvention = measures.filter((m) => reliesOnConventionAlone(m, letter));
  if (onConvention.length === 0) return [];
  const offers = otherBases(onConvention, context);
  const names = [...new Set(offers.map((o) => o.instrument))].join(', ');
  const next =
    names === ''
      ? 'Name the article if it is a Convention offence.'
      : `Name the article if it is a Convention offence, or choose another basis: ${names}.`;
  const detail = `A serious crime has a maximum of at least ${scope().seriousCrime.years} years. ${next}`;
  return letter.offences.map((_, i) => ({
    code: 'offence.not-serious',
    pointer: `/letter/offences/${i}/maxPenalty`,
    detail,
    rule: scope().seriousCrime.rule,
    offers,
  }));
}

/** A draft without legal bases counts only once it has said 35(1)(c), which is the Convention's. */
function reliesOnConventionAlone(measure: MeasureContent, letter: LetterContent): boolean {
  if (measure.legalBases.length === 0) return letter.cooperationGround === scope().seriousCrime.ground;
  return measure.legalBases.every((b) => b.instrument === CONVENTION);
}

function otherBases(measures: readonly MeasureContent[], context?: FormatContext): OfferedBasis[] {
  const forms = [...new Set(measures.map((m) => m.form))];
  const found = forms.flatMap((form) => {
    if (!context) {
      return instruments().flatMap((i) => {
        const found = formProfile(i, form);
        return found
          ? [{ instrument: i.id, article: found.article, note: `Where it binds both States. ${i.note ?? ''}`.trim() }]
          : [];
      });
    }
    const { bases, toCheck } = resolveLegalBases({ ...context, form });
    return [...bases, ...toCheck].map(({ instrument, article, note }) => ({ instrument, article, note: note ?? '' }));
  });
  const others = found.filter((o) => o.instrument !== CONVENTION);
  return others.filter(
    (o, i) => others.findIndex((p) => p.instrument === o.instrument && p.article === o.article) === i,
  );
}

import type { Lacking, LetterContent, MeasureContent } from './content.js';
import { instrumentOf, type InstrumentRef } from './profiles.js';
import { isConventionOffence, isSerious, restsOnSeriousCrime } from './offences.js';

/** Asked only of instruments with a scope of their own: UNCC 35(1) covers offences it lists, and serious crimes. */
export function checkScope(instrument: InstrumentRef, letter: LetterContent): Lacking[] {
  const { scope } = instrumentOf(instrument);
  if (!scope || letter.offences.length === 0 || letter.offences.some(isConventionOffence)) return [];
  if (!restsOnSeriousCrime(letter)) {
    const detail = `Name the article of a listed offence: ${letter.cooperationGround} rests on one. Or rest on ${scope.seriousCrime.ground}.`;
    return [
      {
        code: 'offence.convention-offence-missing',
        pointer: '/letter/offences',
        rule: 'UNCC 35(1)',
        force: 'binding',
        detail,
        blocks: true,
      },
    ];
  }
  const { rule } = scope.seriousCrime;
  return letter.offences.flatMap((offence, i): Lacking[] => {
    const pointer = `/letter/offences/${i}/maxPenalty`;
    if (isSerious(offence)) return [];
    if (!offence.maxPenalty) {
      const detail = 'Give the maximum penalty and under whose law: the ground is a serious crime.';
      return [
        {
          code: 'offence.penalty-missing',
          pointer,
          rule,
          force: 'binding',
          detail,
          blocks: !letter.offences.some(isSerious),
        },
      ];
    }
    const detail =
      'This offence stays under the threshold of a serious crime: the Convention does not cover evidence of it alone.';
    return [
      {
        code: 'offence.not-serious',
        pointer,
        rule,
        force: 'binding',
        detail,
        blocks: !letter.offences.some(isSerious),
      },
    ];
  });
}

/**
 * UNCC 35(2): for a serious crime that is no offence of the instrument, assistance is open to obtain evidence in
 * electronic form only; some kinds cannot serve that and need another basis.
 */
export function checkAssistance(
  instrument: InstrumentRef,
  letter: LetterContent,
  { assistance, electronicEvidence }: MeasureContent,
  at: string,
): Lacking[] {
  const { scope } = instrumentOf(instrument);
  if (!scope || assistance === undefined || !restsOnSeriousCrime(letter)) return [];
  const { rule, kinds } = scope.assistance;
  const { title, forSeriousCrime } = kinds[assistance];
  const lack = (code: string, member: string, detail: string): Lacking[] => [
    { code, pointer: `${at}/${member}`, rule, force: 'binding', detail, blocks: true },
  ];
  if (forSeriousCrime === 'closed') {
    return lack(
      'assistance.outside-scope',
      'assistance',
      `${title}: not open for a serious crime that is no Convention offence. Rest the measure on another instrument.`,
    );
  }
  if (electronicEvidence === true) return [];
  return lack(
    'assistance.electronic-evidence-missing',
    'electronicEvidence',
    'For a serious crime that is no Convention offence only evidence in electronic form is covered: say that it is asked for, or rest the measure on another instrument.',
  );
}

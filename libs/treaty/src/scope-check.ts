import type { Lacking, LetterContent } from './content.js';
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

import type { Law } from '../../libs/requests/src/domain/index.js';
import { explore } from './joint-model.js';
import { models } from './models.js';
import { branches, retargeted, unhandled, unsent, withChart, withoutRule } from './planted.js';
import { PROPERTIES } from './properties.js';

const REQUESTED = ['mutual-legal-assistance', 'requested'] as const;
const REQUESTING = ['mutual-legal-assistance', 'requesting'] as const;

/** What is spoilt, in which model it shows, and the property that must be found broken. */
const PLANTED: [error: string, model: string, property: string, law: () => Law][] = [
  ['a detained person handed over without consent', 'a detained person', 'UNCC 40(9): a detained person handed over without consent, or without an authorisation',
    () => withChart(...REQUESTED, (c) => {
      c.states['person']!.states['none']!.on!['HAND_OVER_PERSON'] = branches(c, 'person', 'consented', 'HAND_OVER_PERSON');
    })],
  ['a detained person handed over without an authorisation', 'a detained person', 'UNCC 40(9): a detained person handed over without consent, or without an authorisation',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'person', 'consented', 'HAND_OVER_PERSON', 'authorised'))],
  ['a detained person handed over although the measure is postponed', 'and a postponement', 'UNCC 40(27): a detained person handed over while the measure is postponed',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'person', 'consented', 'HAND_OVER_PERSON', 'notPostponed'))],
  ['a consent that cannot be taken back', 'a detained person', 'UNCC 40(9): a detained person handed over without consent, or without an authorisation',
    () => withChart(...REQUESTED, (c) => retargeted(c, 'person', 'consented', 'RECORD_CONSENT', 'consented'))],
  ['a free person handed over', 'a person who appears of free will', 'UNCC 40(9): a person handed over who is not detained',
    () => withChart(...REQUESTED, (c) => {
      withoutRule(c, 'person', 'consented', 'HAND_OVER_PERSON', 'personIsDetained');
    })],
  ['a person in custody who cannot be returned', 'a detained person', 'UNCC 40(10): a person in custody cannot be returned here',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'person', 'inCustody', 'RETURN_PERSON'))],
  ['a return nobody is told of', 'a detained person', 'the files differ on person', () => withChart(...REQUESTING, (c) => unsent(c, 'person', 'inCustody', 'RETURN_PERSON'))],
  ['custody lifted while the person is being returned, and nobody expects it', 'a detained person', 'CUSTODY_LIFTED arrives and is not handled',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'person', 'returned', 'CUSTODY_LIFTED'))],
  ['safe conduct that ends while it runs', 'a person who appears of free will', 'UNCC 40(29): safe conduct ended while it runs',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'person', 'mayLeave', 'END_SAFE_CONDUCT', 'safeConductOver'))],
  ['safe conduct for less than 15 days', 'a person who appears of free will', 'UNCC 40(29): safe conduct for less than 15 days',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'person', 'present', 'RELEASE_FROM_PRESENCE', 'safeConductLongEnough'))],
  ['a person who may not be recorded as gone', 'a person who appears of free will', 'UNCC 40(29): that a person left cannot be recorded here',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'person', 'mayLeave', 'RECORD_DEPARTURE'))],
  ['a letter closed over a person who is away', 'a person who appears of free will', 'practice: closed while a person is away',
    () => withChart('letter', 'requesting', (c) => {
      for (const state of Object.keys(c.states['main']!.states)) {
        if (c.states['main']!.states[state]!.on?.['CLOSE']) withoutRule(c, 'main', state, 'CLOSE', 'nobodyAway');
      }
    })],
  ['consent taken back while the person arrives, and nobody expects it', 'a person who appears of free will', 'PERSON_ARRIVED arrives and is not handled',
    () => withChart(...REQUESTED, (c) => unhandled(c, 'person', 'notConsented', 'PERSON_ARRIVED'))],
];

describe('planted errors, in copies of the statecharts of a person who goes to the other State', () => {
  it.each(PLANTED)('%s: caught in "%s" by "%s"', (_, name, property, law) => {
    const model = models({ bound: 1, maxStates: 200_000, law: law() }).find((m) => m.name.includes(name))!;
    const { violations } = explore({ ...model, until: property }, PROPERTIES);
    expect(violations.map((v) => v.property)).toContain(property);
  });
});

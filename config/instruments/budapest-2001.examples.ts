import type { Example } from '../../libs/treaty/src/example.js';

const reasons = 'Stated in the decision.';
const told = { reasons };
const silkRoad = { requesting: 'US', requested: 'IS', form: 'stored-data', on: '2013-06-12' } as const;
const letter = {
  authority: { name: 'Central authority' },
  offences: [{ label: 'computer intrusion' }],
  facts: 'A server hosts a marketplace.',
  purpose: 'Evidence.',
  language: 'en',
};

export const BUDAPEST_EXAMPLES: Example[] = [
  {
    rule: 'Budapest 27(4)(a)',
    says: 'a political offence may be a ground, with reasons',
    ask: { about: 'refusal', form: 'stored-data', ground: 'political-offence', given: told },
    answer: [],
  },
  {
    rule: 'Budapest 27(4)(b)',
    says: 'essential interests may be a ground without a closed consultation',
    ask: { about: 'refusal', form: 'stored-data', ground: 'essential-interests', given: told },
    answer: [],
  },
  {
    rule: 'Budapest 27(6)',
    says: 'a refusal waits where part or conditions were not weighed',
    ask: {
      about: 'refusal',
      form: 'stored-data',
      ground: 'essential-interests',
      given: { reasons, conditionsConsidered: false },
    },
    answer: ['conditions.not-considered Budapest 27(6)'],
  },
  {
    rule: 'Budapest 27(7)',
    says: 'a refusal without reasons is not given',
    ask: { about: 'refusal', form: 'stored-data', ground: 'essential-interests' },
    answer: ['reasons.required Budapest 27(7)'],
  },
  {
    rule: 'Budapest 27(7)',
    says: 'a postponement without reasons is not given',
    ask: { about: 'postponement', form: 'stored-data' },
    answer: ['reasons.required Budapest 27(7)'],
  },
  {
    rule: 'Budapest 27(5)',
    says: 'a postponement with reasons needs no closed consultation',
    ask: { about: 'postponement', form: 'stored-data', given: told },
    answer: [],
  },
  {
    rule: 'Budapest 25(4)',
    says: 'fiscal matters alone are never a ground',
    ask: { about: 'refusal', form: 'stored-data', ground: 'fiscal-matters-alone', given: told },
    answer: ['ground.forbidden Budapest 25(4)'],
  },
  {
    rule: 'Budapest 25(4)',
    says: 'a condition of the requested Party’s law may be a ground',
    ask: { about: 'refusal', form: 'stored-data', ground: 'requested-law-condition', given: told },
    answer: [],
  },
  {
    rule: 'Budapest 25(5)',
    says: 'dual criminality may be a ground',
    ask: { about: 'verdict', form: 'stored-data', ground: 'dual-criminality-absent' },
    answer: ['may Budapest 25(5) binding'],
  },
  {
    rule: 'Budapest 27(4)',
    says: 'there is no ground of bank secrecy',
    ask: { about: 'refusal', form: 'stored-data', ground: 'bank-secrecy', given: told },
    answer: ['ground.unknown Budapest 27(4)'],
  },
  {
    rule: 'Budapest 29(4)',
    says: 'dual criminality is no ground against preservation without a reservation',
    ask: { about: 'refusal', form: 'preservation', ground: 'dual-criminality-absent', given: told },
    answer: ['ground.not-for-this-form Budapest 29(4)'],
  },
  {
    rule: 'Budapest 29(5)',
    says: 'a political offence is a ground against preservation',
    ask: { about: 'refusal', form: 'preservation', ground: 'political-offence', given: told },
    answer: [],
  },
  {
    rule: 'Budapest 29(5)',
    says: 'the requested Party’s law is no further ground against preservation',
    ask: { about: 'refusal', form: 'preservation', ground: 'requested-law-condition', given: told },
    answer: ['ground.not-for-this-form Budapest 29(5)'],
  },
  {
    rule: 'Budapest 30(2)',
    says: 'the path is withheld for essential interests',
    ask: { about: 'verdict', form: 'preserved-traffic-data', ground: 'essential-interests' },
    answer: ['may Budapest 30(2) binding'],
  },
  {
    rule: 'Budapest 29(7)',
    says: 'preservation for 59 days is too short',
    ask: { about: 'preservation-period', secured: '2026-11-03T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
    answer: ['preservation.period-too-short Budapest 29(7)'],
  },
  {
    rule: 'Budapest 27',
    says: 'the Convention binds the United States and Iceland on the day of the letter',
    ask: { about: 'bases', query: silkRoad },
    answer: ['budapest-2001 Budapest 31 treaty'],
  },
  {
    rule: 'Budapest 27',
    says: 'it did not bind Iceland on the day before',
    ask: { about: 'bases', query: { ...silkRoad, on: '2007-04-30' } },
    answer: ['reciprocity practice:reciprocity reciprocity'],
  },
  {
    rule: 'practice:checklist-a',
    says: 'a letter lacking what nobody can decide without is held, as practice',
    ask: { about: 'contents', form: 'stored-data', letter: { language: 'en' } },
    answer: [
      'blocks authority.missing practice:checklist-a',
      'shows subject.missing practice:checklist-b',
      'shows proceeding.nature-missing practice:checklist-b',
      'shows proceeding.authority-missing practice:checklist-b',
      'blocks facts.missing practice:checklist-c',
      'blocks assistance.missing practice:checklist-d',
      'shows items.missing practice:checklist-e',
      'shows period.missing practice:checklist-f',
      'blocks purpose.missing practice:checklist-g',
      'blocks offence.missing practice:offence',
    ],
  },
  {
    rule: 'practice:checklist-b',
    says: 'the rest of the list is shown and does not block',
    ask: { about: 'contents', form: 'stored-data', letter, measure: { what: 'Image of the disks' } },
    answer: [
      'shows subject.missing practice:checklist-b',
      'shows proceeding.nature-missing practice:checklist-b',
      'shows proceeding.authority-missing practice:checklist-b',
      'shows items.missing practice:checklist-e',
      'shows period.missing practice:checklist-f',
    ],
  },
  {
    rule: 'UNCC 2(h)',
    says: 'the threshold of a serious crime is not the Budapest Convention’s',
    ask: {
      about: 'format',
      letter: { offences: [{ label: 'fraud', maxPenalty: { kind: 'years', years: 3, law: 'US' } }] },
    },
    answer: [],
  },
];

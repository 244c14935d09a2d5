import type { Example } from '../../libs/treaty/src/example.js';

const reasons = 'Stated in the decision.';
const told = { reasons };
const consulted = { reasons, consultationClosed: true };
const offence = { label: 'fraud', maxPenalty: { kind: 'years', years: 5, law: 'KZ' } } as const;
const threeYears = { label: 'breach of trade rules', maxPenalty: { kind: 'years', years: 3, law: 'KZ' } } as const;
const letter = {
  subject: 'Unlawful access',
  authority: { name: 'Central authority' },
  proceeding: {
    nature: 'criminal investigation',
    authority: 'Investigating authority',
    functions: 'pre-trial investigation',
  },
  offences: [{ label: 'unlawful access', conventionOffence: 'UNCC 7' }],
  facts: 'Servers were entered.',
  purpose: 'Evidence.',
  language: 'en',
};
const measure = {
  what: 'Connection logs',
  items: [{ type: 'ipv4', value: '203.0.113.24' }],
  period: { from: '2026-10-01T00:00:00Z', to: '2026-11-10T00:00:00Z' },
};
const query = { requesting: 'KZ', requested: 'VN', form: 'stored-data', on: '2026-11-03' } as const;

export const GROUND_EXAMPLES: Example[] = [
  {
    rule: 'UNCC 40(24)',
    says: 'bank secrecy is never a ground',
    ask: { about: 'refusal', form: 'stored-data', ground: 'bank-secrecy', given: consulted },
    answer: ['ground.forbidden UNCC 40(24)'],
  },
  {
    rule: 'UNCC 40(23)',
    says: 'fiscal matters alone are never a ground',
    ask: { about: 'refusal', form: 'stored-data', ground: 'fiscal-matters-alone', given: consulted },
    answer: ['ground.forbidden UNCC 40(23)'],
  },
  {
    rule: 'UNCC 40(25)',
    says: 'a refusal without reasons is not given',
    ask: { about: 'refusal', form: 'stored-data', ground: 'dual-criminality-absent', given: { reasons: ' ' } },
    answer: ['reasons.required UNCC 40(25)'],
  },
  {
    rule: 'UNCC 40(28)',
    says: 'a refusal under 40(21) waits for a closed consultation',
    ask: { about: 'refusal', form: 'stored-data', ground: 'essential-interests', given: told },
    answer: ['consultation.required UNCC 40(28)'],
  },
  {
    rule: 'UNCC 40(21)(b)',
    says: 'essential interests are open once a consultation was closed',
    ask: { about: 'refusal', form: 'stored-data', ground: 'essential-interests', given: consulted },
    answer: [],
  },
  {
    rule: 'UNCC 40(8)',
    says: 'absence of dual criminality may be a ground without a consultation',
    ask: { about: 'refusal', form: 'stored-data', ground: 'dual-criminality-absent', given: told },
    answer: [],
  },
  {
    rule: 'UNCC 40(22)',
    says: 'persecution is a ground for every form, without a consultation',
    ask: { about: 'refusal', form: 'preservation', ground: 'persecution', given: told },
    answer: [],
  },
  {
    rule: 'UNCC 36(1)',
    says: 'personal data law is a ground only after conditions were tried',
    ask: { about: 'refusal', form: 'stored-data', ground: 'personal-data-law', given: told },
    answer: ['conditions.required UNCC 36(1)'],
  },
  {
    rule: 'UNCC 36(1)',
    says: 'personal data law is open after conditions were tried',
    ask: {
      about: 'refusal',
      form: 'stored-data',
      ground: 'personal-data-law',
      given: { reasons, conditionsTried: true },
    },
    answer: [],
  },
  {
    rule: 'UNCC 42(4)',
    says: 'dual criminality is no condition for preservation',
    ask: { about: 'refusal', form: 'preservation', ground: 'dual-criminality-absent', given: told },
    answer: ['ground.not-for-this-form UNCC 42(4)'],
  },
  {
    rule: 'UNCC 42(6)',
    says: 'a defect of form is no ground against preservation',
    ask: { about: 'refusal', form: 'preservation', ground: 'not-in-conformity', given: consulted },
    answer: ['ground.not-for-this-form UNCC 42(6)'],
  },
  {
    rule: 'UNCC 42(6)',
    says: 'essential interests are open against preservation, without a consultation',
    ask: { about: 'refusal', form: 'preservation', ground: 'essential-interests', given: told },
    answer: [],
  },
  {
    rule: 'UNCC 43(2)',
    says: 'the path of traffic is not withheld for want of dual criminality',
    ask: { about: 'refusal', form: 'preserved-traffic-data', ground: 'dual-criminality-absent', given: told },
    answer: ['ground.not-for-this-form UNCC 43(2)'],
  },
  {
    rule: 'UNCC 45(2)',
    says: 'what no domestic case would allow may be refused in real time',
    ask: { about: 'refusal', form: 'real-time-traffic', ground: 'not-available-in-similar-domestic-case', given: told },
    answer: [],
  },
  {
    rule: 'UNCC 40(28)',
    says: 'interception is not refused under 40(21) without a consultation',
    ask: { about: 'refusal', form: 'interception', ground: 'essential-interests', given: told },
    answer: ['consultation.required UNCC 40(28)'],
  },
  {
    rule: 'UNCC 41(3)',
    says: 'the matrix of an emergency is practice',
    ask: { about: 'verdict', form: 'emergency-disclosure', ground: 'essential-interests' },
    answer: ['may UNCC 40(21)(b) practice'],
  },
  {
    rule: 'UNCC 40(21)',
    says: 'a political offence is none of the Convention’s grounds',
    ask: { about: 'refusal', form: 'stored-data', ground: 'political-offence', given: consulted },
    answer: ['ground.unknown UNCC 40(21)'],
  },
  {
    rule: 'UNCC 40(27)',
    says: 'a postponement waits for a consultation, and states its reasons',
    ask: { about: 'postponement', form: 'stored-data' },
    answer: ['consultation.required UNCC 40(28)', 'reasons.required practice:reasons-for-postponement'],
  },
  {
    rule: 'UNCC 40(27)',
    says: 'a postponement is open after a consultation',
    ask: { about: 'postponement', form: 'stored-data', given: consulted },
    answer: [],
  },
  {
    rule: 'UNCC 42(4)',
    says: 'preservation is not postponed',
    ask: { about: 'postponement', form: 'preservation', given: consulted },
    answer: ['postponement.not-for-this-form practice:no-postponement'],
  },
];

export const CONTENT_EXAMPLES: Example[] = [
  {
    rule: 'UNCC 40(15)',
    says: 'a full letter lacks nothing',
    ask: { about: 'contents', form: 'stored-data', letter, measure },
    answer: [],
  },
  {
    rule: 'UNCC 40(15)',
    says: 'an empty letter lacks its contents, (a) to (g)',
    ask: { about: 'contents', form: 'stored-data', letter: { language: 'en' } },
    answer: [
      'blocks authority.missing UNCC 40(15)(a)',
      'blocks subject.missing UNCC 40(15)(b)',
      'blocks proceeding.nature-missing UNCC 40(15)(b)',
      'blocks proceeding.authority-missing UNCC 40(15)(b)',
      'blocks proceeding.functions-missing UNCC 40(15)(b)',
      'blocks facts.missing UNCC 40(15)(c)',
      'blocks assistance.missing UNCC 40(15)(d)',
      'shows items.missing UNCC 40(15)(e)',
      'shows period.missing UNCC 40(15)(f)',
      'blocks purpose.missing UNCC 40(15)(g)',
      'blocks offence.missing practice:offence',
    ],
  },
  {
    rule: 'UNCC 40(13)',
    says: 'a language that is not accepted blocks',
    ask: { about: 'contents', form: 'stored-data', letter: { ...letter, language: 'kk' }, measure },
    answer: ['blocks language.not-accepted UNCC 40(13)'],
  },
  {
    rule: 'UNCC 40(13)',
    says: 'an urgent letter may go with its translation to follow by a date',
    ask: {
      about: 'contents',
      form: 'stored-data',
      letter: {
        ...letter,
        language: 'kk',
        urgent: { reason: 'Deletion is near.' },
        translation: { status: 'to-follow', by: '2026-11-10' },
      },
      measure,
    },
    answer: [],
  },
  {
    rule: 'UNCC 40(13)',
    says: 'a translation to follow needs its date',
    ask: {
      about: 'contents',
      form: 'stored-data',
      letter: {
        ...letter,
        language: 'kk',
        urgent: { reason: 'Deletion is near.' },
        translation: { status: 'to-follow' },
      },
      measure,
    },
    answer: ['blocks translation.date-missing UNCC 40(13)'],
  },
  {
    rule: 'UNCC 2(h)',
    says: 'a serious crime needs its maximum penalty',
    ask: {
      about: 'contents',
      form: 'stored-data',
      letter: { ...letter, offences: [{ label: 'fraud' }], cooperationGround: '35(1)(c)' },
      measure,
    },
    answer: ['blocks offence.penalty-missing UNCC 2(h)'],
  },
  {
    rule: 'UNCC 2(h)',
    says: 'five years are a serious crime',
    ask: { about: 'format', letter: { offences: [offence], cooperationGround: '35(1)(c)' } },
    answer: [],
  },
  {
    rule: 'UNCC 2(h)',
    says: 'three years are no serious crime where 35(1)(c) is the only ground',
    ask: { about: 'format', letter: { offences: [threeYears], cooperationGround: '35(1)(c)' } },
    answer: ['offence.not-serious /letter/offences/0/maxPenalty UNCC 2(h)'],
  },
  {
    rule: 'UNCC 2(h)',
    says: 'a Convention offence needs no threshold',
    ask: {
      about: 'format',
      letter: { offences: [{ ...threeYears, conventionOffence: 'UNCC 7' }], cooperationGround: '35(1)(b)' },
    },
    answer: [],
  },
  {
    rule: 'UNCC 40(26)',
    says: 'two deadlines at once are refused',
    ask: {
      about: 'format',
      letter: { suggestedDeadline: { at: '2027-01-05', withinDays: 60, reason: 'Custody limit.' } },
    },
    answer: ['deadline.two-given /letter/suggestedDeadline UNCC 40(26)'],
  },
  {
    rule: 'UNCC 42(3)',
    says: 'preservation asks for letters (a) to (g)',
    ask: { about: 'contents', form: 'preservation', letter: { language: 'en' } },
    answer: [
      'blocks authority.missing UNCC 42(3)(a)',
      'blocks offence.missing UNCC 42(3)(b)',
      'blocks facts.missing UNCC 42(3)(b)',
      'blocks assistance.missing UNCC 42(3)(c)',
      'blocks relation.missing UNCC 42(3)(c)',
      'shows custodian.missing UNCC 42(3)(d)',
      'blocks necessity.missing UNCC 42(3)(e)',
      'blocks request-to-follow.missing UNCC 42(3)(f)',
      'shows confidentiality.missing UNCC 42(3)(g)',
    ],
  },
];

export const CLOCK_AND_BASIS_EXAMPLES: Example[] = [
  {
    rule: 'UNCC 42(8)',
    says: '60 days from when the data are secured',
    ask: { about: 'clock', form: 'preservation', code: 'preservation-minimum', from: '2026-11-03T09:12:40.000Z' },
    answer: ['2027-01-02T09:12:40.000Z = 60 days from 2026-11-03T09:12:40.000Z, secured; UNCC 42(8)'],
  },
  {
    rule: 'UNCC 42(8)',
    says: 'preservation for 59 days is too short',
    ask: { about: 'preservation-period', secured: '2026-11-03T09:12:40.000Z', until: '2027-01-01T09:12:40.000Z' },
    answer: ['preservation.period-too-short UNCC 42(8)'],
  },
  {
    rule: 'UNCC 42(8)',
    says: 'preservation for 60 days is long enough',
    ask: { about: 'preservation-period', secured: '2026-11-03T09:12:40.000Z', until: '2027-01-02T09:12:40.000Z' },
    answer: [],
  },
  {
    rule: 'UNCC 40(6)',
    says: 'what is not in force binds nobody',
    ask: { about: 'bases', query },
    answer: ['reciprocity practice:reciprocity reciprocity'],
  },
  {
    rule: 'UNCC 40(6)',
    says: 'training mode applies what is not in force, and says so',
    ask: {
      about: 'bases',
      query: {
        ...query,
        arrangements: [
          { requesting: 'KZ', requested: 'VN', instrument: 'uncc-2024', mode: 'training', validFrom: '2026-01-01' },
        ],
      },
    },
    answer: ['uncc-2024 UNCC 44 training', 'reciprocity practice:reciprocity reciprocity'],
  },
];

export const UNCC_EXAMPLES: Example[] = [...GROUND_EXAMPLES, ...CONTENT_EXAMPLES, ...CLOCK_AND_BASIS_EXAMPLES];

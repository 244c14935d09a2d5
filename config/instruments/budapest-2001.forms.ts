import type {
  Cited,
  ConsultationDuty,
  ContentPath,
  ContentRequirement,
  Form,
  FormProfile,
  GroundCode,
  GroundEntry,
  Verdict,
} from '../../libs/treaty/src/instrument.js';

const listed = (
  code: string,
  letter: string,
  title: string,
  blocks: boolean,
  ...anyOf: ContentPath[]
): ContentRequirement => ({
  code,
  title,
  rule: `practice:checklist-${letter}`,
  force: 'practice',
  anyOf,
  blocks,
});
const asked = (article: string, code: string, title: string, ...anyOf: ContentPath[]): ContentRequirement => ({
  code,
  title,
  rule: `Budapest ${article}`,
  force: 'binding',
  anyOf,
  blocks: true,
});
const OFFENCE: ContentRequirement = {
  code: 'offence.missing',
  title: 'Name at least one offence',
  rule: 'practice:offence',
  force: 'practice',
  anyOf: ['letter.offences'],
  blocks: true,
  note: 'Dual criminality (Budapest 25(5)) and the political offence (27(4)(a)) cannot be judged without it.',
};

/**
 * Practice only, since Budapest 27 has no list. Without authority, facts, assistance sought or purpose nobody could
 * decide on the letter, so this software waits for these; the rest is shown.
 */
const CHECKLIST: ContentRequirement[] = [
  listed('authority.missing', 'a', 'Name the authority making the request', true, 'letter.authority.name'),
  listed('subject.missing', 'b', 'Give the subject matter', false, 'letter.subject'),
  listed('proceeding.nature-missing', 'b', 'Give the nature of the proceeding', false, 'letter.proceeding.nature'),
  listed(
    'proceeding.authority-missing',
    'b',
    'Name the authority conducting the proceeding',
    false,
    'letter.proceeding.authority',
  ),
  listed('facts.missing', 'c', 'Summarise the relevant facts', true, 'letter.facts'),
  listed('assistance.missing', 'd', 'Describe the assistance sought', true, 'measure.what'),
  listed(
    'items.missing',
    'e',
    'Name persons, items or accounts as far as known',
    false,
    'measure.items',
    'letter.persons',
  ),
  listed('period.missing', 'f', 'Give the period, where one applies', false, 'measure.period'),
  listed('purpose.missing', 'g', 'Give the purpose', true, 'letter.purpose'),
  OFFENCE,
];

const PRESERVATION_CONTENTS: ContentRequirement[] = [
  asked('29(2)(a)', 'authority.missing', 'Name the authority that asks', 'letter.authority.name'),
  asked('29(2)(b)', 'offence.missing', 'Name the offence', 'letter.offences'),
  asked('29(2)(b)', 'facts.missing', 'Summarise the facts in brief', 'letter.facts'),
  asked('29(2)(c)', 'assistance.missing', 'Describe the data', 'measure.what', 'measure.items'),
  asked('29(2)(c)', 'relation.missing', 'Say how the data relate to the offence', 'measure.relation'),
  {
    ...asked(
      '29(2)(d)',
      'custodian.missing',
      'Say what is known of the custodian or the location',
      'measure.custodian',
      'measure.custodians',
      'measure.items',
    ),
    blocks: false,
  },
  asked('29(2)(e)', 'necessity.missing', 'Say why preservation is necessary', 'measure.necessity'),
  asked(
    '29(2)(f)',
    'request-to-follow.missing',
    'Say that a request for assistance will follow',
    'measure.requestToFollow',
  ),
];

const QUERY_CONTENTS: ContentRequirement[] = [
  { code: 'authority.missing', title: 'Name the authority that asks', anyOf: ['letter.authority.name'] as ContentPath[] },
  { code: 'query.kind-missing', title: 'Say what kind of query it is', anyOf: ['measure.queryKind'] as ContentPath[] },
  { code: 'assistance.missing', title: 'Write the question', anyOf: ['measure.what'] as ContentPath[] },
].map((c) => ({ ...c, rule: 'practice:network-query', force: 'practice' as const, blocks: true }));

const INFORMATION_CONTENTS: ContentRequirement[] = [
  { code: 'authority.missing', title: 'Name the authority that sends it', anyOf: ['letter.authority.name'] as ContentPath[] },
  { code: 'subject.missing', title: 'Give the subject matter', anyOf: ['letter.subject'] as ContentPath[] },
  { code: 'information.missing', title: 'Write the information, or say what the documents attached are', anyOf: ['measure.what'] as ContentPath[] },
].map((c) => ({ ...c, rule: 'practice:spontaneous-information', force: 'practice' as const, blocks: true }));

type Cell = [Verdict, string, note?: string, more?: Partial<GroundEntry>];
const PROCEDURE = 0,
  PRESERVATION = 1,
  PATH = 2,
  REAL_TIME = 3,
  INTERCEPTION = 4;

/**
 * There is no row for bank secrecy: the Convention has no rule on it. A bar in the requested Party's law is named as
 * a condition of that law (25(4)), with the provision in the reasons; so are ne bis in idem, limitation and the like.
 */
// prettier-ignore
const MATRIX: Partial<Record<GroundCode, Cell[]>> = {
  'dual-criminality-absent': [
    ['may', '25(5)', 'Only where the requested Party’s law makes it a condition; judged by conduct.'],
    ['no', '29(4)', 'Only under a reservation of 29(4), for other than offences of Articles 2 to 11.', { unlessDeclared: { rule: 'Budapest 29(4)', exceptConventionOffences: true } }],
    ['no', '30(2)'],
    ['may', '25(5)', 'Only where the requested Party’s law makes it a condition; judged by conduct.'],
    ['may', '25(5)', 'Only where the requested Party’s law makes it a condition; judged by conduct.'],
  ],
  'political-offence': [['may', '27(4)(a)'], ['may', '29(5)'], ['may', '30(2)'], ['may', '27(4)(a)'], ['may', '27(4)(a)']],
  'essential-interests': [['may', '27(4)(b)'], ['may', '29(5)'], ['may', '30(2)'], ['may', '27(4)(b)'], ['may', '27(4)(b)']],
  'requested-law-condition': [
    ['may', '25(4)', 'Name the provision in the reasons.'], ['no', '29(5)'], ['no', '30(2)'],
    ['may', '25(4)', 'Name the provision in the reasons.'], ['may', '25(4)', 'Name the provision in the reasons.'],
  ],
  'not-available-in-similar-domestic-case': [
    ['no', '27(4)', 'That ground belongs to another form.'], ['no', '29(5)'], ['no', '30(2)'],
    ['may', '33', undefined, { verified: false }], ['may', '34', 'Not permitted by treaty or law.'],
  ],
  'fiscal-matters-alone': Array.from({ length: 5 }, (): Cell => ['never', '25(4)', 'The prohibition speaks of offences of Articles 2 to 11; this profile keeps to it for all.', { verified: false }]),
};

export const GROUND_CODES = Object.keys(MATRIX) as GroundCode[];

const grounds = (column: number): FormProfile['grounds'] =>
  Object.fromEntries(
    Object.entries(MATRIX).map(([code, cells]) => {
      const [verdict, article, note, more] = cells[column]!;
      const entry: GroundEntry = {
        verdict,
        rule: `Budapest ${article}`,
        force: 'binding',
        ...(note !== undefined && { note }),
        ...more,
      };
      return [code, entry];
    }),
  );

/**
 * 27(6) makes it a duty to weigh partial or conditional assistance; a consultation comes only "where appropriate".
 * So a closed consultation is not demanded (verdict `may`), and the weighing is. A reading to be confirmed.
 */
const whereFit: ConsultationDuty = {
  when: 'where-appropriate',
  rule: 'Budapest 27(6)',
  force: 'binding',
  verified: false,
  why: 'Weighing part or conditions is the duty; consultation is part of it where appropriate, so none is demanded.',
};
const advised: ConsultationDuty = {
  when: 'advised',
  rule: 'practice:consultation-no-delay',
  force: 'practice',
  verified: true,
  why: 'An expedited measure is not held up by a consultation.',
};
const none: ConsultationDuty = {
  when: 'none',
  rule: 'practice:no-postponement',
  force: 'practice',
  verified: false,
  why: 'The form is not postponed, so there is nothing to consult on.',
};
const REASONS: Cited = { rule: 'Budapest 27(7)', force: 'binding' };

const ordinary = (
  article: string,
  articles: string[],
  contents: ContentRequirement[],
  column: number,
): FormProfile => ({
  article,
  articles,
  contents,
  groundsRule: 'Budapest 27(4)',
  grounds: grounds(column),
  consultBefore: { refuse: whereFit, postpone: whereFit },
  considerConditionsFirst: { rule: 'Budapest 27(6)', force: 'binding' },
  reasonsFor: { refuse: REASONS, postpone: REASONS },
  postponement: {
    allowed: true,
    rule: 'Budapest 27(5)',
    force: 'binding',
    note: 'Where action would prejudice the requested Party’s own investigations or proceedings.',
  },
  clocks: [],
});

const expedited = (
  article: string,
  contents: ContentRequirement[],
  column: number,
  groundsRule: string,
): FormProfile => ({
  article,
  articles: [article],
  contents,
  groundsRule,
  grounds: grounds(column),
  consultBefore: { refuse: advised, postpone: none },
  // 27(7) speaks of requests under Article 27: for the expedited forms its reasons are practice.
  reasonsFor: { refuse: { ...REASONS, force: 'practice' }, postpone: { ...REASONS, force: 'practice' } },
  postponement: { allowed: false, rule: 'practice:no-postponement', force: 'practice' },
  clocks: [],
});

/** Where nothing is asked for that could be refused; what is forbidden stays so. */
const noGrounds = (rule: string): FormProfile['grounds'] =>
  Object.fromEntries(
    Object.entries(grounds(PATH)).map(([code, entry]) => [code, entry.verdict === 'never' ? entry : { verdict: 'no' as const, rule, force: 'practice' as const }]),
  );

/** No emergency disclosure: it came with the Second Protocol, which is not in force. */
export const BUDAPEST_FORMS: Partial<Record<Form, FormProfile>> = {
  'stored-data': ordinary('Budapest 31', ['Budapest 25', 'Budapest 27', 'Budapest 31'], CHECKLIST, PROCEDURE),
  'mutual-legal-assistance': ordinary('Budapest 27', ['Budapest 25', 'Budapest 27'], CHECKLIST, PROCEDURE),
  'real-time-traffic': ordinary('Budapest 33', ['Budapest 25', 'Budapest 27', 'Budapest 33'], CHECKLIST, REAL_TIME),
  interception: ordinary('Budapest 34', ['Budapest 25', 'Budapest 27', 'Budapest 34'], CHECKLIST, INTERCEPTION),
  preservation: {
    ...expedited('Budapest 29', PRESERVATION_CONTENTS, PRESERVATION, 'Budapest 29(5)'),
    clocks: [
      { code: 'preservation-minimum', kind: 'legal', days: 60, from: 'secured', rule: 'Budapest 29(7)', minimum: true },
    ],
    kinds: { contents: 'Budapest 29(2)', 'confidentiality-lost': 'Budapest 29(6)' },
  },
  'preserved-traffic-data': expedited('Budapest 30', [], PATH, 'Budapest 30(2)'),
  // Nothing is decided on a query, so no ground is open: it is answered, or said to be unanswerable with reasons.
  'network-query': {
    ...expedited('Budapest 35', QUERY_CONTENTS, PATH, 'practice:network-query'),
    grounds: noGrounds('practice:network-query'),
  },
  'spontaneous-information': {
    ...expedited('Budapest 26', INFORMATION_CONTENTS, PATH, 'practice:spontaneous-information'),
    grounds: noGrounds('practice:spontaneous-information'),
    kinds: { 'use-limitation': 'Budapest 26' },
  },
};

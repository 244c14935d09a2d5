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

/** What the Convention asks for blocks, unless it asks "where possible", "where applicable" or "as appropriate". */
const asked = (article: string, code: string, title: string, ...anyOf: ContentPath[]): ContentRequirement => ({
  code,
  title,
  rule: `UNCC ${article}`,
  force: 'binding',
  anyOf,
  blocks: true,
});
const whereFit = (article: string, code: string, title: string, ...anyOf: ContentPath[]): ContentRequirement => ({
  ...asked(article, code, title, ...anyOf),
  blocks: false,
});
const OFFENCE: ContentRequirement = {
  code: 'offence.missing',
  title: 'Name at least one offence',
  rule: 'practice:offence',
  force: 'practice',
  anyOf: ['letter.offences'],
  blocks: true,
  note: 'Whether UNCC 35(1) covers the matter cannot be judged without it.',
};

const LETTER_CONTENTS: ContentRequirement[] = [
  asked('40(15)(a)', 'authority.missing', 'Name the authority making the request', 'letter.authority.name'),
  asked('40(15)(b)', 'subject.missing', 'Give the subject matter', 'letter.subject'),
  asked('40(15)(b)', 'proceeding.nature-missing', 'Give the nature of the proceeding', 'letter.proceeding.nature'),
  asked(
    '40(15)(b)',
    'proceeding.authority-missing',
    'Name the authority conducting the proceeding',
    'letter.proceeding.authority',
  ),
  asked(
    '40(15)(b)',
    'proceeding.functions-missing',
    'Give the functions of that authority',
    'letter.proceeding.functions',
  ),
  asked('40(15)(c)', 'facts.missing', 'Summarise the relevant facts', 'letter.facts'),
  asked('40(15)(d)', 'assistance.missing', 'Describe the assistance sought', 'measure.what'),
  whereFit(
    '40(15)(e)',
    'items.missing',
    'Name persons, items or accounts as far as known',
    'measure.items',
    'letter.persons',
  ),
  whereFit('40(15)(f)', 'period.missing', 'Give the period, where one applies', 'measure.period'),
  asked('40(15)(g)', 'purpose.missing', 'Give the purpose', 'letter.purpose'),
  OFFENCE,
];

/** 40(15), and what 40(3) and 40(9) make of it for the kind of assistance. */
const ASSISTANCE_CONTENTS: ContentRequirement[] = [
  asked('40(3)', 'assistance.kind-missing', 'Say which kind of assistance is asked for', 'measure.assistance'),
  ...LETTER_CONTENTS.map((c): ContentRequirement => (c.code === 'facts.missing' ? { ...c, notFor: ['service-of-documents'] } : c)),
  {
    ...asked('40(31)', 'records.kind-missing', 'Say whether the government records asked for are open to the public', 'measure.governmentRecords'),
    onlyFor: ['documents-and-records'],
    force: 'practice',
    blocks: false,
    note: 'Public ones are given; on others the requested State decides. Leave it out for records that are not a government’s.',
  },
  {
    ...asked('40(15)(e)', 'person.missing', 'Say who is to come, by role', 'letter.persons'),
    onlyFor: ['voluntary-appearance', 'transfer-of-detained-person'],
    force: 'practice',
    note: 'The person is asked for consent: the requested State has to know whom to ask.',
  },
];

const PRESERVATION_CONTENTS: ContentRequirement[] = [
  asked('42(3)(a)', 'authority.missing', 'Name the authority that asks', 'letter.authority.name'),
  asked('42(3)(b)', 'offence.missing', 'Name the offence', 'letter.offences'),
  asked('42(3)(b)', 'facts.missing', 'Summarise the facts in brief', 'letter.facts'),
  asked('42(3)(c)', 'assistance.missing', 'Describe the data', 'measure.what', 'measure.items'),
  asked('42(3)(c)', 'relation.missing', 'Say how the data relate to the offence', 'measure.relation'),
  whereFit(
    '42(3)(d)',
    'custodian.missing',
    'Say what is known of the custodian or the location',
    'measure.custodian',
    'measure.custodians',
    'measure.items',
  ),
  asked('42(3)(e)', 'necessity.missing', 'Say why preservation is necessary', 'measure.necessity'),
  asked(
    '42(3)(f)',
    'request-to-follow.missing',
    'Say that a request for assistance will follow',
    'measure.requestToFollow',
  ),
  whereFit('42(3)(g)', 'confidentiality.missing', 'Say whether it is confidential', 'letter.confidential'),
];

const REAL_TIME_CONTENTS: ContentRequirement[] = [
  asked('45(3)(a)', 'authority.missing', 'Name the authority that asks', 'letter.authority.name'),
  asked('45(3)(b)', 'facts.missing', 'Give the main facts', 'letter.facts'),
  asked('45(3)(b)', 'proceeding.nature-missing', 'Give the nature of the proceeding', 'letter.proceeding.nature'),
  asked('45(3)(c)', 'assistance.missing', 'Describe the data', 'measure.what'),
  asked('45(3)(c)', 'relation.missing', 'Say how the data relate to the offence', 'measure.relation'),
  asked(
    '45(3)(d)',
    'items.missing',
    'Identify the owner or user, or the location of the system',
    'measure.items',
    'measure.custodian',
    'letter.persons',
  ),
  asked('45(3)(e)', 'necessity.missing', 'Justify the need', 'measure.necessity'),
  asked('45(3)(f)', 'period.missing', 'Give the period', 'measure.period'),
  asked('45(3)(f)', 'period-reason.missing', 'Justify the length of the period', 'measure.periodReason'),
  OFFENCE,
];

/** 46 has no list: 45(3) serves beside 40(15), by practice. */
const INTERCEPTION_CONTENTS = REAL_TIME_CONTENTS.map((c): ContentRequirement => ({
  ...c,
  force: 'practice',
  note: c.note ?? 'The article on interception has no list; 45(3) serves as one.',
}));

const network = (rule: string, code: string, title: string, path: ContentPath): ContentRequirement => ({
  code,
  title,
  rule,
  force: 'practice',
  anyOf: [path],
  blocks: true,
  note: 'The article has no list of contents.',
});
const EMERGENCY_CONTENTS: ContentRequirement[] = [
  network('UNCC 41(3)(e)', 'authority.missing', 'Name the authority that asks', 'letter.authority.name'),
  network('UNCC 2(o)', 'emergency.missing', 'Say whose life or safety is at risk', 'measure.emergency.risk'),
  network('UNCC 2(o)', 'urgency.missing', 'Say who is in danger, and why now', 'measure.emergency.statement'),
  network('UNCC 2(o)', 'proof.missing', 'Say what shows the emergency', 'measure.emergency.proof'),
  network('practice:emergency-hours', 'hours.missing', 'Say within how many hours an answer helps', 'measure.emergency.answerWithinHours'),
  network('UNCC 41(3)(e)', 'assistance.missing', 'Describe the data', 'measure.what'),
  network('practice:formal-request', 'request-to-follow.missing', 'Say that a formal request will follow', 'measure.requestToFollow'),
];
const QUERY_CONTENTS: ContentRequirement[] = [
  network('UNCC 41(3)', 'authority.missing', 'Name the authority that asks', 'letter.authority.name'),
  network('UNCC 41(3)', 'query.kind-missing', 'Say what kind of query it is', 'measure.queryKind'),
  network('UNCC 41(3)', 'assistance.missing', 'Write the question', 'measure.what'),
];

const INFORMATION_CONTENTS: ContentRequirement[] = [
  network('UNCC 40(4)', 'authority.missing', 'Name the authority that sends it', 'letter.authority.name'),
  network('UNCC 40(4)', 'subject.missing', 'Give the subject matter', 'letter.subject'),
  network('UNCC 40(4)', 'information.missing', 'Write the information, or say what the documents attached are', 'measure.what'),
];

/** The table "who may refuse what", a row per ground: verdict and rule for each column. */
type Cell = [Verdict, string, note?: string, more?: Partial<GroundEntry>];
const MLA = 0,
  PRESERVATION = 1,
  PATH = 2,
  REAL_TIME = 3,
  INTERCEPTION = 4,
  EMERGENCY = 5;

const row = (
  stored: Cell,
  preservation: Cell,
  path: Cell,
  realTime: Cell,
  interception: Cell,
  emergency: Cell,
): Cell[] => [stored, preservation, path, realTime, interception, emergency];
const same = (verdict: Verdict, article: string): Cell[] =>
  Array.from({ length: 6 }, () => [verdict, `UNCC ${article}`]);
const no42: Cell = ['no', 'UNCC 42(6)'];
const no43: Cell = ['no', 'UNCC 43(2)'];
const noEmergency: Cell = ['no', 'practice:emergency-grounds'];
const complete = (rule: string): Cell => ['no', rule, 'Ask for completion.'];
const elsewhere = (article: string): Cell => ['no', `UNCC ${article}`, 'That ground belongs to another form.'];
const advised = (article: string): Cell => [
  'may',
  `UNCC ${article}`,
  'Consultation is advised, and never delays securing.',
];
const personal = (): Cell => [
  'may',
  'UNCC 36(1)',
  'For the data concerned, after conditions were tried.',
  { afterConditions: true },
];

// prettier-ignore
const MATRIX: Partial<Record<GroundCode, Cell[]>> = {
  'dual-criminality-absent': row(
    ['may', 'UNCC 40(8)', 'Judged by conduct (35(3)); assistance may be given all the same.'],
    ['no', 'UNCC 42(4)', 'Only under a reservation of 42(5), for other than Convention offences.', { unlessDeclared: { rule: 'UNCC 42(5)', exceptConventionOffences: true } }],
    no43,
    ['may', 'UNCC 40(8)'], ['may', 'UNCC 40(8)'], ['may', 'UNCC 40(8)'],
  ),
  'de-minimis-or-available-elsewhere': row(['may', 'UNCC 40(8)'], no42, no43, ['may', 'UNCC 40(8)'], ['may', 'UNCC 40(8)'], noEmergency),
  'not-in-conformity': row(['consult', 'UNCC 40(21)(a)'], complete('UNCC 42(6)'), no43, ['consult', 'UNCC 40(21)(a)'], ['consult', 'UNCC 40(21)(a)'], complete('practice:ask-for-completion')),
  'essential-interests': row(['consult', 'UNCC 40(21)(b)'], advised('40(21)(b)'), advised('40(21)(b)'), ['consult', 'UNCC 40(21)(b)'], ['consult', 'UNCC 40(21)(b)'], ['may', 'UNCC 40(21)(b)']),
  'barred-for-similar-domestic-case': row(['consult', 'UNCC 40(21)(c)'], advised('40(21)(c)'), advised('40(21)(c)'), ['consult', 'UNCC 40(21)(c)'], ['consult', 'UNCC 40(21)(c)'], ['may', 'UNCC 40(21)(c)']),
  'contrary-to-legal-system': row(['consult', 'UNCC 40(21)(d)'], no42, no43, ['consult', 'UNCC 40(21)(d)'], ['consult', 'UNCC 40(21)(d)'], ['may', 'UNCC 40(21)(d)']),
  persecution: same('may', '40(22)'),
  'personal-data-law': row(personal(), no42, personal(), personal(), personal(), personal()),
  'not-permitted-by-law-or-practice': row(elsewhere('41(3)'), no42, no43, elsewhere('41(3)'), elsewhere('41(3)'), ['may', 'UNCC 41(3)']),
  'not-available-in-similar-domestic-case': row(elsewhere('45(2)'), no42, no43, ['may', 'UNCC 45(2)'], ['may', 'UNCC 46', 'Not permitted by treaty or law.'], noEmergency),
  'records-not-public': row(elsewhere('40(31)'), no42, no43, elsewhere('40(31)'), elsewhere('40(31)'), noEmergency),
  'fiscal-matters-alone': same('never', '40(23)'),
  'bank-secrecy': same('never', '40(24)'),
};

export const GROUND_CODES = Object.keys(MATRIX) as GroundCode[];

function grounds(column: number): FormProfile['grounds'] {
  // The article on emergencies has no list of its own: the whole column is practice.
  const force = column === EMERGENCY ? 'practice' : 'binding';
  return Object.fromEntries(
    Object.entries(MATRIX).map(([code, cells]) => {
      const [verdict, rule, note, more] = cells[column]!;
      const entry: GroundEntry = {
        verdict,
        rule,
        force: rule.startsWith('practice:') ? 'practice' : force,
        ...(note !== undefined && { note }),
        ...more,
      };
      return [code, entry];
    }),
  );
}

const duty: ConsultationDuty = {
  when: 'required',
  rule: 'UNCC 40(28)',
  force: 'binding',
  verified: true,
  why: 'Binding for the grounds of 40(21) and for a postponement; practice for 40(8) and 40(22).',
};
const adviceOnly: ConsultationDuty = {
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
const REASONS: Cited = { rule: 'UNCC 40(25)', force: 'binding' };
const REASONS_BY_PRACTICE: Cited = { rule: 'UNCC 40(25)', force: 'practice' };
const REASONS_TO_POSTPONE: Cited = { rule: 'practice:reasons-for-postponement', force: 'practice' };
const SAFE_CONDUCT = {
  code: 'safe-conduct-end',
  kind: 'legal',
  days: 15,
  from: 'no longer required',
  rule: 'UNCC 40(29)',
  minimum: false,
} as const;
const SIXTY_DAYS = {
  code: 'preservation-minimum',
  kind: 'legal',
  days: 60,
  from: 'secured',
  rule: 'UNCC 42(8)',
  minimum: true,
} as const;

/** Forms under the ordinary procedure of Article 40. */
const ordinary = (
  article: string,
  articles: string[],
  contents: ContentRequirement[],
  column: number,
): FormProfile => ({
  article,
  articles,
  contents,
  groundsRule: 'UNCC 40(21)',
  grounds: grounds(column),
  consultBefore: { refuse: duty, postpone: duty },
  reasonsFor: { refuse: REASONS, postpone: REASONS_TO_POSTPONE },
  postponement: {
    allowed: true,
    rule: 'UNCC 40(27)',
    force: 'binding',
    note: 'Where execution would interfere with the requested State’s own proceeding.',
  },
  clocks: [],
});

/** Forms that are carried out or refused, at once. */
const expedited = (
  article: string,
  contents: ContentRequirement[],
  column: number,
  groundsRule: string,
  reasons: Cited,
): FormProfile => ({
  article,
  articles: [article],
  contents,
  groundsRule,
  grounds: grounds(column),
  consultBefore: { refuse: adviceOnly, postpone: none },
  reasonsFor: { refuse: reasons, postpone: REASONS_TO_POSTPONE },
  postponement: { allowed: false, rule: 'practice:no-postponement', force: 'practice' },
  clocks: [],
});

/** Where nothing is asked for that could be refused; what is forbidden stays so. */
const noGrounds = (rule: string): FormProfile['grounds'] =>
  Object.fromEntries(
    Object.entries(grounds(EMERGENCY)).map(([code, entry]) => [code, entry.verdict === 'never' ? entry : { verdict: 'no' as const, rule, force: 'practice' as const }]),
  );

export const UNCC_FORMS: Record<Form, FormProfile> = {
  'stored-data': {
    ...ordinary('UNCC 44', ['UNCC 40', 'UNCC 44'], LETTER_CONTENTS, MLA),
    kinds: { execution: 'UNCC 40(17)' },
  },
  'mutual-legal-assistance': {
    ...ordinary('UNCC 40', ['UNCC 40'], ASSISTANCE_CONTENTS, MLA),
    grounds: {
      ...grounds(MLA),
      'records-not-public': { verdict: 'may', rule: 'UNCC 40(31)', force: 'binding', note: 'For government records that are not open to the public: others “may” be given. The article lists no ground.', verified: false },
    },
    kinds: { execution: 'UNCC 40(17)' },
    clocks: [SAFE_CONDUCT],
  },
  'real-time-traffic': {
    ...ordinary('UNCC 45', ['UNCC 40', 'UNCC 45'], REAL_TIME_CONTENTS, REAL_TIME),
    kinds: { contents: 'UNCC 45(3)' },
  },
  interception: {
    ...ordinary('UNCC 46', ['UNCC 40', 'UNCC 46'], INTERCEPTION_CONTENTS, INTERCEPTION),
    kinds: { contents: 'UNCC 45(3)' },
  },
  preservation: {
    ...expedited('UNCC 42', PRESERVATION_CONTENTS, PRESERVATION, 'UNCC 42(6)', REASONS_BY_PRACTICE),
    clocks: [SIXTY_DAYS],
    kinds: { contents: 'UNCC 42(3)', 'confidentiality-lost': 'UNCC 42(7)' },
  },
  'preserved-traffic-data': expedited('UNCC 43', [], PATH, 'UNCC 43(2)', REASONS_BY_PRACTICE),
  'emergency-disclosure': {
    ...expedited('UNCC 41', EMERGENCY_CONTENTS, EMERGENCY, 'practice:emergency-grounds', REASONS_BY_PRACTICE),
    kinds: { contents: 'UNCC 41(3)(e)' },
  },
  // Nothing is asked for, so nothing is refused: it is confirmed, or sent back. 40(5) binds whoever keeps it.
  'spontaneous-information': {
    ...expedited('UNCC 40', INFORMATION_CONTENTS, EMERGENCY, 'practice:spontaneous-information', REASONS_BY_PRACTICE),
    grounds: noGrounds('practice:spontaneous-information'),
    kinds: { contents: 'UNCC 40(4)', 'use-limitation': 'UNCC 40(5)' },
  },
  // Nothing is decided on a query, so no ground is open: it is answered, or said to be unanswerable with reasons.
  'network-query': {
    ...expedited('UNCC 41', QUERY_CONTENTS, EMERGENCY, 'practice:network-query', REASONS_BY_PRACTICE),
    // 42(2): where data are that are to be preserved is asked through the network.
    articles: ['UNCC 41', 'UNCC 42'],
    grounds: noGrounds('practice:network-query'),
    kinds: { contents: 'UNCC 41(3)' },
  },
};

import { checkCompleteness } from './completeness.js';
import type { LetterContent, MeasureContent } from './content.js';
import { checkFormat } from './format.js';
import { ASSISTANCE_KINDS, type AssistanceKind } from './instrument.js';
import { instrumentOf } from './profiles.js';

const letter: LetterContent = {
  subject: 'Unlawful access',
  authority: { name: 'Central authority' },
  proceeding: { nature: 'criminal investigation', authority: 'Investigating authority', functions: 'pre-trial investigation' },
  offences: [{ label: 'unlawful access', conventionOffence: 'UNCC 7' }],
  persons: [{ role: 'witness' }],
  facts: 'Servers were entered.',
  purpose: 'Evidence.',
  language: 'en',
};
const measure: MeasureContent = {
  form: 'mutual-legal-assistance',
  what: 'Statement of the keeper of the servers',
  items: [],
  period: { from: '2026-10-01', to: '2026-11-10' },
  assistance: 'evidence-or-statements',
  legalBases: [{ instrument: 'uncc-2024', article: '40', date: '2026-11-03', role: 'primary' }],
};
const lacks = (l: Partial<LetterContent>, m: Partial<MeasureContent>, instrument = 'uncc-2024') =>
  checkCompleteness({ instrument, form: 'mutual-legal-assistance', letter: { ...letter, ...l }, measure: { ...measure, ...m }, languagesAccepted: ['en'], on: '2026-11-03' })
    .map((lack) => `${lack.blocks ? 'blocks' : 'shows'} ${lack.code} ${lack.rule} ${lack.pointer}`);

/** A serious crime that is no Convention offence: the ground of 35(1)(c). */
const serious: Partial<LetterContent> = { cooperationGround: '35(1)(c)', offences: [{ label: 'fraud', maxPenalty: { kind: 'years', years: 5, law: 'KZ' } }] };

/** 40(3) and 35(2), told here a second time: from the treaty, not from the profile. */
const PURPOSES: [kind: AssistanceKind, rule: string, seriousCrime: 'electronic-evidence' | 'closed'][] = [
  ['evidence-or-statements', 'UNCC 40(3)(a)', 'electronic-evidence'],
  ['service-of-documents', 'UNCC 40(3)(b)', 'closed'],
  ['searches-seizures-freezing', 'UNCC 40(3)(c)', 'electronic-evidence'],
  ['objects-and-sites', 'UNCC 40(3)(g)', 'electronic-evidence'],
  ['information-and-evaluations', 'UNCC 40(3)(h)', 'electronic-evidence'],
  ['documents-and-records', 'UNCC 40(3)(i)', 'electronic-evidence'],
  ['tracing-proceeds', 'UNCC 40(3)(j)', 'electronic-evidence'],
  ['voluntary-appearance', 'UNCC 40(3)(k)', 'closed'],
  ['recovery-of-proceeds', 'UNCC 40(3)(l)', 'closed'],
  ['other', 'UNCC 40(3)(m)', 'electronic-evidence'],
  ['transfer-of-detained-person', 'UNCC 40(9)', 'closed'],
];
const WHOLE: Partial<MeasureContent> = { governmentRecords: 'public' };
const of = (assistance: AssistanceKind): Partial<MeasureContent> => ({ assistance, ...(assistance === 'documents-and-records' && WHOLE) });

describe('UNCC 40(3): the kinds of assistance without a form of their own', () => {
  const { kinds } = instrumentOf('uncc-2024').scope!.assistance;

  it('are those of the article, each with its letter', () => {
    expect(PURPOSES.map(([kind]) => kind).sort()).toEqual([...ASSISTANCE_KINDS].sort());
    expect(PURPOSES.map(([kind, rule]) => [rule, kinds[kind].rule])).toEqual(PURPOSES.map(([, rule]) => [rule, rule]));
  });

  it('is named, or the letter is not complete', () => {
    expect(lacks({}, { assistance: undefined })).toEqual(['blocks assistance.kind-missing UNCC 40(3) /measures/0/assistance']);
  });

  it.each(PURPOSES)('%s (%s) is open for a Convention offence', (kind) => {
    expect(lacks({}, of(kind))).toEqual([]);
  });

  it.each(PURPOSES)('UNCC 35(2): %s (%s), for a serious crime that is no Convention offence: %s', (kind, _, reach) => {
    const without = reach === 'closed' ? ['blocks assistance.outside-scope UNCC 35(2) /measures/0/assistance'] : ['blocks assistance.electronic-evidence-missing UNCC 35(2) /measures/0/electronicEvidence'];
    expect(lacks(serious, of(kind))).toEqual(without);
    expect(lacks(serious, { ...of(kind), electronicEvidence: true })).toEqual(reach === 'closed' ? without : []);
  });

  it('says of the transfer of a detained person that its reach is read by analogy', () => {
    expect(Object.entries(kinds).filter(([, { verified }]) => !verified).map(([kind]) => kind)).toEqual(['transfer-of-detained-person']);
  });
});

describe('what a measure of mutual legal assistance says', () => {
  it('UNCC 40(15)(c): a summary of the facts, but not for the service of documents', () => {
    expect(lacks({ facts: undefined }, {})).toEqual(['blocks facts.missing UNCC 40(15)(c) /letter/facts']);
    expect(lacks({ facts: undefined }, { assistance: 'service-of-documents' })).toEqual([]);
  });

  it('UNCC 40(15)(e): who is to come, where a person is to come', () => {
    const items: MeasureContent['items'] = [{ type: 'other', value: 'file of the trial' }];
    expect(lacks({ persons: [] }, { items, assistance: 'voluntary-appearance' })).toEqual(['blocks person.missing UNCC 40(15)(e) /letter/persons']);
    expect(lacks({ persons: [] }, { items, assistance: 'transfer-of-detained-person' })).toEqual(['blocks person.missing UNCC 40(15)(e) /letter/persons']);
    expect(lacks({ persons: [] }, { items, assistance: 'tracing-proceeds' })).toEqual([]);
  });

  it('UNCC 40(18): a hearing by video says why the person does not appear; one in person need not', () => {
    expect(lacks({}, { hearing: { heardAs: 'witness', byVideo: true } })).toEqual(['blocks hearing.reason-missing UNCC 40(18) /measures/0/hearing/reason']);
    expect(lacks({}, { hearing: { heardAs: 'witness', byVideo: true, reason: 'Too ill to travel' } })).toEqual([]);
    expect(lacks({}, { hearing: { heardAs: 'expert', byVideo: false } })).toEqual([]);
  });

  it('UNCC 40(31): whether government records are open to the public is asked for, and blocks nothing', () => {
    expect(lacks({}, { assistance: 'documents-and-records' })).toEqual(['shows records.kind-missing UNCC 40(31) /measures/0/governmentRecords']);
  });

  it('asks nothing of a kind under Budapest, which has no list of them', () => {
    const legalBases: MeasureContent['legalBases'] = [{ instrument: 'budapest-2001', article: '27', date: '2026-11-03', role: 'primary' }];
    expect(lacks(serious, { assistance: undefined, legalBases }, 'budapest-2001')).toEqual([]);
    expect(lacks(serious, { assistance: 'service-of-documents', legalBases }, 'budapest-2001')).toEqual([]);
  });

  it('UNCC 2(c)-(f): traffic data are collected, content is intercepted, and neither form takes the other', () => {
    const wrong = (form: MeasureContent['form'], dataClass: MeasureContent['dataClass']) =>
      checkFormat(letter, [{ form, items: [], legalBases: [], ...(dataClass && { dataClass }) }]).map(({ code, rule }) => `${code} ${rule}`);
    const unfit = ['measure.data-class-unfit UNCC 2(c)-(f)'];
    expect([wrong('real-time-traffic', 'traffic'), wrong('real-time-traffic', undefined), wrong('interception', 'content'), wrong('stored-data', 'subscriber')]).toEqual([[], [], [], []]);
    expect([wrong('real-time-traffic', 'content'), wrong('interception', 'traffic'), wrong('preserved-traffic-data', 'content')]).toEqual([unfit, unfit, unfit]);
  });

  it('says nothing of another form or another kind', () => {
    const wrong = (patch: Partial<MeasureContent>) => checkFormat(letter, [{ ...measure, ...patch }]).map(({ code, pointer }) => `${code} ${pointer}`);
    expect(wrong({})).toEqual([]);
    expect(wrong({ form: 'stored-data' })).toEqual(['measure.member-misplaced /measures/0/assistance']);
    expect(wrong({ form: 'stored-data', assistance: undefined, electronicEvidence: false })).toEqual(['measure.member-misplaced /measures/0/electronicEvidence']);
    expect(wrong({ assistance: 'other', hearing: { heardAs: 'witness', byVideo: false } })).toEqual(['measure.member-misplaced /measures/0/hearing']);
    expect(wrong({ governmentRecords: 'public' })).toEqual(['measure.member-misplaced /measures/0/governmentRecords']);
    expect(wrong({ assistance: 'documents-and-records', governmentRecords: 'public' })).toEqual([]);
  });
});

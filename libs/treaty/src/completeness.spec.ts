import type { LetterContent, MeasureContent } from './content.js';
import { checkCompleteness, checkRequest } from './completeness.js';
import { instruments } from './profiles.js';

const letter: LetterContent = {
  subject: 'Unlawful access',
  authority: { name: 'Central authority' },
  proceeding: {
    nature: 'criminal investigation',
    authority: 'Investigating authority',
    functions: 'pre-trial investigation',
  },
  offences: [{ label: 'unlawful access', conventionOffence: 'UNCC 7' }],
  persons: [],
  facts: 'Servers were entered.',
  purpose: 'Evidence.',
  language: 'en',
};
const measure: MeasureContent = {
  form: 'stored-data',
  what: 'Connection logs',
  items: [{ type: 'ipv4', value: '203.0.113.24' }],
  period: { from: '2026-10-01', to: '2026-11-10' },
  legalBases: [{ instrument: 'uncc-2024', article: 'UNCC 44', date: '2026-11-03', role: 'primary' }],
};
const check = (l: Partial<LetterContent>, m: Partial<MeasureContent> = {}, languagesAccepted = ['en', 'ru']) =>
  checkCompleteness({
    instrument: 'uncc-2024',
    form: m.form ?? 'stored-data',
    letter: { ...letter, ...l },
    measure: { ...measure, ...m },
    languagesAccepted,
    on: '2026-11-03',
    index: 2,
  });
const codes = (...args: Parameters<typeof check>) =>
  check(...args).map((l) => `${l.blocks ? 'blocks' : 'shows'} ${l.code} ${l.pointer}`);

describe('what a letter lacks is named with its place', () => {
  it('points at the letter, and at the measure by its place in the body', () => {
    expect(codes({ facts: '  ' })).toEqual(['blocks facts.missing /letter/facts']);
    expect(codes({}, { what: undefined })).toEqual(['blocks assistance.missing /measures/2/what']);
    expect(codes({ proceeding: undefined })).toContain('blocks proceeding.nature-missing /letter/proceeding/nature');
  });

  it('UNCC 40(15)(e): persons do where there are no items', () => {
    expect(codes({}, { items: [] })).toEqual(['shows items.missing /measures/2/items']);
    expect(codes({ persons: [{ role: 'account holder' }] }, { items: [] })).toEqual([]);
  });

  it('an account whose log lines are asked for needs its time zone; in a request for the subscriber it is only shown', () => {
    const items = [{ type: 'account', value: 'customer account' }];
    expect(codes({}, { items })).toEqual(['blocks item.time-zone-missing /measures/2/items/0/timeZone']);
    expect(codes({}, { items, dataClass: 'subscriber', period: undefined })).toEqual([
      'shows period.missing /measures/2/period',
      'shows item.time-zone-missing /measures/2/items/0/timeZone',
    ]);
  });

  it('a measure without a primary basis, or checked under an instrument it does not name', () => {
    expect(codes({}, { legalBases: [] })).toEqual(['blocks legal-basis.missing /measures/2/legalBases']);
    expect(codes({}, { legalBases: [{ ...measure.legalBases[0]!, instrument: 'budapest-2001' }] })).toEqual([
      'blocks legal-basis.not-named /measures/2/legalBases',
    ]);
  });

  it('a deadline without its reason', () => {
    expect(check({ suggestedDeadline: { withinDays: 60, reason: '' } })).toMatchObject([
      { code: 'deadline.reason-missing', rule: 'UNCC 40(26)', blocks: true },
    ]);
  });

  it('UNCC 40(26): a deadline that has passed when the letter is checked; one of that day has not', () => {
    const reason = 'Custody ends';
    expect(check({ suggestedDeadline: { at: '2026-11-02', reason } })).toMatchObject([{ code: 'deadline.past', pointer: '/letter/suggestedDeadline/at', rule: 'UNCC 40(26)', blocks: true }]);
    expect(check({ suggestedDeadline: { at: '2026-11-02T23:00:00Z', reason } })).toHaveLength(1);
    // The day of an instant is that in UTC, whatever is written.
    expect(check({ suggestedDeadline: { at: '2026-11-03T00:30:00+14:00', reason } })).toHaveLength(1);
    for (const at of ['2026-11-03', '2026-11-03T01:00:00Z', '2026-11-02T23:00:00-05:00', '2027-01-01']) expect([at, check({ suggestedDeadline: { at, reason } })]).toEqual([at, []]);
  });

  it('UNCC 40(26): a time earlier on the day of the check, where the moment is known; the day itself lasts until its end', () => {
    const checked = (at: string) => checkRequest({ letter: { ...letter, suggestedDeadline: { at, reason: 'Custody ends' } }, measures: [measure], languagesAccepted: ['en'], on: '2026-11-03', now: new Date('2026-11-03T09:12:40Z') });
    expect(checked('2026-11-03T09:12:39Z')).toMatchObject([{ code: 'deadline.past' }]);
    expect(checked('2026-11-03T11:00:00+02:00')).toMatchObject([{ code: 'deadline.past' }]);
    for (const at of ['2026-11-03T09:12:41Z', '2026-11-03T11:30:00+02:00', '2026-11-03']) expect([at, checked(at)]).toEqual([at, []]);
  });

  it('UNCC 35(1), 35(1)(a): a Convention offence claimed and not named', () => {
    const offences = [{ label: 'fraud', maxPenalty: { kind: 'years' as const, years: 5, law: 'KZ' } }];
    expect(codes({ offences, cooperationGround: '35(1)(a)' })).toEqual([
      'blocks offence.convention-offence-missing /letter/offences',
    ]);
    expect(codes({ offences, cooperationGround: '35(1)(c)' })).toEqual([]);
  });

  it('UNCC 2(h): a lesser offence beside a serious one is shown, alone it blocks', () => {
    const [serious, lesser] = [5, 2].map((years) => ({
      label: `${years} years`,
      maxPenalty: { kind: 'years' as const, years, law: 'KZ' },
    }));
    expect(codes({ offences: [serious!, lesser!] })).toEqual([
      'shows offence.not-serious /letter/offences/1/maxPenalty',
    ]);
    expect(codes({ offences: [lesser!] })).toEqual(['blocks offence.not-serious /letter/offences/0/maxPenalty']);
  });

  it('UNCC 45(3), 46: interception follows the list of real-time traffic data as practice', () => {
    const interception = check({}, { form: 'interception' });
    expect(interception.map((l) => l.code)).toEqual(check({}, { form: 'real-time-traffic' }).map((l) => l.code));
    expect(new Set(interception.map((l) => l.force))).toEqual(new Set(['practice']));
  });

  it('a form the instrument does not have, and an instrument whose profile is not complete, both block', () => {
    const input = { letter, measure, languagesAccepted: ['en'], on: '2026-11-03' };
    expect(checkCompleteness({ ...input, instrument: 'budapest-2001', form: 'emergency-disclosure' })).toMatchObject([
      { code: 'legal-basis.form-not-covered', blocks: true },
    ]);
    expect(checkCompleteness({ ...input, instrument: 'untoc-2000', form: 'stored-data' })).toMatchObject([
      { code: 'legal-basis.profile-incomplete', blocks: true },
    ]);
  });
});

describe('UNCC 40(13): language', () => {
  it('a translation said to be included is attached, where it is known what is, and where the letter rests on it', () => {
    const included = { translation: { status: 'included' as const } };
    const found = (language: string, documents?: number) =>
      checkRequest({ letter: { ...letter, ...included, language }, measures: [measure], languagesAccepted: ['en'], on: '2026-11-03', ...(documents !== undefined && { documents }) });
    expect(found('kk', 0)).toMatchObject([{ code: 'translation.document-missing', rule: 'UNCC 40(13)', force: 'binding', blocks: true, pointer: '/letter/translation' }]);
    expect([found('kk', 1), found('kk'), found('en', 0)]).toEqual([[], [], []]);
  });

  const urgent = { reason: 'The provider deletes in two days.' };

  it.each<[string, Partial<LetterContent>, string[]]>([
    ['accepted, with its region', { language: 'en-GB' }, []],
    ['not accepted', { language: 'kk' }, ['blocks language.not-accepted /letter/language']],
    ['not accepted, translation included', { language: 'kk', translation: { status: 'included' } }, []],
    [
      'not accepted, translation to follow, not urgent',
      { language: 'kk', translation: { status: 'to-follow', by: '2026-11-10' } },
      ['blocks language.not-accepted /letter/language'],
    ],
    [
      'not accepted, urgent, nothing said of a translation',
      { language: 'kk', urgent },
      ['blocks language.not-accepted /letter/language'],
    ],
    [
      'not accepted, urgent, to follow by a day',
      { language: 'kk', urgent, translation: { status: 'to-follow', by: '2026-11-10' } },
      [],
    ],
    [
      'not accepted, urgent, to follow today',
      { language: 'kk', urgent, translation: { status: 'to-follow', by: '2026-11-03' } },
      [],
    ],
    [
      'not accepted, urgent, to follow without a day',
      { language: 'kk', urgent, translation: { status: 'to-follow' } },
      ['blocks translation.date-missing /letter/translation/by'],
    ],
    [
      'not accepted, urgent, to follow by a day that has passed',
      { language: 'kk', urgent, translation: { status: 'to-follow', by: '2026-11-02' } },
      ['blocks translation.date-passed /letter/translation/by'],
    ],
    ['not said', { language: undefined }, ['blocks language.missing /letter/language']],
  ])('%s', (_, l, expected) => {
    expect(codes(l)).toEqual(expected);
  });

  it('where the directory does not know, it is shown and does not block', () => {
    expect(codes({}, {}, [])).toEqual(['shows language.acceptance-unknown /letter/language']);
  });
});

describe('a whole request', () => {
  const rest = { languagesAccepted: ['en'], on: '2026-11-03' };

  it('says what concerns the letter once, and each measure for itself', () => {
    const found = checkRequest({
      ...rest,
      letter: { ...letter, facts: undefined },
      measures: [
        { ...measure, what: '' },
        { ...measure, what: '' },
      ],
    });
    expect(found.map((l) => l.pointer)).toEqual(['/letter/facts', '/measures/0/what', '/measures/1/what']);
  });

  it('needs a measure, and a legal basis for each', () => {
    expect(checkRequest({ ...rest, letter, measures: [] })).toMatchObject([{ code: 'measure.missing', blocks: true }]);
    expect(checkRequest({ ...rest, letter, measures: [{ ...measure, legalBases: [] }] })).toMatchObject([
      { code: 'legal-basis.missing', pointer: '/measures/0/legalBases' },
    ]);
  });

  it('keeps what blocks where another measure only shows it', () => {
    const budapest = [
      { instrument: 'budapest-2001', article: 'Budapest 31', date: '2026-11-03', role: 'primary' as const },
    ];
    const measures = [{ ...measure, legalBases: budapest }, measure];
    const found = checkRequest({ ...rest, letter: { ...letter, subject: undefined }, measures });
    expect(found).toMatchObject([{ code: 'subject.missing', rule: 'UNCC 40(15)(b)', blocks: true }]);
  });

  it('UNCC 40(6): a primary instrument that does not bind the two States blocks, an alternative is remarked on', () => {
    const between = { requesting: 'KZ', requested: 'VN' };
    const [uncc] = measure.legalBases;
    expect(checkRequest({ ...rest, letter, measures: [measure], between })).toMatchObject([
      { code: 'legal-basis.not-available', pointer: '/measures/0/legalBases', blocks: true },
    ]);
    const arrangements = [{ ...between, instrument: 'uncc-2024', mode: 'training' as const, validFrom: '2026-01-01' }];
    expect(checkRequest({ ...rest, letter, measures: [measure], between: { ...between, arrangements } })).toEqual([]);
    const legalBases = [uncc!, { ...uncc!, instrument: 'budapest-2001', role: 'alternative' as const }];
    const both = checkRequest({
      ...rest,
      letter,
      measures: [{ ...measure, legalBases }],
      between: { ...between, arrangements },
    });
    expect(both).toMatchObject([{ code: 'legal-basis.not-available', blocks: false }]);
  });

  describe('article and day of a legal basis', () => {
    const under = (article: string, patch: object = {}, form: MeasureContent['form'] = 'stored-data') =>
      checkRequest({ ...rest, letter, measures: [{ ...measure, form, legalBases: [{ ...measure.legalBases[0]!, article, ...patch }] }] })
        .filter((l) => l.code.startsWith('legal-basis.')).map((l) => `${l.blocks ? 'blocks' : 'shows'} ${l.code} ${l.pointer}`);
    const OTHER = 'blocks legal-basis.article-unfit /measures/0/legalBases/0/article';

    it.each(['44', 'UNCC 44', 'UNCC 44(2)', 'Article 40(1) and 44', '40', 'Art44', '第44条', '제44조', '٤٤', '४४', '44º', '44-бап', 'Điều 44'])('UNCC 40, 44: stored data rest on %s', (article) => {
      expect(under(article)).toEqual([]);
    });

    it.each(['42', '999 (no such)', '9 (44)', '441', '144', '44a', '٤٥', 'x'])('UNCC 40, 44: stored data do not rest on %s', (article) => {
      expect(under(article)).toEqual([OTHER]);
    });

    it('of each form and instrument its own; UNCC 42(2): where data are is asked through the network of Article 41', () => {
      for (const { id, depth, forms } of instruments().filter((i) => i.depth === 'full')) {
        for (const [form, { article, articles }] of Object.entries(forms)) {
          for (const one of [article, ...articles]) expect([depth, one, under(one, { instrument: id }, form as MeasureContent['form'])]).toEqual([depth, one, []]);
          expect([id, form, under('99', { instrument: id }, form as MeasureContent['form'])]).toEqual([id, form, [OTHER]]);
        }
      }
      expect(under('42(2)', {}, 'network-query')).toEqual([]);
    });

    it('the article of an alternative is not checked, nor that of an instrument whose profile is not complete', () => {
      const legalBases = [measure.legalBases[0]!, { ...measure.legalBases[0]!, instrument: 'budapest-2001', article: 'x', role: 'alternative' as const }];
      expect(checkRequest({ ...rest, letter, measures: [{ ...measure, legalBases }] })).toEqual([]);
      expect(under('x', { instrument: 'untoc-2000' })).toEqual(['blocks legal-basis.profile-incomplete /measures/0/legalBases']);
    });

    it('the day on which it was found to bind has begun somewhere: of an alternative it is remarked on', () => {
      const now = new Date('2026-11-03T11:00:00Z');
      const dated = (date: string, role: 'primary' | 'alternative' = 'primary') => {
        const legalBases = [{ ...measure.legalBases[0]! }, { ...measure.legalBases[0]!, date, role }].slice(role === 'primary' ? 1 : 0);
        return checkRequest({ ...rest, now, letter, measures: [{ ...measure, legalBases }] }).map((l) => `${l.blocks ? 'blocks' : 'shows'} ${l.code} ${l.pointer}`);
      };
      expect([dated('2026-11-03'), dated('2026-11-04'), dated('2010-01-01')]).toEqual([[], [], []]);
      expect(dated('2026-11-05')).toEqual(['blocks legal-basis.date-ahead /measures/0/legalBases/0/date']);
      expect(dated('2031-01-01', 'alternative')).toEqual(['shows legal-basis.date-ahead /measures/0/legalBases/1/date']);
    });
  });

  it('UNCC 40(7): paragraphs 8 to 31 give way to a treaty that binds the two States, which is remarked on; agreed to all the same, they may be used', () => {
    const between = { requesting: 'US', requested: 'IS' };
    const arrangements = [{ ...between, instrument: 'uncc-2024', mode: 'arrangement' as const, validFrom: '2026-01-01' }];
    const found = checkRequest({ ...rest, letter, measures: [measure], between: { ...between, arrangements } });
    expect(found).toMatchObject([{ code: 'legal-basis.gives-way', rule: 'UNCC 40(7)', force: 'binding', blocks: false, detail: expect.stringContaining('Budapest') }]);
    const budapest = [{ ...measure.legalBases[0]!, instrument: 'budapest-2001', article: '31' }];
    expect(checkRequest({ ...rest, letter, measures: [{ ...measure, legalBases: budapest }], between: { ...between, arrangements } }).map((l) => l.code)).not.toContain('legal-basis.gives-way');
  });

  it('UNCC 42(3)(f): a box left unticked is no intent to submit a request', () => {
    const asked = (requestToFollow?: boolean) =>
      check({}, { form: 'preservation', requestToFollow }).map((l) => l.code);
    expect(asked(false)).toContain('request-to-follow.missing');
    expect(asked(true)).not.toContain('request-to-follow.missing');
  });

  it('an item without a value can be found by nobody', () => {
    expect(codes({}, { items: [{ type: 'other', value: ' ' }] })).toEqual([
      'blocks item.value-missing /measures/2/items/0/value',
    ]);
  });

  it('takes an instrument nobody has a profile of as no basis', () => {
    const legalBases = [{ ...measure.legalBases[0]!, instrument: '__proto__' }];
    expect(checkRequest({ ...rest, letter, measures: [{ ...measure, legalBases }] })).toMatchObject([
      { code: 'legal-basis.missing' },
    ]);
  });

  it('checks each measure under its own primary instrument', () => {
    const budapest = [
      { instrument: 'budapest-2001', article: 'Budapest 31', date: '2026-11-03', role: 'primary' as const },
    ];
    const found = checkRequest({
      ...rest,
      letter,
      measures: [
        { ...measure, what: '' },
        { ...measure, what: '', legalBases: budapest },
      ],
    });
    expect(found.map((l) => l.rule)).toEqual(['UNCC 40(15)(d)', 'practice:checklist-d']);
  });
});

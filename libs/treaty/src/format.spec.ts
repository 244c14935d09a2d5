import type { LetterContent, MeasureContent } from './content.js';
import { checkFormat, LIMITS, type FormatContext } from './format.js';

const letter = (more: Partial<LetterContent> = {}): LetterContent => ({ offences: [], persons: [], ...more });
const measure = (more: Partial<MeasureContent> = {}): MeasureContent => ({
  form: 'stored-data',
  items: [],
  legalBases: [],
  ...more,
});
const codes = (l: LetterContent, m: MeasureContent[] = [], context?: FormatContext) =>
  checkFormat(l, m, context).map((p) => `${p.code} ${p.pointer}`);
const item = (more: object) => codes(letter(), [measure({ items: [{ type: 'other', value: 'x', ...more }] })]);

describe('content that is wrong is refused when saved', () => {
  it('takes an empty draft: what is lacking is not wrong', () => {
    expect(codes(letter(), [measure()])).toEqual([]);
  });

  it('two deadlines at once', () => {
    const [problem] = checkFormat(letter({ suggestedDeadline: { at: '2027-01-01', withinDays: 60, reason: 'x' } }), []);
    expect(problem).toMatchObject({
      code: 'deadline.two-given',
      pointer: '/letter/suggestedDeadline',
      rule: 'practice:suggested-deadline',
    });
  });

  it.each([0, -1, 1.5, 4000, Number.NaN])('a deadline within %p days', (withinDays) => {
    expect(codes(letter({ suggestedDeadline: { withinDays, reason: 'x' } }))).toEqual([
      'deadline.days-invalid /letter/suggestedDeadline/withinDays',
    ]);
  });

  it.each(['2026-11-03+05:00', '2026-11-03Z', '2026-11-03T+05:00', '2026-11-03-0500'])(
    'a date with an offset and no time: %s',
    (at) => {
      expect(codes(letter({ suggestedDeadline: { at, reason: 'x' } }))).toEqual([
        'date.offset-without-time /letter/suggestedDeadline/at',
      ]);
      expect(codes(letter(), [measure({ period: { from: at, to: '2026-12-01' } })])).toEqual([
        'date.offset-without-time /measures/0/period/from',
      ]);
    },
  );

  it.each([
    '2026-02-30',
    '03.11.2026',
    '',
    '2026-11-03T25:00:00Z',
    '2026-11-03T09:00:00 Z',
    'tomorrow',
    '2026-11-03T09:00:00Z2026',
  ])('a date that is none: %p', (at) => {
    expect(codes(letter({ suggestedDeadline: { at, reason: 'x' } }))).toEqual([
      'date.invalid /letter/suggestedDeadline/at',
    ]);
  });

  it('a time without offset, where nothing says how to read it', () => {
    expect(codes(letter(), [measure({ period: { from: '2026-10-01T00:00:00', to: '2026-11-01T00:00:00Z' } })])).toEqual(
      ['date.offset-missing /measures/0/period/from'],
    );
  });

  it('a period whose end lies before its beginning; one day is a period', () => {
    expect(codes(letter(), [measure({ period: { from: '2026-11-02', to: '2026-11-01' } })])).toEqual([
      'period.reversed /measures/0/period/to',
    ]);
    expect(
      codes(letter(), [measure({ period: { from: '2026-11-02T23:00:00+05:00', to: '2026-11-02T17:00:00Z' } })]),
    ).toEqual(['period.reversed /measures/0/period/to']);
    expect(codes(letter(), [measure({ period: { from: '2026-11-02', to: '2026-11-02' } })])).toEqual([]);
    expect(codes(letter(), [measure({ period: { from: '2026-11-02T10:00:00Z', to: '2026-11-02' } })])).toEqual([]);
  });
});

describe('items', () => {
  it('an account whose log lines have no time zone', () => {
    const span = { from: '2026-10-30T18:04:11Z', to: '2026-11-02T02:40:00Z' };
    expect(item({ type: 'account', ...span })).toEqual(['item.time-zone-missing /measures/0/items/0/timeZone']);
    expect(item({ type: 'account', ...span, timeZone: 'UTC+07:00' })).toEqual([]);
    expect(item({ type: 'account' })).toEqual([]);
  });

  it('local times of any item need its zone', () => {
    expect(item({ from: '2026-10-30T18:04:11' })).toEqual(['item.time-zone-missing /measures/0/items/0/timeZone']);
    expect(item({ from: '2026-10-30T18:04:11', timeZone: 'Asia/Ho_Chi_Minh' })).toEqual([]);
  });

  it('a local time over which the clocks were set forward never came; one that came twice is taken', () => {
    expect(item({ from: '2026-03-29T02:30:00', timeZone: 'Europe/Berlin' })).toEqual(['item.time-skipped /measures/0/items/0/from']);
    expect(item({ to: '2026-03-08T02:15', timeZone: 'America/New_York' })).toEqual(['item.time-skipped /measures/0/items/0/to']);
    for (const from of ['2026-03-29T01:59:59', '2026-03-29T03:00:00', '2026-10-25T02:30:00', '2026-03-29T02:30:00Z']) expect([from, item({ from, timeZone: 'Europe/Berlin' })]).toEqual([from, []]);
    expect(item({ from: '2026-03-29T02:30:00', timeZone: 'UTC+01:00' })).toEqual([]);
  });

  it.each(['UTC+07:00', 'UTC', 'Asia/Almaty', '+05:30', 'Z', 'America/Argentina/Buenos_Aires'])(
    'time zone %s is taken',
    (timeZone) => {
      expect(item({ timeZone })).toEqual([]);
    },
  );

  it.each(['Mars/Olympus', 'UTC+25:00', '', 'local time'])('time zone %p is refused', (timeZone) => {
    expect(item({ timeZone })).toContain('item.time-zone-invalid /measures/0/items/0/timeZone');
  });

  it.each([
    ['ipv4', '256.0.0.1'],
    ['ipv4', '1.2.3'],
    ['ipv4', '1.2.3.4.'],
    ['ipv4', '01.2.3.4'],
    ['ipv6', '2001:db8::1::2'],
    ['ipv6', '192.0.2.1'],
    ['ipv6', '::1]/x['],
  ])('%s %s is no address', (type, value) => {
    expect(item({ type, value })).toEqual(['item.address-invalid /measures/0/items/0/value']);
  });

  it.each([
    ['ipv4', '203.0.113.24'],
    ['ipv4', '0.0.0.0'],
    ['ipv6', '2001:db8::1'],
    ['ipv6', '::ffff:192.0.2.1'],
    ['url', 'https://example.org/a'],
    ['email', 'user@example.org'],
    ['domain', 'example.org'],
  ])('%s %s is taken', (type, value) => {
    expect(item({ type, value })).toEqual([]);
  });

  it('unknown types, ports out of range, addresses without scheme', () => {
    expect(item({ type: 'phone' })).toEqual(['item.type-unknown /measures/0/items/0/type']);
    expect(item({ port: 70_000 })).toEqual(['item.port-invalid /measures/0/items/0/port']);
    expect(item({ type: 'url', value: 'example' })).toEqual(['item.url-invalid /measures/0/items/0/value']);
  });
});

describe('texts', () => {
  it('facts over the limit, such as 200 KB', () => {
    expect(codes(letter({ facts: 'x'.repeat(LIMITS.facts) }))).toEqual([]);
    expect(codes(letter({ facts: 'x'.repeat(200 * 1024) }))).toEqual(['facts.too-long /letter/facts']);
  });

  it.each(['\u202e', '\u202d', '\u2066', '\u2069'])('a control that turns the direction of a name', (control) => {
    expect(codes(letter({ authority: { name: `Authority ${control}fdp.exe` } }))).toEqual([
      'text.bidi-control /letter/authority/name',
    ]);
    expect(item({ value: `a${control}b` })).toEqual(['text.bidi-control /measures/0/items/0/value']);
  });

  it('Arabic with its marks, and isolates in running text, are no fault', () => {
    expect(
      codes(letter({ authority: { name: 'السلطة المركزية\u200f' }, facts: 'عنوان \u2066192.0.2.1\u2069' })),
    ).toEqual([]);
    expect(codes(letter({ facts: 'a\u202eb' }))).toEqual(['text.bidi-control /letter/facts']);
  });

  it('NUL, other controls and half characters', () => {
    expect(codes(letter({ subject: 'a\u0000b' }))).toEqual(['text.control-character /letter/subject']);
    expect(codes(letter({ facts: 'line\n\ttab 😀' }))).toEqual([]);
    expect(codes(letter({ purpose: 'a\ud800' }))).toEqual(['text.lone-surrogate /letter/purpose']);
  });

  it('a language that is no tag', () => {
    expect(codes(letter({ language: 'english please' }))).toEqual(['language.invalid /letter/language']);
  });
});

describe('UNCC 2(h): serious crime', () => {
  const three = { label: 'x', maxPenalty: { kind: 'years' as const, years: 3, law: 'KZ' } };
  const basis = (instrument: string) => ({ instrument, article: 'x', date: '2026-11-03', role: 'primary' as const });
  const context: FormatContext = { requesting: 'KZ', requested: 'VN', on: '2026-11-03' };

  it('three years where 35(1)(c) is the only ground: refused, and other bases of that pair are offered', () => {
    const [problem] = checkFormat(letter({ offences: [three], cooperationGround: '35(1)(c)' }), [measure()], context);
    expect(problem).toMatchObject({
      code: 'offence.not-serious',
      rule: 'UNCC 2(h)',
      pointer: '/letter/offences/0/maxPenalty',
    });
    expect(problem!.offers!.map((o) => o.instrument)).toEqual(['reciprocity', 'untoc-2000', 'uncac-2003']);
    expect(problem!.detail).toMatch(/untoc-2000/);
  });

  it('without a pair all others are offered, where they bind', () => {
    const [problem] = checkFormat(letter({ offences: [three], cooperationGround: '35(1)(c)' }), [measure()]);
    expect(problem!.offers!.map((o) => o.instrument)).toEqual([
      'budapest-2001',
      'untoc-2000',
      'uncac-2003',
      'reciprocity',
    ]);
  });

  it.each<[string, LetterContent, MeasureContent]>([
    [
      'four years',
      letter({
        offences: [{ label: 'x', maxPenalty: { kind: 'years', years: 4, law: 'KZ' } }],
        cooperationGround: '35(1)(c)',
      }),
      measure(),
    ],
    [
      'life',
      letter({ offences: [{ label: 'x', maxPenalty: { kind: 'life', law: 'KZ' } }], cooperationGround: '35(1)(c)' }),
      measure(),
    ],
    [
      'one serious offence beside a lesser one',
      letter({
        offences: [three, { label: 'y', maxPenalty: { kind: 'death', law: 'KZ' } }],
        cooperationGround: '35(1)(c)',
      }),
      measure(),
    ],
    [
      'a Convention offence, which needs no threshold',
      letter({ offences: [{ ...three, conventionOffence: 'UNCC 9' }], cooperationGround: '35(1)(c)' }),
      measure(),
    ],
    [
      'another instrument',
      letter({ offences: [three], cooperationGround: '35(1)(c)' }),
      measure({ legalBases: [basis('budapest-2001')] }),
    ],
    [
      'another instrument beside it',
      letter({ offences: [three], cooperationGround: '35(1)(c)' }),
      measure({ legalBases: [basis('uncc-2024'), { ...basis('budapest-2001'), role: 'alternative' }] }),
    ],
    ['a draft that has not said on what it rests', letter({ offences: [three] }), measure()],
  ])('%s is not refused', (_, l, m) => {
    expect(codes(l, [m])).toEqual([]);
  });

  it('a penalty of years without years, and an article that is no Convention offence', () => {
    expect(codes(letter({ offences: [{ label: 'x', maxPenalty: { kind: 'years', law: 'KZ' } }] }))).toEqual([
      'offence.penalty-invalid /letter/offences/0/maxPenalty/years',
    ]);
    for (const kind of ['life', 'death'] as const) {
      expect(codes(letter({ offences: [{ label: 'x', maxPenalty: { kind, years: 20, law: 'KZ' } }] }))).toEqual(['offence.penalty-two-given /letter/offences/0/maxPenalty/years']);
      expect(codes(letter({ offences: [{ label: 'x', maxPenalty: { kind, law: 'KZ' } }] }))).toEqual([]);
    }
    expect(codes(letter({ offences: [{ label: 'x', conventionOffence: 'UNCC 6' }] }))).toEqual([
      'offence.convention-offence-unknown /letter/offences/0/conventionOffence',
    ]);
  });

  it('legal bases nobody has a profile of, and two primary ones', () => {
    expect(codes(letter(), [measure({ legalBases: [basis('ets-30')] })])).toEqual([
      'legal-basis.instrument-unknown /measures/0/legalBases/0/instrument',
    ]);
    expect(codes(letter(), [measure({ legalBases: [basis('uncc-2024'), basis('budapest-2001')] })])).toEqual([
      'legal-basis.two-primary /measures/0/legalBases',
    ]);
  });
});

import type { Form, GroundCode, Instrument } from './instrument.js';
import { groundVerdict, groundsOf, postponementRules, refusalRules } from './grounds.js';
import { profile } from './profiles.js';

const FORMS: Form[] = [
  'stored-data',
  'preservation',
  'preserved-traffic-data',
  'real-time-traffic',
  'interception',
  'emergency-disclosure',
];

/** The digest's table "who may refuse what", written out a second time and apart from the data. */
const TABLE: [GroundCode, string][] = [
  ['dual-criminality-absent', 'may no no may may may'],
  ['de-minimis-or-available-elsewhere', 'may no no may may no'],
  ['not-in-conformity', 'consult no no consult consult no'],
  ['essential-interests', 'consult may may consult consult may'],
  ['barred-for-similar-domestic-case', 'consult may may consult consult may'],
  ['contrary-to-legal-system', 'consult no no consult consult may'],
  ['persecution', 'may may may may may may'],
  ['personal-data-law', 'may no may may may may'],
  ['not-permitted-by-law-or-practice', 'no no no no no may'],
  ['not-available-in-similar-domestic-case', 'no no no may may no'],
  ['records-not-public', 'no no no no no no'],
  ['fiscal-matters-alone', 'never never never never never never'],
  ['bank-secrecy', 'never never never never never never'],
];

describe('UNCC: who may refuse what', () => {
  it.each(TABLE)('%s: %s', (ground, row) => {
    expect(FORMS.map((form) => groundVerdict('uncc-2024', form, ground).verdict).join(' ')).toBe(row);
  });

  it('has no ground beside those of the table, and the general form follows stored data', () => {
    const listed = TABLE.map(([ground]) => ground).sort();
    for (const form of FORMS)
      expect(
        groundsOf('uncc-2024', form)
          .map((g) => g.ground)
          .sort(),
      ).toEqual(listed);
    const verdicts = (form: Form) => Object.fromEntries(groundsOf('uncc-2024', form).map((g) => [g.ground, g.verdict]));
    // UNCC 40(31) is about records, which stored data are not.
    expect(verdicts('mutual-legal-assistance')).toEqual({ ...verdicts('stored-data'), 'records-not-public': 'may' });
  });

  it('UNCC 41(3): every word on emergencies is practice', () => {
    expect(new Set(groundsOf('uncc-2024', 'emergency-disclosure').map((g) => g.force))).toEqual(new Set(['practice']));
  });
});

describe('grounds that are not there', () => {
  it('a code nobody knows is answered as unknown', () => {
    expect(
      refusalRules('uncc-2024', 'stored-data', 'because', { reasons: 'x', consultationClosed: true }),
    ).toMatchObject([{ code: 'ground.unknown' }]);
  });

  it('a name every object carries is no ground', () => {
    for (const ground of ['constructor', '__proto__', 'toString']) {
      expect(refusalRules('uncc-2024', 'stored-data', ground, { reasons: 'x' })).toMatchObject([
        { code: 'ground.unknown' },
      ]);
    }
  });

  it('a form the instrument does not have has no grounds, and no postponement', () => {
    expect(
      refusalRules('budapest-2001', 'emergency-disclosure', 'essential-interests', { reasons: 'x' }),
    ).toMatchObject([{ code: 'ground.unknown' }]);
    expect(postponementRules('budapest-2001', 'emergency-disclosure', { reasons: 'x' })).toMatchObject([
      { code: 'form.not-in-instrument' },
    ]);
  });
});

describe('UNCC 42(5): a reservation on dual criminality', () => {
  const reserved: Instrument = {
    ...profile('uncc-2024'),
    declarations: [
      { state: 'VN', rule: 'UNCC 42(5)', from: '2026-01-01', source: 'made up for this test', verified: false },
    ],
  };
  const ask = (context: object) =>
    refusalRules(reserved, 'preservation', 'dual-criminality-absent', { reasons: 'x', ...context }).map((r) => r.code);

  it('opens the ground for the State that made it, for other than Convention offences', () => {
    expect(ask({ requested: 'VN', conventionOffence: false, on: '2026-11-03' })).toEqual([]);
  });

  it('opens it for no Convention offence, no other State, no earlier day, and not where the offence is not known', () => {
    for (const context of [
      { requested: 'VN', conventionOffence: true },
      { requested: 'KZ', conventionOffence: false },
      { requested: 'VN', conventionOffence: false, on: '2025-12-31' },
      { requested: 'VN' },
      {},
    ]) {
      expect(ask(context)).toEqual(['ground.not-for-this-form']);
    }
  });
});

describe('what a refusal waits for', () => {
  it('UNCC 40(25), 40(28): the missing consultation and the missing reasons are both named', () => {
    expect(refusalRules('uncc-2024', 'stored-data', 'essential-interests').map((r) => `${r.code} ${r.rule}`)).toEqual([
      'consultation.required UNCC 40(28)',
      'reasons.required UNCC 40(25)',
    ]);
  });

  it('UNCC 36(1): a closed consultation counts as having tried conditions', () => {
    expect(
      refusalRules('uncc-2024', 'stored-data', 'personal-data-law', { reasons: 'x', consultationClosed: true }),
    ).toEqual([]);
  });

  it('Budapest 27(6): the verdict names the duty to weigh part or conditions first', () => {
    expect(groundVerdict('budapest-2001', 'stored-data', 'essential-interests').considerConditionsFirst).toBe(
      'Budapest 27(6)',
    );
    expect(
      groundVerdict('budapest-2001', 'preservation', 'essential-interests').considerConditionsFirst,
    ).toBeUndefined();
  });
});

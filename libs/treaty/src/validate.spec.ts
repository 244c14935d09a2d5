import type { Form, Instrument } from './instrument.js';
import { RULE_KINDS } from './instrument.js';
import { formProfile, instruments, profile, ruleFor } from './profiles.js';
import { validateInstrument } from './validate.js';

const copy = (): Instrument => structuredClone(profile('uncc-2024'));
const stored = (i: Instrument) => i.forms['stored-data']!;

describe('the profiles shipped', () => {
  it.each(instruments().map((i) => [i.id, i] as const))('%s is sound', (_, instrument) => {
    expect(validateInstrument(instrument)).toEqual([]);
  });

  it('have one version each of the same id', () => {
    const keys = instruments().map((i) => `${i.id} ${i.version}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('answer to every kind of rule in every form of a full profile', () => {
    for (const i of instruments().filter((x) => x.depth === 'full')) {
      for (const form of Object.keys(i.forms) as Form[])
        for (const kind of RULE_KINDS) expect(ruleFor(i, form, kind)).toBeDefined();
    }
  });

  it('mark as unverified what the digest marks for comparison', () => {
    const open = profile('uncc-2024')
      .rules.filter((r) => !r.verified)
      .map((r) => r.id);
    expect(open).toEqual(['UNCC 41(3)(e)', 'UNCC 42(3)(g)', 'UNCC 42(9)']);
  });

  it('a profile that is not there is a fault of the caller', () => {
    expect(() => profile('ets-30')).toThrow(/ets-30/);
    expect(() => profile('uncc-2024', '1999-01-01.1')).toThrow(/1999/);
    expect(profile('uncc-2024', profile('uncc-2024').version).id).toBe('uncc-2024');
    expect(formProfile('budapest-2001', 'emergency-disclosure')).toBeUndefined();
  });
});

/** Negative controls: a validator that finds nothing in a sound profile proves nothing by itself. */
describe('a planted fault is named', () => {
  const cases: [string, (i: Instrument) => void, RegExp][] = [
    [
      'a ground citing a rule that is not there',
      (i) => void (stored(i).grounds['essential-interests']!.rule = 'UNCC 40(21)(z)'),
      /cites UNCC 40\(21\)\(z\)/,
    ],
    [
      'a content citing a rule that is not there',
      (i) => void (stored(i).contents[0]!.rule = 'UNCC 99'),
      /cites UNCC 99/,
    ],
    ['an article of which there is no rule', (i) => void (stored(i).article = 'UNCC 4'), /rests on UNCC 4,/],
    [
      'a form without a verdict on a ground',
      (i) => void delete stored(i).grounds['bank-secrecy'],
      /no verdict on bank-secrecy/,
    ],
    [
      'a verdict on a ground not listed',
      (i) => void (stored(i).grounds.limitation = { verdict: 'may', rule: 'UNCC 40(8)', force: 'binding' }),
      /limitation, which is not listed/,
    ],
    [
      'practice passed off as binding',
      (i) => void (stored(i).grounds['essential-interests']!.rule = 'practice:consultation'),
      /binding by practice:consultation/,
    ],
    ['a practice rule with the id of law', (i) => void (i.rules.at(-1)!.id = 'UNCC 99'), /its id says otherwise/],
    [
      'a consultation without a duty to consult',
      (i) => void (stored(i).consultBefore.refuse.when = 'none'),
      /no duty to consult/,
    ],
    ['a rule twice', (i) => void i.rules.push(i.rules[0]!), /there twice/],
    ['a date that is none', (i) => void (i.rules[0]!.date = '2024-02-30'), /2024-02-30 is no date/],
    [
      'a Party to what is not in force',
      (i) => void i.parties.push({ state: 'VN', from: '2026-01-01', source: 'x', verified: false }),
      /not in force/,
    ],
    ['a clock without whole days', (i) => void (i.forms.preservation!.clocks[0]!.days = 59.5), /whole number of days/],
    ['a kind without a rule', (i) => void delete i.kinds.costs, /answers to costs/],
    [
      'a State that is no code',
      (i) => {
        i.inForceFrom = '2025-01-01';
        i.parties.push({ state: 'Viet Nam', from: '2026-01-01', source: 'x', verified: false });
      },
      /no State code/,
    ],
    [
      'a Party bound too early',
      (i) => {
        i.inForceFrom = '2025-01-01';
        i.parties.push({ state: 'VN', from: '2024-01-01', source: 'x', verified: false });
      },
      /before the instrument/,
    ],
  ];

  it.each(cases)('%s', (_, plant, fault) => {
    const planted = copy();
    plant(planted);
    expect(validateInstrument(planted).join('\n')).toMatch(fault);
  });
});

import { clocksOf, dueDate, legalDueDate, preservationPeriodRules } from './clocks.js';
import { checkConditions } from './conditions.js';

describe('due dates', () => {
  const from = new Date('2026-11-03T09:12:40.000Z');

  it('show how they were reckoned', () => {
    expect(dueDate({ from, days: 60, event: 'secured', kind: 'legal', rule: 'UNCC 42(8)' })).toEqual({
      at: '2027-01-02T09:12:40.000Z',
      kind: 'legal',
      rule: 'UNCC 42(8)',
      working: '60 days from 2026-11-03T09:12:40.000Z, secured; UNCC 42(8)',
    });
    expect(dueDate({ from, days: 1, event: 'asked', kind: 'internal' }).working).toBe(
      '1 day from 2026-11-03T09:12:40.000Z, asked; internal',
    );
  });

  it('are days of 24 hours in UTC, over a change of the clocks and a leap day', () => {
    expect(dueDate({ from: new Date('2028-02-28T12:00:00Z'), days: 2, event: 'x', kind: 'agreed' }).at).toBe(
      '2028-03-01T12:00:00.000Z',
    );
  });

  it.each([0, -1, 1.5])('refuse %p days', (days) => {
    expect(() => dueDate({ from, days, event: 'x', kind: 'internal' })).toThrow(RangeError);
  });

  it('refuse a moment that is none', () => {
    expect(() => dueDate({ from: new Date('x'), days: 1, event: 'x', kind: 'internal' })).toThrow(/instant/);
  });
});

describe('clocks of an instrument', () => {
  it('UNCC 40(26): the Convention sets no number of days for execution', () => {
    expect(clocksOf('uncc-2024', 'stored-data')).toEqual([]);
    expect(legalDueDate('uncc-2024', 'stored-data', 'execution', new Date(0))).toBeUndefined();
  });

  it('UNCC 42(8): a millisecond short of 60 days is too short', () => {
    const secured = new Date('2026-11-03T09:12:40.000Z');
    const [refusal] = preservationPeriodRules('uncc-2024', secured, new Date('2027-01-02T09:12:39.999Z'));
    expect(refusal).toMatchObject({
      code: 'preservation.period-too-short',
      rule: 'UNCC 42(8)',
      detail: expect.stringContaining('2027-01-02T09:12:40.000Z'),
    });
    expect(preservationPeriodRules('uncc-2024', secured, new Date('2027-01-02T09:12:40.000Z'))).toEqual([]);
  });

  it('UNCC 40(29): safe conduct ends after 15 days', () => {
    expect(clocksOf('uncc-2024', 'mutual-legal-assistance')).toMatchObject([{ days: 15, rule: 'UNCC 40(29)' }]);
  });
});

describe('UNCC 40(28): conditions', () => {
  it('are of a kind, with a text, an assurance with who signs it', () => {
    const codes = checkConditions([
      { kind: 'use', text: 'Only in this proceeding.' },
      { kind: 'assurance', text: 'A death penalty will not be carried out.' },
      { kind: 'assurance', text: 'A death penalty will not be carried out.', signatory: 'Ministry of Justice' },
      { kind: 'secrecy' as never, text: ' ' },
    ]).map((p) => `${p.code} ${p.pointer}`);
    expect(codes).toEqual([
      'condition.signatory-missing /conditions/1/signatory',
      'condition.kind-unknown /conditions/3/kind',
      'condition.text-missing /conditions/3/text',
    ]);
  });

  it('an offer of no conditions is none', () => {
    expect(checkConditions([])).toMatchObject([{ code: 'condition.missing' }]);
  });
});

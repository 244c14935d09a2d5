import { coverage, idsIn, register, sources, type Register, type Row } from './coverage.js';
import { report } from './report.js';

const rules = (text: string, path = 'libs/requests/src/made-up.ts') => [...idsIn({ path, text })].sort();

describe('the register of treaty coverage', () => {
  const held = register();
  const read = sources();
  const faults = (changed: Partial<Register>, more = read) => coverage({ ...held, ...changed }, more).faults;
  const withRow = (row: Row): Partial<Register> => ({ rules: [...held.rules.filter(({ id }) => id !== row.id), row] });

  it('is borne out by code and tests, rule by rule', () => {
    const found = coverage(held, read);
    expect(found.faults).toEqual([]);
    expect(found.all.carried).toBe(held.carriedAtLeast);
    expect(found.all.carried + found.all.later + found.all.none).toBe(held.rules.length);
    expect([...found.byArticle.keys()]).toEqual(['24', '35', '36', '40', '41', '42', '43', '44', '45', '46']);
    expect(report(found).at(-1)).toBe('ok');
  });

  it('has every paragraph of Arts 40 to 43', () => {
    const known = new Set(held.rules.map(({ id }) => id));
    const paragraphs = Object.entries({ 40: 31, 41: 4, 42: 9, 43: 2 }).flatMap(([article, last]) =>
      Array.from({ length: last }, (_, i) => `UNCC ${article}(${i + 1})`),
    );
    expect(paragraphs.filter((id) => !known.has(id))).toEqual([]);
  });

  it('control: a rule said to be carried that nothing names is a fault, twice', () => {
    expect(faults(withRow({ id: 'UNCC 36(2)', title: 'Safeguards of the receiver', status: 'carried' }))).toEqual([
      'UNCC 36(2): carried, and no code names it',
      'UNCC 36(2): carried, and no test names it',
    ]);
  });

  it('control: a rule that only a test, or only code, names is a fault', () => {
    const carried: Register = { carriedAtLeast: 0, rules: [{ id: 'UNCC 42(8)', title: 'Period', status: 'carried' }] };
    const code = { path: 'libs/a.ts', text: '// UNCC 42(8)' };
    const test = { path: 'libs/a.spec.ts', text: "it('UNCC 42(8): is kept')" };
    expect(coverage(carried, [code]).faults).toEqual(['UNCC 42(8): carried, and no test names it']);
    expect(coverage(carried, [test]).faults).toEqual(['UNCC 42(8): carried, and no code names it']);
    expect(coverage(carried, [code, test]).faults).toEqual([]);
  });

  it('control: fewer carried than recorded is a fault', () => {
    expect(faults({ carriedAtLeast: held.carriedAtLeast + 1 })).toEqual([
      `${held.carriedAtLeast} rules are carried, fewer than the ${held.carriedAtLeast + 1} recorded`,
    ]);
  });

  it('control: a rule that code names and the register lacks is a fault', () => {
    const planted = { path: 'libs/planted.ts', text: '/** UNCC 40(19), 40(32). */' };
    expect(faults({}, [...read, planted])).toEqual(['UNCC 40(32): named in libs/planted.ts, and not in the register']);
  });

  it('control: a later rule without its form, one without meaning and without reason, and two rows of one rule are faults', () => {
    expect(faults(withRow({ id: 'UNCC 36(2)', title: 'Safeguards of the receiver', status: 'later' }))).toEqual(['UNCC 36(2): later, and no form is named that will carry it']);
    expect(faults(withRow({ id: 'UNCC 40(2)', title: 'Legal persons', status: 'none' }))).toEqual(['UNCC 40(2): no executable meaning, and no reason is given']);
    expect(faults({ rules: [...held.rules, held.rules[0]!] })).toEqual(['a rule has two rows']);
  });
});

describe('a rule id in a source', () => {
  it('is taken exactly: neither a longer number, nor its letters, nor its article', () => {
    expect(rules('UNCC 42(80)')).toEqual(['UNCC 42(80)']);
    expect(rules('UNCC 40(21)(b)')).toEqual(['UNCC 40(21)(b)']);
    expect(rules('UNCC 41 and UNCC 420(1)')).toEqual([]);
    expect(rules('UNCC 44, Budapest 31(3)')).toEqual(['UNCC 44']);
  });

  it('may stand in a list or a range, and other articles are left aside', () => {
    expect(rules('UNCC 41(3)(a)-(c), 2(o), 42(2)')).toEqual(['UNCC 41(3)(a)', 'UNCC 41(3)(b)', 'UNCC 41(3)(c)', 'UNCC 42(2)']);
    expect(rules('UNCC 40(9)-(11)')).toEqual(['UNCC 40(10)', 'UNCC 40(11)', 'UNCC 40(9)']);
  });

  it('stands without its prefix in the profile of the Convention only', () => {
    expect(rules("asked('40(15)(a)')", 'config/instruments/uncc-2024.forms.ts')).toEqual(['UNCC 40(15)(a)']);
    expect(rules("asked('40(15)(a)')", 'config/instruments/budapest-2001.forms.ts')).toEqual([]);
  });
});

import { upgraded, type ChartState } from './machines.js';
import { freshMeasure, type MeasureContext } from './machine-parts.js';
import { afterDecision, decisionProblem, executionInsisted, warnedOf, warningGiven, warningsOf } from './warnings.js';

const AT = '2026-11-03T09:12:40.000Z';
const given = (custodian?: string) => ({ kind: 'will-not-secure', explanation: 'It would tell its customer', ...(custodian && { custodian }) });
const context = (...warnings: MeasureContext['warnings'] & object): MeasureContext => ({ ...freshMeasure('requested'), warnings });

describe('UNCC 42(7): warnings', () => {
  it('are numbered in the order in which they were given, and each is decided by its number', () => {
    const both = warningGiven(warningGiven({}, given('A'), AT), given(), AT);
    expect([warningsOf(both).map((w) => w['no']), warnedOf(both)]).toEqual([[1, 2], ['A', '']]);
    expect(warnedOf(executionInsisted(both, { warning: 2 }, AT))).toEqual(['A']);
    expect(warnedOf(executionInsisted(executionInsisted(both, {}, AT), {}, AT))).toEqual([]);
  });

  it('are decided in the memory of the statechart alike', () => {
    expect(afterDecision(context('standing', 'standing'), { payload: { warning: 2 } })).toEqual(['standing', 'decided']);
    expect(afterDecision(context('decided', 'standing'), { payload: {} })).toEqual(['decided', 'decided']);
    expect(decisionProblem(context('standing', 'standing'), { payload: {} })).toMatchObject({ code: 'warning.unsaid' });
    expect(decisionProblem(context('decided', 'standing'), { payload: { warning: 1 } })).toMatchObject({ code: 'warning.not-standing' });
    expect(decisionProblem(context('decided', 'standing'), { payload: {} })).toBeNull();
  });

  it.each([['none', false, []], ['warned', true, ['standing']], ['decided', false, ['decided']]])('of a file of before they were numbered, %s: are brought along', (region, warningHeld, warnings) => {
    const state = { chart: 'preservation', version: 2, value: { main: 'ordered', consultation: 'none', warning: region }, context: { ...freshMeasure('requested'), warningHeld } } as unknown as ChartState;
    const now = upgraded(state);
    expect([now.version, (now.context as MeasureContext).warnings, 'warningHeld' in now.context]).toEqual([3, warnings, false]);
  });

  it('the one warning of such a file is the first', () => {
    const before = { warning: { ...given('A'), at: AT } };
    expect(warnedOf(warningGiven(before, given('B'), AT))).toEqual(['A', 'B']);
    expect(warningsOf(executionInsisted(before, {}, AT))).toMatchObject([{ no: 1, custodian: 'A', insistedAt: AT }]);
  });
});

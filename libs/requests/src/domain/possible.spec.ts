import { profile } from '@comity/treaty';
import type { Facts } from './machine-parts.js';
import { initialState } from './machines.js';
import { possibleActs } from './possible.js';

const facts: Facts = {
  v: 1, at: '2026-11-03T09:12:40.000Z', instrument: { id: 'uncc-2024', version: profile('uncc-2024').version }, form: 'preservation', requestedState: 'VN', conventionOffence: true,
  letterState: 'acknowledged', letterOpen: true, letterAcknowledged: true, letterSent: true, allMeasuresFinal: false, anyWithdrawable: false, linked: 'none', periodOver: false, lastPeriodOver: false,
};

/** A preservation that is secured, in the file of the requested State. */
function secured(memory: object, more: Partial<Facts> = {}): Record<string, string[]> {
  const state = initialState('preservation', 'requested');
  const chart = { ...state, value: { ...state.value, main: 'secured' }, context: { ...state.context, secured: true, ...memory } };
  const file = { side: 'requested' as const, letter: initialState('letter', 'requested'), measures: [{ no: 1, state: chart }] };
  return Object.fromEntries(possibleActs(file, 1, { ...facts, ...more }).map(({ type, refusals }) => [type, refusals.map((r) => r.code)]));
}

describe('acts that are listed as possible', () => {
  it('leave out a release that its rules refuse, whichever of its branches the state chooses', () => {
    expect(secured({})['RELEASE']).toEqual(['preservation.period-runs', 'release.no-notice']);
    expect(secured({ releaseNoticed: true }, { periodOver: true, lastPeriodOver: true, releaseTermPassed: true })['RELEASE']).toEqual([]);
    // Withdrawn by the other State: it may be released at once.
    expect(secured({ noLongerRequired: true })['RELEASE']).toEqual([]);
  });

  it('leave open what only a payload decides', () => {
    const state = initialState('stored-data', 'requested');
    const chart = { ...state, value: { ...state.value, main: 'executing' } };
    const file = { side: 'requested' as const, letter: initialState('letter', 'requested'), measures: [{ no: 1, state: chart }] };
    expect(possibleActs(file, 1, { ...facts, form: 'stored-data' }).find(({ type }) => type === 'REPORT_EXECUTION')?.refusals).toEqual([]);
  });
});

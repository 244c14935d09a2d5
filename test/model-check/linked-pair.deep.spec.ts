import { CHARTS, CROSSINGS, type Law } from '../../libs/requests/src/domain/index.js';
import { linkedOf } from '../../libs/requests/src/linked.js';
import { explorePair, type PairCheck } from './linked-pair.js';
import { branches, retargeted, unhandled, withChart, withoutRule } from './planted.js';

const LAW: Law = { charts: CHARTS, crossings: CROSSINGS };
const explore = (spoilt: Partial<PairCheck> = {}) => explorePair({ law: LAW, linked: linkedOf, bound: 1, maxStates: 60_000, ...spoilt });
const REQUESTED = ['preservation', 'requested'] as const;

/** The release of what is still required, without one of its rules. */
const stillRequiredWithout = (rule: string): Partial<PairCheck> => ({
  law: withChart(...REQUESTED, (c) => {
    const { params } = branches(c, 'main', 'secured', 'RELEASE').at(-1)!.guard;
    params.rules = params.rules.filter((name) => name !== rule);
  }),
});

/** What is spoilt, and the property that must be found broken. */
const PLANTED: [error: string, property: string, spoilt: () => Partial<PairCheck>][] = [
  ['a release that asks nobody', 'UNCC 42(8): released while the request that continues it awaits its decision',
    () => ({ law: withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'secured', 'RELEASE', 'noLinkedMeasureWaits')) })],
  ['a pending request that does not count', 'UNCC 42(8): released while the request that continues it awaits its decision',
    () => ({ linked: (rows, at, days) => linkedOf(rows.filter((r) => r.main !== 'underExamination'), at, days) })],
  ['a grant that lets go', 'UNCC 44: released between the grant and the end of the measure',
    () => ({ linked: (rows, at, days) => (linkedOf(rows, at, days) === 'granted' ? 'over' : linkedOf(rows, at, days)) })],
  ['no grace period', 'practice: released within the grace period after a refusal', () => ({ linked: (rows, at) => linkedOf(rows, at, 0) })],
  ['a release before the period', 'UNCC 42(8): released before the period ended', () => stillRequiredWithout('periodEnded')],
  ['a release before the term of its notice', 'practice: released before the term of the notice', () => stillRequiredWithout('releaseTermPassed')],
  ['a request that holds the data for ever', 'an end cannot be reached from here', () => ({ linked: (rows, at, days) => (linkedOf(rows, at, days) === 'over' ? 'waiting' : linkedOf(rows, at, days)) })],
  ['a late request that begins anew while the data are there', 'UNCC 42(8): data still secured, and the preservation refused',
    () => ({ law: withChart(...REQUESTED, (c) => retargeted(c, 'main', 'secured', 'NEW_PRESERVATION_REQUESTED', 'received')) })],
  ['a withdrawal that lets go by itself', 'UNCC 42(8): a message alone ends the preservation, with the data still secured',
    () => ({ law: withChart(...REQUESTED, (c) => retargeted(c, 'main', 'secured', 'WITHDRAWAL_REQUESTED', 'withdrawn')) })],
  ['an extension that comes after the release', 'EXTENSION_REQUESTED arrives and is not handled', () => ({ law: withChart(...REQUESTED, (c) => unhandled(c, 'main', 'preservationReleased', 'EXTENSION_REQUESTED')) })],
];

describe('the linked pair: a preservation, and the request for stored data that continues it, in four files', () => {
  it('releases nothing early and leaves nothing unhandled: every state, with an end in reach of each', () => {
    const found = explore();
    expect(found.violations).toEqual([]);
    expect(found.complete).toBe(true);
    expect(found.states).toBeGreaterThan(2000);
    expect(found.ends).toBeGreaterThan(0);
  });

  it.each(PLANTED)('catches %s: "%s"', (_, property, spoilt) => {
    expect(explore({ ...spoilt(), until: property }).violations.map((v) => v.property)).toContain(property);
  });

  it('says so when it was cut short', () => {
    expect(explore({ maxStates: 500 })).toMatchObject({ complete: false, violations: [] });
  });
});

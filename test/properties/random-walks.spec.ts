import fc from 'fast-check';
import type { Side } from '@comity/kernel';
import { ACTS, candidates, machineOf, mainState, toSnapshot, type Facts } from '../../libs/requests/src/domain/index.js';
import { TwoFiles } from './two-files.js';

/** Acts of one side with the payloads and facts that stand for their classes. */
const VARIANTS: Record<string, [payload: Record<string, unknown>, facts?: Partial<Facts>][]> = {
  REFUSE: [[{ ground: 'persecution', reasons: 'reasons' }], [{ ground: 'essential-interests', reasons: 'reasons' }]],
  POSTPONE: [[{ reasons: 'reasons' }]],
  REPORT_EXECUTION: [[{ result: 'data-obtained' }], [{ result: 'no-data-found' }], [{ result: 'cannot-be-executed' }]],
  PLACE_HOLD: [[{ kind: 'appeal' }], [{ kind: 'privilege' }]],
  LIFT_HOLD: [[{ kind: 'appeal' }], [{ kind: 'privilege' }]],
  DECIDE_TRANSMISSION: [[{ outcome: 'released' }], [{ outcome: 'narrowed' }], [{ outcome: 'denied', ground: 'persecution', reasons: 'reasons' }]],
  TRANSMIT_EVIDENCE: [[{}, { evidencePackage: { sealed: true, files: 1 } }]],
  CONFIRM_RECEIPT: [[{}, { receipt: 'verified' }]],
  RECORD_USE: [[{ kind: 'use' }, { use: { other: false, limited: true } }], [{ kind: 'use', consent: 1 }, { use: { other: true, limited: true, consent: 'fits' } }]],
  GRANT_USE_CONSENT: [1, 2, 3, 4, 5].map((consent) => [{ consent }]),
  DECLINE_USE_CONSENT: [1, 2, 3, 4, 5].map((consent) => [{ consent }]),
  END_CONSULTATION_WITHOUT_AGREEMENT: [[{}], [{}, { consultationTermPassed: true }]],
};
/** Acts that end a walk's interest early are rarer. */
const RARE = new Set(['WITHDRAW', 'WITHDRAW_MEASURE', 'ABANDON', 'REFER', 'CLOSE_FOR_WANT_OF_REPLY', 'REFUSE', 'RESEND', 'CHANGE_CHANNEL']);
const MEASURES = 3;
const STEPS = 20_000;
const WALK = 400;
/** Every other act is one of these where it can be, so that walks get somewhere. */
const FORWARD = new Set([
  'ACKNOWLEDGE', 'EXAMINE', 'GRANT', 'ASSIGN', 'AUTHORISE', 'BEGIN_EXECUTION', 'REPORT_EXECUTION', 'DECIDE_TRANSMISSION', 'TRANSMIT_EVIDENCE', 'CONFIRM_RECEIPT',
  'RESUME', 'LIFT_HOLD', 'ACCEPT_CONDITIONS', 'PROCEED_WITHOUT_CONFIDENTIALITY', 'DECLINE_COSTS', 'REOPEN',
]);

type Choice = { side: Side; act: number; deliver: number; rare: number };

const choice: fc.Arbitrary<Choice> = fc.record({
  side: fc.constantFrom<Side>('requesting', 'requested'),
  act: fc.nat(9999),
  deliver: fc.nat(99),
  rare: fc.nat(99),
});

/** The acts the statecharts have for the present states; whether the rules allow them is decide()'s affair. */
function possible(two: TwoFiles, side: Side, rare: boolean): { type: string; measure: number | null }[] {
  const { file } = two.own[side];
  const subjects = [{ no: null, state: file.letter }, ...file.measures];
  return subjects.flatMap(({ no, state }) => {
    const snapshot = toSnapshot(state, side);
    const machine = machineOf(state.chart, side);
    const clock = no === null ? ['DELIVERY_FAILED'] : ['LAPSE_CONSULTATION'];
    return [...Object.keys(ACTS).filter((t) => ACTS[t]!.sides.includes(side) && (ACTS[t]!.on === 'letter') === (no === null)), ...clock]
      .filter((type) => rare || !RARE.has(type))
      .filter((type) => candidates(machine, snapshot, type).length > 0)
      .map((type) => ({ type, measure: no }));
  });
}

function step(two: TwoFiles, { side, act, deliver, rare }: Choice): void {
  if (deliver < 45) {
    two.takeIn(side);
    return;
  }
  const all = possible(two, side, rare < 4);
  const forward = deliver % 2 === 0 ? all.filter((a) => FORWARD.has(a.type)) : [];
  const acts = forward.length > 0 ? forward : all;
  if (acts.length === 0) return;
  const { type, measure } = acts[act % acts.length]!;
  const variants = VARIANTS[type] ?? [[{}]];
  const [payload, facts] = variants[Math.floor(act / acts.length) % variants.length]!;
  const clock = type === 'LAPSE_CONSULTATION' || type === 'DELIVERY_FAILED';
  two.act(side, type, measure, payload, facts ?? {}, clock ? 'clock' : 'official');
}

/** A letter under way: what comes before the other State hears of it is the model check's affair. */
function transmitted(instrument: string): TwoFiles {
  const two = new TwoFiles(MEASURES, instrument);
  two.act('requesting', 'SUBMIT_FOR_REVIEW', null, {}, {});
  two.act('requesting', 'TRANSMIT', null, {}, { actorDrafted: false });
  return two;
}

describe('random walks of two files with three measures and channels of any length', () => {
  it(`leave no message unhandled, and agree whenever nothing is under way (${STEPS} steps)`, () => {
    const seen = { acts: 0, messages: 0, crossings: 0, noted: 0, ended: 0, mains: new Set<string>() };
    fc.assert(
      fc.property(fc.constantFrom('uncc-2024', 'budapest-2001'), fc.array(choice, { minLength: WALK, maxLength: WALK }), (instrument, choices) => {
        const two = transmitted(instrument);
        choices.forEach((c, i) => {
          step(two, c);
          for (const side of ['requesting', 'requested'] as const) for (const m of two.own[side].file.measures) seen.mains.add(`${side}:${mainState(m.state)}`);
          if (i % 25 === 24) {
            two.settle();
            expect(two.differences()).toEqual([]);
          }
        });
        two.settle();
        expect(two.differences()).toEqual([]);
        seen.acts += two.acts;
        seen.messages += two.messages;
        seen.crossings += two.crossings;
        seen.noted += two.noted;
        if (two.allEnded()) seen.ended += 1;
      }),
      { numRuns: STEPS / WALK, seed: 20261103 },
    );
    // The walks went somewhere: messages crossed, some were noted, and measures came to their ends.
    expect(seen.crossings).toBeGreaterThan(200);
    expect(seen.noted).toBeGreaterThan(0);
    expect(seen.mains.size).toBeGreaterThan(20);
    expect(seen.ended).toBeGreaterThan(0);
  });

  it('UNCC 40(26): a withdrawal of the letter reaches every measure that can be withdrawn, is answered for each, and both files end alike', () => {
    fc.assert(
      fc.property(fc.array(choice, { minLength: 60, maxLength: 60 }), (choices) => {
        const two = transmitted('uncc-2024');
        for (const c of choices) step(two, { ...c, rare: 50 });
        const before = two.own.requesting.file.measures.map(({ state }) => mainState(state));
        const reached = before.filter((m) => !['evidenceReceived', 'withdrawing', 'completed', 'noDataFound', 'cannotBeExecuted', 'refused', 'referred', 'withdrawn'].includes(m));
        const sentBefore = two.own.requesting.sent.length;
        const done = two.act('requesting', 'WITHDRAW', null, { reason: 'no longer required' }, {});
        const closed = !['transmitted', 'acknowledged', 'closedForWantOfReply'].includes(mainState(two.own.requesting.file.letter));
        expect(done).toBe(reached.length > 0 && !closed);
        expect(two.own.requesting.sent.slice(sentBefore).map((m) => m.type)).toEqual(done ? reached.map(() => 'WITHDRAWAL_REQUESTED') : []);
        two.settle();
        expect(two.differences()).toEqual([]);
        expect(two.own.requesting.file.measures.map(({ state }) => mainState(state))).not.toContain('withdrawing');
      }),
      { numRuns: 60, seed: 40_26 },
    );
  });

  it('would see a message taken in out of order', () => {
    const two = transmitted('uncc-2024');
    two.act('requesting', 'SEND_CORRESPONDENCE', null, { subject: 'a', text: 'b' }, {});
    two.channel.requested.reverse();
    expect(() => two.takeIn('requested')).toThrow('out of order');
  });
});

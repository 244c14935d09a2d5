import type { Side } from '@comity/kernel';
import { profile } from '@comity/treaty';
import type { AnyMachineSnapshot } from 'xstate';
import { isVisitedElsewhere } from './coverage.js';
import { CHANGES, QUESTIONS } from '../../libs/requests/src/domain/changes.js';
import { CHARTS, machineOf, statechart, type ChartName, type Facts, type MachineEvent } from '../../libs/requests/src/domain/index.js';
import { pureTransition } from '../../libs/requests/src/domain/pure-transition.js';
import { RULES, type RuleDefinition } from '../../libs/requests/src/domain/rules.js';

/**
 * Why the model check may explore the main dialogue with one side dialogue at a time. Each side dialogue is a region of
 * its own. No event is taken by two regions; what a region does hangs on its own state, the flags below, and the facts,
 * in which one region meets another only by whether the letter is open and the measure has its outcome. The flags go
 * one way: from a side dialogue to the main one. There they only block or allow, so that two side dialogues together
 * allow no act of the main one that either alone would refuse; and no side dialogue hears of another.
 * Measures meet only in the letter: in whether all have their outcome, and whether one can still be withdrawn.
 */
/** Of the forms that furnish evidence, which one function builds. */
const EVIDENCE: Record<Side, string[]> = {
  requesting: [],
  requested: [
    'conditions -> main: conditionsPending', 'conditions -> main: conditionsTried', 'confidentiality -> main: confidentialityHeld',
    'consultation -> main: consulted', 'costs -> main: costsPending',
  ],
};
const FLAGS: Record<ChartName, Record<Side, string[]>> = {
  letter: {
    // A letter that was recalled is not sent again.
    requesting: ['main -> delivery: recalled'],
    requested: ['information -> main: noticeGiven', 'information -> main: replyDue'],
  },
  'stored-data': EVIDENCE,
  'real-time-traffic': EVIDENCE,
  interception: EVIDENCE,
  'preserved-traffic-data': { requesting: [], requested: ['consultation -> main: consulted'] },
  // What one officer did alone in the dialogue of the warning is reviewed as what was done in the main one.
  preservation: {
    requesting: ['warning -> main: reviewDue'],
    requested: ['consultation -> main: consulted', 'warning -> main: reviewDue', 'warning -> main: warnings'],
  },
  'emergency-disclosure': {
    requesting: [],
    requested: ['callBack -> main: senderVerified', 'conditions -> main: conditionsPending', 'conditions -> main: conditionsTried', 'consultation -> main: consulted'],
  },
  'network-query': { requesting: [], requested: [] },
  'spontaneous-information': { requesting: [], requested: [] },
  // A person is handed over only once the measure was authorised, and while it is not postponed; explored together.
  'mutual-legal-assistance': { requesting: [], requested: [...EVIDENCE.requested, 'main -> person: authorised', 'main -> person: resumeTo'] },
};

const CASES = (Object.keys(CHARTS) as ChartName[]).flatMap((chart) => (['requesting', 'requested'] as Side[]).map((side) => [chart, side] as const));

interface Params {
  rules: string[];
  when: string | null;
}
const facts: Facts = {
  v: 1, at: '2026-11-03T09:12:40.000Z', instrument: { id: 'uncc-2024', version: profile('uncc-2024').version }, form: 'stored-data', requestedState: 'VN', conventionOffence: true,
  letterState: 'acknowledged', letterOpen: true, letterAcknowledged: true, letterSent: true, allMeasuresFinal: true, anyWithdrawable: true,
  consultationTermPassed: true, noticeTermPassed: true, alone: true, receipt: 'verified', evidencePackage: { sealed: true, files: 1 },
};
const PAYLOADS = [
  { result: 'data-obtained', outcome: 'released', kind: 'appeal', ground: 'persecution', reasons: 'reasons' },
  { result: 'no-data-found', outcome: 'denied', kind: 'privilege', ground: 'essential-interests', reasons: 'reasons' },
  { result: 'cannot-be-executed', outcome: 'narrowed' },
];

/** Members of the context that are looked at while `look` runs. */
function readBy(look: (context: never, event: MachineEvent) => unknown): Set<string> {
  const seen = new Set<string>();
  const context = new Proxy({ holds: ['appeal'], resumeTo: 'granted' } as Record<string, unknown>, { get: (target, name) => (seen.add(String(name)), target[String(name)]) });
  for (const payload of PAYLOADS) look(context as never, { type: 'ANY', payload, facts });
  return seen;
}

function writtenBy(change: string): string[] {
  const { assignment } = CHANGES[change as keyof typeof CHANGES] as unknown as { assignment: (args: unknown) => object };
  return Object.keys(assignment({ context: { holds: [] }, event: { type: 'ANY', payload: PAYLOADS[0], facts } }));
}

/** What each region reads and writes of the context. */
function regionsOf(machine: ReturnType<typeof machineOf>) {
  return Object.entries(machine.root.states).map(([region, node]) => {
    const [reads, writes, events] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const at of [node, ...Object.values(node.states)]) {
      for (const [event, transitions] of at.transitions) {
        events.add(event);
        for (const { guard, actions } of transitions) {
          const { rules, when } = (guard as unknown as { params: Params }).params;
          for (const rule of rules) for (const name of readBy((RULES as Record<string, RuleDefinition>)[rule]!.check)) reads.add(name);
          if (when !== null) for (const name of readBy(QUESTIONS[when] as never)) reads.add(name);
          for (const action of actions as (string | { type: string })[]) {
            const type = typeof action === 'string' ? action : action.type;
            if (type in CHANGES) for (const name of writtenBy(type)) writes.add(name);
          }
        }
      }
    }
    return { region, reads, writes, events };
  });
}

function flagsOf(machine: ReturnType<typeof machineOf>): string[] {
  const regions = regionsOf(machine);
  return regions
    .flatMap((from) => regions.filter((r) => r.region !== from.region).flatMap((to) => [...from.writes].filter((name) => to.reads.has(name)).map((name) => `${from.region} -> ${to.region}: ${name}`)))
    .sort();
}

describe.each(CASES)('the regions of the %s statechart, %s side', (chart, side) => {
  const machine = machineOf(chart, side);
  const regions = regionsOf(machine);

  it('take no event in common', () => {
    const events = regions.flatMap((r) => [...r.events]);
    expect(events.filter((e, i) => events.indexOf(e) !== i)).toEqual([]);
  });

  it('hear of each other through the named flags only, and these lead from side dialogues to the main one', () => {
    expect(flagsOf(machine)).toEqual(FLAGS[chart][side]);
  });

  it('move alone: an event leaves every other region where it was, and does the same whatever state those are in', () => {
    const initial = machine.getInitialSnapshot(undefined as never) as AnyMachineSnapshot;
    const contexts = [initial.context, { ...initial.context, consulted: true, conditionsTried: true, assigned: true, authorised: true, resumeTo: 'granted', noticeGiven: true, replyDue: true, holds: ['appeal'] }];
    // A query has no side dialogue.
    if (regions.length === 1) return expect(chart).toBe('network-query');
    // Two regions that are built as those of stored data move as those do.
    const alike = new Set(regions.map((r) => r.region).filter((region) => isVisitedElsewhere(CHARTS, chart, side, region)));
    if (alike.size === regions.length) return expect(['real-time-traffic', 'interception']).toContain(chart);
    let compared = 0;
    const moved: string[] = [];
    for (const { region, events } of regions) {
      const states = Object.keys(machine.root.states[region]!.states);
      for (const state of states) for (const event of events) for (const payload of PAYLOADS) for (const context of contexts) {
        const outcomes = new Set<string>();
        for (const { region: other } of regions) {
          if (other === region || (alike.has(region) && alike.has(other))) continue;
          for (const elsewhere of Object.keys(machine.root.states[other]!.states)) {
            const value = { ...(initial.value as object), [region]: state, [other]: elsewhere };
            const before = machine.resolveState({ value, context }) as AnyMachineSnapshot;
            const can = before.can({ type: event, payload, facts } as never);
            const [after] = can ? pureTransition(machine, before, { type: event, payload, facts } as never) : [before];
            const now = after.value as Record<string, string>;
            // An expectation for each would take longer than all of them.
            for (const { region: third } of regions) {
              if (third !== region && now[third] !== (value as Record<string, string>)[third]) moved.push(`${event} in ${region}.${state} moved ${third} to ${now[third]}`);
            }
            outcomes.add(JSON.stringify([can, now[region], after.context]));
            compared += 1;
          }
        }
        if (outcomes.size > 1) moved.push(`${event} in ${region}.${state} hangs on another region`);
      }
    }
    expect(moved).toEqual([]);
    return expect(compared).toBeGreaterThan(100);
  });
});

describe('the test of independence', () => {
  it('sees a side dialogue that is planted to hear of another', () => {
    const config = JSON.parse(JSON.stringify(CHARTS['stored-data'].sides.requested.config)) as { states: Record<string, { states: Record<string, { on: Record<string, { guard: { params: Params } }> }> }> };
    config.states['costs']!.states['none']!.on['RAISE_COSTS']!.guard.params.rules.push('conditionsAnswered');
    expect(flagsOf(statechart(config as never))).toContain('conditions -> costs: conditionsPending');
  });
});

import type { Side } from '@comity/kernel';
import type { AnyStateMachine } from 'xstate';
import { ACTS, CLOCK_ACTS, NODE_ACTS } from './acts.js';
import { CHANGES, QUESTIONS } from './changes.js';
import { CHARTS, type ChartName } from './machines.js';
import { MESSAGES } from './messages.js';
import { RULES } from './rules.js';

/** Events the statecharts of one file send each other. */
const INNER_EVENTS = ['LETTER_TRANSMITTED', 'LETTER_ABANDONED', 'MEASURE_BEGUN_ANEW'];
const EFFECTS = ['transmitMeasures', 'abandonMeasures', 'withdrawMeasures', 'takeLetterUp', 'resend', 'changeChannel', 'recall', 'openDisclosure', 'openThirdStateRequest', 'recordHomecoming'];

/**
 * Faults in the statecharts, each a sentence; empty when they may run. Asked at boot: a chart with an unreachable
 * state, or an event, effect or rule nobody knows, does not start.
 */
export function faultsIn(name: string, side: Side, machine: AnyStateMachine): string[] {
  const faults: string[] = [];
  const known = new Set([...Object.keys(ACTS), ...Object.keys(MESSAGES), ...Object.keys(CLOCK_ACTS), ...Object.keys(NODE_ACTS), ...INNER_EVENTS]);
  for (const [region, node] of Object.entries(machine.root.states)) {
    const reached = new Set<string>([String(node.config.initial)]);
    const pending = [...reached];
    const place = `${name}.${side}.${region}`;
    while (pending.length > 0) {
      const at = node.states[pending.pop()!]!;
      for (const [event, transitions] of [...node.transitions, ...at.transitions]) {
        if (!known.has(event)) faults.push(`${place}: nobody sends the event ${event}`);
        const act = ACTS[event];
        if (act && !act.sides.includes(side)) faults.push(`${place}: ${event} is no act of the ${side} State`);
        const from = MESSAGES[event]?.from;
        if (from === side) faults.push(`${place}: ${event} is a message of the ${side} State itself`);
        for (const transition of transitions) {
          for (const target of transition.target ?? []) {
            if (!reached.has(target.key)) {
              reached.add(target.key);
              pending.push(target.key);
            }
          }
          const { rules, when } = (transition.guard as unknown as { params: { rules: string[]; when: string | null } }).params;
          for (const rule of rules) if (!(rule in RULES)) faults.push(`${place}: ${event} names an unknown rule ${rule}`);
          if (when !== null && !(when in QUESTIONS)) faults.push(`${place}: ${event} names an unknown question ${when}`);
          for (const action of transition.actions as ({ type: string; params?: Record<string, string> } | string)[]) {
            const { type, params } = typeof action === 'string' ? { type: action, params: undefined } : action;
            if (type === 'send' && !MESSAGES[params!['message']!]) faults.push(`${place}: ${event} sends an unknown message ${params!['message']}`);
            else if (type === 'effect' && !EFFECTS.includes(params!['effect']!)) faults.push(`${place}: ${event} has an unknown effect ${params!['effect']}`);
            else if (!['send', 'effect', 'note'].includes(type) && !(type in CHANGES)) faults.push(`${place}: ${event} names an unknown change ${type}`);
          }
        }
      }
    }
    for (const state of Object.keys(node.states)) if (!reached.has(state)) faults.push(`${place}: the state ${state} cannot be reached`);
  }
  return [...new Set(faults)];
}

/** All faults of all charts, and acts that no chart takes. */
export function faultsInCharts(): string[] {
  const faults: string[] = [];
  const taken = new Set<string>();
  for (const [name, chart] of Object.entries(CHARTS)) {
    for (const [side, machine] of Object.entries(chart.sides)) {
      faults.push(...faultsIn(name as ChartName, side as Side, machine));
      for (const node of Object.values(machine.root.states)) {
        for (const at of [node, ...Object.values(node.states)]) for (const event of at.transitions.keys()) taken.add(`${side}:${event}`);
      }
    }
  }
  for (const [type, act] of Object.entries(ACTS)) {
    for (const side of act.sides) if (!taken.has(`${side}:${type}`)) faults.push(`no statechart of the ${side} side takes the act ${type}`);
  }
  return faults;
}

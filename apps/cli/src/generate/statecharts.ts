import { CHARTS, type ChartName } from '@comity/requests';
import type { Side } from '@comity/kernel';
import { formTables } from './form-tables.js';
import type { Generator } from './generator.js';

const TITLES: Record<ChartName, string> = {
  letter: 'The letter', 'stored-data': 'A measure for stored data', preservation: 'A measure of expedited preservation',
  'preserved-traffic-data': 'A measure of expedited disclosure of preserved traffic data',
  'emergency-disclosure': 'A measure of disclosure in an emergency', 'network-query': 'A query of one point of contact to another',
  'real-time-traffic': 'A measure of collecting traffic data in real time', interception: 'A measure of intercepting content',
  'spontaneous-information': 'Information sent without a request',
  'mutual-legal-assistance': 'A measure of mutual legal assistance of another kind',
};
const REGIONS: Record<string, string> = {
  main: 'the main dialogue',
  information: 'additional information',
  status: 'status queries',
  correspondence: 'free correspondence',
  delivery: 'messages that could not be delivered',
  consultation: 'the consultation',
  conditions: 'conditions',
  costs: 'costs',
  callBack: 'the call-back of the sender',
  confidentiality: 'confidentiality that cannot be kept',
  person: 'a person who goes to the other State',
};

interface Transition {
  target?: { key: string }[];
  guard?: unknown;
  actions: unknown;
}
interface Node {
  states: Record<string, Node>;
  transitions: Map<string, readonly Transition[]>;
  config: { initial?: string };
}

/** A picture of every statechart, a side and a region each. */
export const statecharts: Generator = { path: 'docs/reference/statecharts.md', make: render };

function render(): string {
  const parts = (Object.keys(CHARTS) as ChartName[]).flatMap((chart) => [
    ...(['requesting', 'requested'] as Side[]).flatMap((side) => {
      const { version, sides } = CHARTS[chart];
      const regions = Object.entries(sides[side].root.states as unknown as Record<string, Node>);
      return [
        `## ${TITLES[chart]}, in the file of the ${side} State`,
        '',
        `Statechart \`${chart}.${side}\`, version ${version}.`,
        '',
        ...regions.flatMap(([name, region]) => [`### ${REGIONS[name] ?? name}`, '', ...picture(region), ...stays(region)]),
      ];
    }),
    `## ${TITLES[chart]}: table`,
    '',
    ...formTables(chart),
  ]);
  return [
    '# Statecharts',
    '',
    'Generated from `libs/requests/src/domain/*.machines.ts` and `*.machine.ts` by `npm run generate`; CI compares it. Each chart has',
    'regions that run side by side: the main dialogue and side dialogues, which are independent of it but for flags that block or',
    'allow acts (`test/model-check/independence.spec.ts`). On an arrow: the event, then `/` and the message it sends. Events in',
    'CAPITALS that are imperatives are acts of officials or of the clock; those in the past tense are messages of the other State.',
    '',
    'After the pictures of each form stands its table: states, events, roles, rules and deadlines.',
    '',
    'What each act may be refused for is in [events](events.md); what becomes of messages that cross, in [crossings](crossings.md).',
    '',
    ...parts,
  ].join('\n');
}

function picture(region: Node): string[] {
  const arrows: string[] = [];
  const draw = (from: string, event: string, transition: Transition) => {
    const to = transition.target?.[0]?.key;
    if (to !== undefined) arrows.push(`    ${from} --> ${to}: ${label(event, transition)}`);
  };
  for (const [state, node] of Object.entries(region.states)) {
    for (const [event, transitions] of node.transitions) for (const t of unique(event, transitions)) draw(state, event, t);
    for (const [event, transitions] of region.transitions) {
      if (!node.transitions.has(event) && !isEnd(node, region)) for (const t of unique(event, transitions)) draw(state, event, t);
    }
  }
  const ends = Object.entries(region.states).filter(([, node]) => isEnd(node, region)).map(([state]) => `    ${state} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', `    [*] --> ${region.config.initial}`, ...arrows, ...ends, '```', ''];
}

/** A state that nothing leads out of. */
function isEnd(node: Node, region: Node): boolean {
  const targets = (n: Node) => [...n.transitions.values()].flat().flatMap((t) => t.target ?? []);
  return Object.keys(region.states).length > 1 && targets(node).length === 0;
}

/** Branches of one event that look alike are drawn once. */
function unique(event: string, transitions: readonly Transition[]): Transition[] {
  const seen = new Set<string>();
  return transitions.filter((t) => {
    const key = `${t.target?.[0]?.key}${label(event, t)}`;
    return !seen.has(key) && seen.add(key);
  });
}

function label(event: string, { actions }: Transition): string {
  const sent = sentBy(actions);
  return sent === undefined ? event : `${event} / ${sent}`;
}

function sentBy(actions: unknown): string | undefined {
  const list = (Array.isArray(actions) ? actions : [actions]) as { type?: string; params?: { message?: string } }[];
  return list.find((a) => a.type === 'send')?.params?.message;
}

/** What changes no state: told in words, since arrows to oneself hide the others. */
function stays(region: Node): string[] {
  const rows = Object.entries(region.states).flatMap(([state, node]) => {
    const events = new Map([...region.transitions, ...node.transitions]);
    const here = [...events].filter(([, ts]) => ts.every((t) => (t.target ?? []).length === 0));
    if (here.length === 0) return [];
    const names = here.map(([event, ts]) => `\`${label(event, ts[0]!)}\``);
    return [`- \`${state}\`: ${names.join(', ')}`];
  });
  return rows.length === 0 ? [] : ['Taken without a change of state:', '', ...rows, ''];
}

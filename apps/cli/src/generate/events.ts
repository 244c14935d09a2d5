import { rolesFor } from '@comity/access';
import type { Side } from '@comity/kernel';
import { ACTS, CHARTS, CLOCK_ACTS, MESSAGES, NODE_ACTS, type ActDefinition } from '@comity/requests';
import { profile, ruleFor } from '@comity/treaty';
import type { Generator } from './generator.js';

const PROFILES = ['uncc-2024', 'budapest-2001'] as const;

/** Every event there is: who may fire it, what it rests on, what it is refused for, what the other State is told. */
export const events: Generator = { path: 'docs/reference/events.md', make: render };

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function render(): string {
  const acts = (on: ActDefinition['on']) => Object.entries(ACTS).filter(([, act]) => act.on === on);
  return [
    '# Events',
    '',
    'Generated from `libs/requests/src/domain/acts.ts`, `messages.ts`, the statecharts and the profiles by `npm run generate`; CI compares',
    'it. An act is what an official fires (`POST .../events`); the message it sends is how the other State hears of it. Rules are those',
    'of a measure for stored data; `practice:` marks what is good practice and not law. What a payload holds is in the OpenAPI',
    'description and in `availableEvents` of a request; members marked with * must be given.',
    '',
    ...(['letter', 'measure'] as const).flatMap((on) => [
      `## Acts on ${on === 'letter' ? 'the letter' : 'a measure'}`,
      '',
      `| act | side | roles | rule kind | ${PROFILES.join(' | ')} | refused by | sends | payload | stays at home |`,
      `| --- | --- | --- | --- | ${PROFILES.map(() => '---').join(' | ')} | --- | --- | --- | --- |`,
      ...acts(on).flatMap(([type, act]) => act.sides.map((side) => row(type, act, side))),
      '',
    ]),
    '## Events of the clock and of the node',
    '',
    '| event | on | from |',
    '| --- | --- | --- |',
    ...Object.entries(CLOCK_ACTS).map(([type, { on }]) => `| \`${type}\` | ${on} | a term that fell due |`),
    ...Object.entries(NODE_ACTS).map(([type, { on }]) => `| \`${type}\` | ${on} | the node's delivery |`),
    '',
    '## Messages between States',
    '',
    '| message | on | from | sent by | what happened |',
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(MESSAGES).map(([type, m]) => `| \`${type}\` | ${m.on} | ${m.from === 'both' ? 'either' : m.from} | ${m.sentBy.length > 0 ? code(m.sentBy) : 'the statechart, in answer'} | ${m.label} |`),
    '',
    '## Rules that refuse',
    '',
    'Each answers why an act may not be done, with a code (`libs/requests/src/domain/rules.ts`); a guard of a statechart is "no rule refuses".',
    '',
    '| rule | may refuse |',
    '| --- | --- |',
    ...rulesAndActs().map(([rule, types]) => `| \`${rule}\` | ${code(types)} |`),
    '',
  ].join('\n');
}

function row(type: string, act: ActDefinition, side: Side): string {
  const rules = PROFILES.map((id) => (act.kind ? (ruleFor(profile(id), 'stored-data', act.kind)?.id ?? '') : ''));
  const { refusedBy, sends } = inCharts(type, side);
  const payload = act.payload as { properties?: Record<string, unknown>; required?: string[] };
  const members = Object.keys(payload.properties ?? {});
  const kept = members.filter((m) => act.keeps?.includes(m));
  const told = sends.length > 0 ? members.filter((m) => !kept.includes(m)) : members;
  const shown = told.map((m) => (payload.required?.includes(m) ? `\`${m}\`*` : `\`${m}\``)).join(', ');
  const home = sends.length > 0 ? code(kept) : 'everything';
  return `| \`${type}\` | ${side} | ${rolesFor(side, type).join(', ')} | ${act.kind ?? ''} | ${rules.join(' | ')} | ${code(refusedBy)} | ${code(sends)} | ${shown} | ${home} |`;
}

/** The rules that may refuse an event on a side, and the messages it may send, over all statecharts. */
function inCharts(type: string, side: Side): { refusedBy: string[]; sends: string[] } {
  const refusedBy = new Set<string>();
  const sends = new Set<string>();
  for (const chart of Object.values(CHARTS)) {
    for (const region of Object.values(chart.sides[side].root.states)) {
      for (const node of [region, ...Object.values(region.states)]) {
        for (const { guard, actions } of node.transitions.get(type) ?? []) {
          for (const rule of (guard as unknown as { params: { rules: string[] } }).params.rules) refusedBy.add(rule);
          for (const a of actions as unknown as { type?: string; params?: { message?: string; effect?: string } }[]) {
            if (a.type === 'send') sends.add(a.params!.message!);
            if (a.type === 'effect' && a.params?.effect === 'withdrawMeasures') sends.add('WITHDRAWAL_REQUESTED');
          }
        }
      }
    }
  }
  return { refusedBy: [...refusedBy], sends: [...sends] };
}

function rulesAndActs(): [rule: string, acts: string[]][] {
  const found = new Map<string, string[]>();
  for (const [type, { sides }] of Object.entries(ACTS)) {
    for (const rule of new Set(sides.flatMap((side) => inCharts(type, side).refusedBy))) found.set(rule, [...(found.get(rule) ?? []), type]);
  }
  return [...found];
}

import { rolesFor } from '@comity/access';
import type { Json, Side } from '@comity/kernel';
import { ACTS, actNameOf, CHARTS, CLOCK_ACTS, MESSAGES, safeConductTerm, termsSetBy, type ChartName, type Term } from '@comity/requests';
import { clocksOf, formProfile, profile, ruleFor, type Form } from '@comity/treaty';

const PROFILES = ['uncc-2024', 'budapest-2001'] as const;
const SIDES: readonly Side[] = ['requesting', 'requested'];

interface Branch {
  target?: { key: string }[];
  guard?: { params: { rules: string[]; when: string | null } };
  actions: readonly unknown[];
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** For each form: its states with their events, who fires them, the rules, and where they lead; and the deadlines they set. */
export function formTables(chart: ChartName): string[] {
  return [
    '### States, events, roles and rules',
    '',
    '| side | region | state | event | fired by | rule of law | refused by | leads to | sends |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...SIDES.flatMap((side) => rowsOf(chart, side)),
    '',
    ...deadlines(chart),
  ];
}

function rowsOf(chart: ChartName, side: Side): string[] {
  return Object.entries(CHARTS[chart].sides[side].root.states).flatMap(([region, node]) =>
    Object.entries(node.states).flatMap(([state, at]) => {
      const events = new Map<string, readonly Branch[]>([...node.transitions, ...at.transitions] as unknown as [string, readonly Branch[]][]);
      if (events.size === 0) return [`| ${side} | ${region} | \`${state}\` | none: it ends here | | | | | |`];
      return [...events].map(([event, branches]) => {
        const refusedBy = [...new Set(branches.flatMap((b) => b.guard?.params.rules ?? []))];
        const leads = [...new Set(branches.map((b) => b.target?.[0]?.key ?? state))];
        const sends = [...new Set(branches.flatMap((b) => sentBy(b)))];
        return `| ${side} | ${region} | \`${state}\` | \`${event}\` | ${firedBy(side, event)} | ${lawOf(chart, event).join('; ')} | ${code(refusedBy)} | ${code(leads)} | ${code(sends)} |`;
      });
    }),
  );
}

function sentBy({ actions }: Branch): string[] {
  return (actions as { type?: string; params?: { message?: string } }[]).filter((a) => a.type === 'send').map((a) => a.params!.message!);
}

function firedBy(side: Side, event: string): string {
  if (event in ACTS) return rolesFor(side, event).join(', ');
  if (event in MESSAGES) return 'the other State';
  if (event in CLOCK_ACTS) return 'the clock';
  return event.startsWith('LETTER_') ? 'the letter' : 'the node';
}

/** The rule each profile answers with; none where the event is the house's own order. */
function lawOf(chart: ChartName, event: string): string[] {
  const kind = ACTS[actNameOf(event)]?.kind;
  if (!kind) return [];
  const form: Form = chart === 'letter' ? 'stored-data' : chart;
  return [...new Set(PROFILES.flatMap((id) => ruleFor(profile(id), form, kind)?.id ?? []))];
}

// Terms are read off the function that sets them, so that this table cannot say otherwise.
const MOMENT: Record<string, Json> = { from: '2026-11-03T09:12:40.000Z', until: '2027-01-02T09:12:40.000Z', term: '2026-11-10T00:00:00.000Z', by: '2026-11-10T00:00:00.000Z', remedyUntil: '2026-11-10T00:00:00.000Z', returnBy: '2026-11-10T00:00:00.000Z', kind: '<kind>' };

/** The end of safe conduct that the two States agreed on instead of the instrument's. */
function agreedEnd(chart: ChartName, event: string): Term[] {
  if (chart === 'letter') return [];
  const profiled = { instrument: { id: PROFILES[0], version: profile(PROFILES[0]).version }, form: chart };
  const term = safeConductTerm(event, { informedAt: MOMENT['from'], until: MOMENT['until'] }, profiled, null);
  return term ? [term] : [];
}

function deadlines(chart: ChartName): string[] {
  const events = new Set(SIDES.flatMap((side) => Object.values(CHARTS[chart].sides[side].root.states).flatMap((node) => [node, ...Object.values(node.states)].flatMap((at) => [...at.transitions.keys()] as string[]))));
  const set = [...events].filter((event) => event in ACTS).flatMap((event) =>
    [...termsSetBy(event, MOMENT, true), ...agreedEnd(chart, event)].map((term) => `| \`${term.code}\` | ${term.kind} | set by \`${event}\` | ${lawOf(chart, event).join('; ')} | ${term.fires ? `fires \`${term.fires}\`` : 'shown and reported on; ends nothing by itself'} |`),
  );
  const clocks = chart === 'letter' ? [] : PROFILES.flatMap((id) => (formProfile(id, chart) ? clocksOf(id, chart) : []).map((c) => `| \`${c.code}\` | ${c.kind} | ${c.minimum ? 'at least ' : ''}${c.days} days, counted from: ${c.from} | ${c.rule} | a shorter period is refused |`));
  const suggested = chart === 'letter' ? ['| `suggested` | suggested | in the letter, with its reason | UNCC 40(26) | shown and reported on; ends nothing by itself |'] : [];
  const rows = [...suggested, ...clocks, ...set];
  if (rows.length === 0) return ['### Deadlines', '', 'None: the treaties set no number of days, and no act of this form states a term.', ''];
  return ['### Deadlines', '', '| deadline | kind | whence | rule | when it passes |', '| --- | --- | --- | --- | --- |', ...rows, ''];
}

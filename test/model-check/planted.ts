import type { Side } from '@comity/kernel';
import { CHARTS, CROSSINGS, statechart, type ChartName, type CrossingRow, type Law } from '../../libs/requests/src/domain/index.js';

/** A statechart's config as plain data, free to be spoilt. */
export interface Config {
  states: Record<string, { on?: On; states: Record<string, { on?: On }> }>;
}
type Branch = { target?: string; guard: { params: { rules: string[]; when: string | null } }; actions: unknown[] };
type On = Record<string, Branch | Branch[]>;

/** The law with one statechart changed. */
export function withChart(chart: ChartName, side: Side, spoil: (config: Config) => void): Law {
  const config = JSON.parse(JSON.stringify(CHARTS[chart].sides[side].config)) as Config;
  spoil(config);
  const sides = { ...CHARTS[chart].sides, [side]: statechart(config as never) };
  return { charts: { ...CHARTS, [chart]: { ...CHARTS[chart], sides } }, crossings: CROSSINGS };
}

/** The law with another crossing table. */
export function withCrossings(spoil: (rows: CrossingRow[]) => CrossingRow[]): Law {
  return { charts: CHARTS, crossings: spoil([...CROSSINGS]) };
}

/** The event's branches in a state; of the region itself where `state` is empty. */
export function branches(config: Config, region: string, state: string, event: string): Branch[] {
  const on = state === '' ? config.states[region]!.on : config.states[region]!.states[state]!.on;
  const found = on?.[event];
  if (!found) throw new Error(`there is no ${event} in ${region}.${state} to spoil`);
  return Array.isArray(found) ? found : [found];
}

export function unhandled(config: Config, region: string, state: string, event: string): void {
  branches(config, region, state, event);
  delete (state === '' ? config.states[region]!.on! : config.states[region]!.states[state]!.on!)[event];
}

export function withoutRule(config: Config, region: string, state: string, event: string, rule: string): void {
  for (const branch of branches(config, region, state, event)) {
    const { params } = branch.guard;
    if (!params.rules.includes(rule)) throw new Error(`${event} does not name ${rule}`);
    params.rules = params.rules.filter((name) => name !== rule);
  }
}

/** The act is done and the other State is not told. */
export function unsent(config: Config, region: string, state: string, event: string): void {
  for (const branch of branches(config, region, state, event)) branch.actions = branch.actions.filter((a) => (a as { type?: string }).type !== 'send').concat('note');
}

/** What else it does, in the letter or elsewhere, is left out. */
export function withoutEffects(config: Config, region: string, state: string, event: string): void {
  for (const branch of branches(config, region, state, event)) branch.actions = branch.actions.filter((a) => (a as { type?: string }).type !== 'effect');
}

export function retargeted(config: Config, region: string, state: string, event: string, target: string): void {
  for (const branch of branches(config, region, state, event)) branch.target = target;
}

/** A flag is not set or reset any more. */
export function unchanged(config: Config, region: string, state: string, event: string, change: string): void {
  for (const branch of branches(config, region, state, event)) branch.actions = branch.actions.filter((a) => a !== change && (a as { type?: string }).type !== change);
}

import type { Side } from '@comity/kernel';
import { CHARTS, type ChartName, type Charts } from '../../libs/requests/src/domain/index.js';
import { UNREACHABLE } from './unreachable.js';

export interface Coverage {
  states: number;
  statesVisited: number;
  pairs: number;
  pairsVisited: number;
  /** Pairs not visited, with the reason why they cannot be. */
  explained: { pair: string; why: string }[];
  unexplained: string[];
  /** Held to be impossible, and visited all the same: the reason is wrong. */
  wronglyExplained: string[];
}

/**
 * A form whose machines are built by the same function as another's: a region that is the same in both, but for the
 * events named, is visited once, there.
 */
const STORED = { as: 'stored-data', but: ['SECURE', 'SECURED'] } as const;
const BUILT_ALIKE: Record<string, { as: ChartName; but: readonly string[] }> = { 'mutual-legal-assistance': STORED, 'real-time-traffic': STORED, interception: STORED };

type Region = { states?: Record<string, { on?: Record<string, unknown> }> };

/** Whether a region is the same as that of the form it is built alike with. */
export function isVisitedElsewhere(charts: Charts, chart: string, side: Side, region: string): boolean {
  const alike = BUILT_ALIKE[chart];
  if (!alike) return false;
  const table = (name: ChartName) => {
    const node = (charts[name].sides[side].config.states as Record<string, Region>)[region];
    return JSON.stringify(node, (key, value: unknown) => (alike.but.includes(key) ? undefined : value));
  };
  return table(chart as ChartName) === table(alike.as);
}

/** Every event that every state of every chart takes: `side:chart:region:state:EVENT`; a region's own events in each of its states. */
function everyPair(charts: Charts = CHARTS): string[] {
  const pairs: string[] = [];
  for (const [chart, { sides }] of Object.entries(charts)) {
    for (const side of ['requesting', 'requested'] as Side[]) {
      for (const [region, node] of Object.entries(sides[side].root.states)) {
        for (const [state, at] of Object.entries(node.states)) {
          const events = new Set([...node.transitions.keys(), ...at.transitions.keys()]);
          if (events.size === 0) pairs.push(`${side}:${chart}:${region}:${state}:`);
          for (const event of events) pairs.push(`${side}:${chart}:${region}:${state}:${event}`);
        }
      }
    }
  }
  return pairs;
}

/** As {@link everyPair}, but for regions that are built alike. */
export function allPairs(charts: Charts = CHARTS): string[] {
  return everyPair(charts).filter((pair) => {
    const [side, chart, region] = pair.split(':') as [Side, string, string];
    return !isVisitedElsewhere(charts, chart, side, region);
  });
}

/** Why a pair cannot be visited, if it cannot; what holds of a form holds of one that is built alike. */
export function whyUnreachable(pair: string): string | undefined {
  const [, chart] = pair.split(':');
  const alike = BUILT_ALIKE[chart!]?.as;
  return UNREACHABLE.find(({ pairs }) => pairs.test(pair) || (alike !== undefined && pairs.test(pair.replace(`:${chart}:`, `:${alike}:`))))?.why;
}

/** Of a pair, all but the event. */
export const stateOf = (pair: string): string => pair.slice(0, pair.lastIndexOf(':'));

/** What of the pairs was visited, and what not; `visited` also holds states that ended a path. */
export function unvisited(pairs: readonly string[], visited: ReadonlySet<string>): Coverage {
  const statesVisited = new Set([...visited].map(stateOf));
  const states = new Set(pairs.map(stateOf));
  const events = pairs.filter((p) => !p.endsWith(':'));
  const why = whyUnreachable;
  const missed = events.filter((p) => !visited.has(p));
  return {
    states: states.size,
    statesVisited: [...states].filter((s) => statesVisited.has(s)).length,
    pairs: events.length,
    pairsVisited: events.length - missed.length,
    explained: missed.flatMap((pair) => (why(pair) ? [{ pair, why: why(pair)! }] : [])),
    unexplained: [...missed.filter((p) => !why(p)), ...[...states].filter((s) => !statesVisited.has(s) && !why(`${s}:`))],
    wronglyExplained: events.filter((p) => visited.has(p) && why(p)),
  };
}

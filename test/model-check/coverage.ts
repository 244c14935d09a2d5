import type { Side } from '@comity/kernel';
import { CHARTS, type Charts } from '../../libs/requests/src/domain/index.js';
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

/** Every event that every state of every chart takes: `side:chart:region:state:EVENT`; a region's own events in each of its states. */
export function allPairs(charts: Charts = CHARTS): string[] {
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

const stateOf = (pair: string): string => pair.slice(0, pair.lastIndexOf(':'));

/** What of the pairs was visited, and what not; `visited` also holds states that ended a path. */
export function unvisited(pairs: readonly string[], visited: ReadonlySet<string>): Coverage {
  const statesVisited = new Set([...visited].map(stateOf));
  const states = new Set(pairs.map(stateOf));
  const events = pairs.filter((p) => !p.endsWith(':'));
  const why = (pair: string) => UNREACHABLE.find((row) => row.pairs.test(pair))?.why;
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

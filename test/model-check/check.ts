import { allPairs, unvisited, type Coverage } from './coverage.js';
import { explore, type ModelResult } from './joint-model.js';
import { models, type CheckOptions } from './models.js';
import { PROPERTIES } from './properties.js';

export interface Outcome {
  results: (ModelResult & { ms: number })[];
  coverage: Coverage;
  /** No violation, and nothing left unvisited without a reason. */
  ok: boolean;
}

/** Runs every model; `tell` gets a line as each is done. */
export function check(options: CheckOptions, tell: (line: string) => void = () => undefined): Outcome {
  tell(`${'model'.padEnd(58)}bound  joint states  transitions    ends  violations`);
  const results = models(options).map((model) => {
    const from = Date.now();
    const result = { ...explore(model, PROPERTIES), ms: Date.now() - from };
    const { jointStates, transitions, ends, violations, complete } = result;
    tell(`${result.name.padEnd(58)}${pad(result.bound, 5)}${pad(jointStates, 14)}${pad(transitions, 13)}${pad(ends, 8)}${pad(violations.length, 12)}  ${complete ? 'complete' : 'bounded'}, ${(result.ms / 1000).toFixed(1)} s`);
    for (const { property, at, trace } of violations) {
      tell(`  VIOLATION ${property}`);
      tell(`    at ${at}`);
      for (const step of trace) tell(`    ${step}`);
    }
    return result;
  });
  const visited = new Set(results.flatMap((r) => [...r.visited]));
  const coverage = unvisited(allPairs(options.law?.charts), visited);
  const sum = (of: (r: ModelResult) => number) => results.reduce((total, r) => total + of(r), 0);
  const complete = results.filter((r) => r.complete).length;
  tell('');
  tell(`joint states ${sum((r) => r.jointStates)}, transitions ${sum((r) => r.transitions)}, violations ${sum((r) => r.violations.length)}; ` +
    `${complete} of ${results.length} models complete${complete < results.length ? `, the others bounded by the cap of ${options.maxStates} states` : ''}`);
  tell(`states visited ${coverage.statesVisited} of ${coverage.states}; events in states visited ${coverage.pairsVisited} of ${coverage.pairs}, ` +
    `${coverage.explained.length} that cannot happen, each with its reason`);
  for (const pair of coverage.unexplained) tell(`  NOT VISITED ${pair}`);
  for (const pair of coverage.wronglyExplained) tell(`  VISITED THOUGH HELD IMPOSSIBLE ${pair}`);
  const ok = results.every((r) => r.violations.length === 0 && r.ends > 0) && coverage.unexplained.length === 0 && coverage.wronglyExplained.length === 0;
  tell(ok ? 'ok' : 'FAULT');
  return { results, coverage, ok };
}

const pad = (n: number, width: number): string => String(n).padStart(width);

import type { Outcome } from './check.js';

/** The outcome as one document, for programs. */
export function report({ results, coverage, ok }: Outcome): object {
  return {
    ok,
    models: results.map(({ name, bound, jointStates, transitions, ends, complete, violations, ms }) => ({ name, bound, jointStates, transitions, ends, complete, violations, ms })),
    coverage,
  };
}

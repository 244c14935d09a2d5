import { allPairs, unvisited } from './coverage.js';
import { check } from './check.js';
import { explore } from './joint-model.js';
import { models } from './models.js';
import { PROPERTIES } from './properties.js';

// One message a channel here, in seconds; three of them in full.deep.spec.ts and `npm run model-check`.
const OPTIONS = { bound: 1, maxStates: 300_000 };

describe('the model check of letter and stored-data measure', () => {
  const lines: string[] = [];
  const outcome = check(OPTIONS, (line) => lines.push(line));

  it('finds no violation in any model, explores each completely, and meets an end in each', () => {
    expect(outcome.results.flatMap((r) => r.violations)).toEqual([]);
    expect(outcome.results.filter((r) => !r.complete || r.ends === 0)).toEqual([]);
    expect(outcome.ok).toBe(true);
  });

  it('visits every state, and every event in every state but those that cannot come, each with its reason', () => {
    const { coverage } = outcome;
    expect(coverage.statesVisited).toBe(coverage.states);
    expect(coverage.unexplained).toEqual([]);
    expect(coverage.wronglyExplained).toEqual([]);
    expect(coverage.pairsVisited + coverage.explained.length).toBe(coverage.pairs);
  });

  it('says what it did, in words', () => {
    expect(lines.join('\n')).toMatch(/joint states \d+, transitions \d+, violations 0; 52 of 52 models complete/);
    expect(lines.at(-1)).toBe('ok');
  });

  it('tells of an event that no model meets', () => {
    const visited = new Set(outcome.results.flatMap((r) => [...r.visited]));
    visited.delete('requested:stored-data:main:postponed:RESUME');
    expect(unvisited(allPairs(), visited).unexplained).toEqual(['requested:stored-data:main:postponed:RESUME']);
  });

  it('finds the same when nothing is left out of a state as dead', () => {
    // The small models; what they leave out is the same in the large ones.
    const small = /main with (confidentiality|costs)$|closing of the letter$/;
    const abstract = models(OPTIONS).filter((m) => small.test(m.name));
    const whole = models({ ...OPTIONS, whole: true }).filter((m) => small.test(m.name));
    expect(whole.length).toBeGreaterThan(2);
    whole.forEach((model, i) => {
      const [full, short] = [explore(model, PROPERTIES), explore(abstract[i]!, PROPERTIES)];
      expect(full.violations).toEqual([]);
      expect([...full.visited].sort()).toEqual([...short.visited].sort());
      expect(full.jointStates).toBeGreaterThanOrEqual(short.jointStates);
    });
  });

  it('stops at its cap, says so, and blames no state for what it has not looked at', () => {
    const model = models({ bound: 3, maxStates: 5000 })[0]!;
    const result = explore(model, PROPERTIES);
    expect(result).toMatchObject({ complete: false, jointStates: 5000, violations: [] });
  });
});

import { newId, type Official } from '@comity/kernel';
import { DEMO_ACCOUNTS } from '../../config/demo/accounts.js';
import { allPairs } from '../model-check/coverage.js';
import { Tally } from './course.js';
import { randomOf } from '../support/random.js';
import { courseOf, Scout } from './scout.js';

const known = new Map<string, Official>();
const officials = (state: string, username: string): Official => {
  const key = `${state} ${username}`;
  const { role } = DEMO_ACCOUNTS.find((account) => account.username === username)!;
  if (!known.has(key)) known.set(key, { kind: 'official', state, accountId: newId(), authorityId: newId(), roles: [role], username });
  return known.get(key)!;
};
const at = new Date('2026-11-03T09:12:40.000Z');
const pairs = allPairs().filter((pair) => !pair.endsWith(':'));

describe('a scout', () => {
  it('finds ways that lead, step by step, to what they were found for', () => {
    const scout = new Scout(randomOf(1), officials);
    const left = new Set(pairs);
    for (let found = 0; found < 40; found += 1) {
      const way = scout.wayTo([...left], at, 50)!;
      const course = courseOf(way.seed, { at, random: randomOf(2), tally: new Tally(), officials });
      for (const step of way.steps) expect(course.take(step)).toBe(true);
      const reached = [...course.seen].filter((pair) => left.delete(pair));
      expect(reached).not.toEqual([]);
    }
  });

  it('looks for nothing where nothing is missed', () => {
    expect(new Scout(randomOf(1), officials).wayTo([], at, 1)).toBeUndefined();
  });
});

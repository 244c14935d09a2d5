import type { Facts, MachineEvent, Refusal } from './machine-parts.js';
import type { PathEntry, PathFacts } from './path.js';

const pathIn = (payload: Record<string, unknown>): PathEntry[] => (payload['path'] as PathEntry[] | undefined) ?? [];

/** Times that no connection had: they would go on to the third State, and be refused there. */
function pathTimes(path: readonly PathEntry[], now: string): Refusal[] {
  return path.flatMap(({ time, until, precision }, i): Refusal[] => {
    const refuse = (code: string, detail: string, member: string): Refusal[] => [{ code, detail, pointer: `/path/${i}/${member}` }];
    if (Date.parse(time) > Date.parse(now)) return refuse('time.in-future', 'The connection lies in the future: check the time and its zone.', 'time');
    if (until !== undefined && Date.parse(until) < Date.parse(time)) return refuse('period.reversed', 'The end lies before the beginning: exchange the two.', 'until');
    if (until !== undefined && Date.parse(until) > Date.parse(now)) return refuse('time.in-future', 'The connection ends in the future: check the time and its zone.', 'until');
    if (precision === 'millisecond' && !time.includes('.')) return refuse('time.precision-not-given', 'A time to the millisecond is written with its fraction, or is precise to the second only.', 'time');
    return [];
  });
}

/** What is wrong with a path as a letter tells it. */
export const pathToldProblems = ({ payload }: MachineEvent, facts: Facts): Refusal[] =>
  pathTimes(pathIn(payload), facts.at).map((problem) => ({ ...problem, detail: `${problem.detail} If the letter says so, leave that entry out, and ask by CORRESPONDENCE.` }));

/** What is wrong with a path as the requested State would disclose it. `cited`: the profile's rule on the disclosure, with its force. */
export function pathProblems({ payload }: MachineEvent, facts: Facts, cited: Pick<Refusal, 'rule' | 'force'> | undefined): Refusal[] {
  const path = pathIn(payload);
  const problems = pathTimes(path, facts.at);
  if (problems.length > 0) return problems;
  const refuse = (code: string, detail: string, pointer: string, by: typeof cited): Refusal => ({ code, detail, pointer, ...by });
  const elsewhere = path.filter(({ state }) => state !== facts.requestedState);
  if (elsewhere.length === 0) return [refuse('path.no-other-state', 'Every entry lies in your own State: disclose what identifies the provider in another one.', '/path', cited)];
  if (!elsewhere.some(({ provider }) => provider !== undefined)) {
    return [refuse('path.provider-missing', 'Name the provider in another State in at least one entry: the disclosure is to identify it.', '/path', cited)];
  }
  return [];
}

/** Why the path cannot be followed to another State by this act. */
export function followProblems(facts: Facts): Refusal[] {
  const { leads, state, known, followedBy, unknownEntry }: PathFacts = facts.path ?? { leads: 'unknown' };
  if (unknownEntry !== undefined) return [{ code: 'path.entry-unknown', detail: 'The path has no entry of this number; they count from 1.', pointer: `/entries/${unknownEntry}` }];
  const refuse = (code: string, detail: string): Refusal[] => [{ code, detail, pointer: '/state' }];
  if (leads === 'several') return refuse('path.several-states', 'The path leads to several States: name the one to ask; the act can be repeated for each.');
  if (leads === 'unknown') return refuse('path.state-unknown', 'The disclosure names no State: name the one in which the provider is.');
  if (leads === 'unplaced') return refuse('path.entries-unplaced', `Part of the path leads home, and part has no State: name the State to ask for that, or ${state ?? 'your own'} if it leads home.`);
  if (leads === 'elsewhere') return refuse('path.not-there', `No entry of the path is in ${state ?? 'that State'}: name a State that it leads to.`);
  if (leads === 'back') return refuse('path.leads-back', 'The path leads back to the State that disclosed it: ask it by a supplementary request.');
  if (known === false) return refuse('state.unknown', `The directory does not know the State ${state ?? ''}. Ask your administrator to add it.`);
  if (followedBy !== undefined) {
    return [{ code: 'path.followed-already', detail: `The request ${followedBy} to ${state ?? ''} was opened from this path already: go on with it, by a supplementary request where it has been transmitted, or abandon it while it is a draft.` }];
  }
  return [];
}

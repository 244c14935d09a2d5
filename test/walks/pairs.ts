import { CHARTS, CROSSINGS } from '../../libs/requests/src/domain/index.js';
import { allPairs } from '../model-check/coverage.js';
import { explore } from '../model-check/joint-model.js';
import { models } from '../model-check/models.js';
import { PROPERTIES } from '../model-check/properties.js';
import { whyNotHere } from './course.js';

/**
 * What two States with nodes can come to, by the model check: every event in every state, but for those that happen only
 * where letters are transcribed, out of order or with one left out, which two people do (test/api/outcome-by-letter.spec.ts).
 */
export function pairsBetweenNodes(): string[] {
  const law = { charts: CHARTS, crossings: CROSSINGS };
  const told = models({ bound: 2, maxStates: 8_000_000, law }).filter(({ byLetter }) => !byLetter);
  const visited = new Set(told.flatMap((model) => [...explore(model, PROPERTIES).visited]));
  return allPairs().filter((pair) => !pair.endsWith(':') && visited.has(pair) && whyNotHere(pair) === undefined);
}

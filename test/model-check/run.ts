// npm run model-check [-- --bound 3 --cap 8000000 --no-pair --json]: the model check in full, with what it explored.
import { parseArgs } from 'node:util';
import { CHARTS, CROSSINGS } from '../../libs/requests/src/domain/index.js';
import { linkedOf } from '../../libs/requests/src/linked.js';
import { check } from './check.js';
import { explorePair } from './linked-pair.js';
import { report } from './report.js';

const { values } = parseArgs({
  options: {
    // Messages a channel holds.
    bound: { type: 'string', default: '3' },
    // Joint states a model explores at most: half as many again as the largest has with three messages, at 150 bytes each.
    cap: { type: 'string', default: '8000000' },
    // The linked pair: a preservation, and the request for stored data that continues it.
    pair: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const tell = (line: string): void => {
  if (!values.json) process.stdout.write(`${line}\n`);
};
const outcome = check({ bound: Number(values.bound), maxStates: Number(values.cap) }, tell);
const pair = values.pair ? explorePair({ law: { charts: CHARTS, crossings: CROSSINGS }, linked: linkedOf, bound: 1, maxStates: Number(values.cap) }) : undefined;
if (pair) {
  tell(`linked pair, four files and one message a channel: joint states ${pair.states}, transitions ${pair.transitions}, violations ${pair.violations.length}; ${pair.complete ? 'complete' : 'bounded'}`);
  for (const { property, trace } of pair.violations) tell([`  VIOLATION ${property}`, ...trace].join('\n    '));
}
if (values.json) process.stdout.write(`${JSON.stringify({ ...report(outcome), ...(pair && { linkedPair: pair }) })}\n`);
process.exitCode = outcome.ok && (pair === undefined || (pair.complete && pair.violations.length === 0)) ? 0 : 1;

// npm run model-check [-- --bound 3 --cap 8000000 --json]: the model check in full, with what it explored.
import { parseArgs } from 'node:util';
import { check } from './check.js';
import { report } from './report.js';

const { values } = parseArgs({
  options: {
    // Messages a channel holds.
    bound: { type: 'string', default: '3' },
    // Joint states a model explores at most: half as many again as the largest has with three messages, at 150 bytes each.
    cap: { type: 'string', default: '8000000' },
    json: { type: 'boolean', default: false },
  },
});
const outcome = check({ bound: Number(values.bound), maxStates: Number(values.cap) }, (line) => {
  if (!values.json) process.stdout.write(`${line}\n`);
});
if (values.json) process.stdout.write(`${JSON.stringify(report(outcome))}\n`);
process.exitCode = outcome.ok ? 0 : 1;

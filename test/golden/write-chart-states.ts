// Once per version of the statecharts: node --import ./test/support/typescript.js test/golden/write-chart-states.ts [form]
// With a form: a file of its own for a form that joined a version already out.
// A file that stands is never written over: it is what files in the field hold.
import { writeFileSync } from 'node:fs';
import { CHARTS } from '../../libs/requests/src/domain/index.js';
import { chartStates } from './chart-states.js';

const version = Math.max(...Object.values(CHARTS).map((c) => c.version));
const form = process.argv[2];
const lines = chartStates().filter(({ chart }) => form === undefined || chart === form).map((state) => JSON.stringify(state));
writeFileSync(new URL(`chart-states.v${version}${form === undefined ? '' : `.${form}`}.json`, import.meta.url), `[\n${lines.join(',\n')}\n]\n`, { flag: 'wx' });

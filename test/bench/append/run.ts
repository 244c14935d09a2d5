// npm run bench:append [-- --appender slow --repeats 25 --bar 0.1 --json]: what the log costs a transmission.
import { parseArgs } from 'node:util';
import { benchAppend } from './append-bench.js';
import { SOURCES } from '../sources.js';

const { values } = parseArgs({
  options: {
    appender: { type: 'string', default: 'real' }, repeats: { type: 'string', default: '25' }, clients: { type: 'string', default: '32' }, count: { type: 'string', default: '300' },
    'warm-up': { type: 'string', default: '2000' }, measures: { type: 'string', default: '3' }, bar: { type: 'string', default: '0.1' }, json: { type: 'boolean', default: false },
  },
});
const appender = values.appender;
if (appender !== 'real' && appender !== 'slow' && appender !== 'null') throw new Error('--appender must be real, slow or null');
const number = (name: 'repeats' | 'clients' | 'count' | 'warm-up' | 'measures' | 'bar'): number => {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);
  return value;
};
const say = (line: string): void => void (values.json || process.stdout.write(`${line}\n`));
const report = await benchAppend(
  { appender, repeats: number('repeats'), clients: number('clients'), count: number('count'), warmUp: number('warm-up'), measures: number('measures'), bar: number('bar') },
  { ...process.env, ...SOURCES }, say,
);
say(`${report.ok ? 'within' : 'BEYOND'} its bar: drop ${(report.drop * 100).toFixed(1)} % of ${report.nullPerSecond}/s, at most ${report.bar * 100} %`);
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = report.ok ? 0 : 1;

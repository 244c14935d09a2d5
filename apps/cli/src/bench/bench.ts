import { UsageError, type Environment } from '../command.js';
import type { Output } from '../output.js';
import { benchAudit } from './audit.js';
import { benchClocks } from './clocks.js';
import { benchInbox } from './inbox.js';
import { benchMemory } from './memory.js';
import { benchSubmit } from './submit.js';
import { benchVerify } from './verify.js';

export interface BenchCall {
  name: string;
  options: Readonly<Record<string, string | boolean | undefined>>;
  env: Environment;
  out: Output;
}

/** Runs a bench by name. @returns the exit status: 1 below its bar. @throws UsageError on a name or number that is none */
export function runBench({ name, options, env, out }: BenchCall): Promise<number> {
  const quick = options['quick'] === true;
  const number = <T>(option: string, absent: T): number | T => {
    const text = options[option];
    if (text === undefined) return absent;
    const value = Number(text);
    if (!(value >= 0 && value < Infinity)) throw new UsageError(`--${option} must be a number`);
    return value;
  };
  const nodeArgs = typeof options['node-args'] === 'string' ? options['node-args'].split(' ') : undefined;
  const bars = { p99Bar: number('p99-bar', undefined), rssBar: number('rss-bar', undefined) };
  const given = Object.fromEntries(Object.entries({ ...bars, nodeArgs }).filter(([, value]) => value !== undefined));
  const repeats = number('repeats', quick ? 1 : 5);
  const measures = number('measures', 3);
  switch (name) {
    case 'submit':
      return benchSubmit(
        {
          load: quick ? { 1: 5, 4: 20 } : { 1: 200, 8: 800, 32: 1600 }, warmUp: quick ? 10 : 2000,
          endToEndLoad: quick ? { 1: 5, 4: 20 } : { 1: 50, 8: 200, 32: 400 }, endToEndWarmUp: quick ? 10 : 400,
          senderOnly: options['sender-only'] === true, bar: number('bar', 0.6), repeats, measures, ...given,
        }, env, out,
      );
    case 'inbox':
      return benchInbox({ few: quick ? 200 : 10_000, many: quick ? 2_000 : 1_000_000, calls: quick ? 10 : 200, bar: number('bar', 1.5), repeats }, env, out);
    case 'memory':
      return benchMemory({ transmissions: quick ? 200 : 10_000, step: quick ? 20 : 500, warmUp: quick ? 20 : 3000, bar: number('bar', 30), measures }, env, out);
    case 'audit':
      return benchAudit({ few: quick ? 500 : 10_000, many: quick ? 2_000 : number('entries', 1_000_000), calls: quick ? 10 : 200, bar: number('bar', 1.5), repeats }, env, out);
    case 'clocks':
      return benchClocks(
        {
          open: quick ? 2_000 : 1_000_000, reminders: quick ? 500 : 200_000, transitions: quick ? 20 : 3_000, floorClients: quick ? 4 : 32, repeats,
          perSecond: 10, seconds: quick ? 2 : 30,
          bars: { remindersPerSecond: number('reminders-bar', 10_000), ratio: number('bar', 0.5), lagP99Ms: number('p99-bar', 1_000) },
        }, env, out,
      );
    case 'verify':
      return benchVerify({ entries: number('entries', quick ? 5_000 : 1_000_000), repeats, bar: number('bar', 0.8), growthBar: 30 }, env, out);
    default:
      throw new UsageError(`there is no bench ${name}; there are submit, inbox, memory, clocks, verify, audit`);
  }
}

import type { Environment } from '../command.js';
import type { Output } from '../output.js';
import { median, percentile, rounded } from './figures.js';
import { drive } from './drive.js';
import { openGround, type Ground } from './ground.js';
import { makeReadyDraft } from './drafts.js';
import { fillList, listQueries, type ListCase } from './many-files.js';
import { startServer, type Server } from './server.js';
import { signInTransmitters, type Transmitter } from './transmit.js';

export interface InboxOptions {
  few: number;
  many: number;
  /** Of each query in one repeat. */
  calls: number;
  repeats: number;
  /** Exit status 1 above this ratio of any query. */
  bar: number;
}

export interface Run {
  query: string;
  /** 99th percentile with many files over that with few, the median of the repeats. */
  ratio: number;
  ratios: number[];
  p50Ms: { few: number; many: number };
  p99Ms: { few: number; many: number };
}

/** Milliseconds of calls. */
export interface Times {
  few: number[];
  many: number[];
}

/** A node whose State has so many files, and somebody reading its list. */
export interface Place {
  ground: Ground;
  server: Server;
  reader: Transmitter;
  cases: ListCase[];
}

/**
 * The list over HTTP with few and with many files, on two nodes that are asked in turns, call by call, so that what
 * else the machine does falls on both alike. @returns the exit status: 1 above the bar
 */
export async function benchInbox(options: InboxOptions, env: Environment, out: Output): Promise<number> {
  const places: Place[] = [];
  try {
    for (const count of [options.few, options.many]) places.push(await openPlace(count, env, out));
    const [few, many] = places as [Place, Place];
    const runs: Run[] = [];
    for (const [i, { name }] of few.cases.entries()) {
      // Fills the caches of both.
      await inTurns([few, many], i, options.calls / 5);
      const timed: Times[] = [];
      for (let repeat = 0; repeat < options.repeats; repeat += 1) timed.push(await inTurns([few, many], i, options.calls));
      runs.push(say(out, name, timed));
    }
    const above = runs.filter(({ ratio }) => ratio > options.bar).map(({ query, ratio }) => `${query}: the ratio ${ratio} is above its bar ${options.bar}`);
    for (const fault of above) out.complain(fault);
    out.result({ bench: 'inbox', ok: above.length === 0, bar: options.bar, few: options.few, many: options.many, repeats: options.repeats, runs, ...(above.length > 0 && { above }) });
    return above.length === 0 ? 0 : 1;
  } finally {
    await closePlaces(places);
  }
}

export async function closePlaces(places: readonly Place[]): Promise<void> {
  for (const { server, ground, reader } of places) {
    reader.line.close();
    await server.stop();
    await ground.close();
  }
}

async function openPlace(count: number, env: Environment, out: Output): Promise<Place> {
  const ground = await openGround(env);
  let server: Server | undefined;
  try {
    server = await startServer(ground, { worker: false });
    const draft = await makeReadyDraft(server.base, 1);
    const began = performance.now();
    await fillList(ground.owner, draft, count);
    out.say(`${count} files laid out in ${rounded((performance.now() - began) / 1000, 1)} s`);
    const [reader] = await signInTransmitters(server.base, draft, 1);
    return { ground, server, reader: reader!, cases: await listQueries(ground.owner, draft) };
  } catch (error) {
    await server?.stop();
    await ground.close();
    throw error;
  }
}

export async function inTurns(places: [Place, Place], i: number, calls: number): Promise<Times> {
  const times: [number[], number[]] = [[], []];
  for (let call = 0; call < calls; call += 1) {
    for (const [which, { reader, cases }] of places.entries()) {
      const { paths, name } = cases[i]!;
      const { latencies } = await drive([reader], [paths[call % paths.length]!], async ({ line, token }, path) => {
        const { status, body } = await line.send('GET', path, { authorization: `Bearer ${token}` });
        if (status !== 200 || !body.startsWith('{"items":')) throw new Error(`${name} answered ${status}: ${body.slice(0, 300)}`);
      });
      times[which]!.push(...latencies);
    }
  }
  return { few: times[0], many: times[1] };
}

export function say(out: Output, query: string, repeats: Times[]): Run {
  const ratios = repeats.map(({ few, many }) => percentile(many, 0.99) / percentile(few, 0.99));
  const of = (share: number) => ({ few: rounded(median(repeats.map((r) => percentile(r.few, share)))), many: rounded(median(repeats.map((r) => percentile(r.many, share)))) });
  const run = { query, ratio: rounded(median(ratios)), ratios: ratios.map((ratio) => rounded(ratio)), p50Ms: of(0.5), p99Ms: of(0.99) };
  out.say(`  ${query.padEnd(34)} ratio ${run.ratio.toFixed(2)}  p99 ${run.p99Ms.few} / ${run.p99Ms.many} ms  p50 ${run.p50Ms.few} / ${run.p50Ms.many} ms`);
  return run;
}

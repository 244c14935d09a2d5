import { availableParallelism } from 'node:os';
import type { Environment } from '../command.js';
import type { Output } from '../output.js';
import { copyDraft, makeReadyDraft, type ReadyDraft } from './drafts.js';
import { drive } from './drive.js';
import { median, percentile, rounded } from './figures.js';
import { Floor } from './floor.js';
import { openGround, type Ground } from './ground.js';
import { readPattern, type Pattern } from './pattern.js';
import { startServer, type Server } from './server.js';
import { awaitArrival, setAside } from './arrival.js';
import { signInTransmitters, transmit, type Transmitter } from './transmit.js';

export interface SubmitOptions {
  /** Clients -> transmissions of one repeat. */
  load: Readonly<Record<number, number>>;
  /** The same with the worker on: fewer, since each is then three transactions and more. */
  endToEndLoad: Readonly<Record<number, number>>;
  repeats: number;
  /** Of the letter. */
  measures: number;
  /** Untimed transmissions before, so that the code is compiled and the caches are full as in a server that runs. */
  warmUp: number;
  endToEndWarmUp: number;
  /** Exit status 1 below this ratio at the most clients. */
  bar: number;
  /** Further bars at the most clients, where given. */
  p99Bar?: number;
  rssBar?: number;
  nodeArgs?: readonly string[];
  /** Only the sender's commit. */
  senderOnly?: boolean;
}

interface Run {
  clients: number;
  /** Transmissions per second over the floor's, the median of the repeats. */
  ratio: number;
  ratios: number[];
  perSecond: number;
  floorPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** The server's process, at most. */
  rssMb: number;
}

/** A server, and what sends to it. */
interface Setting {
  ground: Ground;
  server: Server;
  draft: ReadyDraft;
  pattern: Pattern;
  endToEnd: boolean;
}

const FLOOR = 'the same rows in six round trips of prepared statements by pg, over as many connections as there are clients';

/**
 * Transmission of ready drafts over HTTP against its floor, in turns within one run. The server is a process of its
 * own; the load and the floor share this one, never at the same time.
 * @returns the exit status: 1 below a bar
 */
export async function benchSubmit(options: SubmitOptions, env: Environment, out: Output): Promise<number> {
  const ground = await openGround(env);
  try {
    out.say(`floor: ${FLOOR}`);
    out.text('server: comity start in a process of its own; load and floor in this one, in turns\n');
    const runs = await phase(ground, false, options, out);
    const endToEnd = options.senderOnly ? [] : await phase(ground, true, { ...options, load: options.endToEndLoad, warmUp: options.endToEndWarmUp }, out);
    const below = faults(runs, options);
    for (const fault of below) out.complain(fault);
    out.result({
      bench: 'submit', ok: below.length === 0, bar: options.bar, measures: options.measures, repeats: options.repeats, cores: availableParallelism(),
      floor: FLOOR, runs, endToEnd, ...(below.length > 0 && { below }),
    });
    return below.length === 0 ? 0 : 1;
  } finally {
    await ground.close();
  }
}

/** All repeats with the worker idle, or with it delivering. */
async function phase(ground: Ground, endToEnd: boolean, options: SubmitOptions, out: Output): Promise<Run[]> {
  out.text(endToEnd ? '\nend to end: until the receiver has its file open and the sender its receipt' : "the sender's commit, worker idle");
  const server = await startServer(ground, { worker: endToEnd, ...(options.nodeArgs && { nodeArgs: options.nodeArgs }) });
  try {
    const draft = await makeReadyDraft(server.base, options.measures);
    const most = Math.max(...Object.keys(options.load).map(Number));
    const transmitters = await signInTransmitters(server.base, draft, most);
    const [first] = await copyDraft(ground.owner, draft, 1);
    await transmit(transmitters[0]!, first!, draft.version);
    const pattern = await readPattern(ground.owner, draft, first!);
    const setting = { ground, server, draft, pattern, endToEnd };
    await turns(setting, transmitters, options.warmUp);
    const runs = new Map<number, { floor: number[]; rate: number[]; latencies: number[]; rss: number[] }>();
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      for (const [clients, count] of Object.entries(options.load)) {
        const run = runs.get(Number(clients)) ?? { floor: [], rate: [], latencies: [], rss: [] };
        runs.set(Number(clients), run);
        const { floor, sent } = await turns(setting, transmitters.slice(0, Number(clients)), count);
        run.floor.push(floor);
        run.rate.push(sent.perSecond);
        run.latencies.push(...sent.latencies);
        run.rss.push(server.rssMb());
      }
    }
    for (const { line } of transmitters) line.close();
    if (!endToEnd) await setAside(ground.owner, draft.state);
    return [...runs].map(([clients, run]) => say(out, clients, run));
  } finally {
    await server.stop();
  }
}

/** One turn of each on as many drafts. */
async function turns({ ground, draft, pattern, endToEnd }: Setting, transmitters: Transmitter[], count: number): Promise<{ floor: number; sent: { perSecond: number; latencies: number[] } }> {
  const [own, floors] = [await copyDraft(ground.owner, draft, count), await copyDraft(ground.owner, draft, count)];
  const writers = await Promise.all(transmitters.map(() => Floor.open(ground.loginUrl, { ...pattern, ...(endToEnd && { message: { ...pattern.message, status: 'delivered' } }) })));
  const floor = await drive(writers, floors, (writer, id) => writer.write(id));
  await Promise.all(writers.map((writer) => writer.close()));
  const began = Date.now();
  const sentAt = new Map<string, number>();
  const sent = await drive(transmitters, own, (transmitter, id) => {
    sentAt.set(id, Date.now());
    return transmit(transmitter, id, draft.version);
  });
  return { floor: floor.perSecond, sent: endToEnd ? await awaitArrival(ground.owner, draft, sentAt, began) : sent };
}

function say(out: Output, clients: number, run: { floor: number[]; rate: number[]; latencies: number[]; rss: number[] }): Run {
  const ratios = run.rate.map((rate, i) => rounded(rate / run.floor[i]!));
  const told: Run = {
    clients, ratio: rounded(median(run.rate.map((rate, i) => rate / run.floor[i]!)), 3), ratios, perSecond: Math.round(median(run.rate)), floorPerSecond: Math.round(median(run.floor)),
    p50Ms: rounded(percentile(run.latencies, 0.5)), p99Ms: rounded(percentile(run.latencies, 0.99)), rssMb: Math.round(Math.max(...run.rss)),
  };
  out.say(`  ${String(clients).padStart(3)} clients  ratio ${told.ratio.toFixed(2)}  ${told.perSecond}/s of ${told.floorPerSecond}/s  p50 ${told.p50Ms} ms  p99 ${told.p99Ms} ms  RSS ${told.rssMb} MB`);
  return told;
}

function faults(runs: Run[], { bar, p99Bar = Infinity, rssBar = Infinity }: SubmitOptions): string[] {
  const run = runs.at(-1)!;
  return [
    ...(run.ratio < bar ? [`at ${run.clients} clients the ratio ${run.ratio} is below its bar ${bar}`] : []),
    ...(run.p99Ms > p99Bar ? [`at ${run.clients} clients the 99th percentile ${run.p99Ms} ms is above its bar ${p99Bar} ms`] : []),
    ...(run.rssMb > rssBar ? [`at ${run.clients} clients the server holds ${run.rssMb} MB, above its bar ${rssBar} MB`] : []),
  ];
}

import { availableParallelism, loadavg } from 'node:os';
import { copyDraft, makeReadyDraft, type ReadyDraft } from '../../../apps/cli/src/bench/drafts.js';
import { drive } from '../../../apps/cli/src/bench/drive.js';
import { median, percentile, rounded } from '../../../apps/cli/src/bench/figures.js';
import { openGround, type Ground } from '../../../apps/cli/src/bench/ground.js';
import { startServer, type Server } from '../../../apps/cli/src/bench/server.js';
import { signInTransmitters, transmit, type Transmitter } from '../../../apps/cli/src/bench/transmit.js';
import type { Appender } from './appenders.js';

export interface AppendOptions {
  clients: number;
  /** Transmissions of each server in a repeat, and untimed ones before. */
  count: number;
  warmUp: number;
  repeats: number;
  measures: number;
  /** Most that the rate may fall by against the null appender, as a share of it. */
  bar: number;
  /** What is measured: the log's own; one slowed on purpose, which must miss the bar; or the null one against itself, which tells the noise. */
  appender: Appender;
}

export interface AppendReport {
  bench: 'append';
  ok: boolean;
  appender: Appender;
  bar: number;
  /** 1 - the median of `ratios`. */
  drop: number;
  /** 1 - the upper and 1 - the lower quartile of `ratios`: half of the repeats lie between. */
  dropQuartiles: [number, number];
  /** Transmissions a second with the appender over those without, of each repeat. */
  ratios: number[];
  perSecond: number;
  nullPerSecond: number;
  clients: number;
  repeats: number;
  measures: number;
  cores: number;
  /** Load of the machine over the minute before the first repeat, the bench's own warming up in it. */
  loadBefore: number;
}

interface Side {
  server: Server;
  transmitters: Transmitter[];
  /** Whether a transmission leaves its entry. */
  logs: boolean;
}

const APPENDERS = new URL('./appenders.ts', import.meta.url).href;

/**
 * The sender's commit over HTTP, worker idle, by two servers on one database: one with the log's appender, one with the
 * null appender. They work in turns, the first one changing from repeat to repeat, never together.
 */
export async function benchAppend(options: AppendOptions, env: Readonly<Record<string, string | undefined>>, say: (line: string) => void = () => undefined): Promise<AppendReport> {
  const { clients, repeats, measures, bar, appender } = options;
  const ground = await openGround(env);
  const servers: Server[] = [];
  try {
    const start = async (which: Appender): Promise<Server> => {
      const server = await startWith(ground, which);
      servers.push(server);
      return server;
    };
    const [measured, bare] = [await start(appender), await start('null')];
    const draft = await makeReadyDraft(measured.base, measures);
    const side = async (server: Server, logs: boolean): Promise<Side> => ({ server, logs, transmitters: await signInTransmitters(server.base, draft, clients) });
    const sides = [await side(measured, appender !== 'null'), await side(bare, false)];
    for (const one of sides) await turn(ground, draft, one, options.warmUp);
    const loadBefore = rounded(loadavg()[0]!, 1);
    const rates: [number[], number[]] = [[], []];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const which of repeat % 2 === 0 ? [0, 1] : [1, 0]) rates[which]!.push(await turn(ground, draft, sides[which]!, options.count));
      say(`  repeat ${repeat + 1}: ${Math.round(rates[0].at(-1)!)}/s of ${Math.round(rates[1].at(-1)!)}/s`);
    }
    for (const { transmitters } of sides) for (const { line } of transmitters) line.close();
    const ratios = rates[0].map((rate, n) => rate / rates[1][n]!);
    const drop = rounded(1 - median(ratios), 3);
    return {
      bench: 'append', ok: drop <= bar, appender, bar, drop, dropQuartiles: [rounded(1 - percentile(ratios, 0.75), 3), rounded(1 - percentile(ratios, 0.25), 3)], ratios: ratios.map((ratio) => rounded(ratio, 3)), perSecond: Math.round(median(rates[0])), nullPerSecond: Math.round(median(rates[1])),
      clients, repeats, measures, cores: availableParallelism(), loadBefore,
    };
  } finally {
    for (const server of servers) await server.stop();
    await ground.close();
  }
}

function startWith(ground: Ground, appender: Appender): Promise<Server> {
  if (appender === 'real') return startServer(ground, { worker: false });
  return startServer({ ...ground, env: { ...ground.env, COMITY_TEST_APPENDER: appender } }, { worker: false, nodeArgs: ['--import', APPENDERS] });
}

/** Transmissions a second. @throws Error when the server logs where it must not, or does not where it must */
async function turn({ owner }: Ground, draft: ReadyDraft, { transmitters, logs }: Side, count: number): Promise<number> {
  const drafts = await copyDraft(owner, draft, count);
  const { perSecond } = await drive(transmitters, drafts, (transmitter, id) => transmit(transmitter, id, draft.version));
  await owner.query('BEGIN');
  await owner.query(`SELECT set_config('comity.state', $1, true)`, [draft.state]);
  const { rows } = await owner.query<{ entries: number; sent: number }>(
    `SELECT (SELECT count(*)::int FROM audit_entry WHERE state = $1 AND type = 'request.transmitted' AND subject = ANY ($2)) AS entries,
       (SELECT count(*)::int FROM outbox_message WHERE state = $1 AND thread_id = ANY ($3)) AS sent`,
    [draft.state, drafts.map((id) => `file:${id}`), drafts],
  );
  await owner.query('COMMIT');
  const { entries, sent } = rows[0]!;
  if (sent !== count || entries !== (logs ? count : 0)) throw new Error(`${count} transmissions left ${sent} messages and ${entries} entries`);
  return perSecond;
}

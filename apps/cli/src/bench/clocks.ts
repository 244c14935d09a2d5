import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeadlinesService, RemindersService } from '@comity/requests';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type pg from 'pg';
import { DEMO_PASSWORD } from '../../../../config/demo/accounts.js';
import { readSettings } from '../../../../config/settings.js';
import { createApp } from '../../../api/src/bootstrap.js';
import { ClockWorker } from '../../../worker/src/index.js';
import type { Environment } from '../command.js';
import { Desk } from '../demo/desk.js';
import type { Output } from '../output.js';
import { copyDraft, makeReadyDraft, type ReadyDraft } from './drafts.js';
import { drive } from './drive.js';
import { median, percentile, rounded } from './figures.js';
import { Floor } from './floor.js';
import { openGround, type Ground } from './ground.js';
import { copyLapsing, endTerms, fillDeadlines } from './open-deadlines.js';
import { readPattern, type Pattern } from './pattern.js';
import { startServer } from './server.js';
import { signInTransmitters, transmit } from './transmit.js';

export interface ClocksOptions {
  /** Open deadlines throughout. */
  open: number;
  /** Of them, those whose reminder is due. */
  reminders: number;
  /** Acts of the clock in one repeat, and connections of the floor they are held against. */
  transitions: number;
  floorClients: number;
  repeats: number;
  /** Of the lag: due each second, for so many seconds. */
  perSecond: number;
  seconds: number;
  /** Exit status 1 below or above them. */
  bars: { remindersPerSecond: number; ratio: number; lagP99Ms: number };
}

/** How often the bench looks whether a term has fired; part of the lag it reports. */
const LOOK_MS = 25;

interface Place {
  ground: Ground;
  app: NestFastifyApplication;
  /** Of a letter under review, for the floor. */
  draft: ReadyDraft;
  /** Transmitted, with a consultation whose term has passed. */
  lapsing: ReadyDraft;
  pattern: Pattern;
}

/** Reminders, acts of the clock against the submit floor, and how late they are, with many deadlines open. @returns the exit status: 1 beyond a bar */
export async function benchClocks(options: ClocksOptions, env: Environment, out: Output): Promise<number> {
  const ground = await openGround(env);
  let app: NestFastifyApplication | undefined;
  try {
    const played = await play(ground);
    const began = performance.now();
    await fillDeadlines(ground.owner, played.draft, options.open, options.reminders);
    out.say(`${options.open} open deadlines laid out in ${rounded((performance.now() - began) / 1000, 1)} s`);
    app = await createApp({ settings: { ...readSettings({ ...ground.env, COMITY_WORKER: 'off' }), logLevel: 'silent' } });
    const place: Place = { ground, app, ...played };
    const reminders = await remind(place, options, out);
    const transitions = await fire(place, options, out);
    const lag = await late(place, options, out);
    const { bars } = options;
    const beyond = [
      ...(reminders.perSecond < bars.remindersPerSecond ? [`${reminders.perSecond} reminders a second are below their bar ${bars.remindersPerSecond}`] : []),
      ...(transitions.ratio < bars.ratio ? [`the ratio ${transitions.ratio} of legal transitions to the submit floor is below its bar ${bars.ratio}`] : []),
      ...(lag.p99Ms > bars.lagP99Ms ? [`the 99th percentile of the lag, ${lag.p99Ms} ms, is above its bar ${bars.lagP99Ms} ms`] : []),
    ];
    for (const fault of beyond) out.complain(fault);
    out.result({ bench: 'clocks', ok: beyond.length === 0, bars, open: options.open, cores: availableParallelism(), reminders, transitions, lag, ...(beyond.length > 0 && { beyond }) });
    return beyond.length === 0 ? 0 : 1;
  } finally {
    await app?.close();
    await ground.close();
  }
}

/** One letter transmitted for the floor's pattern, and one with a consultation that lapses as soon as the clock looks. */
async function play(ground: Ground): Promise<Pick<Place, 'draft' | 'lapsing' | 'pattern'>> {
  const server = await startServer(ground, { worker: false });
  try {
    const draft = await makeReadyDraft(server.base, 3);
    const [sender] = await signInTransmitters(server.base, draft, 1);
    const [first, second] = await copyDraft(ground.owner, draft, 2);
    for (const id of [first!, second!]) await transmit(sender!, id, draft.version);
    sender!.line.close();
    const desk = await Desk.signIn(server.base, draft.state, 'central-authority', DEMO_PASSWORD);
    const term = new Date(Date.now() + 2_000);
    await desk.act(second!, 1, 'OPEN_CONSULTATION', { subject: 'timing', proposal: 'By the end of the month', term: term.toISOString() });
    await sleep(Math.max(0, term.getTime() - Date.now()));
    // Its own term stays unfired: once it had lapsed, the copies' acts would all be refused.
    await endTerms(ground.owner, draft.state, second!);
    return { draft, lapsing: { ...draft, id: second! }, pattern: await readPattern(ground.owner, draft, first!) };
  } finally {
    await server.stop();
  }
}

async function remind({ app, draft, ground }: Place, { reminders }: ClocksOptions, out: Output): Promise<{ raised: number; perSecond: number }> {
  const service = app.get(RemindersService, { strict: false });
  const began = performance.now();
  let raised = 0;
  for (let done = 1; done > 0; raised += done) done = await service.run(draft.state);
  const perSecond = Math.round(raised / ((performance.now() - began) / 1000));
  await ground.owner.query(`SELECT set_config('comity.state', $1, false)`, [draft.state]);
  const { rows } = await ground.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM alarm');
  if (raised !== reminders || rows[0]!.n !== reminders) throw new Error(`${rows[0]!.n} alarms of ${reminders} reminders`);
  out.say(`  reminders    ${perSecond}/s, ${raised} of them`);
  return { raised, perSecond };
}

/** Acts of the clock, and the rows of as many transmissions, in turns. */
async function fire({ app, ground, draft, lapsing, pattern }: Place, { transitions, floorClients, repeats }: ClocksOptions, out: Output) {
  const service = app.get(DeadlinesService, { strict: false });
  const runs: { ratio: number; perSecond: number; floorPerSecond: number }[] = [];
  // The first turn is not counted: it compiles the code and fills the caches.
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    const past = new Date(Date.now() - 1_000);
    const [terms, letters] = [await copyLapsing(ground.owner, lapsing, transitions, () => past), await copyDraft(ground.owner, draft, transitions)];
    const writers = await Promise.all(Array.from({ length: floorClients }, () => Floor.open(ground.loginUrl, pattern)));
    const floor = await drive(writers, letters, (writer, id) => writer.write(id));
    await Promise.all(writers.map((writer) => writer.close()));
    const began = performance.now();
    for (let done = 1; done > 0; ) done = await service.fireDue(draft.state, 500);
    const perSecond = transitions / ((performance.now() - began) / 1000);
    const fired = await firedOf(ground.owner, draft.state, terms);
    if (fired.length !== transitions) throw new Error(`${fired.length} of ${transitions} terms fired`);
    if (repeat > 0) runs.push({ ratio: perSecond / floor.perSecond, perSecond, floorPerSecond: floor.perSecond });
  }
  const told = {
    ratio: rounded(median(runs.map((r) => r.ratio)), 3), ratios: runs.map((r) => rounded(r.ratio)),
    perSecond: Math.round(median(runs.map((r) => r.perSecond))), floorPerSecond: Math.round(median(runs.map((r) => r.floorPerSecond))), floorClients,
  };
  out.say(`  transitions  ratio ${told.ratio.toFixed(2)}  ${told.perSecond}/s of ${told.floorPerSecond}/s at ${floorClients} clients`);
  return told;
}

/** From due until seen committed by another connection. */
async function late({ app, ground, lapsing }: Place, { perSecond, seconds }: ClocksOptions, out: Output): Promise<{ fired: number; p50Ms: number; p99Ms: number; mostMs: number }> {
  const count = perSecond * seconds;
  const first = Date.now() + 3_000 + count;
  const dueAt = (n: number): Date => new Date(first + (n * 1000) / perSecond);
  const terms = await copyLapsing(ground.owner, lapsing, count, dueAt);
  const open = new Map(terms.map((id, n) => [id, dueAt(n).getTime()]));
  const lags: number[] = [];
  const worker = app.get(ClockWorker, { strict: false });
  worker.start();
  for (const until = dueAt(count).getTime() + 60_000; open.size > 0; await sleep(LOOK_MS)) {
    // Only at what is due: the looking shares the machine with what is looked at.
    const due = [...open].filter(([, at]) => at <= Date.now()).map(([id]) => id);
    const seen = due.length === 0 ? [] : await firedOf(ground.owner, lapsing.state, due);
    for (const id of seen) {
      lags.push(Date.now() - open.get(id)!);
      open.delete(id);
    }
    if (Date.now() > until) throw new Error(`${open.size} of ${count} terms did not fire`);
  }
  await worker.stop();
  const told = { fired: lags.length, p50Ms: percentile(lags, 0.5), p99Ms: percentile(lags, 0.99), mostMs: Math.max(...lags) };
  const early = await ground.owner.query(`SELECT 1 FROM deadline WHERE id = ANY ($1) AND settled_at < due_at`, [terms]);
  if (early.rowCount !== 0) throw new Error('a term fired before it was due');
  out.say(`  lag          p50 ${told.p50Ms} ms  p99 ${told.p99Ms} ms  at ${perSecond} due a second`);
  return told;
}

/** Terms that fired and whose act was carried out: one that came too late counts as fired, too, and does a fraction of the work. */
export async function firedOf(owner: pg.Client, state: string, ids: readonly string[]): Promise<string[]> {
  await owner.query(`SELECT set_config('comity.state', $1, false)`, [state]);
  const { rows } = await owner.query<{ id: string }>(
    `SELECT d.id FROM deadline d WHERE d.state = $1 AND d.id = ANY ($2) AND d.status = 'fired'
       AND EXISTS (SELECT FROM file_event e WHERE e.state = d.state AND e.file_id = d.file_id AND e.measure IS NOT DISTINCT FROM d.measure AND e.type = d.fires AND e.source = 'clock')`,
    [state, ids],
  );
  return rows.map(({ id }) => id);
}

import type { Environment } from '../command.js';
import type { Output } from '../output.js';
import { makeReadyDraft } from './drafts.js';
import { rounded } from './figures.js';
import { openGround } from './ground.js';
import { closePlaces, inTurns, say, type InboxOptions, type Place, type Run, type Times } from './inbox.js';
import { auditQuestions, fillRecord } from './many-entries.js';
import { startServer, type Server } from './server.js';
import { signInAuditor } from './transmit.js';

/**
 * The questions of auditors over HTTP on a short and on a long record, on two nodes asked in turns, call by call.
 * @returns the exit status: 1 above the bar
 */
export async function benchAudit(options: InboxOptions, env: Environment, out: Output): Promise<number> {
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
    out.result({ bench: 'audit', ok: above.length === 0, bar: options.bar, few: options.few, many: options.many, repeats: options.repeats, runs, ...(above.length > 0 && { above }) });
    return above.length === 0 ? 0 : 1;
  } finally {
    await closePlaces(places);
  }
}

async function openPlace(count: number, env: Environment, out: Output): Promise<Place> {
  const ground = await openGround(env);
  let server: Server | undefined;
  try {
    server = await startServer(ground, { worker: false });
    const draft = await makeReadyDraft(server.base, 1);
    const began = performance.now();
    await fillRecord(ground.owner, draft, count);
    out.say(`${count} entries laid out in ${rounded((performance.now() - began) / 1000, 1)} s`);
    return { ground, server, reader: await signInAuditor(server.base, draft), cases: await auditQuestions(ground.owner, draft) };
  } catch (error) {
    await server?.stop();
    await ground.close();
    throw error;
  }
}

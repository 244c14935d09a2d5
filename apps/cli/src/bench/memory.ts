import type { Environment } from '../command.js';
import type { Output } from '../output.js';
import { copyDraft, makeReadyDraft } from './drafts.js';
import { drive } from './drive.js';
import { median, rounded } from './figures.js';
import { openGround } from './ground.js';
import { startServer } from './server.js';
import { signInTransmitters, transmit } from './transmit.js';

export interface MemoryOptions {
  transmissions: number;
  /** Transmissions between two readings. */
  step: number;
  /** Before the first reading: compiled code and caches grow to their size. */
  warmUp: number;
  /** Exit status 1 above so many MB more in the last third of the readings than in the first. */
  bar: number;
  measures: number;
}

const CLIENTS = 8;

/** Resident memory of a server, its worker delivering, over thousands of transmissions. @returns 1 when it grows beyond the bar */
export async function benchMemory(options: MemoryOptions, env: Environment, out: Output): Promise<number> {
  const ground = await openGround(env);
  try {
    const server = await startServer(ground, { worker: true });
    try {
      const draft = await makeReadyDraft(server.base, options.measures);
      const transmitters = await signInTransmitters(server.base, draft, CLIENTS);
      const send = async (count: number) => drive(transmitters, await copyDraft(ground.owner, draft, count), (by, id) => transmit(by, id, draft.version));
      await send(options.warmUp);
      const readings = [server.rssMb()];
      for (let done = 0; done < options.transmissions; done += options.step) {
        await send(options.step);
        readings.push(server.rssMb());
      }
      const third = Math.ceil(readings.length / 3);
      const growthMb = rounded(median(readings.slice(-third)) - median(readings.slice(0, third)), 1);
      const ok = growthMb <= options.bar;
      out.say(`RSS ${readings.map(Math.round).join(', ')} MB; growth ${growthMb} MB, bar ${options.bar} MB`);
      out.result({ bench: 'memory', ok, bar: options.bar, transmissions: options.transmissions, step: options.step, rssMb: readings.map(Math.round), growthMb });
      return ok ? 0 : 1;
    } finally {
      await server.stop();
    }
  } finally {
    await ground.close();
  }
}

import { testNode } from '../support/node.js';
import { layOut, type LoadSize } from './clock-load.js';
import { tally, type Tally } from './clock-tally.js';
import { killAgainAndAgain } from './ticking-workers.js';

/** Lays out deadlines, has three workers at them that are killed so many times, and counts what came of each. */
export async function killedClocks(fileUrl: string, kills: number, size: LoadSize): Promise<Tally & { killed: number }> {
  const node = await testNode(fileUrl);
  try {
    const load = await layOut(node, size);
    const killed = await killAgainAndAgain({ loginUrl: node.db.loginUrl, blobs: node.blobFolder, at: node.clock.now() }, kills);
    const found = await tally(node, load);
    process.stdout.write(`${found.right} of ${found.of} deadlines, alarms and steps as they must be after ${killed} kills of three workers, clocks a day off either way\n`);
    return { ...found, killed };
  } finally {
    await node.close();
  }
}

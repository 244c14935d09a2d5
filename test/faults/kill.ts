import { KilledNode, roundOfTransmissions } from './killed-node.js';

/**
 * Kills a node in the middle of transmissions, several times, and holds it to its word: every transmission it has
 * acknowledged is there once in both files; one it has not is there once when repeated with its key.
 * @returns how many were acknowledged before a kill, and how many had to be repeated
 */
export async function killedTransmissions(rounds: number, transmissions: number): Promise<{ acknowledged: number; repeated: number; entries: (number | string)[] }> {
  const node = await KilledNode.open();
  const total = { acknowledged: 0, repeated: 0, entries: [] as (number | string)[] };
  const all: string[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      // Somewhere in the middle, elsewhere each time.
      const killAfter = Math.max(2, Math.floor(transmissions * (0.2 + (0.6 * ((round * 7) % 10)) / 10)));
      const requests = await roundOfTransmissions(node, transmissions, killAfter);
      await node.start();
      // Before anything is repeated: what was acknowledged survived the kill.
      const acknowledged = requests.filter((request) => request.acknowledged);
      await sideBySide(acknowledged, async ({ id }) => expect([id, await node.events('KZ', id)]).toEqual([id, ['SUBMIT_FOR_REVIEW', 'TRANSMIT']]));
      await sideBySide(requests, async (request) => expect([request.id, (await node.transmit(request, request.key)).status]).toEqual([request.id, 200]));
      total.acknowledged += acknowledged.length;
      total.repeated += requests.length - acknowledged.length;
      all.push(...requests.map(({ id }) => id));
    }
    // Once at the end, since the lease of a killed worker lasts a minute; until then its messages are killed again and again.
    await sideBySide(all, async (id) => {
      await node.arrived(id);
      expect([id, await node.events('KZ', id), await node.messages('KZ', id)]).toEqual([id, ['SUBMIT_FOR_REVIEW', 'TRANSMIT'], ['REQUESTED 1 delivered']]);
      expect([id, await node.events('VN', id), await node.messages('VN', id)]).toEqual([id, ['REQUESTED'], ['REQUESTED 1 applied']]);
    });
    total.entries = [await node.verifiedLog('KZ'), await node.verifiedLog('VN')];
    return total;
  } finally {
    await node.close();
  }
}

async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>, lanes = 8): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

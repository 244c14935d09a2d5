import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ComityDataSource } from './data-source.js';
import { inTransaction } from './transaction.js';
import type { Tx } from './tx.js';

/** Answers of the server are held back this long, so that whatever the client sends unasked is sent by then. */
const DELAY_MS = 15;

let db: TestDatabase;
let wire: Server;
let dataSource: ComityDataSource;
let trips = 0;

/** A wire to the server that counts how often the client speaks after it has heard an answer. */
function wireTo(port: number): Server {
  return createServer({ noDelay: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    let heard = true;
    client.on('data', (bytes) => {
      if (heard) trips += 1;
      heard = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => void sleep(DELAY_MS).then(() => ((heard = true), client.write(bytes))));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) socket.on('error', () => undefined);
  });
}

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  const url = new URL(db.loginUrl);
  wire = wireTo(Number(url.port)).listen(0, '127.0.0.1');
  await once(wire, 'listening');
  url.port = String((wire.address() as { port: number }).port);
  dataSource = new ComityDataSource({ url: url.href, poolSize: 1 });
  await dataSource.initialize();
  await db.asSuperuser(`CREATE TABLE note (state text NOT NULL, id int); CALL protect_state_table('note'); GRANT SELECT, INSERT ON note TO comity_app`);
});
afterAll(async () => {
  await dataSource.destroy();
  wire.close();
  await db.close();
});

const insert = (tx: Tx): Promise<unknown[]> => tx.prepared('trip.insert', 'INSERT INTO note VALUES ($1, 1)', [tx.state]);
const read = (tx: Tx): Promise<unknown[]> => tx.prepared('trip.read', 'SELECT id FROM note LIMIT 1', []);

/** Round trips of one transaction, of the second run: the first parses the statements. */
async function tripsOf(readOnly: boolean, work: (tx: Tx) => Promise<unknown>): Promise<number> {
  for (const last of [false, true]) {
    trips = 0;
    await inTransaction(dataSource, { state: 'CL', readOnly }, work);
    if (last) return trips;
    await sleep(DELAY_MS * 3);
  }
  return trips;
}

describe('a transaction on the wire', () => {
  it('takes one round trip for BEGIN, role, State, four inserts and COMMIT when none is awaited', async () => {
    const work = async (tx: Tx): Promise<void> => {
      for (let i = 0; i < 4; i += 1) void insert(tx);
    };
    expect(await tripsOf(false, work)).toBe(1);
  });

  it('takes two when something is read first', async () => {
    const work = async (tx: Tx): Promise<void> => {
      await read(tx);
      for (let i = 0; i < 4; i += 1) void insert(tx);
    };
    expect(await tripsOf(false, work)).toBe(2);
  });

  it('takes three when the inserts are awaited, since COMMIT then leaves on its own', async () => {
    const work = async (tx: Tx): Promise<void> => {
      await Promise.all([read(tx), read(tx)]);
      await Promise.all([insert(tx), insert(tx)]);
    };
    expect(await tripsOf(false, work)).toBe(3);
  });

  it('answers a reading after one round trip: COMMIT leaves, and nobody waits for it', async () => {
    // The quickest of some: a busy machine lengthens one or another, and a second trip all of them.
    const took: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const began = performance.now();
      await inTransaction(dataSource, { state: 'CL', readOnly: true }, read);
      took.push(performance.now() - began);
      await sleep(DELAY_MS * 3);
    }
    expect(Math.min(...took)).toBeLessThan(2 * DELAY_MS);
  });
});

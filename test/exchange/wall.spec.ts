import { inTransaction } from '@comity/database';
import { newId, sha256Hex } from '@comity/kernel';
import { official, START, TwoStates } from './two-states.js';

const TABLES = ['peer', 'signing_key', 'thread', 'outbox_message', 'inbox_message', 'message_alarm', 'transcription'];
const VIEWS = ['operator_peer', 'operator_outbox', 'operator_inbox', 'operator_alarm'];

let states: TwoStates;
beforeAll(async () => {
  states = await TwoStates.open(import.meta.url);
  const { thread } = await states.post('BB', 'AA');
  await states.takeIn('AA', { thread, seq: 1, ack: 1, type: 'SAID' });
  await states.takeIn('AA', { thread, seq: 1, ack: 1, type: 'SAID' });
  await states.as('BB', (tx) =>
    states.first.transcriptions.propose(
      tx,
      official('BB'),
      {
        counterpart: 'CC',
        type: 'REQUESTED',
        measure: null,
        body: {},
        datedAt: START,
        receivedAt: START,
        channel: 'letter',
        document: { sha256: sha256Hex('scan') },
      },
      START,
    ),
  );
});
afterAll(() => states.db.close());

const count = (state: string, table: string, as: 'comity_app' | 'comity_operator' = 'comity_app'): Promise<number> =>
  inTransaction(states.db.dataSource, { state, as }, (tx) =>
    tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`),
  ).then((rows) => rows[0]!.n);

describe('the wall between States', () => {
  it.each(TABLES)(
    'hides rows of BB in %s from a State without any, with every check of the services switched off',
    async (table) => {
      expect(await count('BB', table)).toBeGreaterThan(0);
      expect(await count('DD', table)).toBe(0);
      const rows = await inTransaction(states.db.dataSource, { state: 'DD' }, (tx) =>
        tx.query(`SELECT 1 FROM ${table} WHERE state = 'BB'`),
      );
      expect(rows).toEqual([]);
    },
  );

  it('lets no State write a message in the name of another', async () => {
    await expect(
      states.as('AA', (tx) =>
        tx.query(
          `INSERT INTO thread (state, id, counterpart, opened_by, opened_at) VALUES ('BB', $1, 'AA', 'own', $2)`,
          [newId(), START],
        ),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

describe('what was sealed or taken in', () => {
  it.each([
    `UPDATE outbox_message SET bytes = 'x'`,
    `UPDATE outbox_message SET signature = 'x'`,
    'UPDATE outbox_message SET seq = 9',
    `UPDATE inbox_message SET bytes = 'x'`,
    `UPDATE inbox_message SET receipt = '{}'`,
    `UPDATE message_alarm SET kind = 'same-id'`,
    `UPDATE transcription SET document_sha256 = 'x'`,
    `UPDATE signing_key SET wrapped = 'x'`,
    'DELETE FROM outbox_message',
    'DELETE FROM inbox_message',
    'DELETE FROM message_alarm',
    'DELETE FROM thread',
    'DELETE FROM transcription',
    'DELETE FROM signing_key',
  ])('cannot be rewritten: %s', async (sql) => {
    for (const as of ['comity_app', 'comity_worker'] as const) {
      await expect(
        inTransaction(states.db.dataSource, { state: 'BB', as }, (tx) => tx.query(sql)),
      ).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('the operator', () => {
  it('sees delivery, lag and alarms of every State', async () => {
    for (const view of VIEWS) expect(await count('ZZ', view, 'comity_operator')).toBeGreaterThan(0);
    const [row] = await inTransaction(states.db.dataSource, { state: 'ZZ', as: 'comity_operator' }, (tx) =>
      tx.query('SELECT * FROM operator_outbox'),
    );
    expect(row).toMatchObject({
      state: 'BB',
      counterpart: 'AA',
      transport: 'in-process',
      status: 'pending',
      attempts: 0,
      created_at: START,
    });
  });

  it.each([
    'SELECT bytes FROM outbox_message',
    'SELECT type FROM outbox_message',
    'SELECT thread_id FROM inbox_message',
    'SELECT reason FROM inbox_message',
    'SELECT * FROM thread',
    'SELECT * FROM signing_key',
    'SELECT * FROM transcription',
    'SELECT bytes FROM message_alarm',
  ])('sees no content: %s', async (sql) => {
    await expect(
      inTransaction(states.db.dataSource, { state: 'ZZ', as: 'comity_operator' }, (tx) => tx.query(sql)),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

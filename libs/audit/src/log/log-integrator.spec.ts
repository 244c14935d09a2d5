import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction } from '@comity/database';
import { SettableClock } from '@comity/kernel';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { AuditLog } from '../audit-log.js';
import { logVerifierKey, verifyCheckpoint } from '../note/checkpoint.js';
import { draftOf, newFile } from '../testing/drafts.js';
import { testKey, testSigner } from '../testing/log-keys.js';
import { LogIntegrator } from './log-integrator.js';
import { LogProofs } from './log-proofs.js';
import { verifyProof } from './proof-document.js';

// Real: PostgreSQL, roles, policies, triggers. Set by hand: the clock and the key.
let db: TestDatabase;
let log: AuditLog;
const clock = new SettableClock(new Date('2027-01-02T03:04:05.678Z'));
const proofs = new LogProofs();
const keys = (state: string) => [logVerifierKey(state, testKey(1).publicKey)];
const integrator = () => new LogIntegrator(db.dataSource, testSigner(), clock);
const as = <T>(state: string, work: Parameters<typeof inTransaction<T>>[2]): Promise<T> => inTransaction(db.dataSource, { state }, work);
const add = (state: string, count: number) =>
  as(state, async (tx) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push((await log.append(tx, draftOf(newFile()))).id);
    return ids;
  });
const count = async (table: string, state: string) =>
  (await db.asSuperuser<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE state = $1`, [state]))[0]!.n;

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  log = new AuditLog(db.dataSource);
});
afterAll(() => db.close());

describe('the integrator', () => {
  it('gives each pending entry the next place, and signs the committed head with its stored time', async () => {
    const ids = await add('IS', 5);
    expect(await integrator().run('IS')).toBe(5);
    const placed = await db.asSuperuser<{ position: string; entry_id: string }>(`SELECT position, entry_id FROM audit_position WHERE state = 'IS' ORDER BY position`);
    expect(placed.map((row) => [Number(row.position), row.entry_id])).toEqual(ids.map((id, n) => [n, id]));
    const { note } = await as('IS', (tx) => proofs.checkpoint(tx));
    expect(verifyCheckpoint(note, keys('IS'))).toMatchObject({ origin: 'comity/log/IS', size: 5, at: new Date('2027-01-02T03:04:05.000Z') });
    expect(await count('audit_pending', 'IS')).toBe(0);
  });

  it('does nothing while nothing is pending, and waits for a State without a key', async () => {
    expect(await integrator().run('IS')).toBe(0);
    await add('NO', 1);
    const keyless = new LogIntegrator(db.dataSource, { ...testSigner(), hasKey: async () => false }, clock);
    expect(await keyless.run('NO')).toBe(0);
    expect(await count('audit_pending', 'NO')).toBe(1);
  });

  it('keeps the trees of two States apart', async () => {
    await add('SE', 3);
    await Promise.all(['IS', 'SE'].map((state) => integrator().run(state)));
    expect(await as('SE', (tx) => proofs.status(tx))).toMatchObject({ origin: 'comity/log/SE', size: 3, pending: 0, checkpoint: { size: 3 } });
    expect(await as('IS', (tx) => proofs.status(tx))).toMatchObject({ size: 5 });
  });

  it('does not skip an entry whose transaction was open while later ones were integrated', async () => {
    const late = as('FI', async (tx) => {
      const { id } = await log.append(tx, draftOf(newFile()));
      await tx.query('SELECT 1');
      await add('FI', 3);
      expect(await integrator().run('FI')).toBe(3);
      return id;
    });
    const id = await late;
    await expect(as('FI', (tx) => proofs.inclusion(tx, id))).rejects.toMatchObject({ code: 'entry.not-integrated' });
    expect(await integrator().run('FI')).toBe(1);
    const proof = await as('FI', (tx) => proofs.inclusion(tx, id));
    expect(proof).toMatchObject({ index: 3, size: 4 });
    expect(verifyProof(JSON.stringify(proof), keys('FI'))).toMatchObject({ ok: true });
  });

  it('leaves no trace of an act that was rolled back', async () => {
    await as('FI', async (tx) => {
      await log.append(tx, draftOf(newFile()));
      throw new Error('refused');
    }).catch(() => undefined);
    expect(await integrator().run('FI')).toBe(0);
  });

  it('signs a head that a killed process left unsigned, with the time it was committed', async () => {
    await add('DK', 2);
    const killed = new LogIntegrator(db.dataSource, testSigner(testKey(1), () => { throw new Error('killed'); }), clock);
    await expect(killed.run('DK')).rejects.toThrow('killed');
    expect(await as('DK', (tx) => proofs.status(tx))).toMatchObject({ size: 2, checkpoint: null });
    clock.advanceDays(1);
    expect(await integrator().run('DK')).toBe(0);
    const { note } = await as('DK', (tx) => proofs.checkpoint(tx));
    expect(verifyCheckpoint(note, keys('DK')).at).toEqual(new Date('2027-01-02T03:04:05.000Z'));
  });

  it('signs with the key that the head names, though another is in use by then', async () => {
    await add('DK', 1);
    await integrator().integrate('DK', 10);
    const [one, two] = [testSigner(testKey(1)), testSigner(testKey(2))];
    const rotated = { ...two, byKid: (...args: Parameters<typeof one.byKid>) => one.byKid(...args).catch(() => two.byKid(...args)) };
    await new LogIntegrator(db.dataSource, rotated, clock).run('DK');
    const { note } = await as('DK', (tx) => proofs.checkpoint(tx));
    expect(verifyCheckpoint(note, keys('DK')).size).toBe(3);
    await add('DK', 1);
    await new LogIntegrator(db.dataSource, rotated, clock).run('DK');
    expect((await as('DK', (tx) => proofs.checkpoint(tx))).key).toBe(logVerifierKey('DK', testKey(2).publicKey));
  });

  it('signs nothing when what is stored contradicts the head', async () => {
    await add('EE', 3);
    await integrator().run('EE');
    await add('EE', 1);
    const trials: [change: string, undo: string][] = [
      [`UPDATE audit_head SET size = 2 WHERE state = 'EE'`, `UPDATE audit_head SET size = 3 WHERE state = 'EE'`],
      [`UPDATE audit_head SET root = sha256(root) WHERE state = 'EE'`, `UPDATE audit_head h SET root = decode(split_part(c.note, E'\\n', 3), 'base64') FROM audit_checkpoint c WHERE c.state = 'EE' AND h.state = 'EE'`],
      [`UPDATE audit_position SET position = 7 WHERE state = 'EE' AND position = 1`, `UPDATE audit_position SET position = 1 WHERE state = 'EE' AND position = 7`],
      [`INSERT INTO audit_pending VALUES ('EE', '00000000-0000-7000-8000-000000000000')`, `DELETE FROM audit_pending WHERE state = 'EE' AND entry_id = '00000000-0000-7000-8000-000000000000'`],
    ];
    for (const [change, undo] of trials) {
      await db.asSuperuser(`SET session_replication_role = replica; ${change}`);
      await expect(integrator().run('EE')).rejects.toThrow('the log of EE');
      await db.asSuperuser(`SET session_replication_role = replica; ${undo}`);
    }
    expect(await integrator().run('EE')).toBe(1);
    expect(await count('audit_checkpoint', 'EE')).toBe(2);
  });
});

describe('the tables of the tree', () => {
  const attempt = async (role: 'comity_app' | 'comity_worker', sql: string) =>
    inTransaction(db.dataSource, { state: 'IS', as: role }, (tx) => tx.query(sql)).then(() => 'done', (error: { code?: string; driverError?: { code: string } }) => error.code ?? error.driverError?.code);

  it.each(['audit_pending', 'audit_position', 'audit_tile', 'audit_head', 'audit_checkpoint'])('%s: nobody deletes a row, and the worker changes the head only', async (table) => {
    for (const role of ['comity_app', 'comity_worker'] as const) {
      expect(await attempt(role, `DELETE FROM ${table}`)).toBe('42501');
      expect(await attempt(role, `TRUNCATE ${table}`)).toBe('42501');
      expect(await attempt(role, `UPDATE ${table} SET state = state`)).toBe('42501');
    }
    const rights = await db.asSuperuser<{ grantee: string }>(
      `SELECT DISTINCT grantee::text FROM information_schema.column_privileges WHERE table_name = $1 AND privilege_type = 'UPDATE' AND grantee LIKE 'comity%' AND grantee <> 'comity_owner'`, [table]);
    expect(rights.map((r) => r.grantee)).toEqual(table === 'audit_head' ? ['comity_worker'] : []);
  });

  it('let the application give no places and sign nothing', async () => {
    for (const table of ['audit_position', 'audit_tile', 'audit_head', 'audit_checkpoint']) {
      expect(await attempt('comity_app', `INSERT INTO ${table} SELECT * FROM ${table}`)).toBe('42501');
    }
  });

  it('let the head grow only', async () => {
    expect(await attempt('comity_worker', `UPDATE audit_head SET size = size`)).toBe('23000');
    expect(await attempt('comity_worker', `UPDATE audit_head SET size = size - 1`)).toBe('23000');
    expect(await attempt('comity_worker', `UPDATE audit_head SET size = size + 1, at = at - interval '1 day'`)).toBe('23000');
  });

  it('show the operator sizes and lag of each State, and nothing else', async () => {
    const rows = await inTransaction(db.dataSource, { state: 'ZZ', as: 'comity_operator' }, (tx) => tx.query<Record<string, unknown>>('SELECT * FROM operator_log_head ORDER BY state'));
    expect(rows.find((row) => row['state'] === 'IS')).toMatchObject({ size: '5', signed: '5', pending: '0' });
    expect(rows.find((row) => row['state'] === 'NO')).toMatchObject({ size: '0', signed: '0', pending: '1', at: null });
    await expect(inTransaction(db.dataSource, { state: 'ZZ', as: 'comity_operator' }, (tx) => tx.query('SELECT entry_id FROM audit_pending'))).rejects.toThrow();
  });
});

describe('an integrator that dies under the lock', () => {
  it('leaves nothing, and the next one is not held up', async () => {
    await add('LV', 2);
    await integrator().run('LV');
    const client = new pg.Client({ connectionString: db.superuserUrl });
    await client.connect();
    client.on('error', () => undefined);
    await client.query(`BEGIN; SELECT FROM audit_head WHERE state = 'LV' FOR UPDATE; INSERT INTO audit_position VALUES ('LV', 2, gen_random_uuid())`);
    await add('LV', 1);
    const waiting = integrator().run('LV');
    await sleep(50);
    await client.end();
    expect(await waiting).toBe(1);
  });
});

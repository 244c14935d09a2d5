import { inTransaction, sqlState, type Tx } from '@comity/database';
import { newId } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { AuditLog, SITTING_MINUTES } from './audit-log.js';
import { exportLines } from './export-lines.js';
import { newChain } from './chain.js';
import { isSubject } from './entry.js';
import { draftOf, newFile } from './testing/drafts.js';
import { verifyExport } from './verify.js';

// Real: PostgreSQL, roles, policies. Nothing is faked.
let db: TestDatabase;
let log: AuditLog;
const as = <T>(state: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  inTransaction(db.dataSource, { state }, work);
const rows = (subject: string) =>
  db.asSuperuser<{ seq: number; type: string }>('SELECT seq, type FROM audit_entry WHERE subject = $1 ORDER BY seq', [
    subject,
  ]);
const heads = (subject: string) =>
  db.asSuperuser<{ seq: number }>('SELECT seq FROM audit_chain WHERE subject = $1', [subject]);
const verify = (subject?: string) =>
  as('IS', (tx) =>
    verifyExport(exportLines(tx, { exportedAt: new Date(), filter: { subject }, open: true }), { state: 'IS' }),
  );

beforeAll(async () => {
  db = await testDatabase(import.meta.url, { poolSize: 10 });
  log = new AuditLog(db.dataSource);
});
afterAll(() => db.close());

describe('an entry and the act it records', () => {
  const act = async (tx: Tx, subject: string): Promise<void> => {
    const { head } = await log.append(
      tx,
      draftOf(subject, { type: 'request.created', personal: { reason: 'Anna' } }),
      newChain(subject),
    );
    await log.append(tx, draftOf(subject), head);
  };
  const traces = async (subject: string) =>
    (await rows(subject)).length +
    (await heads(subject)).length +
    (await db.asSuperuser('SELECT FROM audit_content')).length;

  it('on success stand together: entries, head of the chain, contents', async () => {
    const subject = newFile();
    await as('IS', (tx) => act(tx, subject));
    expect(await rows(subject)).toEqual([
      { seq: 1, type: 'request.created' },
      { seq: 2, type: 'request.transmitted' },
    ]);
    expect(await heads(subject)).toEqual([{ seq: 2 }]);
    expect(await verify(subject)).toMatchObject({ ok: true, entries: 2, opened: 1, whole: true });
    await db.asSuperuser('DELETE FROM audit_content');
  });

  it('on failure of the act leave nothing', async () => {
    const subject = newFile();
    const failing = as('IS', async (tx) => {
      await act(tx, subject);
      throw new Error('the act was refused');
    });
    await expect(failing).rejects.toThrow('the act was refused');
    expect(await traces(subject)).toBe(0);
  });

  it('after a crash before COMMIT leave nothing, and done again are there once', async () => {
    const subject = newFile();
    const crashing = as('IS', async (tx) => {
      await act(tx, subject);
      const [{ pid }] = (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
      await db.asSuperuser('SELECT pg_terminate_backend($1)', [pid]);
      await log.append(tx, draftOf(subject));
    });
    await expect(crashing).rejects.toThrow();
    expect(await traces(subject)).toBe(0);
    await as('IS', (tx) => act(tx, subject));
    expect((await rows(subject)).map((r) => r.seq)).toEqual([1, 2]);
    expect(await verify(subject)).toMatchObject({ ok: true, entries: 2 });
    await db.asSuperuser('DELETE FROM audit_content');
  });

  it('fail together when the head given is stale, ahead, or of a chain begun already', async () => {
    const subject = newFile();
    const first = await as('IS', (tx) => log.append(tx, draftOf(subject), newChain(subject)));
    await as('IS', (tx) => log.append(tx, draftOf(subject), first.head));
    const leafHash = Buffer.alloc(32);
    for (const head of [
      first.head,
      newChain(subject),
      { ...first.head, seq: 5 },
      { ...first.head, seq: 2, leafHash },
    ]) {
      await expect(as('IS', (tx) => log.append(tx, draftOf(subject), head))).rejects.toThrow();
    }
    const unknown = newFile();
    await expect(
      as('IS', (tx) => log.append(tx, draftOf(unknown), { ...first.head, subject: unknown })),
    ).rejects.toThrow();
    expect(await rows(unknown)).toEqual([]);
    expect((await rows(subject)).length).toBe(2);
  });
});

describe('many at once', () => {
  it.each(['account', 'file', 'peer', 'node'])(
    '8 concurrent appends to one %s give contiguous numbers, 5 times over',
    async (kind) => {
      for (let round = 0; round < 5; round += 1) {
        const subject = { account: `account:${newId()}`, file: newFile(), peer: 'peer:NO', node: 'node' }[kind]!;
        const before = (await rows(subject)).length;
        const done = await Promise.all(
          Array.from({ length: 8 }, () => log.appendAlone('IS', draftOf(subject, { type: 'permission.refused' }))),
        );
        expect(done.map((d) => d.seq).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 8 }, (_, i) => before + i + 1),
        );
        expect(await verify(subject)).toMatchObject({ ok: true, entries: before + 8 });
      }
    },
  );

  it('a reading logged alone waits for an act on the same file, and follows it', async () => {
    const subject = newFile();
    await log.appendAlone('IS', draftOf(subject));
    let reading: Promise<{ seq: number }> | undefined;
    await as('IS', async (tx) => {
      const head = await log.chainHead(tx, subject);
      reading = log.appendAlone('IS', draftOf(subject, { type: 'request.read' }));
      await new Promise((wake) => setTimeout(wake, 50));
      await log.append(tx, draftOf(subject), head);
    });
    expect((await reading!).seq).toBe(3);
  });

  it('a row that is locked with its chain is read as whoever held one or the other left both', async () => {
    const [id, subject] = [newId(), newFile()];
    await as('IS', (tx) => tx.query(`INSERT INTO thread (state, id, counterpart, opened_by, opened_at) VALUES ('IS', $1, 'SE', 'own', now())`, [id]));
    const lock = (tx: Tx, of = subject) => log.lockWithChain<{ sent: number }>(tx, { name: 'test_lock', columns: 'f.sent_seq AS sent', from: 'thread' }, id, of);
    expect(await as('IS', (tx) => lock(tx))).toBeUndefined();
    await log.appendAlone('IS', draftOf(subject));
    const lane = async (): Promise<void> => as('IS', async (tx) => {
      const { row, head } = (await lock(tx))!;
      void tx.query(`UPDATE thread SET sent_seq = $2 WHERE state = 'IS' AND id = $1`, [id, row.sent + 1]);
      await log.append(tx, draftOf(subject), head);
    });
    const reading = (): Promise<unknown> => log.appendAlone('IS', draftOf(subject, { type: 'request.read' }));
    await Promise.all(Array.from({ length: 12 }, (_, n) => (n % 3 === 2 ? reading() : lane())));
    expect(await as('IS', (tx) => lock(tx))).toMatchObject({ row: { sent: 8 }, head: { subject, seq: 13, stored: true } });
    expect(await as('SE', (tx) => lock(tx))).toBeUndefined();
    expect(await verify(subject)).toMatchObject({ ok: true, entries: 13 });
  });
});

describe('autosaves', () => {
  it('coalesce into one entry per sitting; another act, another official or a later hour begins a new one', async () => {
    const subject = newFile();
    const account = newId();
    const save = (minutes: number, accountId = account) => {
      const at = new Date(Date.UTC(2027, 0, 1, 9, minutes));
      const actor = { kind: 'official', accountId };
      return as('IS', (tx) => log.appendForSitting(tx, draftOf(subject, { type: 'request.draft-saved', at, actor })));
    };
    expect((await save(0))?.seq).toBe(1);
    expect(await save(1)).toBeNull();
    await log.appendAlone('IS', draftOf(subject, { type: 'request.read' }));
    expect(await save(SITTING_MINUTES - 1)).toBeNull();
    expect((await save(SITTING_MINUTES))?.seq).toBe(3);
    expect((await save(SITTING_MINUTES + 1, newId()))?.seq).toBe(4);
    expect((await save(SITTING_MINUTES + 2))?.seq).toBe(5);
    await log.appendAlone('IS', draftOf(subject, { type: 'request.returned-for-changes' }));
    expect((await save(SITTING_MINUTES + 3))?.seq).toBe(7);
  });
});

describe('what is no entry', () => {
  it('is refused: unknown type, malformed subject or name, a body without JSON form', async () => {
    const bad = [
      draftOf(newFile(), { type: 'request.exploded' }),
      draftOf('file:1'),
      draftOf('NODE'),
      draftOf(newFile(), { personal: { 'a b': 1 } }),
      draftOf(newFile(), { body: { a: '\ud800' } }),
    ];
    for (const draft of bad) await expect(log.appendAlone('IS', draft)).rejects.toThrow(RangeError);
  });
});

describe('the second wall', () => {
  const subject = newFile();
  const tables = ['audit_entry', 'audit_chain', 'audit_content'];
  beforeAll(() => log.appendAlone('IS', draftOf(subject, { personal: { reason: 'Anna' } })));

  it('shows a State nothing of another State, in any table, with no condition in the query', async () => {
    for (const table of tables) {
      const seen = (state: string) => as(state, (tx) => tx.query<{ state: string }>(`SELECT state FROM ${table}`));
      expect((await seen('IS')).length).toBeGreaterThan(0);
      expect((await seen('IS')).every((row) => row.state === 'IS')).toBe(true);
      expect(await seen('NO')).toEqual([]);
      expect(await seen('ZZ')).toEqual([]);
    }
  });

  it('lets no State write under the name of another', async () => {
    const insert = as('NO', (tx) =>
      tx.query(`INSERT INTO audit_chain (state, subject, seq) VALUES ('IS', 'peer:SE', 0)`),
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
  });

  it.each(['comity_app', 'comity_worker', 'comity_operator'] as const)(
    'denies %s to change or delete what is logged',
    async (role) => {
      const changes = [
        `UPDATE audit_entry SET type = 'request.closed'`,
        `DELETE FROM audit_entry`,
        `TRUNCATE audit_entry`,
        `DELETE FROM audit_chain`,
        `UPDATE audit_chain SET subject = 'node'`,
        `UPDATE audit_content SET content = 'x'`,
        `DELETE FROM audit_content`,
      ];
      for (const sql of changes) {
        const failure = await inTransaction(db.dataSource, { state: 'IS', as: role }, (tx) => tx.query(sql)).catch(
          (e: unknown) => e,
        );
        expect([sql, sqlState(failure)]).toEqual([sql, '42501']);
      }
    },
  );

  it('lets nobody move a head back, ahead, or sideways', async () => {
    for (const set of ['seq = seq - 1, leaf_hash = NULL', 'seq = seq + 2', `leaf_hash = sha256('x')`]) {
      const moved = as('IS', (tx) => tx.query(`UPDATE audit_chain SET ${set} WHERE subject = $1`, [subject]));
      await expect(moved).rejects.toMatchObject({ code: '23000' });
    }
  });

  it('takes entries of files, accounts, peers and the node, and of nothing else', async () => {
    const id = newId();
    const known = [newFile(), `account:${id}`, 'peer:FI', 'node'];
    const unknown = [
      '', 'file', 'file:', `file:${id.slice(1)}`, `file:${id}0`, `file:${id}000`, `file:${id.toUpperCase()}`, `file:${id.replace('-', '_')}`, ` file:${id}`, `file:${id}\n`,
      `account:${id.slice(3)}`, `account:${id}0`, `accoun:${id}`, 'peer:F', 'peer:FIN', 'peer:fi', 'peer:F1', 'nodes', 'node:', `peer:${id}`, `File:${id}`, 'äöü', `node${id}${id.slice(0, 1)}`,
    ];
    const taken = async (subject: string) =>
      as('IS', (tx) =>
        tx.query(
          `INSERT INTO audit_entry (state, id, subject, seq, prev_hash, type, at, bytes, leaf_hash)
           VALUES ('IS', $1, $2, 900000, sha256('x'), 'message.sent', '2027-01-01Z', 'x', sha256('\\x0078'::bytea))`,
          [newId(), subject],
        ).then(() => { throw new Error('taken'); }),
      ).catch((error: unknown) => (error as Error).message === 'taken' || sqlState(error));
    for (const subject of known) expect([subject, isSubject(subject), await taken(subject)]).toEqual([subject, true, true]);
    for (const subject of unknown) expect([subject, isSubject(subject), await taken(subject)]).toEqual([subject, false, '23514']);
  });

  it('takes no entry, and no head, that has no place in a chain', async () => {
    const hash = Buffer.alloc(32, 1);
    const entry = (seq: number, prev: Buffer | null, state = 'IS') =>
      db.asSuperuser(
        `INSERT INTO audit_entry (state, id, subject, seq, prev_hash, type, at, bytes, leaf_hash)
         VALUES ($1, $2, 'peer:DK', $3, $4, 'message.sent', '2027-01-01Z', 'x', sha256('\\x0078'::bytea))`, [state, newId(), seq, prev]);
    const head = (seq: number, leaf: Buffer | null) => db.asSuperuser(`INSERT INTO audit_chain (state, subject, seq, leaf_hash) VALUES ('IS', 'peer:DK', $1, $2)`, [seq, leaf]);
    const misplaced: [string, () => Promise<unknown>][] = [
      ['a number below 1', () => entry(0, null)], ['below 1, after another', () => entry(-1, hash)], ['a first one after another', () => entry(1, hash)],
      ['a second one after none', () => entry(2, null)], ['after half a hash', () => entry(2, hash.subarray(16))], ['of no State', () => entry(1, null, 'Is')], ['of three letters', () => entry(1, null, 'ISL')],
      ['a head below 0', () => head(-1, hash)], ['a head of nothing with a hash', () => head(0, hash)], ['a head without a hash', () => head(1, null)], ['a head with half a hash', () => head(1, hash.subarray(16))],
    ];
    for (const [what, insert] of misplaced) expect([what, sqlState(await insert().catch((error: unknown) => error))]).toEqual([what, '23514']);
  });

  it('takes no entry whose leaf hash is not that of its bytes', async () => {
    const forged = as('IS', (tx) =>
      tx.query(
        `INSERT INTO audit_entry (state, id, subject, seq, type, at, bytes, leaf_hash)
         VALUES ('IS', $1, 'peer:FI', 1, 'message.sent', '2027-01-01Z', 'x', sha256('x'))`,
        [newId()],
      ),
    );
    await expect(forged).rejects.toMatchObject({ code: '23514' });
  });

  it('shows the operator how much is logged, and no subject, entry or content', async () => {
    const operator = <T extends object>(sql: string) =>
      inTransaction(db.dataSource, { state: 'ZZ', as: 'comity_operator' }, (tx) => tx.query<T>(sql));
    const [seen] = await operator<{ state: string; entries: string }>('SELECT * FROM operator_audit_log');
    expect(seen?.state).toBe('IS');
    expect(Number(seen?.entries)).toBeGreaterThan(0);
    for (const sql of ['SELECT subject FROM audit_chain', 'SELECT * FROM audit_entry', 'SELECT * FROM audit_content']) {
      await expect(operator(sql)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

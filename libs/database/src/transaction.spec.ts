import { Problem } from '@comity/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ComityDataSource } from './data-source.js';
import { sqlState } from './sql-error.js';
import { inTransaction } from './transaction.js';
import type { Tx } from './tx.js';

@Entity('note')
class Note {
  @PrimaryColumn('text')
  state: string;
  @PrimaryColumn('int')
  id: number;
  @Column('text')
  text: string;
}

let db: TestDatabase;
const insert = (tx: Tx, id: number, text = 'x'): Promise<unknown[]> =>
  tx.prepared('note.insert', 'INSERT INTO note (state, id, text) VALUES ($1, $2, $3)', [tx.state, id, text]);
const stored = async (): Promise<number[]> => (await db.asSuperuser<{ id: number }>('SELECT id FROM note ORDER BY id')).map((r) => r.id);

beforeAll(async () => {
  db = await testDatabase(import.meta.url, { entities: [Note] });
  await db.asSuperuser(`CREATE TABLE note (state text NOT NULL, id int, text text CHECK (text <> 'bad'), PRIMARY KEY (state, id));
    ALTER TABLE note OWNER TO comity_owner; CALL protect_state_table('note');
    GRANT SELECT, INSERT, UPDATE ON note TO comity_app`);
});
beforeEach(() => db.asSuperuser('TRUNCATE note'));
afterAll(() => db.close());

describe('inTransaction', () => {
  it('gives the work a role and a State, and takes both away afterwards', async () => {
    const who = `SELECT current_user::text AS role, current_setting('comity.state', true) AS state`;
    expect(await inTransaction(db.dataSource, { state: 'CL' }, (tx) => tx.query(who))).toEqual([{ role: 'comity_app', state: 'CL' }]);
    expect(await inTransaction(db.dataSource, { state: 'ZZ', as: 'comity_operator' }, (tx) => tx.query(who))).toEqual([
      { role: 'comity_operator', state: 'ZZ' },
    ]);
    expect(await db.dataSource.query(who)).toEqual([{ role: 'comity_login', state: '' }]);
  });

  it('commits what the work wrote', async () => {
    await inTransaction(db.dataSource, { state: 'CL' }, (tx) => insert(tx, 1));
    expect(await stored()).toEqual([1]);
  });

  it('leaves nothing when the work throws', async () => {
    const act = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      await insert(tx, 1);
      throw new Error('changed my mind');
    });
    await expect(act).rejects.toThrow('changed my mind');
    expect(await stored()).toEqual([]);
  });

  it('leaves no transaction open on the connection when the work throws before BEGIN has left', async () => {
    const pid = 'SELECT pg_backend_pid() AS pid';
    const one = new ComityDataSource({ url: db.loginUrl, poolSize: 1, allowExitOnIdle: true });
    await one.initialize();
    const [before] = await inTransaction(one, { state: 'CL' }, (tx) => tx.query<{ pid: number }>(pid));
    await expect(inTransaction(one, { state: 'CL' }, async (tx) => (void insert(tx, 1), Promise.reject(new Error('at once'))))).rejects.toThrow('at once');
    expect(await one.query(`${pid}, xact_start = query_start AS alone FROM pg_stat_activity WHERE pid = pg_backend_pid()`)).toEqual([{ ...before, alone: true }]);
    await one.destroy();
    expect(await stored()).toEqual([]);
  });

  it('tells a caller to come again when no connection comes free in time', async () => {
    const one = new ComityDataSource({ url: db.loginUrl, poolSize: 1, acquireMs: 100, allowExitOnIdle: true });
    await one.initialize();
    let end = (): void => undefined;
    const holding = inTransaction(one, { state: 'CL' }, () => new Promise<void>((done) => (end = done)));
    await expect(inTransaction(one, { state: 'CL' }, (tx) => insert(tx, 1))).rejects.toMatchObject({ status: 503, code: 'database.busy', headers: { 'Retry-After': '5' } });
    end();
    await holding;
    await inTransaction(one, { state: 'CL' }, (tx) => insert(tx, 2));
    await one.destroy();
    expect(await stored()).toEqual([2]);
  });

  it('fails when a statement could not be sent, though nobody awaited it', async () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    const unwritable = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => (void insert(tx, 1), void tx.prepared('note.insert', 'INSERT INTO note (state, id, text) VALUES ($1, $2, $3)', ['CL', 2, loop])));
    await expect(unwritable).rejects.toThrow(/circular/);
    const twoTexts = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => (void insert(tx, 1), void tx.prepared('note.insert', 'SELECT 1', [])));
    await expect(twoTexts).rejects.toThrow('two statements are prepared under one name');
    expect(await stored()).toEqual([]);
  });

  it('commits statements that were left unawaited', async () => {
    await inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      for (let id = 1; id <= 5; id += 1) void insert(tx, id);
    });
    expect(await stored()).toEqual([1, 2, 3, 4, 5]);
  });

  it('fails as a whole when a statement left unawaited fails, telling that error', async () => {
    const act = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      void insert(tx, 1);
      void insert(tx, 2, 'bad');
      void insert(tx, 3);
    });
    await expect(act).rejects.toMatchObject({ code: '23514' });
    expect(await stored()).toEqual([]);
  });

  it('tells the first error of a pipeline, not the echo that was awaited', async () => {
    const act = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      void insert(tx, 1, 'bad');
      await tx.query('SELECT 1');
    });
    await expect(act).rejects.toMatchObject({ code: '23514' });
  });

  it('tells that a commit did not happen when the work swallowed the error', async () => {
    const act = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      await insert(tx, 1, 'bad').catch(() => undefined);
      return 'fine';
    });
    await expect(act).rejects.toMatchObject({ code: '23514' });
  });

  it('can use a statement on the same connection after its first parse failed in an aborted transaction', async () => {
    const one = await testDatabase(import.meta.url, { poolSize: 1 });
    try {
      const named = (tx: Tx): Promise<unknown[]> => tx.prepared('later', 'SELECT 1 AS n', []);
      const act = inTransaction(one.dataSource, { state: 'CL' }, async (tx) => {
        void tx.query('SELECT 1/0');
        void named(tx);
        await named(tx);
      });
      await expect(act).rejects.toMatchObject({ code: '22012' });
      expect(await inTransaction(one.dataSource, { state: 'CL' }, named)).toEqual([{ n: 1 }]);
    } finally {
      await one.close();
    }
  });

  it('refuses statements once it is over, so that late work cannot write into another transaction', async () => {
    let kept: Tx | undefined;
    await inTransaction(db.dataSource, { state: 'CL' }, async (tx) => void (kept = tx));
    await expect(kept!.query('SELECT 1')).rejects.toThrow('the transaction is over');
    await expect(kept!.manager.query('SELECT 1')).rejects.toThrow();
  });

  it('runs afterCommit after the commit and not after a rollback', async () => {
    const ran: string[] = [];
    await inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      tx.afterCommit(() => ran.push('committed'));
      await insert(tx, 1);
      expect(ran).toEqual([]);
    });
    await inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      tx.afterCommit(() => ran.push('never'));
      await insert(tx, 1);
    }).catch(() => undefined);
    expect(ran).toEqual(['committed']);
  });

  it('writes nothing when it is read-only', async () => {
    const act = inTransaction(db.dataSource, { state: 'CL', readOnly: true }, (tx) => insert(tx, 1));
    await expect(act).rejects.toMatchObject({ code: '25006' });
  });

  it('sees one moment under repeatable read', async () => {
    const counts = await inTransaction(db.dataSource, { state: 'CL', isolation: 'repeatable read' }, async (tx) => {
      const count = async (): Promise<number> => (await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM note'))[0]!.n;
      const before = await count();
      await inTransaction(db.dataSource, { state: 'CL' }, (other) => insert(other, 9));
      return [before, await count()];
    });
    expect(counts).toEqual([0, 0]);
  });

  it('keeps the wall between States in both directions', async () => {
    await inTransaction(db.dataSource, { state: 'CL' }, (tx) => insert(tx, 1));
    const seen = await inTransaction(db.dataSource, { state: 'UY' }, (tx) => tx.query('SELECT * FROM note'));
    expect(seen).toEqual([]);
    const forged = inTransaction(db.dataSource, { state: 'UY' }, (tx) => tx.query(`INSERT INTO note VALUES ('CL', 2, 'forged')`));
    await expect(forged).rejects.toMatchObject({ code: '42501' });
  });

  it.each(['cl', 'C', "CL'; DROP TABLE note; --", ''])('refuses %j for a State before anything is sent', async (state) => {
    await expect(inTransaction(db.dataSource, { state }, async () => 'ran')).rejects.toThrow('needs a State');
  });

  it('waits two seconds for a lock and no longer', async () => {
    await inTransaction(db.dataSource, { state: 'CL' }, (tx) => insert(tx, 1));
    const began = Date.now();
    await inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      await tx.query('SELECT * FROM note FOR UPDATE');
      const second = inTransaction(db.dataSource, { state: 'CL' }, (other) => other.query('SELECT * FROM note FOR UPDATE'));
      await expect(second).rejects.toMatchObject({ code: '55P03' });
    });
    expect(Date.now() - began).toBeGreaterThan(1_900);
  });

  it('runs two that deadlock again, so that both are stored', async () => {
    await inTransaction(db.dataSource, { state: 'CL' }, async (tx) => void (await Promise.all([insert(tx, 1, '-'), insert(tx, 2, '-')])));
    let attempts = 0;
    let waiting: (() => void)[] = [];
    const bothHoldOne = (): Promise<void> =>
      new Promise((go) => {
        waiting.push(go);
        if (waiting.length === 2) waiting.forEach((g) => g());
      });
    const touch = (first: number, second: number): Promise<unknown> =>
      inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
        attempts += 1;
        await tx.query('SET LOCAL deadlock_timeout = 50');
        await tx.query('UPDATE note SET text = text || $1 WHERE id = $2', ['+', first]);
        if (attempts <= 2) await bothHoldOne();
        await tx.query('UPDATE note SET text = text || $1 WHERE id = $2', ['+', second]);
      });
    waiting = [];
    await db.asSuperuser('GRANT SET ON PARAMETER deadlock_timeout TO comity_app');
    await Promise.all([touch(1, 2), touch(2, 1)]);
    expect(attempts).toBe(3);
    expect(await db.asSuperuser('SELECT text FROM note')).toEqual([{ text: '-++' }, { text: '-++' }]);
  });

  it('gives up after three more attempts, and tells the conflict', async () => {
    let attempts = 0;
    const act = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      attempts += 1;
      await tx.query(`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`);
    });
    await expect(act).rejects.toMatchObject({ code: '40001' });
    expect(attempts).toBe(4);
  });

  it('tells that the outcome is unknown when the connection is lost at COMMIT, and does not try again', async () => {
    let attempts = 0;
    const act = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      attempts += 1;
      const [{ pid }] = (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
      await db.asSuperuser('SELECT pg_terminate_backend($1)', [pid]);
    });
    const problem = await act.catch((e: unknown) => e);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 500, code: 'transaction.outcome-unknown' });
    expect(attempts).toBe(1);
    expect(await inTransaction(db.dataSource, { state: 'CL' }, (tx) => tx.query('SELECT 1 AS n'))).toEqual([{ n: 1 }]);
  });
});

describe("a transaction's TypeORM manager", () => {
  it('works inside the transaction: one failure undoes what it saved', async () => {
    const act = inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      await tx.manager.save(Note, { state: 'CL', id: 1, text: 'saved' });
      await tx.manager.insert(Note, { state: 'CL', id: 2, text: 'inserted' });
      expect(await tx.query('SELECT id FROM note')).toHaveLength(2);
      throw new Error('no');
    });
    await expect(act).rejects.toThrow('no');
    expect(await stored()).toEqual([]);
  });

  it('makes a savepoint of a transaction begun inside', async () => {
    await inTransaction(db.dataSource, { state: 'CL' }, async (tx) => {
      await tx.manager.save(Note, { state: 'CL', id: 1, text: 'kept' });
      await tx.manager
        .transaction(async (inner) => {
          await inner.save(Note, { state: 'CL', id: 2, text: 'bad' });
        })
        .catch((error: unknown) => expect(sqlState(error)).toBe('23514'));
      await tx.manager.save(Note, { state: 'CL', id: 3, text: 'kept' });
    });
    expect(await stored()).toEqual([1, 3]);
  });
});

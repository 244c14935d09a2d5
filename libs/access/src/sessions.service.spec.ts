import { inTransaction } from '@comity/database';
import { NODE_STATE, SettableClock } from '@comity/kernel';
import { decodeJwt } from 'jose';
import { AT, PASSWORD, plantAccount, plantState } from '../../../test/access/planted.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { SessionTokens } from './session-tokens.js';
import { SessionsService, type SignInOutcome } from './sessions.service.js';

// Real: PostgreSQL, argon2, jose. Set by hand: the clock.
const settings = { jwtSecret: 'a secret of the test, 32 bytes or more', refusedAfterMs: 60 };
let db: TestDatabase;
let clock: SettableClock;
let sessions: SessionsService;

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  await plantState(db.dataSource, 'IS');
});
beforeEach(() => {
  clock = new SettableClock(AT);
  sessions = new SessionsService(db.dataSource, new SessionTokens(settings), clock, settings);
});
afterAll(() => db.close());

const outcomes: SignInOutcome[] = [];
beforeEach(() => void (outcomes.length = 0));
const signIn = (username: string, password = PASSWORD, state = 'IS') =>
  sessions.signIn({ state, username, password }, async (_tx, outcome) => void outcomes.push(outcome));
const refused = { status: 401, code: 'session.refused' };
const fail = async (username: string, times: number): Promise<void> => {
  for (let i = 0; i < times; i += 1) await expect(signIn(username, 'not the password')).rejects.toMatchObject(refused);
};

describe('signing in', () => {
  it('gives a token of 8 hours with State, authority, roles and account version', async () => {
    const planted = await plantAccount(db.dataSource, 'IS', 'reader', ['auditor']);
    const session = await signIn('reader');
    expect(session.actor).toEqual(planted);
    expect(session.expiresAt).toEqual(new Date('2026-11-02T16:00:00.000Z'));
    expect(decodeJwt(session.token)).toMatchObject({
      sub: planted.accountId,
      st: 'IS',
      au: 'IS-office',
      ro: ['auditor'],
      av: 1,
    });
    expect(outcomes).toEqual([{ result: 'signed-in', state: 'IS', accountId: planted.accountId, at: AT }]);
  });

  it('works for an operator of the node', async () => {
    await plantAccount(db.dataSource, NODE_STATE, 'operator', ['operator']);
    expect((await signIn('operator', PASSWORD, NODE_STATE)).actor).toMatchObject({
      state: NODE_STATE,
      authorityId: 'node',
    });
  });

  it('refuses an unknown user, a wrong password, a suspended account and another State in the same words', async () => {
    await plantAccount(db.dataSource, 'IS', 'known', ['auditor']);
    const gone = await plantAccount(db.dataSource, 'IS', 'gone', ['auditor']);
    await db.asSuperuser(`UPDATE account SET status = 'suspended' WHERE id = $1`, [gone.accountId]);
    const attempts = [
      signIn('nobody'),
      signIn('known', 'not the password'),
      signIn('gone'),
      signIn('known', PASSWORD, 'VN'),
    ];
    const answers = await Promise.allSettled(attempts);
    const documents = answers.map((answer) => (answer as PromiseRejectedResult).reason.toDocument());
    expect(new Set(documents.map((document) => JSON.stringify(document))).size).toBe(1);
    expect(documents[0]).toMatchObject(refused);
    // Of the unknown nothing is told: there is no account to tell it of.
    expect(outcomes.map(({ result, reason }) => `${result} ${reason}`).sort()).toEqual([
      'refused password',
      'refused suspended',
    ]);
  });

  it('takes as long to refuse a user that does not exist', async () => {
    await plantAccount(db.dataSource, 'IS', 'timed', ['auditor']);
    await fail('warm-up', 1);
    const time = async (username: string): Promise<number> => {
      const started = performance.now();
      await fail(username, 1);
      return performance.now() - started;
    };
    for (const username of ['nobody-at-all', 'timed']) expect(await time(username)).toBeGreaterThanOrEqual(55);
  });

  it('leaves no trace of the outcome when the record of it fails', async () => {
    const { accountId } = await plantAccount(db.dataSource, 'IS', 'unrecorded', ['auditor']);
    const attempt = sessions.signIn({ state: 'IS', username: 'unrecorded', password: 'wrong' }, () =>
      Promise.reject(new Error('log full')),
    );
    await expect(attempt).rejects.toThrow('log full');
    expect(await db.asSuperuser('SELECT failed_sign_ins FROM account WHERE id = $1', [accountId])).toEqual([
      { failed_sign_ins: 0 },
    ]);
  });
});

describe('repeated failures', () => {
  it('lock the account after five, the right password included, and for no longer than 15 minutes', async () => {
    await plantAccount(db.dataSource, 'IS', 'guessed', ['auditor']);
    await fail('guessed', 5);
    expect(outcomes.map((outcome) => outcome.result)).toEqual(['refused', 'refused', 'refused', 'refused', 'locked']);
    expect(outcomes[4]!.lockedUntil).toEqual(new Date(AT.getTime() + 60_000));
    await expect(signIn('guessed')).rejects.toMatchObject(refused);
    expect(outcomes).toHaveLength(5);
    for (const minutes of [2, 4, 8, 15, 15]) {
      clock.set(new Date(clock.now().getTime() + 15 * 60_000));
      await fail('guessed', 1);
      expect(outcomes.at(-1)!.lockedUntil).toEqual(new Date(clock.now().getTime() + minutes * 60_000));
    }
    clock.set(new Date(clock.now().getTime() + 15 * 60_000));
    await signIn('guessed');
    await fail('guessed', 1);
    expect(outcomes.at(-1)!.result).toBe('refused');
  });

  it('count all when they come at once', async () => {
    const { accountId } = await plantAccount(db.dataSource, 'IS', 'stormed', ['auditor']);
    await Promise.allSettled(Array.from({ length: 8 }, () => signIn('stormed', 'not the password')));
    const [row] = await db.asSuperuser<{ failed_sign_ins: number; locked: boolean }>(
      'SELECT failed_sign_ins, locked_until IS NOT NULL AS locked FROM account WHERE id = $1',
      [accountId],
    );
    expect(row).toEqual({ failed_sign_ins: 5, locked: true });
  });

  it('do not change the version, so that a guesser cannot end the sessions of others', async () => {
    const { accountId } = await plantAccount(db.dataSource, 'IS', 'pestered', ['auditor']);
    await fail('pestered', 2);
    const [row] = await inTransaction(db.dataSource, { state: 'IS' }, (tx) =>
      tx.query('SELECT version FROM account WHERE id = $1', [accountId]),
    );
    expect(row).toEqual({ version: 1 });
  });
});

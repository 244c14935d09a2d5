import { inTransaction, type Tx } from '@comity/database';
import { NODE_STATE, type Role } from '@comity/kernel';
import { AT, PASSWORD, plantAccount, plantState, signedIn } from '../../../test/access/planted.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { AccountStatus } from './account-status.js';
import { AccountsService } from './accounts.service.js';
import type { SignedIn } from './signed-in.js';

// Real: PostgreSQL under row-level security, argon2. Nothing is fake.
let db: TestDatabase;
let accounts: AccountsService;
let administrator: SignedIn;
let foreign: SignedIn;

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  accounts = new AccountsService(new AccountStatus(db.dataSource));
  await plantState(db.dataSource, 'KZ');
  await plantState(db.dataSource, 'VN');
  administrator = await plantAccount(db.dataSource, 'KZ', 'administrator', ['administrator']);
  foreign = await plantAccount(db.dataSource, 'VN', 'administrator', ['administrator']);
});
afterAll(() => db.close());

const within = <T>(work: (tx: Tx) => Promise<T>, state = 'KZ'): Promise<T> =>
  inTransaction(db.dataSource, { state }, work);
const dto = (username: string, roles: Role[] = ['case-officer']) => ({
  username,
  roles,
  authorityId: 'KZ-office',
  password: PASSWORD,
});
const create = (username: string, roles?: Role[]) =>
  within((tx) => accounts.create(tx, administrator, dto(username, roles), AT));
const officer = async (username: string): Promise<SignedIn> => signedIn((await create(username)).account);
const active = (actor: SignedIn, state = actor.state): Promise<void> =>
  within((tx) => accounts.assertActive(tx, actor), state);

describe('an administrator', () => {
  it('creates an account of the own State, and learns what the record says of it', async () => {
    const { account, entry } = await create('officer-1', ['case-officer', 'point-of-contact']);
    expect(account).toMatchObject({ state: 'KZ', username: 'officer-1', status: 'active', version: 1, createdAt: AT });
    expect(Object.keys(account)).not.toContain('passwordHash');
    expect(entry).toEqual({
      type: 'account.created',
      body: { authorityId: 'KZ-office', roles: ['case-officer', 'point-of-contact'] },
      personal: { username: 'officer-1' },
    });
  });

  it('cannot create one in another State: not through the service, and not behind it', async () => {
    await expect(within((tx) => accounts.create(tx, administrator, dto('spy'), AT), 'VN')).rejects.toMatchObject({
      code: 'permission.lacking',
    });
    // The first wall gone: a transaction of KZ that writes a row of VN.
    const planted = within((tx) =>
      accounts.install(
        tx,
        {
          state: 'VN',
          username: 'spy',
          passwordHash: '$argon2id$x',
          authorityId: 'VN-office',
          roles: ['case-officer'],
        },
        AT,
      ),
    );
    await expect(planted).rejects.toThrow(/row-level security/);
    await expect(
      within((tx) => accounts.create(tx, administrator, { ...dto('spy'), authorityId: 'VN-office' }, AT)),
    ).rejects.toMatchObject({ code: 'authority.unknown' });
  });

  it("does not find another State's account, to read or to change", async () => {
    const read = within((tx) => accounts.read(tx, administrator, foreign.accountId));
    await expect(read).rejects.toMatchObject({ status: 404, code: 'account.unknown' });
    const suspend = within((tx) => accounts.suspend(tx, administrator, foreign.accountId, 'x', AT));
    await expect(suspend).rejects.toMatchObject({ status: 404, code: 'account.unknown' });
    const all = await within((tx) => accounts.list(tx, administrator, { limit: 100 }));
    expect(all.every((account) => account.state === 'KZ')).toBe(true);
  });

  it('cannot give the role of operator, nor join roles that are held alone', async () => {
    await expect(create('op', ['operator'])).rejects.toMatchObject({ status: 422, code: 'role.not-grantable' });
    await expect(create('two', ['auditor', 'case-officer'])).rejects.toMatchObject({ code: 'role.not-combinable' });
    await expect(create('two', ['administrator', 'central-authority'])).rejects.toMatchObject({
      code: 'role.not-combinable',
    });
  });

  it('is refused a user name that is taken, and passwords too short or holding the name', async () => {
    await create('taken');
    await expect(create('taken')).rejects.toMatchObject({ status: 409, code: 'account.exists' });
    const withPassword = (password: string) =>
      within((tx) => accounts.create(tx, administrator, { ...dto('officer-9'), password }, AT));
    await expect(withPassword('elevenchars')).rejects.toMatchObject({
      code: 'password.too-short',
      errors: [{ pointer: '/password' }],
    });
    await expect(withPassword('my officer-9 password')).rejects.toMatchObject({ code: 'password.holds-username' });
    for (const simple of [' '.repeat(12), 'abcabcabcabc']) await expect(withPassword(simple)).rejects.toMatchObject({ code: 'password.too-simple' });
    await expect(withPassword('x'.repeat(129))).rejects.toMatchObject({ code: 'password.too-long' });
  });

  it('cannot suspend or re-role the own account', async () => {
    const id = administrator.accountId;
    await expect(within((tx) => accounts.suspend(tx, administrator, id, 'x', AT))).rejects.toMatchObject({
      code: 'account.own',
    });
    await expect(
      within((tx) => accounts.changeRoles(tx, administrator, id, ['case-officer'], AT)),
    ).rejects.toMatchObject({ code: 'account.own' });
  });

  it('is told with 412 when the account changed since it was read', async () => {
    const { accountId } = await officer('raced');
    await within((tx) => accounts.suspend(tx, administrator, accountId, 'x', AT, 1));
    await expect(within((tx) => accounts.resume(tx, administrator, accountId, AT, 1))).rejects.toMatchObject({
      status: 412,
      code: 'version.stale',
    });
  });
});

describe('anybody else', () => {
  it.each(['case-officer', 'central-authority', 'auditor', 'operator'] as Role[])(
    'as %s cannot manage accounts',
    async (role) => {
      const actor = { ...administrator, roles: [role] };
      await expect(within((tx) => accounts.create(tx, actor, dto('x1'), AT))).rejects.toMatchObject({
        status: 403,
        code: 'permission.lacking',
      });
    },
  );

  it('as auditor may list them', async () => {
    const listed = await within((tx) => accounts.list(tx, { ...administrator, roles: ['auditor'] }, { limit: 2 }));
    expect(listed).toHaveLength(2);
    const next = await within((tx) => accounts.list(tx, administrator, { limit: 1, after: listed[0]!.username }));
    expect(next[0]!.id).toBe(listed[1]!.id);
  });
});

describe('whether an account is active', () => {
  it('is refused from the commit of a suspension on, and allowed after it is resumed and signed in again', async () => {
    const actor = await officer('to-suspend');
    await active(actor);
    const { entry } = await within((tx) =>
      accounts.suspend(tx, administrator, actor.accountId, 'left the service', AT),
    );
    expect(entry).toEqual({ type: 'account.suspended', body: {}, personal: { reason: 'left the service' } });
    await expect(active(actor)).rejects.toMatchObject({ status: 403, code: 'account.suspended' });
    const { account } = await within((tx) => accounts.resume(tx, administrator, actor.accountId, AT));
    await expect(active(actor)).rejects.toMatchObject({ status: 401, code: 'session.stale' });
    await active(signedIn(account));
  });

  it('is stale after roles or password were changed', async () => {
    const actor = await officer('to-change');
    await within((tx) => accounts.changeRoles(tx, administrator, actor.accountId, ['competent-authority'], AT));
    await expect(active(actor)).rejects.toMatchObject({ code: 'session.stale' });
    const other = await officer('to-reset');
    await within((tx) => accounts.resetPassword(tx, administrator, other.accountId, 'another long sentence', AT));
    await expect(active(other)).rejects.toMatchObject({ code: 'session.stale' });
  });

  it('is refused to roles the account does not hold, to an unknown account, and under another State', async () => {
    const actor = await officer('honest');
    await expect(active({ ...actor, roles: ['central-authority'] })).rejects.toMatchObject({ code: 'session.stale' });
    await expect(active({ ...actor, accountId: foreign.accountId })).rejects.toMatchObject({
      code: 'account.suspended',
    });
    await expect(active(actor, 'VN')).rejects.toMatchObject({ code: 'account.suspended' });
  });
});

describe('the second wall', () => {
  it('shows and lets change no account of another State, with the first wall off', async () => {
    expect(await within((tx) => tx.query('SELECT DISTINCT state FROM account'))).toEqual([{ state: 'KZ' }]);
    const sql = `UPDATE account SET status = 'suspended' WHERE state = 'VN' RETURNING id`;
    expect(await within((tx) => tx.query(sql))).toEqual([]);
    expect(
      await inTransaction(db.dataSource, { state: NODE_STATE }, (tx) => tx.query('SELECT 1 FROM account')),
    ).toEqual([]);
    // Negative control: the rows are there.
    expect(await db.asSuperuser(`SELECT 1 FROM account WHERE state = 'VN'`)).not.toEqual([]);
  });

  it('holds for idempotency keys', async () => {
    await db.asSuperuser(
      `INSERT INTO idempotency_key (state, account_id, route, key, body_hash, created_at) VALUES ('VN', $1, 'r', 'k', 'h', $2)`,
      [foreign.accountId, AT],
    );
    for (const state of ['KZ', NODE_STATE]) {
      expect(await within((tx) => tx.query('SELECT 1 FROM idempotency_key'), state)).toEqual([]);
      expect(await within((tx) => tx.query('DELETE FROM idempotency_key RETURNING 1'), state)).toEqual([]);
    }
    const insert = within((tx) =>
      tx.query(
        `INSERT INTO idempotency_key (state, account_id, route, key, body_hash, created_at) VALUES ('VN', $1, 'r', 'k2', 'h', $2)`,
        [foreign.accountId, AT],
      ),
    );
    await expect(insert).rejects.toThrow(/row-level security/);
    expect(await within((tx) => tx.query('SELECT 1 FROM idempotency_key'), 'VN')).toHaveLength(1);
  });

  it('gives the login itself no rights, and the worker none on accounts', async () => {
    await expect(db.dataSource.query('SELECT 1 FROM account')).rejects.toThrow(/permission denied/);
    await expect(
      inTransaction(db.dataSource, { state: 'KZ', as: 'comity_worker' }, (tx) => tx.query('SELECT 1 FROM account')),
    ).rejects.toThrow(/permission denied/);
  });

  it('keeps operators out of States, and everybody else out of the node', async () => {
    const row = { passwordHash: '$argon2id$x', username: 'op' };
    await expect(
      within((tx) => accounts.install(tx, { ...row, state: 'KZ', authorityId: 'KZ-office', roles: ['operator'] }, AT)),
    ).rejects.toThrow(/check constraint/);
    await expect(
      within(
        (tx) => accounts.install(tx, { ...row, state: NODE_STATE, authorityId: null, roles: ['administrator'] }, AT),
        NODE_STATE,
      ),
    ).rejects.toThrow(/check constraint/);
  });
});

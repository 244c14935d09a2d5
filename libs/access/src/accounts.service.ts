import { Injectable } from '@nestjs/common';
import {
  conflict,
  forbidden,
  newId,
  notFound,
  staleVersion,
  unprocessable,
  type Official,
  type Role,
  type StateCode,
} from '@comity/kernel';
import { isUniqueViolation, sqlState, type Tx } from '@comity/database';
import { AccountStatus } from './account-status.js';
import type { CreateAccountDto } from './account.dto.js';
import { assertPassword, hashPassword } from './password.js';
import { assertHolds, type Permission } from './permissions.js';

/** An account as it may be shown: never the hash. */
export interface AccountView {
  state: StateCode;
  id: string;
  username: string;
  authorityId: string | null;
  roles: Role[];
  status: 'active' | 'suspended';
  /** Grows with each change; the ETag's source. */
  version: number;
  lockedUntil: Date | null;
  createdAt: Date;
  changedAt: Date;
}

/** A change and what the record says of it: the caller appends `entry` under subject `account:<id>` in the same transaction. */
export interface AccountChange {
  account: AccountView;
  entry: { type: string; body: Record<string, string | string[]>; personal?: Record<string, string> };
}

/** An account made without an actor. */
export interface NewAccount {
  state: StateCode;
  username: string;
  passwordHash: string;
  /** null for an operator (State ZZ). */
  authorityId: string | null;
  roles: readonly Role[];
}

const VIEW = `state, id, username, authority_id AS "authorityId", roles, status, version, locked_until AS "lockedUntil",
  created_at AS "createdAt", changed_at AS "changedAt"`;

/** Nobody both keeps the accounts, or reads the record, and works on cases. */
const ALONE: readonly Role[] = ['auditor', 'administrator', 'operator'];

/**
 * Accounts of one State, kept by its administrators. Each method first asks for the permission (Problem 403
 * `permission.lacking`); another State's account is not found.
 */
@Injectable()
export class AccountsService {
  constructor(private readonly status: AccountStatus) {}

  /** @see AccountStatus.assertActive */
  assertActive(tx: Tx, actor: Official): Promise<void> {
    return this.status.assertActive(tx, actor);
  }

  /** In order of user names, at most `limit`, those after `after`. */
  list(tx: Tx, actor: Official, page: { after?: string; limit: number }): Promise<AccountView[]> {
    assertOwn(tx, actor, 'account.read');
    const sql = `SELECT ${VIEW} FROM account WHERE state = $1 AND username > $2 ORDER BY username LIMIT $3`;
    return tx.query<AccountView>(sql, [actor.state, page.after ?? '', page.limit]);
  }

  /** @throws Problem 404 `account.unknown` */
  async read(tx: Tx, actor: Official, id: string): Promise<AccountView> {
    assertOwn(tx, actor, 'account.read');
    return found(
      await tx.query<AccountView>(`SELECT ${VIEW} FROM account WHERE state = $1 AND id::text = $2`, [actor.state, id]),
    );
  }

  /** @throws Problem 409 `account.exists`; 422 `authority.unknown`, `role.not-grantable`, `role.not-combinable`, `password.*` */
  async create(tx: Tx, actor: Official, dto: CreateAccountDto, at: Date): Promise<AccountChange> {
    assertOwn(tx, actor, 'account.manage');
    assertRoles(dto.roles);
    assertPassword(dto.password, dto.username);
    const { username, authorityId, roles } = dto;
    const passwordHash = await hashPassword(dto.password);
    const account = await insert(tx, { state: actor.state, username, authorityId, roles, passwordHash }, at).catch(
      explain(dto),
    );
    // A user name can be a person's.
    return { account, entry: { type: 'account.created', body: { authorityId, roles: [...roles] }, personal: { username } } };
  }

  /**
   * Makes an account without an actor: installation, the first administrator, operators, the demo. Never behind a route.
   * @returns undefined when the user name is there already
   */
  async install(tx: Tx, account: NewAccount, at: Date): Promise<AccountView | undefined> {
    const sql = 'SELECT id FROM account WHERE state = $1 AND username = $2';
    if ((await tx.query(sql, [account.state, account.username])).length > 0) return undefined;
    return insert(tx, account, at);
  }

  /** @throws Problem 404 `account.unknown`, 409 `account.own`, 412 `version.stale` */
  async suspend(
    tx: Tx,
    actor: Official,
    id: string,
    reason: string,
    at: Date,
    version?: number,
  ): Promise<AccountChange> {
    const account = await change(tx, actor, id, version, at, `status = 'suspended'`, []);
    return { account, entry: { type: 'account.suspended', body: {}, personal: { reason } } };
  }

  async resume(tx: Tx, actor: Official, id: string, at: Date, version?: number): Promise<AccountChange> {
    const account = await change(
      tx,
      actor,
      id,
      version,
      at,
      `status = 'active', failed_sign_ins = 0, locked_until = NULL`,
      [],
    );
    return { account, entry: { type: 'account.reinstated', body: {} } };
  }

  /** @throws as suspend; also 422 `role.not-grantable`, `role.not-combinable` */
  async changeRoles(
    tx: Tx,
    actor: Official,
    id: string,
    roles: readonly Role[],
    at: Date,
    version?: number,
  ): Promise<AccountChange> {
    assertOwn(tx, actor, 'account.manage');
    assertRoles(roles);
    const account = await change(tx, actor, id, version, at, 'roles = $6', [roles]);
    return { account, entry: { type: 'account.roles-changed', body: { roles: [...roles] } } };
  }

  /** Sets a new password, ends the account's sessions and lifts a lock. */
  async resetPassword(
    tx: Tx,
    actor: Official,
    id: string,
    password: string,
    at: Date,
    version?: number,
  ): Promise<AccountChange> {
    assertOwn(tx, actor, 'account.manage');
    const { username } = await this.read(tx, actor, id);
    assertPassword(password, username);
    const set = 'password_hash = $6, failed_sign_ins = 0, locked_until = NULL';
    const account = await change(tx, actor, id, version, at, set, [await hashPassword(password)], { ownToo: true });
    return { account, entry: { type: 'account.password-changed', body: {} } };
  }
}

/** Access first: the permission, and the transaction's State is the actor's own. */
function assertOwn(tx: Tx, actor: Official, permission: Permission): void {
  assertHolds(actor, permission);
  if (actor.state !== tx.state) throw forbidden('permission.lacking', 'Accounts are kept by the State they belong to.');
}

function assertRoles(roles: readonly Role[]): void {
  const refuse = (code: string, detail: string): never => {
    throw unprocessable(code, detail, undefined, [{ pointer: '/roles', code, detail }]);
  };
  if (roles.includes('operator'))
    refuse(
      'role.not-grantable',
      'An operator belongs to the node and to no State: operators are installed with the node.',
    );
  const alone = roles.find((role) => ALONE.includes(role));
  if (alone && roles.length > 1)
    refuse('role.not-combinable', `The role ${alone} goes with no other: make a second account.`);
}

async function insert(tx: Tx, account: NewAccount, at: Date): Promise<AccountView> {
  const sql = `INSERT INTO account (state, id, username, password_hash, authority_id, roles, status, version, created_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, 'active', 1, $7, $7) RETURNING ${VIEW}`;
  const { state, username, passwordHash, authorityId, roles } = account;
  return (
    await tx.query<AccountView>(sql, [state, newId(at.getTime()), username, passwordHash, authorityId, roles, at])
  )[0]!;
}

const explain =
  (dto: CreateAccountDto) =>
  (error: unknown): never => {
    if (isUniqueViolation(error, 'account_username')) {
      throw conflict('account.exists', `There is an account ${dto.username} already. Choose another user name.`);
    }
    if (sqlState(error) === '23503')
      throw unprocessable('authority.unknown', `Your State has no authority ${dto.authorityId}.`);
    throw error;
  };

async function change(
  tx: Tx,
  actor: Official,
  id: string,
  version: number | undefined,
  at: Date,
  set: string,
  values: unknown[],
  { ownToo = false } = {},
): Promise<AccountView> {
  assertOwn(tx, actor, 'account.manage');
  // One who could suspend or re-role oneself could leave the State without an administrator, or step into cases.
  if (!ownToo && id === actor.accountId)
    throw conflict('account.own', 'Your own account is changed by another administrator.');
  const before = found(
    await tx.query<{ version: number }>('SELECT version FROM account WHERE state = $1 AND id::text = $2 FOR UPDATE', [
      actor.state,
      id,
    ]),
  );
  const sql = `UPDATE account SET ${set}, version = $3, changed_at = $4 WHERE state = $1 AND id::text = $2 AND version = $5 RETURNING ${VIEW}`;
  const expected = version ?? before.version;
  const rows = await tx.query<AccountView>(sql, [actor.state, id, expected + 1, at, expected, ...values]);
  if (rows[0]) return rows[0];
  throw staleVersion(before.version);
}

function found<T>(rows: T[]): T {
  if (rows[0]) return rows[0];
  throw notFound('account.unknown', 'There is no such account in your State.');
}

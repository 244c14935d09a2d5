import { AccountsService, AccountStatus, hashPassword, type AccountView, type SignedIn } from '@comity/access';
import { inTransaction } from '@comity/database';
import { facts } from '@comity/directory';
import { NODE_STATE, type Role, type StateCode } from '@comity/kernel';
import type { DataSource } from 'typeorm';

/** Real hash, computed once: argon2 is slow on purpose. */
export const PASSWORD = 'a sentence long enough';
let passwordHash: Promise<string> | undefined;

export const AT = new Date('2026-11-02T08:00:00.000Z');
const FACT = { validFrom: '2000-01-01', validTo: null, source: 'test', asOf: '2026-01-01', verified: false };

/** A State with one authority, `XX-office`. */
export async function plantState(db: DataSource, code: StateCode): Promise<void> {
  await inTransaction(db, { state: code }, async (tx) => {
    await facts.state(tx, { code, hosted: true, ...FACT });
    const office = { id: `${code}-office`, kind: 'central' as const, name: `Office of ${code}`, timeZone: 'UTC' };
    await facts.authority(tx, { state: code, ...office, languages: ['en'], networks: [], territory: null, ...FACT });
  });
}

/** An account of that State, as its token would name it. */
export async function plantAccount(
  db: DataSource,
  state: StateCode,
  username: string,
  roles: Role[],
): Promise<SignedIn> {
  passwordHash ??= hashPassword(PASSWORD);
  const hash = await passwordHash;
  const accounts = new AccountsService(new AccountStatus(db));
  const authorityId = state === NODE_STATE ? null : `${state}-office`;
  const account = await inTransaction(db, { state }, (tx) =>
    accounts.install(tx, { state, username, passwordHash: hash, authorityId, roles }, AT),
  );
  return signedIn(account!);
}

export function signedIn(account: AccountView): SignedIn {
  const { state, id, authorityId, username, roles, version } = account;
  return {
    kind: 'official',
    state,
    accountId: id,
    authorityId: authorityId ?? 'node',
    username,
    roles,
    accountVersion: version,
  };
}

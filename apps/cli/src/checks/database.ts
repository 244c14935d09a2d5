import { assertLoginIsPowerless, compareMigrations, inTransaction, migrations, type AppliedMigration, type Migration, PowerfulLogin } from '@comity/database';
import { NODE_STATE, type Clock } from '@comity/kernel';
import type { DataSource } from 'typeorm';
import { type Finding, fault, findings, sound } from './finding.js';

const OLDEST = 15;
/** Terms of law count days; what suffers first from a wrong clock is the order of entries of two nodes. */
const SKEW_MS = 2_000;

/** Checks of an open connection of the login, in the order in which one explains the next. */
export async function checkDatabase(db: DataSource, clock: Clock, known: readonly Migration[] = migrations): Promise<Finding[]> {
  return [await checkVersion(db), ...(await checkLogin(db)), ...(await checkMigrations(db, known)), await checkClock(db, clock)];
}

async function checkVersion(db: DataSource): Promise<Finding> {
  const [row] = (await db.query(`SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int / 10000 AS major`)) as [
    { version: string; major: number },
  ];
  if (row.major < OLDEST) return fault('database', `PostgreSQL ${row.version} is too old: upgrade to ${OLDEST} or newer`);
  return sound('database', `reachable, PostgreSQL ${row.version}`);
}

async function checkLogin(db: DataSource): Promise<Finding[]> {
  try {
    await assertLoginIsPowerless(db);
    return [sound('login', 'has no right of its own, and may take the three roles')];
  } catch (error) {
    if (!(error instanceof PowerfulLogin)) throw error;
    return error.reasons.map((reason) => fault('login', `${error.login}: ${reason}${reason.includes(': ') ? '' : '; make another, by CREATE ROLE name LOGIN NOINHERIT, and run comity migrate'}`));
  }
}

async function checkMigrations(db: DataSource, known: readonly Migration[]): Promise<Finding[]> {
  const applied = await inTransaction(db, { state: NODE_STATE, readOnly: true }, (tx) =>
    tx.query<AppliedMigration>('SELECT id, sha256 FROM schema_migration'),
  ).catch(() => undefined);
  if (!applied) return [fault('migrations', 'the record of migrations cannot be read: run comity migrate')];
  const { pending, changed, unknown } = compareMigrations(known, applied);
  const faults = [
    ...pending.map(({ id }) => `${id} is still to be run: comity migrate`),
    ...changed.map((id) => `${id} is not what was run here: install the version that ran it`),
    ...unknown.map((id) => `${id} was run by a newer version: start that version`),
  ];
  return findings('migrations', faults, `${applied.length} applied, none pending`);
}

/** The one place where the database's clock is asked: no act uses it. */
async function checkClock(db: DataSource, clock: Clock): Promise<Finding> {
  const before = clock.now().getTime();
  const [{ now }] = (await db.query('SELECT clock_timestamp() AS now')) as [{ now: Date }];
  const after = clock.now().getTime();
  // How far the server's clock lies outside the time the question took.
  const skew = Math.max(0, before - now.getTime(), now.getTime() - after);
  if (skew > SKEW_MS) return fault('clock', `${(skew / 1000).toFixed(1)} s away from the database server's: synchronise both by NTP`);
  return sound('clock', `within ${Math.max(skew, after - before)} ms of the database server's`);
}

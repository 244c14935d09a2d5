import { SystemClock, type Clock } from '@comity/kernel';
import pg, { type Client, type ClientBase } from 'pg';
import { forEachState } from './each-state.js';
import { migrationHash, type Migration } from './migration.js';
import { migrations as all } from './migrations/index.js';

/** Key of the advisory lock that keeps two nodes from migrating one database at once ("comity" in ASCII). */
const LOCK = '109326026802297';

export interface MigrateOptions {
  /** Name of the login that receives the three roles. */
  login?: string;
  migrations?: readonly Migration[];
  clock?: Clock;
}

/**
 * Brings the schema up to date as the owner, one transaction per migration, under an advisory lock.
 * @returns ids applied now, in order
 * @throws Error when an applied migration was changed or is unknown to this version, or runs out of order; nothing
 *   further is applied then
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const list = options.migrations ?? all;
  const clock = options.clock ?? new SystemClock();
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'comity migrate' });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${LOCK})`);
    await client.query(`SET client_min_messages = warning;
      CREATE TABLE IF NOT EXISTS schema_migration (id text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL)`);
    const pending = pendingMigrations(list, await applied(client));
    for (const migration of pending) await apply(client, migration, clock.now());
    if (options.login !== undefined) await grantRoles(client, options.login);
    return pending.map((m) => m.id);
  } finally {
    // Ends the session, and the lock with it.
    await client.end();
  }
}

export interface AppliedMigration {
  id: string;
  sha256: string;
}

async function applied(client: ClientBase): Promise<AppliedMigration[]> {
  return (await client.query<AppliedMigration>('SELECT id, sha256 FROM schema_migration ORDER BY id')).rows;
}

export interface MigrationsCompared {
  /** Still to run, in order. */
  pending: Migration[];
  /** Ids applied with another text than this version's. */
  changed: string[];
  /** Ids applied by a version that has more. */
  unknown: string[];
}

/** How a record of migrations differs from the list of this version. */
export function compareMigrations(list: readonly Migration[], done: readonly AppliedMigration[]): MigrationsCompared {
  const known = new Map(list.map((m) => [m.id, m]));
  const ran = new Set(done.map(({ id }) => id));
  return {
    pending: list.filter(({ id }) => !ran.has(id)),
    changed: done.filter(({ id, sha256 }) => known.has(id) && migrationHash(known.get(id)!) !== sha256).map(({ id }) => id),
    unknown: done.filter(({ id }) => !known.has(id)).map(({ id }) => id),
  };
}

/**
 * What is still to run, after checking that the record fits the list.
 * @throws Error listing every misfit
 */
export function pendingMigrations(list: readonly Migration[], done: readonly AppliedMigration[]): Migration[] {
  const { pending, changed, unknown } = compareMigrations(list, done);
  const faults = [
    ...unknown.map((id) => `${id} was applied by a newer version: start that version, or restore a backup taken before it`),
    ...changed.map((id) => `${id} was changed after it was applied: restore its text and add a new migration`),
  ];
  const ran = new Set(done.map(({ id }) => id));
  const last = list.reduce((at, m, i) => (ran.has(m.id) ? i : at), -1);
  for (const m of pending) {
    if (list.indexOf(m) < last) faults.push(`${m.id} comes before a migration already applied: give it a later number`);
  }
  if (faults.length > 0) throw new Error(`The database's migrations do not fit this version:\n- ${faults.join('\n- ')}`);
  return pending;
}

async function apply(client: ClientBase, migration: Migration, at: Date): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(migration.sql);
    for (const step of migration.eachState ?? []) await forEachState(client, step);
    await client.query('INSERT INTO schema_migration (id, sha256, applied_at) VALUES ($1, $2, $3)', [
      migration.id,
      migrationHash(migration),
      at,
    ]);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error(`COMMIT answered ${command}`);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`migration ${migration.id} failed and left nothing: ${(error as Error).message}`, { cause: error });
  }
}

/** Lets the login take the three roles by SET ROLE, and no more: their rights are not inherited. */
async function grantRoles(client: Client, login: string): Promise<void> {
  const { rows } = await client.query<{ version: number }>(`SELECT current_setting('server_version_num')::int AS version`);
  const name = client.escapeIdentifier(login);
  // Before 16 inheritance is a property of the login alone; the boot check refuses one that inherits.
  const terms = rows[0]!.version >= 160000 ? ' WITH INHERIT FALSE, SET TRUE' : '';
  const database = client.escapeIdentifier(client.database ?? '');
  await client.query(`GRANT comity_app, comity_worker, comity_operator TO ${name}${terms};
    REVOKE CREATE, TEMPORARY ON DATABASE ${database} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${database} TO ${name}`);
}

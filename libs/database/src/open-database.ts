import { NODE_STATE } from '@comity/kernel';
import type { DataSource } from 'typeorm';
import { ComityDataSource, type Entities } from './data-source.js';
import { startEmbedded, type EmbeddedServer } from './embedded/embedded.js';
import { ensureDatabase } from './embedded/cluster.js';
import { stopWithProcess } from './embedded/stop-with-process.js';
import { assertLoginIsPowerless } from './login-check.js';
import { migrate, pendingMigrations, type AppliedMigration } from './migrate.js';
import { migrations } from './migrations/index.js';
import type { DatabaseSettings } from './settings.js';
import { inTransaction } from './transaction.js';

export interface OpenDatabase {
  /** Connected as the powerless login: use it through `inTransaction` only. */
  dataSource: DataSource;
  /** Ids of the migrations applied by this start. */
  migrated: string[];
  /** Closes the connections, and stops the embedded server if this process runs it. May be called again. */
  stop(): Promise<void>;
}

export interface OpenOptions {
  entities?: readonly Entities[];
}

/**
 * Opens the database of the settings, brings its schema up to date and checks the login.
 * @throws PowerfulLogin when the login could go round the State wall; Error when migrations do not fit, are still
 *   to be run and no DATABASE_MIGRATION_URL is set, or the embedded server cannot start
 */
export async function openDatabase(settings: DatabaseSettings, options: OpenOptions = {}): Promise<OpenDatabase> {
  const urls = await locateDatabase(settings);
  const release = urls.server ? stopWithProcess(urls.server, () => dataSource.destroy()) : undefined;
  const dataSource = new ComityDataSource({
    url: urls.login,
    poolSize: settings.poolSize,
    ...(options.entities && { entities: options.entities }),
    onClosed: async () => {
      release?.();
      await urls.server?.stop();
    },
  });
  try {
    const migrated = urls.owner ? await migrate(urls.owner, { login: userOf(urls.login) }) : [];
    await dataSource.initialize();
    await assertLoginIsPowerless(dataSource);
    if (!urls.owner) await assertUpToDate(dataSource);
    return { dataSource, migrated, stop: () => dataSource.destroy() };
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** Connection URLs of a node's database. They hold passwords: never print them. */
export interface DatabaseUrls {
  login: string;
  /** Absent when the settings name a login only. */
  owner?: string;
  server?: EmbeddedServer;
}

/** Finds the database the settings mean, starting the embedded server where they name none. For tools that need the owner. */
export async function locateDatabase(settings: DatabaseSettings): Promise<DatabaseUrls> {
  if (settings.databaseUrl !== undefined) {
    return { login: settings.databaseUrl, ...(settings.databaseMigrationUrl && { owner: settings.databaseMigrationUrl }) };
  }
  const server = await startEmbedded(settings.dataDir);
  await ensureDatabase(server.record, 'comity');
  return { login: server.url('comity_login', 'comity'), owner: server.url('comity_owner', 'comity'), server };
}

function userOf(url: string): string {
  const { username } = new URL(url);
  if (username === '') throw new Error('DATABASE_URL names no user');
  return decodeURIComponent(username);
}

async function assertUpToDate(db: DataSource): Promise<void> {
  const done = await inTransaction(db, { state: NODE_STATE, readOnly: true }, (tx) =>
    tx.query<AppliedMigration>('SELECT id, sha256 FROM schema_migration'),
  );
  const pending = pendingMigrations(migrations, done);
  if (pending.length === 0) return;
  throw new Error(`Migrations are still to be run (${pending.map((m) => m.id).join(', ')}): set DATABASE_MIGRATION_URL, or run comity migrate`);
}

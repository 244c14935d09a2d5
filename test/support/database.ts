import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ComityDataSource, migrate, type Entities } from '@comity/database';
import pg from 'pg';
import { DataSource } from 'typeorm';

/** A migrated database of one test file, on the server of the test run. Real PostgreSQL; only fsync is off. */
export interface TestDatabase {
  /** As the application connects: the powerless login, through `inTransaction`. */
  dataSource: DataSource;
  /** As the owner of the tables; forced policies bind it too. */
  owner: DataSource;
  /** Connection URL of the superuser, whom no policy binds: to plant and to look behind the wall. */
  superuserUrl: string;
  ownerUrl: string;
  loginUrl: string;
  /** Runs one statement as superuser. */
  asSuperuser<T extends object>(sql: string, params?: unknown[]): Promise<T[]>;
  /** Closes all connections and drops the database. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  entities?: readonly Entities[];
  poolSize?: number;
  /** Cloned from a template that is filled once a run, instead of from the one that is only migrated. */
  template?: Template;
}

/** A database that others are cloned from. */
export interface Template {
  name: string;
  /** @param login URL of the application's login on it; nothing may stay connected */
  fill(login: string): Promise<void>;
}

type User = 'postgres' | 'comity_owner' | 'comity_login';
const TEMPLATE = 'comity_template';
let made = 0;

/** A fresh database for the test file `import.meta.url`, cloned from a template that is migrated once a run. */
export async function testDatabase(fileUrl: string, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const name = databaseName(fileUrl);
  await onServer(async (admin) => {
    await ensureTemplate(admin, TEMPLATE, async (part) => void (await migrate(serverUrl('comity_owner', part), { login: 'comity_login' })));
    const { template } = options;
    if (template) await ensureTemplate(admin, template.name, (part) => template.fill(serverUrl('comity_login', part)), TEMPLATE);
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template?.name ?? TEMPLATE} OWNER comity_owner`);
  });
  const loginUrl = serverUrl('comity_login', name);
  const ownerUrl = serverUrl('comity_owner', name);
  const superuserUrl = serverUrl('postgres', name);
  const dataSource = new ComityDataSource({
    url: loginUrl,
    poolSize: options.poolSize ?? 10,
    allowExitOnIdle: true,
    ...(options.entities && { entities: options.entities }),
  });
  const owner = new DataSource({ type: 'postgres', url: ownerUrl, poolSize: 2, installExtensions: false, extra: { allowExitOnIdle: true } });
  await Promise.all([dataSource.initialize(), owner.initialize()]);
  return {
    dataSource,
    owner,
    superuserUrl,
    ownerUrl,
    loginUrl,
    asSuperuser: async <T extends object>(sql: string, params?: unknown[]) =>
      withClient(superuserUrl, async (client) => (await client.query<T>(sql, params)).rows),
    close: async () => {
      await Promise.all([dataSource.destroy(), owner.isInitialized ? owner.destroy() : undefined]);
      await onServer((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** URL of the run's server. Accounts: `postgres` (superuser), `comity_owner`, `comity_login`. */
export function serverUrl(user: User, database: string): string {
  const folder = process.env.COMITY_TEST_POSTGRES;
  if (!folder) throw new Error('no test server: run tests through jest, whose global setup starts it');
  const record = JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8')) as { port: number; passwords: Record<User, string> };
  return `postgres://${user}:${record.passwords[user]}@127.0.0.1:${record.port}/${database}`;
}

/** Two workers may come first at once: one fills it under a lock, the other waits. A half-made template is made again. */
async function ensureTemplate(admin: pg.Client, name: string, fill: (part: string) => Promise<void>, from = 'template1'): Promise<void> {
  await admin.query('SELECT pg_advisory_lock(1)');
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    await admin.query(`DROP DATABASE IF EXISTS ${name}_part WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name}_part TEMPLATE ${from} OWNER comity_owner`);
    await fill(`${name}_part`);
    await admin.query(`ALTER DATABASE ${name}_part RENAME TO ${name}`);
  } finally {
    await admin.query('SELECT pg_advisory_unlock(1)');
  }
}

function databaseName(fileUrl: string): string {
  const path = fileURLToPath(fileUrl);
  const stem = basename(path).replace(/\.spec\.ts$/, '').replace(/[^a-z0-9]+/gi, '_').toLowerCase().slice(0, 40);
  return `t_${stem}_${createHash('sha256').update(path).digest('hex').slice(0, 8)}_${process.pid}_${(made += 1)}`;
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const onServer = <T>(work: (admin: pg.Client) => Promise<T>): Promise<T> => withClient(serverUrl('postgres', 'postgres'), work);

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** What the node must remember of its embedded server; kept in a file that only its user can read. */
export interface ClusterRecord {
  /** Where the data lie. */
  data: string;
  port: number;
  /** Process that started the server and will stop it. */
  startedBy: number;
  passwords: { postgres: string; comity_owner: string; comity_login: string };
}

const FILE = 'postgres.json';

export function readRecord(dataDir: string): ClusterRecord | undefined {
  const file = join(dataDir, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClusterRecord) : undefined;
}

export function writeRecord(dataDir: string, record: ClusterRecord): void {
  mkdirSync(dataDir, { recursive: true });
  const part = join(dataDir, `.${FILE}.${process.pid}`);
  writeFileSync(part, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, join(dataDir, FILE));
}

export function newPasswords(): ClusterRecord['passwords'] {
  const password = (): string => randomBytes(24).toString('base64url');
  return { postgres: password(), comity_owner: password(), comity_login: password() };
}

export function clusterUrl(record: ClusterRecord, user: keyof ClusterRecord['passwords'], database: string): string {
  return `postgres://${user}:${record.passwords[user]}@127.0.0.1:${record.port}/${database}`;
}

/**
 * Gives the server its two accounts: `comity_owner` owns databases and makes roles; `comity_login` may log in,
 * and has no right to any table of its own. The superuser is used here and never again.
 */
export async function ensureAccounts(record: ClusterRecord): Promise<void> {
  await asSuperuser(record, async (client) => {
    const terms = { comity_owner: 'LOGIN CREATEROLE', comity_login: 'LOGIN NOINHERIT' } as const;
    for (const name of ['comity_owner', 'comity_login'] as const) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
      const password = client.escapeLiteral(record.passwords[name]);
      await client.query(`${rowCount ? 'ALTER' : 'CREATE'} ROLE ${name} ${terms[name]} PASSWORD ${password}`);
    }
  });
}

/** A database that the owner owns; left alone if it is there. */
export async function ensureDatabase(record: ClusterRecord, name: string): Promise<void> {
  await asSuperuser(record, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} OWNER comity_owner`);
  });
}

async function asSuperuser(record: ClusterRecord, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: clusterUrl(record, 'postgres', 'postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

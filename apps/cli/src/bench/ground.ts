import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountsService, hashPassword } from '@comity/access';
import { locateDatabase } from '@comity/database';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { DEMO_PASSWORD } from '../../../../config/demo/accounts.js';
import { readSettings, type Settings } from '../../../../config/settings.js';
import { createApp } from '../../../api/src/bootstrap.js';
import { HostingService } from '../../../api/src/hosting.service.js';
import type { Environment } from '../command.js';
import { seedDemo } from '../demo/seed.js';
import { ownerOf } from '../owner.js';
import { closing } from './closing.js';

/** A database of the bench's own, migrated, with the demo's States hosted. */
export interface Ground {
  /** Settings of the servers started on it. */
  env: Record<string, string>;
  loginUrl: string;
  /** Connected as the owner of the tables, to lay out rows and to look at them. */
  owner: pg.Client;
  /** Removes everything, but for what lies in a database that was named by URL. */
  close(): Promise<void>;
}

/** Opens the database named by the environment, else an embedded server in a temporary folder, durable as in earnest. */
export async function openGround(env: Environment): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'comity-bench-'));
  // The server's account, another than root, must be able to enter.
  await chmod(folder, 0o755);
  const settings: Settings = { ...readSettings({ ...env, COMITY_DATA_DIR: folder, COMITY_WORKER: 'off', COMITY_TRAINING: 'on' }), logLevel: 'silent' };
  const urls = await locateDatabase(settings);
  const owner = new pg.Client({ connectionString: ownerOf(urls) });
  // The server ends its sessions when it stops; without a listener that would end the bench.
  owner.on('error', () => undefined);
  const close = closing(async () => {
    await owner.end().catch(() => undefined);
    await urls.server?.stop();
    if (urls.server) await rm(urls.server.record.data, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });
  try {
    await populate({ ...settings, databaseUrl: urls.login, databaseMigrationUrl: ownerOf(urls) });
    await owner.connect();
  } catch (error) {
    await close();
    throw error;
  }
  const childEnv = { DATABASE_URL: urls.login, DATABASE_MIGRATION_URL: ownerOf(urls), COMITY_DATA_DIR: folder, COMITY_TRAINING: 'on' };
  return { env: { ...passedOn(env), ...childEnv }, loginUrl: urls.login, owner, close };
}

async function populate(settings: Settings): Promise<void> {
  const app = await createApp({ settings });
  try {
    const at = new Date();
    await seedDemo(app.get(DataSource), { at, passwordHash: await hashPassword(DEMO_PASSWORD), accounts: app.get(AccountsService, { strict: false }) });
    await app.get(HostingService, { strict: false }).hostAll(at);
  } finally {
    await app.close();
  }
}

/** What a server started by the bench takes over from the caller: the size of its pool, and Node's own options. */
function passedOn(env: Environment): Record<string, string> {
  const names = ['PATH', 'NODE_OPTIONS', 'COMITY_POOL_SIZE', 'COMITY_LOG_LEVEL'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

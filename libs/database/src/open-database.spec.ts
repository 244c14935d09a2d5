import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { serverUrl, testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { DatabaseModule } from './database.module.js';
import { readRecord } from './embedded/cluster.js';
import { runningServer } from './embedded/server.js';
import { migrations } from './migrations/index.js';
import { openDatabase } from './open-database.js';
import { inTransaction } from './transaction.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'comity-open-'));
  chmodSync(dataDir, 0o755);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const role = (db: DataSource): Promise<unknown[]> =>
  inTransaction(db, { state: 'CL' }, (tx) => tx.query('SELECT current_user::text AS role, session_user::text AS login'));

describe('opening the database without DATABASE_URL', () => {
  it('starts the embedded server, migrates, and connects as the powerless login', async () => {
    const opened = await openDatabase({ dataDir, poolSize: 2 });
    expect(opened.migrated).toEqual(migrations.map((m) => m.id));
    expect(await role(opened.dataSource)).toEqual([{ role: 'comity_app', login: 'comity_login' }]);
    await opened.stop();
    await opened.stop();
    expect(runningServer(readRecord(dataDir)!.data)).toBeUndefined();
    const again = await openDatabase({ dataDir, poolSize: 2 });
    expect(again.migrated).toEqual([]);
    await again.stop();
    expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(0);
  });

  it("gives Nest's modules the data source, and stops the server with the application", async () => {
    const module = await Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ settings: { dataDir, poolSize: 2 }, entities: [] })],
    }).compile();
    await module.init();
    expect(await role(module.get(DataSource))).toEqual([{ role: 'comity_app', login: 'comity_login' }]);
    await module.close();
    expect(runningServer(readRecord(dataDir)!.data)).toBeUndefined();
  });
});

describe('opening the database of DATABASE_URL', () => {
  let db: TestDatabase;
  let name: string;
  beforeEach(async () => {
    db = await testDatabase(import.meta.url);
    name = `empty_${process.pid}_${Math.trunc(Math.random() * 1e9)}`;
    await db.asSuperuser(`CREATE DATABASE ${name} OWNER comity_owner`);
  });
  afterEach(async () => {
    await db.asSuperuser(`DROP DATABASE ${name} WITH (FORCE)`);
    await db.close();
  });

  it('migrates as the owner and connects as the login', async () => {
    const opened = await openDatabase({
      dataDir,
      poolSize: 2,
      databaseUrl: serverUrl('comity_login', name),
      databaseMigrationUrl: serverUrl('comity_owner', name),
    });
    expect(opened.migrated).toEqual(migrations.map((m) => m.id));
    expect(await role(opened.dataSource)).toEqual([{ role: 'comity_app', login: 'comity_login' }]);
    await opened.stop();
  });

  it('needs no owner once the schema is up to date', async () => {
    const opened = await openDatabase({ dataDir, poolSize: 2, databaseUrl: db.loginUrl });
    expect(opened.migrated).toEqual([]);
    await opened.stop();
  });

  it('refuses to start without the owner while migrations are still to be run', async () => {
    await db.asSuperuser(`DELETE FROM schema_migration WHERE id = (SELECT max(id) FROM schema_migration)`);
    await expect(openDatabase({ dataDir, poolSize: 2, databaseUrl: db.loginUrl })).rejects.toThrow('Migrations are still to be run');
  });

  it.each(['comity_owner', 'postgres'] as const)('refuses to connect as %s', async (user) => {
    const url = new URL(db.loginUrl).pathname.slice(1);
    await expect(openDatabase({ dataDir, poolSize: 2, databaseUrl: serverUrl(user, url) })).rejects.toThrow('must not be used by the application');
  });
});

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restoreBackup } from '../../apps/cli/src/backup/restore-backup.js';
import { takeBackup } from '../../apps/cli/src/backup/take-backup.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** Databases of one test file, fresh or restored from a backup of another; all closed and removed together. */
export class RestoredDatabases {
  private readonly dbs: TestDatabase[] = [];

  private constructor(
    private readonly fileUrl: string,
    private readonly folder: string,
  ) {}

  static async open(fileUrl: string): Promise<RestoredDatabases> {
    const folder = await mkdtemp(join(tmpdir(), 'comity-restored-'));
    await mkdir(join(folder, 'data'));
    return new RestoredDatabases(fileUrl, folder);
  }

  async fresh(): Promise<TestDatabase> {
    const db = await testDatabase(this.fileUrl);
    this.dbs.push(db);
    return db;
  }

  /** @param name of the backup, once per file */
  async restored(source: TestDatabase, name: string, at: Date): Promise<TestDatabase> {
    const backup = join(this.folder, name);
    await takeBackup({ ownerUrl: source.ownerUrl, dataDir: join(this.folder, 'data'), folder: backup, at, software: '0.0.0-test' });
    const db = await this.fresh();
    await restoreBackup({ ownerUrl: db.ownerUrl, login: 'comity_login', dataDir: join(this.folder, `data-${name}`), folder: backup, at });
    return db;
  }

  async close(): Promise<void> {
    await Promise.all(this.dbs.map((db) => db.close()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

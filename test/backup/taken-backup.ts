import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { migrate } from '@comity/database';
import { sealManifest, type Manifest } from '../../apps/cli/src/backup/manifest.js';
import type { RestoreOptions } from '../../apps/cli/src/backup/restore-backup.js';
import { takeBackup, type BackupOptions, type BackupReport } from '../../apps/cli/src/backup/take-backup.js';
import { Refused } from '../../apps/cli/src/command.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { AT, fullNode, later } from './full-node.js';

export const blob = Buffer.from('evidence bytes');
export const blobPath = (state: string): string => {
  const sha256 = createHash('sha256').update(blob).digest('hex');
  return `blobs/${state}/${sha256.slice(0, 2)}/${sha256}`;
};

/** A document by a row alone, of a request that is not there either. */
export const attachmentRow = (state: string, sha256: string): string => `SET session_replication_role = replica;
  INSERT INTO attachment (state, id, file_id, name, media_type, size, sha256, origin, verified, added_at)
  VALUES ('${state}', gen_random_uuid(), gen_random_uuid(), 'order.pdf', 'application/pdf', 14, '${sha256}', 'own', true, now()); SET session_replication_role = origin`;

export async function put(path: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

export async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  await writeFile(path, bytes);
}

export async function refusal(attempt: Promise<unknown>): Promise<Refused> {
  const error = await attempt.then(
    () => new Error('not refused'),
    (e: unknown) => e,
  );
  if (error instanceof Refused) return error;
  throw error;
}

/** A backup of a node full of rows and blobs, and what a test does with it. Real: PostgreSQL with its policies, files. */
export class TakenBackup {
  readonly folder: string;

  private constructor(
    private readonly fileUrl: string,
    /** Where everything lies. */
    readonly work: string,
    readonly source: TestDatabase,
    readonly taken: BackupReport,
  ) {
    this.folder = join(work, 'backup');
  }

  static async of(fileUrl: string): Promise<TakenBackup> {
    const work = await mkdtemp(join(tmpdir(), 'comity-backup-'));
    const source = await fullNode(fileUrl);
    await put(join(work, 'data', blobPath('IS')), blob);
    await put(join(work, 'data', 'blobs/IS/tmp/upload.part'), 'unfinished');
    await put(join(work, 'data', 'postgres.json'), '{"passwords":{}}');
    const folder = join(work, 'backup');
    return new TakenBackup(fileUrl, work, source, await takeBackup({ ...common, ownerUrl: source.ownerUrl, dataDir: join(work, 'data'), folder }));
  }

  async close(): Promise<void> {
    await this.source.close();
    await rm(this.work, { recursive: true, force: true });
  }

  backupOf(db: TestDatabase, change: Partial<BackupOptions>): BackupOptions {
    return { ...common, ownerUrl: db.ownerUrl, dataDir: join(this.work, 'data'), folder: join(this.work, 'another'), ...change };
  }

  restoreTo(db: TestDatabase, change: Partial<RestoreOptions> = {}): RestoreOptions {
    const dataDir = join(this.work, `data-of-${new URL(db.ownerUrl).pathname.slice(1)}`);
    return { ownerUrl: db.ownerUrl, login: 'comity_login', dataDir, folder: this.folder, at: AT, known: later, ...change };
  }

  /** An empty database with the migrations of the backup. */
  async emptyDatabase(): Promise<TestDatabase> {
    const db = await testDatabase(this.fileUrl);
    await migrate(db.ownerUrl, { migrations: later });
    return db;
  }

  async withEmpty(work: (db: TestDatabase) => Promise<void>): Promise<void> {
    const db = await this.emptyDatabase();
    try {
      await work(db);
    } finally {
      await db.close();
    }
  }

  async alteredCopy(name: string, alter: (copy: string, manifest: Manifest) => Promise<void>): Promise<string> {
    const copy = join(this.work, name);
    await cp(this.folder, copy, { recursive: true });
    await alter(copy, this.taken.manifest);
    return copy;
  }

  /** Alters a part and makes the hashes anew, as someone would who knows the format. */
  forge(name: string, table: string, alter: (text: string) => string): Promise<string> {
    return this.alteredCopy(name, async (at, original) => {
      const manifest = structuredClone(original);
      const part = manifest.parts.find((p) => p.table === table && p.state === 'IS')!;
      const text = alter(await readFile(join(at, part.path), 'utf8'));
      await writeFile(join(at, part.path), text);
      const rows = text.split('\n').length - 1;
      manifest.tables.find((t) => t.table === table)!.rows += rows - part.rows;
      Object.assign(part, { rows, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') });
      await writeFile(join(at, 'manifest.json'), sealManifest(manifest).text);
    });
  }
}

const common = { at: AT, software: '0.0.0-test', known: later };

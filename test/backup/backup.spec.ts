import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inTransaction, migrate, migrations } from '@comity/database';
import { Signer } from '@comity/exchange';
import { Refused } from '../../apps/cli/src/command.js';
import { sealManifest, type Manifest } from '../../apps/cli/src/backup/manifest.js';
import { restoreBackup, type RestoreOptions } from '../../apps/cli/src/backup/restore-backup.js';
import { takeBackup, type BackupOptions, type BackupReport } from '../../apps/cli/src/backup/take-backup.js';
import { testDatabase, withClient, type TestDatabase } from '../support/database.js';
import { AT, everyRow, fullNode, KEY_SECRET, later } from './full-node.js';

// Real: PostgreSQL with its policies, files. Nothing is fake but that fsync of the test server is off.
let source: TestDatabase;
let work: string;
let folder: string;
let taken: BackupReport;

const blob = Buffer.from('evidence bytes');
const blobPath = (state: string): string => {
  const sha256 = createHash('sha256').update(blob).digest('hex');
  return `blobs/${state}/${sha256.slice(0, 2)}/${sha256}`;
};

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'comity-backup-'));
  source = await fullNode(import.meta.url);
  await put(join(work, 'data', blobPath('IS')), blob);
  await put(join(work, 'data', 'blobs/IS/tmp/upload.part'), 'unfinished');
  await put(join(work, 'data', 'postgres.json'), '{"passwords":{}}');
  folder = join(work, 'backup');
  taken = await takeBackup(backupOf(source, { folder }));
});
afterAll(async () => {
  await source.close();
  await rm(work, { recursive: true, force: true });
});

async function put(path: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

const backupOf = (db: TestDatabase, change: Partial<BackupOptions>): BackupOptions => ({
  ownerUrl: db.ownerUrl,
  dataDir: join(work, 'data'),
  folder: join(work, 'another'),
  at: AT,
  software: '0.0.0-test',
  known: later,
  ...change,
});

const restoreTo = (db: TestDatabase, change: Partial<RestoreOptions> = {}): RestoreOptions => ({
  ownerUrl: db.ownerUrl,
  login: 'comity_login',
  dataDir: join(work, `data-of-${new URL(db.ownerUrl).pathname.slice(1)}`),
  folder,
  at: AT,
  known: later,
  ...change,
});

/** An empty database with the migrations of the backup. */
async function emptyDatabase(): Promise<TestDatabase> {
  const db = await testDatabase(import.meta.url);
  await migrate(db.ownerUrl, { migrations: later });
  return db;
}

async function withEmpty(work: (db: TestDatabase) => Promise<void>): Promise<void> {
  const db = await emptyDatabase();
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

const refusal = async (attempt: Promise<unknown>): Promise<Refused> => {
  const error = await attempt.then(
    () => new Error('not refused'),
    (e: unknown) => e,
  );
  if (error instanceof Refused) return error;
  throw error;
};

async function alteredCopy(name: string, alter: (copy: string, manifest: Manifest) => Promise<void>): Promise<string> {
  const copy = join(work, name);
  await cp(folder, copy, { recursive: true });
  await alter(copy, taken.manifest);
  return copy;
}

describe('a backup', () => {
  it('holds every table and every State, whoever added them', () => {
    const tables = taken.manifest.tables.map(({ table }) => table);
    expect(tables).toEqual(expect.arrayContaining(['probe', 'a_child', 'plain', 'left_empty', 'audit_entry', 'signing_key', 'state']));
    const states = (table: string) => taken.manifest.parts.filter((p) => p.table === table).map((p) => p.state);
    expect(states('probe')).toEqual(['AA', 'IS', 'US', 'ZY']);
    expect(states('account')).toContain('ZZ');
    expect(states('authority')).toEqual([null]);
  });

  it('holds the blobs, and neither passwords nor unfinished uploads', () => {
    expect(taken.manifest.blobs.map(({ path }) => path)).toEqual([blobPath('IS')]);
    expect(taken.damaged).toEqual([]);
  });

  it('can be read by its owner only', async () => {
    expect((await stat(folder)).mode & 0o077).toBe(0);
    for (const { path } of taken.manifest.parts) expect((await stat(join(folder, path))).mode & 0o077).toBe(0);
  });

  it('is one snapshot: what is written while it runs is not in it', async () => {
    const target = join(work, 'snapshot');
    const running = takeBackup(backupOf(source, { folder: target }));
    await source.asSuperuser(`INSERT INTO probe (state, id) SELECT 'IS', g FROM generate_series(100, 400) AS g`);
    const { manifest } = await running;
    await source.asSuperuser('DELETE FROM probe WHERE id >= 100');
    const rows = manifest.parts.find((p) => p.table === 'probe' && p.state === 'IS')!.rows;
    expect([2, 303]).toContain(rows);
  });

  it('tells of blobs that the disk had altered, and is written all the same', async () => {
    const data = join(work, 'damaged-data');
    await put(join(data, blobPath('IS')), 'other bytes');
    const report = await takeBackup(backupOf(source, { folder: join(work, 'of-damaged'), dataDir: data }));
    expect(report.damaged).toEqual([blobPath('IS')]);
  });

  it('is refused into a folder that holds anything', async () => {
    expect((await refusal(takeBackup(backupOf(source, { folder })))).code).toBe('folder.occupied');
  });

  it('is refused of a database that a newer version migrated', async () => {
    const attempt = takeBackup(backupOf(source, { folder: join(work, 'of-newer'), known: migrations }));
    expect(await refusal(attempt)).toMatchObject({ code: 'schema.newer', faults: ['9001_probe'] });
  });

  it('is refused of a table that it could not restore', async () => {
    await withEmpty(async (db) => {
      await db.asSuperuser(`CREATE TABLE odd (id integer); ALTER TABLE odd OWNER TO comity_owner; ALTER TABLE odd ENABLE ROW LEVEL SECURITY;
        CREATE POLICY small ON odd USING (id < 10)`);
      const attempt = takeBackup(backupOf(db, { folder: join(work, 'of-odd') }));
      expect(await refusal(attempt)).toMatchObject({ code: 'schema.unknown', faults: [expect.stringContaining('odd')] });
    });
  });
});

describe('a restore', () => {
  it('gives back every row of every table, every blob, and logs that verify', async () => {
    await withEmpty(async (db) => {
      const options = restoreTo(db);
      const report = await restoreBackup(options);
      const [there, here] = [await everyRow(source), await everyRow(db)];
      expect(Object.keys(here)).toEqual(Object.keys(there));
      for (const table of Object.keys(there)) expect({ table, rows: here[table] }).toEqual({ table, rows: there[table] });
      expect(report.rows).toBe(Object.values(there).flat().length);
      expect(report.entries).toBe(12);
      expect(await readFile(join(options.dataDir, blobPath('IS')))).toEqual(blob);
    });
  });

  it('leaves the wall as it was: rows are seen by their State only, and the keys still sign', async () => {
    await withEmpty(async (db) => {
      await restoreBackup(restoreTo(db));
      const seen = await inTransaction(db.dataSource, { state: 'IS' }, (tx) => tx.query('SELECT DISTINCT state FROM audit_entry'));
      expect(seen).toEqual([{ state: 'IS' }]);
      const walls = `SELECT count(*)::int AS n FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity`;
      expect(await db.asSuperuser(walls)).toEqual([{ n: 0 }]);
      const key = await inTransaction(db.dataSource, { state: 'IS' }, (tx) => new Signer(db.dataSource, { keySecret: KEY_SECRET }).load(tx, AT));
      expect(key.state).toBe('IS');
    });
  });

  it('numbers rows by the transactions of the new server, whose own numbers may be lower', async () => {
    await withEmpty(async (db) => {
      await restoreBackup(restoreTo(db));
      const [row] = await db.asSuperuser<{ n: number; past: boolean }>(
        `SELECT count(DISTINCT xact)::int AS n, bool_and(xact < pg_snapshot_xmax(pg_current_snapshot())) AS past FROM probe`,
      );
      expect(row).toEqual({ n: 1, past: true });
    });
  });

  it('of an older backup migrates a new database as far as the backup, then onwards over the restored rows', async () => {
    await withEmpty(async (db) => {
      await withClient(db.ownerUrl, (owner) => owner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC'));
      const next = { id: '9002_next', sql: 'ALTER TABLE plain ADD COLUMN loud text', eachState: [{ table: 'probe', change: `UPDATE probe SET label = 'migrated'` }] };
      const { migrated } = await restoreBackup(restoreTo(db, { known: [...later, next] }));
      expect(migrated).toEqual(['9002_next']);
      expect(await db.asSuperuser('SELECT DISTINCT label FROM probe')).toEqual([{ label: 'migrated' }]);
    });
  });

  it('is refused into a database that is migrated further than the backup', async () => {
    await withEmpty(async (db) => {
      const known = [...later, { id: '9002_next', sql: 'SELECT 1' }];
      await migrate(db.ownerUrl, { migrations: known });
      expect((await refusal(restoreBackup(restoreTo(db, { known })))).code).toBe('schema.other');
    });
  });

  it('is refused when a newer version took the backup', async () => {
    await withEmpty(async (db) => {
      expect(await refusal(restoreBackup(restoreTo(db, { known: migrations })))).toMatchObject({ code: 'backup.newer', faults: ['9001_probe'] });
    });
  });

  it('is refused into a database with a single row, of whatever State', async () => {
    await withEmpty(async (db) => {
      await db.asSuperuser(`INSERT INTO probe (state, id) VALUES ('QX', 1)`);
      const error = await refusal(restoreBackup(restoreTo(db)));
      expect(error).toMatchObject({ code: 'database.occupied', faults: ['probe has 1 rows'] });
      expect(await db.asSuperuser('SELECT FROM account')).toEqual([]);
    });
  });

  it('is refused over blobs of the same name and other bytes, and leaves nothing', async () => {
    await withEmpty(async (db) => {
      const options = restoreTo(db);
      await put(join(options.dataDir, blobPath('IS')), 'other bytes');
      expect((await refusal(restoreBackup(options))).code).toBe('storage.occupied');
      expect(await db.asSuperuser('SELECT FROM probe')).toEqual([]);
    });
  });
});

describe('planted faults in a backup', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await emptyDatabase();
  });
  afterEach(async () => {
    const left = Object.values(await everyRow(db)).flat();
    expect(left).toEqual([]);
  });
  afterAll(() => db.close());

  const flip = async (path: string): Promise<void> => {
    const bytes = await readFile(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    await writeFile(path, bytes);
  };

  it('finds one bit flipped in a table', async () => {
    const copy = await alteredCopy('flipped', (at, m) => flip(join(at, m.parts.find((p) => p.table === 'audit_content')!.path)));
    expect(await refusal(restoreBackup(restoreTo(db, { folder: copy })))).toMatchObject({ code: 'backup.altered', faults: [expect.stringContaining('audit_content')] });
  });

  it('finds one bit flipped in a blob', async () => {
    const copy = await alteredCopy('flipped-blob', (at) => flip(join(at, blobPath('IS'))));
    expect((await refusal(restoreBackup(restoreTo(db, { folder: copy })))).faults).toEqual([expect.stringContaining('blobs/IS')]);
  });

  it('finds one bit flipped in the manifest', async () => {
    const copy = await alteredCopy('flipped-manifest', async (at) => {
      const text = await readFile(join(at, 'manifest.json'), 'utf8');
      await writeFile(join(at, 'manifest.json'), text.replace('"rows": 2', '"rows": 3'));
    });
    expect((await refusal(restoreBackup(restoreTo(db, { folder: copy })))).code).toBe('backup.altered');
  });

  it('lists every file that is missing or cut off', async () => {
    const copy = await alteredCopy('missing', async (at, m) => {
      await unlink(join(at, m.parts[0]!.path));
      await truncate(join(at, m.parts[1]!.path), 10);
    });
    const { faults } = await refusal(restoreBackup(restoreTo(db, { folder: copy })));
    expect(faults).toEqual([expect.stringContaining('is missing'), expect.stringContaining('10 bytes instead of')]);
  });

  it('does not take an unfinished backup for a backup', async () => {
    const copy = await alteredCopy('unfinished', (at) => unlink(join(at, 'manifest.json')));
    expect(await refusal(restoreBackup(restoreTo(db, { folder: copy })))).toMatchObject({ code: 'backup.unreadable', message: expect.stringContaining('not finished') });
  });

  /** Alters a part and makes the hashes anew, as someone would who knows the format. */
  async function forge(name: string, table: string, alter: (text: string) => string): Promise<string> {
    return alteredCopy(name, async (at, original) => {
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

  it('finds a log entry taken out though every hash of the backup was made anew', async () => {
    const copy = await forge('forged-log', 'audit_entry', (text) => text.slice(text.indexOf('\n') + 1));
    await expect(restoreBackup(restoreTo(db, { folder: copy }))).rejects.toThrow('the log of IS does not hold');
  });

  it('refuses a row of another State among those of one', async () => {
    const copy = await forge('forged-state', 'probe', (text) => text.replace('IS', 'KZ'));
    expect((await refusal(restoreBackup(restoreTo(db, { folder: copy })))).message).toContain('holds a row of KZ');
  });
});

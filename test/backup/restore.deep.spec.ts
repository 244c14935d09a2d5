import { readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate, migrations } from '@comity/database';
import { restoreBackup } from '../../apps/cli/src/backup/restore-backup.js';
import { takeBackup } from '../../apps/cli/src/backup/take-backup.js';
import { type TestDatabase, withClient } from '../support/database.js';
import { everyRow, later } from './full-node.js';
import { blobPath, flip, put, refusal, TakenBackup } from './taken-backup.js';

// Real: PostgreSQL with its policies, files. Each restore takes a database of its own, so these are the long ones.
let backup: TakenBackup;
beforeAll(async () => {
  backup = await TakenBackup.of(import.meta.url);
});
afterAll(() => backup.close());

describe('a backup', () => {
  it('is one snapshot: what is written while it runs is not in it', async () => {
    const target = join(backup.work, 'snapshot');
    const running = takeBackup(backup.backupOf(backup.source, { folder: target }));
    await backup.source.asSuperuser(`INSERT INTO probe (state, id) SELECT 'IS', g FROM generate_series(100, 400) AS g`);
    const { manifest } = await running;
    await backup.source.asSuperuser('DELETE FROM probe WHERE id >= 100');
    const rows = manifest.parts.find((p) => p.table === 'probe' && p.state === 'IS')!.rows;
    expect([2, 303]).toContain(rows);
  });

  it('tells of blobs that the disk had altered, and is written all the same', async () => {
    const data = join(backup.work, 'damaged-data');
    await put(join(data, blobPath('IS')), 'other bytes');
    const report = await takeBackup(backup.backupOf(backup.source, { folder: join(backup.work, 'of-damaged'), dataDir: data }));
    expect(report.damaged).toEqual([blobPath('IS')]);
  });

  it('is refused of a table that it could not restore', async () => {
    await backup.withEmpty(async (db) => {
      await db.asSuperuser(`CREATE TABLE odd (id integer); ALTER TABLE odd OWNER TO comity_owner; ALTER TABLE odd ENABLE ROW LEVEL SECURITY;
        CREATE POLICY small ON odd USING (id < 10)`);
      const attempt = takeBackup(backup.backupOf(db, { folder: join(backup.work, 'of-odd') }));
      expect(await refusal(attempt)).toMatchObject({ code: 'schema.unknown', faults: [expect.stringContaining('odd')] });
    });
  });
});

describe('a restore', () => {
  it('numbers rows by the transactions of the new server, whose own numbers may be lower', async () => {
    await backup.withEmpty(async (db) => {
      await restoreBackup(backup.restoreTo(db));
      const [row] = await db.asSuperuser<{ n: number; past: boolean }>(
        `SELECT count(DISTINCT xact)::int AS n, bool_and(xact < pg_snapshot_xmax(pg_current_snapshot())) AS past FROM probe`,
      );
      expect(row).toEqual({ n: 1, past: true });
    });
  });

  it('of an older backup migrates a new database as far as the backup, then onwards over the restored rows', async () => {
    await backup.withEmpty(async (db) => {
      await withClient(db.ownerUrl, (owner) => owner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC'));
      const next = { id: '9002_next', sql: 'ALTER TABLE plain ADD COLUMN loud text', eachState: [{ table: 'probe', change: `UPDATE probe SET label = 'migrated'` }] };
      const { migrated } = await restoreBackup(backup.restoreTo(db, { known: [...later, next] }));
      expect(migrated).toEqual(['9002_next']);
      expect(await db.asSuperuser('SELECT DISTINCT label FROM probe')).toEqual([{ label: 'migrated' }]);
    });
  });

  it('is refused into a database that is migrated further than the backup', async () => {
    await backup.withEmpty(async (db) => {
      const known = [...later, { id: '9002_next', sql: 'SELECT 1' }];
      await migrate(db.ownerUrl, { migrations: known });
      expect((await refusal(restoreBackup(backup.restoreTo(db, { known })))).code).toBe('schema.other');
    });
  });

  it('is refused when a newer version took the backup', async () => {
    await backup.withEmpty(async (db) => {
      expect(await refusal(restoreBackup(backup.restoreTo(db, { known: migrations })))).toMatchObject({ code: 'backup.newer', faults: ['9001_probe'] });
    });
  });

  it('is refused over blobs of the same name and other bytes, and leaves nothing', async () => {
    await backup.withEmpty(async (db) => {
      const options = backup.restoreTo(db);
      await put(join(options.dataDir, blobPath('IS')), 'other bytes');
      expect((await refusal(restoreBackup(options))).code).toBe('storage.occupied');
      expect(await db.asSuperuser('SELECT FROM probe')).toEqual([]);
    });
  });
});

describe('planted faults in a backup', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await backup.emptyDatabase();
  });
  afterEach(async () => {
    const left = Object.values(await everyRow(db)).flat();
    expect(left).toEqual([]);
  });
  afterAll(() => db.close());

  it('finds one bit flipped in a blob', async () => {
    const copy = await backup.alteredCopy('flipped-blob', (at) => flip(join(at, blobPath('IS'))));
    expect((await refusal(restoreBackup(backup.restoreTo(db, { folder: copy })))).faults).toEqual([expect.stringContaining('blobs/IS')]);
  });

  it('finds one bit flipped in the manifest', async () => {
    const copy = await backup.alteredCopy('flipped-manifest', async (at) => {
      const text = await readFile(join(at, 'manifest.json'), 'utf8');
      await writeFile(join(at, 'manifest.json'), text.replace('"rows": 2', '"rows": 3'));
    });
    expect((await refusal(restoreBackup(backup.restoreTo(db, { folder: copy })))).code).toBe('backup.altered');
  });

  it('lists every file that is missing or cut off', async () => {
    const copy = await backup.alteredCopy('missing', async (at, m) => {
      await unlink(join(at, m.parts[0]!.path));
      await truncate(join(at, m.parts[1]!.path), 10);
    });
    const { faults } = await refusal(restoreBackup(backup.restoreTo(db, { folder: copy })));
    expect(faults).toEqual([expect.stringContaining('is missing'), expect.stringContaining('10 bytes instead of')]);
  });

  it('does not take an unfinished backup for a backup', async () => {
    const copy = await backup.alteredCopy('unfinished', (at) => unlink(join(at, 'manifest.json')));
    expect(await refusal(restoreBackup(backup.restoreTo(db, { folder: copy })))).toMatchObject({ code: 'backup.unreadable', message: expect.stringContaining('not finished') });
  });

  it('refuses a row of another State among those of one', async () => {
    const copy = await backup.forge('forged-state', 'probe', (text) => text.replace('IS', 'KZ'));
    expect((await refusal(restoreBackup(backup.restoreTo(db, { folder: copy })))).message).toContain('holds a row of KZ');
  });
});

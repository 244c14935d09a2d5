import { createHash } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inTransaction, migrations } from '@comity/database';
import { Signer } from '@comity/exchange';
import { sealManifest } from '../../apps/cli/src/backup/manifest.js';
import { restoreBackup } from '../../apps/cli/src/backup/restore-backup.js';
import { takeBackup } from '../../apps/cli/src/backup/take-backup.js';
import type { TestDatabase } from '../support/database.js';
import { AT, everyRow, KEY_SECRET } from './full-node.js';
import { attachmentRow, blob, blobPath, flip, put, refusal, TakenBackup } from './taken-backup.js';

// Real: PostgreSQL with its policies, files. Nothing is fake but that fsync of the test server is off. More of it, in
// restore.deep.spec.ts.
let backup: TakenBackup;
beforeAll(async () => {
  backup = await TakenBackup.of(import.meta.url);
});
afterAll(() => backup.close());

describe('a backup', () => {
  it('holds every table and every State, whoever added them', () => {
    const tables = backup.taken.manifest.tables.map(({ table }) => table);
    expect(tables).toEqual(expect.arrayContaining(['probe', 'a_child', 'plain', 'left_empty', 'audit_entry', 'signing_key', 'state']));
    const states = (table: string) => backup.taken.manifest.parts.filter((p) => p.table === table).map((p) => p.state);
    expect(states('probe')).toEqual(['AA', 'IS', 'US', 'ZY']);
    expect(states('account')).toContain('ZZ');
    expect(states('authority')).toEqual([null]);
  });

  it('holds the blobs, and neither passwords nor unfinished uploads', () => {
    expect(backup.taken.manifest.blobs.map(({ path }) => path)).toEqual([blobPath('IS')]);
    expect([backup.taken.damaged, backup.taken.missing]).toEqual([[], []]);
  });

  it('can be read by its owner only', async () => {
    expect((await stat(backup.folder)).mode & 0o077).toBe(0);
    for (const { path } of backup.taken.manifest.parts) expect((await stat(join(backup.folder, path))).mode & 0o077).toBe(0);
  });

  it('is refused into a folder that holds anything', async () => {
    expect((await refusal(takeBackup(backup.backupOf(backup.source, { folder: backup.folder })))).code).toBe('folder.occupied');
  });

  it('is refused among the blobs it would copy, and leaves nothing there', async () => {
    const options = backup.backupOf(backup.source, {});
    const folder = join(options.dataDir, 'blobs', 'backup');
    expect((await refusal(takeBackup({ ...options, folder }))).code).toBe('folder.among-blobs');
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tells of blobs that rows name and the store does not have', async () => {
    const gone = createHash('sha256').update('gone').digest('hex');
    await backup.source.asSuperuser(attachmentRow('IS', gone));
    await backup.source.asSuperuser(attachmentRow('IS', createHash('sha256').update(blob).digest('hex')));
    const { missing } = await takeBackup(backup.backupOf(backup.source, { folder: join(backup.work, 'of-missing') }));
    expect(missing).toEqual([`blobs/IS/${gone.slice(0, 2)}/${gone}`]);
    await backup.source.asSuperuser('DELETE FROM attachment');
  });

  it('is refused of a database that a newer version migrated', async () => {
    const attempt = takeBackup(backup.backupOf(backup.source, { folder: join(backup.work, 'of-newer'), known: migrations }));
    expect(await refusal(attempt)).toMatchObject({ code: 'schema.newer', faults: ['9001_probe'] });
  });
});

describe('a restore', () => {
  it('gives back every row of every table, every blob, and logs that verify', async () => {
    await backup.withEmpty(async (db) => {
      const options = backup.restoreTo(db);
      const report = await restoreBackup(options);
      const [there, here] = [await everyRow(backup.source), await everyRow(db)];
      expect(Object.keys(here)).toEqual(Object.keys(there));
      for (const table of Object.keys(there)) expect({ table, rows: here[table] }).toEqual({ table, rows: there[table] });
      expect(report.rows).toBe(Object.values(there).flat().length);
      expect(report.entries).toBe(12);
      expect(await readFile(join(options.dataDir, blobPath('IS')))).toEqual(blob);
    });
  });

  it('leaves the wall as it was: rows are seen by their State only, and the keys still sign', async () => {
    await backup.withEmpty(async (db) => {
      await restoreBackup(backup.restoreTo(db));
      const seen = await inTransaction(db.dataSource, { state: 'IS' }, (tx) => tx.query('SELECT DISTINCT state FROM audit_entry'));
      expect(seen).toEqual([{ state: 'IS' }]);
      const walls = `SELECT count(*)::int AS n FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity`;
      expect(await db.asSuperuser(walls)).toEqual([{ n: 0 }]);
      const key = await inTransaction(db.dataSource, { state: 'IS' }, (tx) => new Signer(db.dataSource, { keySecret: KEY_SECRET }).load(tx, AT));
      expect(key.state).toBe('IS');
    });
  });

  it('is refused into a database with a single row, of whatever State', async () => {
    await backup.withEmpty(async (db) => {
      await db.asSuperuser(`INSERT INTO probe (state, id) VALUES ('QX', 1)`);
      const error = await refusal(restoreBackup(backup.restoreTo(db)));
      expect(error).toMatchObject({ code: 'database.occupied', faults: ['probe has 1 rows'] });
      expect(await db.asSuperuser('SELECT FROM account')).toEqual([]);
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

  it('finds one bit flipped in a table', async () => {
    const copy = await backup.alteredCopy('flipped', (at, m) => flip(join(at, m.parts.find((p) => p.table === 'audit_content')!.path)));
    expect(await refusal(restoreBackup(backup.restoreTo(db, { folder: copy })))).toMatchObject({ code: 'backup.altered', faults: [expect.stringContaining('audit_content')] });
  });

  it('finds a log entry taken out though every hash of the backup was made anew', async () => {
    const copy = await backup.forge('forged-log', 'audit_entry', (text) => text.slice(text.indexOf('\n') + 1));
    await expect(restoreBackup(backup.restoreTo(db, { folder: copy }))).rejects.toThrow('the log of IS does not hold');
  });

  it('finds a manifest that names files in other places, though every hash was made anew', async () => {
    const outside = join(backup.work, 'outside');
    for (const path of ['../outside', 'blobs/IS/../../../outside', `tables/x/${'a'.repeat(64)}`, blobPath('IS').replace('/IS/', '/../'), 'postgres.json']) {
      const copy = await backup.alteredCopy(`astray-${path.replaceAll(/[^a-z]/g, '')}`, async (at, original) => {
        const manifest = structuredClone(original);
        await put(join(at, path), 'evil');
        manifest.blobs.push({ path, bytes: 4, sha256: createHash('sha256').update('evil').digest('hex') });
        await writeFile(join(at, 'manifest.json'), sealManifest(manifest).text);
      });
      await rm(outside, { force: true });
      expect(await refusal(restoreBackup(backup.restoreTo(db, { folder: copy })))).toMatchObject({ code: 'backup.altered', faults: [path] });
      await expect(stat(outside)).rejects.toThrow('ENOENT');
    }
  });

  it('finds another backup than the one whose SHA-256 was noted, though it is whole', async () => {
    const copy = await backup.alteredCopy('forged-whole', async (at, original) => writeFile(join(at, 'manifest.json'), sealManifest({ ...original, software: '9.9.9' }).text));
    const { sha256 } = backup.taken;
    expect(await refusal(restoreBackup(backup.restoreTo(db, { folder: copy, sha256 })))).toMatchObject({ code: 'backup.altered', message: expect.stringContaining('another backup') });
  });
});

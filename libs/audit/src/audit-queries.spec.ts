import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { inTransaction, type Tx } from '@comity/database';
import { newId } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { AuditLog } from './audit-log.js';
import { AuditQueries } from './audit-queries.js';
import { exportLines } from './export-lines.js';
import { newChain } from './chain.js';
import type { EntryFilter } from './filter.js';
import { draftOf, newFile } from './testing/drafts.js';
import { verifyFile } from './verify-file.js';
import { verifyExport } from './verify.js';

// Real: PostgreSQL, roles, policies, files. Nothing is faked.
const FILES = 40;
const PER_FILE = 35;
const account = newId();
const file = newFile();
const requestId = file.slice(5);
const exportedAt = new Date('2027-06-01T00:00:00.000Z');
let db: TestDatabase;
let queries: AuditQueries;
let folder: string;

const read = <T>(work: (tx: Tx) => Promise<T>, state = 'IS'): Promise<T> =>
  inTransaction(db.dataSource, { state, readOnly: true, isolation: 'repeatable read' }, work);
const exported = (filter: EntryFilter = {}, open = true, state = 'IS') =>
  read((tx) => verifyExport(exportLines(tx, { exportedAt, filter, open }), { state }), state);

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  queries = new AuditQueries(db.dataSource);
  folder = await mkdtemp(join(tmpdir(), 'comity-audit-'));
  const log = new AuditLog(db.dataSource);
  for (let n = 0; n < FILES; n += 1) {
    const subject = n === 0 ? file : newFile();
    await inTransaction(db.dataSource, { state: 'IS' }, async (tx) => {
      let head = newChain(subject);
      for (let seq = 1; seq <= PER_FILE; seq += 1) {
        const type = seq === 1 ? 'request.created' : 'request.read';
        const actor = { kind: 'official', accountId: seq % 5 === 0 ? account : newId() };
        const at = new Date(Date.UTC(2027, 0, seq, n % 24));
        const personal: Record<string, string> = seq % 7 === 0 ? { note: `Ásta ${seq}` } : {};
        ({ head } = await log.append(tx, draftOf(subject, { type, actor, at, personal }), head));
      }
    });
  }
  await log.appendAlone('IS', draftOf(`account:${account}`, { type: 'permission.refused', body: { requestId } }));
  await log.appendAlone('NO', draftOf(newFile()));
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

describe('the list of entries', () => {
  const all = async (filter: EntryFilter, limit = 200) => {
    const found = [];
    let after: string | undefined;
    do {
      const page = await read((tx) => queries.list(tx, filter, { after, limit, open: true }));
      expect(page.entries.length).toBeLessThanOrEqual(limit);
      found.push(...page.entries);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return found;
  };

  it('goes page by page through every entry once, newest first', async () => {
    const found = await all({}, 97);
    expect(found.length).toBe(FILES * PER_FILE + 1);
    expect(new Set(found.map((entry) => entry.id)).size).toBe(found.length);
    const order = found.map((entry) => `${entry.at} ${entry.id}`);
    expect(order).toEqual([...order].sort().reverse());
  });

  it('filters by subject, type, account, request and time, alone and together', async () => {
    expect((await all({ subject: file })).length).toBe(PER_FILE);
    expect((await all({ type: 'request.created' })).length).toBe(FILES);
    expect((await all({ accountId: account })).length).toBe(FILES * 7);
    expect((await all({ accountId: account, subject: file })).length).toBe(7);
    const ofRequest = await all({ requestId });
    expect(ofRequest.length).toBe(PER_FILE + 1);
    expect(ofRequest.some((entry) => entry.type === 'permission.refused')).toBe(true);
    const day = { subject: file, from: '2027-01-02T01:00:00+01:00', to: '2027-01-04T00:00:00Z' };
    expect((await all(day)).map((entry) => entry.seq)).toEqual([3, 2]);
  });

  it('shows contents only when asked, and only what is present', async () => {
    const list = (open: boolean) => read((tx) => queries.list(tx, { subject: file }, { open, limit: 200 }));
    expect((await list(true)).entries.find((entry) => entry.seq === 7)?.contents).toEqual({ note: 'Ásta 7' });
    expect((await list(false)).entries.every((entry) => Object.keys(entry.contents).length === 0)).toBe(true);
  });

  it('refuses a malformed filter member by member, a cursor of its own making and a limit out of range', async () => {
    const list = (filter: EntryFilter, page = {}) => read((tx) => queries.list(tx, filter, page));
    await expect(list({ subject: "x' OR true", type: 'nope', from: '2027-01-01T00:00:00' })).rejects.toMatchObject({
      code: 'filter.malformed',
      errors: [{ pointer: '/from' }, { pointer: '/subject' }, { pointer: '/type' }],
    });
    await expect(list({}, { after: 'bm90IGEgY3Vyc29y' })).rejects.toMatchObject({ code: 'cursor.invalid' });
    await expect(list({}, { limit: 1000 })).rejects.toMatchObject({ code: 'limit.malformed' });
  });
});

describe('the export of a State', () => {
  const to = { state: 'IS', reader: 'a reader' };

  it('holds, is whole, and has nothing of another State', async () => {
    const entries = FILES * PER_FILE + 1;
    expect(await exported()).toMatchObject({ ok: true, whole: true, entries, subjects: FILES + 1, opened: FILES * 5 });
    expect(await exported({}, true, 'NO')).toMatchObject({ ok: true, entries: 1, subjects: 1 });
    expect(await exported({}, true, 'SE')).toMatchObject({ ok: true, entries: 0, subjects: 0 });
  });

  it('holds under every filter, and says whether it is whole', async () => {
    expect(await exported({ subject: file })).toMatchObject({ ok: true, whole: true, entries: PER_FILE });
    expect(await exported({ requestId })).toMatchObject({ ok: true, whole: false, entries: PER_FILE + 1 });
    expect(await exported({ accountId: account })).toMatchObject({ ok: true, whole: false, entries: FILES * 7 });
    const filter = { type: 'request.read', from: '2027-01-05T00:00:00.000Z', to: '2027-01-09T00:00:00.000Z' };
    expect(await exported(filter, false)).toMatchObject({ ok: true, entries: FILES * 4, opened: 0, closed: FILES });
  });

  it('streams to a file that the offline verifier takes', async () => {
    const path = join(folder, 'is.jsonl');
    await pipeline(await queries.exportStream(to, { exportedAt, open: true }), createWriteStream(path));
    expect(await verifyFile(path, { state: 'IS' })).toEqual(await exported());
  });

  it('ends its transaction when the reader goes away', async () => {
    for (let n = 0; n < 15; n += 1) {
      const stream = await queries.exportStream({ ...to, reader: `reader ${n}` }, { exportedAt });
      await once(stream, 'readable');
      stream.destroy();
    }
    // More than the pool has connections: one left open each time would have stopped us here.
    expect((await exported()).ok).toBe(true);
  });

  it('gives its reader the error when the log cannot be read', async () => {
    const broken = new AuditQueries(db.owner);
    await expect(
      pipeline(await broken.exportStream(to, { exportedAt }), createWriteStream(join(folder, 'x'))),
    ).rejects.toThrow();
    await expect(queries.exportStream(to, { exportedAt, filter: { type: 'nope' } })).rejects.toThrow(/filter/);
  });

  describe('from a database that its superuser changed', () => {
    const tampered = async (sql: string, params: unknown[] = []) => {
      await db.asSuperuser('ALTER TABLE audit_chain DISABLE TRIGGER ALL');
      await db.asSuperuser('ALTER TABLE audit_entry DROP CONSTRAINT IF EXISTS audit_entry_sound');
      const kept = ['audit_entry', 'audit_chain', 'audit_content'];
      for (const table of kept) await db.asSuperuser(`CREATE TABLE kept_${table} AS TABLE ${table}`);
      await db.asSuperuser(sql, params);
      const report = await exported();
      for (const table of kept) {
        await db.asSuperuser(`TRUNCATE ${table}`);
        await db.asSuperuser(`INSERT INTO ${table} TABLE kept_${table}`);
        await db.asSuperuser(`DROP TABLE kept_${table}`);
      }
      expect((await exported()).ok).toBe(true);
      return report.firstFault?.what;
    };

    it.each([
      [
        'a changed byte',
        `UPDATE audit_entry SET bytes = set_byte(bytes, 40, 88) WHERE subject = $1 AND seq = 9`,
        'entry.leaf-differs',
      ],
      ['a deleted entry', `DELETE FROM audit_entry WHERE subject = $1 AND seq = 9`, 'chain.gap'],
      ['a deleted tail', `DELETE FROM audit_entry WHERE subject = $1 AND seq > 30`, 'head.differs'],
      ['all entries of a file deleted', `DELETE FROM audit_entry WHERE subject = $1`, undefined],
      ['a deleted head', `DELETE FROM audit_chain WHERE subject = $1`, 'head.missing'],
      ['a head set back', `UPDATE audit_chain SET seq = 3 WHERE subject = $1`, 'head.differs'],
      [
        'a changed content',
        `UPDATE audit_content SET content = '"x"' WHERE entry_id = (SELECT id FROM audit_entry WHERE subject = $1 AND seq = 7)`,
        'commitment.differs',
      ],
      [
        'entries exchanged',
        `UPDATE audit_entry a SET bytes = b.bytes, leaf_hash = b.leaf_hash FROM audit_entry b WHERE a.subject = $1 AND b.subject = $1 AND a.seq = 4 AND b.seq = 5`,
        'chain.gap',
      ],
    ])('shows %s', async (_, sql, what) => {
      const found = await tampered(sql, [file]);
      expect(found).toEqual(what ?? expect.stringMatching(/^(head\.differs|subject\.order)$/));
    });

    it('does not show erased contents as a fault', async () => {
      expect(await tampered('DELETE FROM audit_content')).toBeUndefined();
    });
  });
});

import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AuditLog } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { newId, type Official, type Role, SettableClock, sha256Hex, type StateCode } from '@comity/kernel';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { CustodyService } from './custody.service.js';
import { EvidenceService } from './evidence.service.js';
import { FileBlobStore } from './file-blob-store.js';
import type { EvidencePlace, EvidencePlaces } from './places.js';

// Real: PostgreSQL with its policies, the log, the blob store. Made up: the file of the request (EvidencePlaces).
const REQUEST = newId();
let collecting = true;
const places: EvidencePlaces = {
  place: async (tx: Tx, requestId, measure): Promise<EvidencePlace | null> => {
    if (requestId !== REQUEST || measure !== 1 || !['IS', 'US'].includes(tx.state)) return null;
    const requested = tx.state === 'IS';
    return { side: requested ? 'requested' : 'requesting', counterpart: requested ? 'US' : 'IS', collecting: collecting && requested };
  },
};
const official = (state: StateCode, ...roles: Role[]): Official => ({ kind: 'official', state, accountId: newId(), authorityId: `${state}-ca`, username: 'u', roles });
const is = official('IS', 'competent-authority');
const us = official('US', 'case-officer');
const clock = new SettableClock(new Date('2013-07-23T10:00:00.000Z'));

let db: TestDatabase;
let root: string;
let evidence: EvidenceService;
let custody: CustodyService;

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  root = mkdtempSync(join(tmpdir(), 'comity-evidence-'));
  const [audit, blobs] = [new AuditLog(db.dataSource), new FileBlobStore(root)];
  evidence = new EvidenceService(db.dataSource, clock, audit, blobs, places, { blobFolder: root, maxFileBytes: 1000 });
  custody = new CustodyService(db.dataSource, clock, audit, blobs, places);
});
afterAll(async () => {
  await db.close();
  rmSync(root, { recursive: true });
});
beforeEach(() => (collecting = true));

const act = <T>(state: StateCode, work: (tx: Tx) => Promise<T>) => inTransaction(db.dataSource, { state }, work);
const open = (actor = is) => act(actor.state, (tx) => evidence.openPackage(tx, actor, { requestId: REQUEST, measure: 1, procedure: 'write blocker' }, clock.now()));
const add = (packageId: string, name: string, content: string, more = {}) =>
  evidence.addFile(is, packageId, { name, mediaType: 'text/plain', content: Readable.from([Buffer.from(content)]), ...more });
const seal = (packageId: string) => act('IS', (tx) => evidence.sealPackage(tx, is, packageId, clock.now()));
const entries = (state: StateCode) =>
  db.asSuperuser<{ bytes: Buffer }>('SELECT bytes FROM audit_entry WHERE state = $1 ORDER BY seq', [state]).then((rows) => rows.map((row) => JSON.parse(row.bytes.toString()) as { type: string; body: Record<string, unknown> }));
/** A sealed package, transmitted by IS and taken in by US. */
async function handedOver(...contents: string[]): Promise<string> {
  const { id } = await open();
  for (const [n, content] of contents.entries()) await add(id, `file ${n}`, content);
  await seal(id);
  const { manifest } = (await act('IS', (tx) => custody.packageFacts(tx, REQUEST, 1, id)))!;
  await act('IS', (tx) => custody.transmitted(tx, id, clock.now()));
  await act('US', (tx) => custody.received(tx, { id: REQUEST, measure: 1, counterpart: 'IS' }, JSON.parse(JSON.stringify(manifest)), clock.now()));
  return id;
}
const blob = (state: StateCode, content: string) => join(root, state, sha256Hex(content).slice(0, 2), sha256Hex(content));
const receipt = () => act('US', (tx) => custody.receipt(tx, REQUEST, 1));

describe('collecting', () => {
  it('numbers the files of a package in order, and seals them under one hash', async () => {
    const { id } = await open();
    await add(id, 'a.txt', 'first', { declaredBytes: 5, sha256: sha256Hex('first') });
    await add(id, 'b.txt', 'first');
    const sealed = await seal(id);
    expect(sealed).toMatchObject({ status: 'sealed', direction: 'sent', counterpart: 'US', manifestSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(sealed.files.map(({ number, name, sha256 }) => [number, name, sha256])).toEqual([[1, 'a.txt', sha256Hex('first')], [2, 'b.txt', sha256Hex('first')]]);
    expect((await entries('IS')).at(-1)).toMatchObject({ type: 'evidence.sealed', body: { packageId: id, files: 2, manifestSha256: sealed.manifestSha256 } });
  });

  it('does not write names of files into the log, which cannot be erased', async () => {
    const { id } = await open();
    await add(id, 'mailbox of SOMEBODY.mbox', 'x');
    expect(JSON.stringify(await entries('IS'))).not.toContain('SOMEBODY');
  });

  it('is for the requested side, by those who may, while the measure is being executed', async () => {
    await expect(open(us)).rejects.toMatchObject({ status: 403, code: 'evidence.not-permitted' });
    await expect(open(official('IS', 'case-officer', 'auditor'))).rejects.toMatchObject({ status: 403 });
    await expect(open(official('KZ', 'central-authority'))).rejects.toMatchObject({ status: 404 });
    const { id } = await open();
    collecting = false;
    await expect(open()).rejects.toMatchObject({ status: 409, code: 'evidence.not-collecting' });
    await expect(add(id, 'late', 'x')).rejects.toMatchObject({ status: 409, code: 'evidence.not-collecting' });
  });

  it('refuses what cannot be in a package, and keeps nothing of it', async () => {
    const { id } = await open();
    await add(id, 'a', 'x');
    const before = readdirSync(root, { recursive: true }).length;
    await expect(add(id, 'a', 'unheard')).rejects.toMatchObject({ status: 409, code: 'evidence.name-taken' });
    await expect(add(id, 'b\u202e', 'unheard')).rejects.toMatchObject({ status: 400, code: 'evidence.name-invalid' });
    await expect(add(id, 'b', 'y'.repeat(1001))).rejects.toMatchObject({ status: 413, code: 'upload.too-large' });
    await expect(add(id, 'b', 'unheard', { sha256: 'a'.repeat(64) })).rejects.toMatchObject({ status: 422, code: 'upload.hash-mismatch' });
    await expect(add(newId(), 'b', 'unheard')).rejects.toMatchObject({ status: 404 });
    expect(readdirSync(root, { recursive: true })).toHaveLength(before);
    expect((await act('IS', (tx) => evidence.view(tx, id))).files).toHaveLength(1);
  });

  it('two uploads at once get two numbers; of two with one name, one is told', async () => {
    const { id } = await open();
    const done = await Promise.allSettled([add(id, 'a', '1'), add(id, 'b', '2'), add(id, 'b', '3')]);
    expect(done.filter((d) => d.status === 'fulfilled').map((d) => d.value.number).sort()).toEqual([1, 2]);
    expect(done.find((d) => d.status === 'rejected')).toMatchObject({ reason: { code: 'evidence.name-taken' } });
  });

  it('ends with the seal: no file after it, no second seal, and none of an empty package', async () => {
    const { id } = await open();
    await expect(seal(id)).rejects.toMatchObject({ status: 422, code: 'evidence.package-empty' });
    await add(id, 'a', 'x');
    await seal(id);
    await expect(add(id, 'b', 'y')).rejects.toMatchObject({ status: 409, code: 'evidence.package-sealed' });
    await expect(seal(id)).rejects.toMatchObject({ code: 'evidence.package-sealed' });
  });
});

describe('handing over', () => {
  it('UNCC 40(17): a sealed package says by which procedure the data were obtained', async () => {
    const { id } = await open();
    await add(id, 'a', 'x');
    await seal(id);
    expect(await act('IS', (tx) => custody.packageFacts(tx, REQUEST, 1, id))).toMatchObject({ manifest: { procedure: 'write blocker' } });
  });

  it('UNCC 40(17): what a receiver could not read of the procedure is refused when the package is opened, and at the seal', async () => {
    const opened = (procedure: string) => act('IS', (tx) => evidence.openPackage(tx, is, { requestId: REQUEST, measure: 1, procedure }, clock.now()));
    for (const procedure of ['', '   ', 'a\u202eb', 'a\u0007b', '\ud800', '\u{1f4be}'.repeat(2001)]) {
      await expect(opened(procedure)).rejects.toMatchObject({ status: 422, code: 'evidence.procedure-unfit', errors: [{ pointer: '/procedure' }] });
    }
    const longest = await opened('\u{1f4be}'.repeat(2000));
    await add(longest.id, 'a', 'x');
    await seal(longest.id);

    // Opened by an earlier release, which took it.
    const { id } = await open();
    await add(id, 'a', 'x');
    for (const procedure of ['', 'a\u202eb']) {
      await db.asSuperuser('UPDATE evidence_package SET procedure = $2 WHERE id = $1', [id, procedure]);
      await expect(seal(id)).rejects.toMatchObject({ status: 422, code: 'evidence.not-sealable', errors: [{ pointer: '/procedure' }] });
    }
    expect(await act('IS', (tx) => evidence.view(tx, id))).toMatchObject({ status: 'open' });
  });

  it('only a sealed package goes, and only once', async () => {
    const { id } = await open();
    const facts = (measure: number) => act('IS', (tx) => custody.packageFacts(tx, REQUEST, measure, id));
    await add(id, 'a', 'x');
    expect(await facts(1)).toEqual({ sealed: false, files: 1, manifest: {} });
    expect(await facts(2)).toBeUndefined();
    const transmit = () => act('IS', (tx) => custody.transmitted(tx, id, clock.now()));
    await expect(transmit()).rejects.toMatchObject({ status: 409, code: 'evidence.not-sealed' });
    await seal(id);
    expect(await facts(1)).toMatchObject({ sealed: true, files: 1, manifest: { packageId: id, from: 'IS', to: 'US', thread: REQUEST, measure: 1, procedure: 'write blocker' } });
    await transmit();
    expect(await facts(1)).toMatchObject({ sealed: false });
    await expect(transmit()).rejects.toMatchObject({ code: 'evidence.not-sealed' });
  });

  it('a manifest of another thread, measure or State is refused, and so is a second one for the same package', async () => {
    const id = await handedOver('x');
    const manifest = JSON.parse((await db.asSuperuser<{ manifest: Buffer }>(`SELECT manifest FROM evidence_package WHERE state = 'US' AND id = $1`, [id]))[0]!.manifest.toString()) as object;
    const arrive = (changes: object) => act('US', (tx) => custody.received(tx, { id: REQUEST, measure: 1, counterpart: 'IS' }, { ...manifest, ...changes }, clock.now()));
    for (const changes of [{ thread: newId() }, { measure: 2 }, { from: 'KZ' }, { to: 'VN' }]) await expect(arrive(changes)).rejects.toMatchObject({ status: 422, code: 'manifest.invalid' });
    await expect(arrive({ madeAt: '2013-07-24T10:00:00.000Z' })).rejects.toMatchObject({ status: 409, code: 'manifest.other-package' });
  });

  it('what arrives is copied to the receiving State\'s own store, verified there and given out with an entry', async () => {
    const id = await handedOver('one', 'two', 'one');
    const before = await act('US', (tx) => evidence.view(tx, id));
    expect(before).toMatchObject({ status: 'received', direction: 'received' });
    expect(await receipt()).toBe('pending');
    await expect(custody.download(us, id, 1)).rejects.toMatchObject({ status: 404, code: 'evidence.file-not-found' });

    expect(await custody.verifyDue('US', 10)).toBeGreaterThan(0);
    expect(await custody.verifyDue('US', 10)).toBe(0);
    expect(await act('US', (tx) => evidence.view(tx, id))).toMatchObject({ status: 'verified', files: [{ status: 'verified' }, { status: 'verified' }, { status: 'verified' }] });
    expect(readFileSync(blob('US', 'two'), 'utf8')).toBe('two');

    const { file, stream } = await custody.download(us, id, 2);
    expect((await entries('US')).at(-1)).toMatchObject({ type: 'evidence.read', body: { packageId: id, number: 2, sha256: sha256Hex('two') } });
    expect([file.name, (await buffer(stream)).toString()]).toEqual(['file 1', 'two']);
  });

  it('a byte changed in the sender\'s store makes verification fail, visibly, until it is put right', async () => {
    const id = await handedOver('whole', 'spoilt');
    chmodSync(blob('IS', 'spoilt'), 0o600);
    writeFileSync(blob('IS', 'spoilt'), 'spoilT');
    expect(await custody.verifyReceived('US', id)).toBe('evidence.hash-mismatch');
    expect(await act('US', (tx) => evidence.view(tx, id))).toMatchObject({ status: 'received', fault: 'evidence.hash-mismatch', files: [{ status: 'verified' }, { status: 'mismatch' }] });
    expect(await receipt()).toBe('mismatch');
    expect((await entries('US')).at(-1)).toMatchObject({ type: 'evidence.verified', body: { result: 'evidence.hash-mismatch', faulty: [{ number: 2, status: 'mismatch' }] } });
    await expect(custody.download(us, id, 2)).rejects.toMatchObject({ status: 404 });

    unlinkSync(blob('IS', 'spoilt'));
    expect(await custody.verifyReceived('US', id)).toBe('evidence.missing');
    writeFileSync(blob('IS', 'spoilt'), 'spoilt');
    expect(await custody.verifyReceived('US', id)).toBeNull();
    expect(await receipt()).toBe('verified');
  });

  it('a dispute is marked on both sides and is not lifted by a later verification', async () => {
    const id = await handedOver('disputed');
    for (const state of ['US', 'IS']) await act(state, (tx) => custody.disputed(tx, REQUEST, 1));
    expect(await custody.verifyReceived('US', id)).toBeNull();
    for (const state of ['US', 'IS']) expect(await act(state, (tx) => evidence.view(tx, id))).toMatchObject({ status: 'disputed' });
  });
});

describe('the wall between States', () => {
  it('another State\'s package is answered like none, and its bytes are out of reach', async () => {
    const { id } = await open();
    await add(id, 'a', 'ours alone');
    await expect(act('US', (tx) => evidence.view(tx, id))).rejects.toMatchObject({ status: 404 });
    await expect(custody.download(us, id, 1)).rejects.toMatchObject({ status: 404 });
    expect(await new FileBlobStore(root).open('US', sha256Hex('ours alone'))).toBeNull();
  });

  it.each(['evidence_package', 'evidence_item'])('%s is walled off by the database too', async (table) => {
    await open();
    const count = (state: StateCode) => act(state, (tx) => tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE state = 'IS'`)).then(([row]) => row!.n);
    expect(await count('IS')).toBeGreaterThan(0);
    expect(await count('US')).toBe(0);
    await expect(db.dataSource.query(`SELECT 1 FROM ${table}`)).rejects.toThrow(/permission denied/);
    await expect(act('IS', (tx) => tx.query(`DELETE FROM ${table}`))).rejects.toThrow(/permission denied/);
    await expect(act('IS', (tx) => tx.query(`UPDATE ${table} SET state = 'US'`))).rejects.toThrow(/permission denied/);
  });

  it('who may read evidence on each side follows the table of roles; the auditor may not', async () => {
    const id = await handedOver('for some');
    await custody.verifyReceived('US', id);
    for (const role of ['auditor', 'point-of-contact', 'competent-authority'] as Role[]) {
      await expect(custody.download(official('US', role), id, 1)).rejects.toMatchObject({ status: 403, code: 'evidence.not-permitted' });
    }
    const { stream } = await custody.download(is, id, 1);
    expect((await buffer(stream)).toString()).toBe('for some');
  });
});

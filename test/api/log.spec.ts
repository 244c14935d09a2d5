import { setTimeout } from 'node:timers/promises';
import { AuditLog, LogIntegrator, verifyProof, type ConsistencyProof, type InclusionProof } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { draftOf, newFile } from '../../libs/audit/src/testing/drafts.js';
import { Disagreement, openCheckpoint, readLog, rootByPath, rootsByProof } from '../audit/independent-verifier.js';
import type { Caller, TestHttp } from '../support/http.js';
import { Play, problemOf, CASE_CONTROLLERS } from './play.js';
import { testHttp } from '../support/http.js';

const hex = (hashes: readonly string[]) => hashes.map((hash) => Buffer.from(hash, 'hex'));

// Real: database, guard, Fastify, the rooms, the State's own key. Set by hand: the clock. The integrator is run by the test.
describe('the tree of the log over HTTP', () => {
  let http: TestHttp;
  let auditor: Caller;
  const integrate = () => http.app.get(LogIntegrator, { strict: false }).run('KZ');
  const add = (count: number) =>
    inTransaction(http.node.db.dataSource, { state: 'KZ' }, async (tx) => {
      const log = http.app.get(AuditLog, { strict: false });
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) ids.push((await log.append(tx, draftOf(newFile(), { actor: { kind: 'node' } }))).id);
      return ids;
    });
  const bytes = async (path: string, who = auditor) =>
    (await who.get(`/audit/${path}`).expect(200).buffer(true).parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    })).body as Buffer;
  const key = async () => (await auditor.get('/audit/log').expect(200)).body.checkpoint.key as string;
  const read = async () => readLog((path) => bytes(path), await key());

  beforeAll(async () => {
    http = await testHttp(import.meta.url, [AuditApiModule]);
    auditor = await http.as('KZ', 'auditor');
  });
  afterAll(() => http.close());

  it('has no checkpoint before the first was signed', async () => {
    expect((await auditor.get('/audit/checkpoint').expect(404)).body.code).toBe('checkpoint.unknown');
    expect((await auditor.get('/audit/log').expect(200)).body).toMatchObject({ origin: 'comity/log/KZ', size: 0, checkpoint: null });
    await auditor.get('/audit/tile/0/000.p/1').expect(404);
  });

  it('is read by an independent reader of C2SP tlog-tiles, which agrees on checkpoint, tiles and entries as it grows', async () => {
    for (const count of [3, 252, 1, 300]) {
      await add(count);
      await integrate();
      const { head, entries } = await read();
      expect(head).toMatchObject({ origin: 'comity/log/KZ', size: entries.length, time: http.node.clock.now().getTime() / 1000 });
    }
    const { tiles, head } = await read();
    expect(head.size).toBeGreaterThan(550);
    expect(tiles).toBe(4);
  });

  it('is not read so when a tile, an entry or the checkpoint differs (negative control)', async () => {
    const vkey = await key();
    const paths = ['checkpoint', 'tile/0/000', 'tile/1/000.p/2', 'tile/entries/001'];
    for (const wrong of paths) {
      const altered = readLog(async (path) => {
        const found = await bytes(path);
        if (path === wrong) found[found.length >> 1]! ^= 1;
        return found;
      }, vkey);
      await expect(altered).rejects.toThrow(Disagreement);
    }
  });

  it('proves that an entry is in it, and that it only grew', async () => {
    const vkey = await key();
    const [id] = await add(1);
    expect(problemOf(await auditor.get(`/audit/proofs/inclusion?entry=${id}`))).toMatchObject({ status: 409, code: 'entry.not-integrated' });
    const before = openCheckpoint((await bytes('checkpoint')).toString(), vkey);
    await integrate();
    const proof = (await auditor.get(`/audit/proofs/inclusion?entry=${id}`).expect(200)).body as InclusionProof;
    expect(verifyProof(JSON.stringify(proof), [vkey])).toMatchObject({ ok: true, keyGiven: true });
    expect(rootByPath(proof.index, proof.size, Buffer.from(proof.leafHash, 'hex'), hex(proof.hashes))).toEqual(openCheckpoint(proof.checkpoint, vkey).root);

    for (const from of [1, 255, 256, 257, before.size]) {
      const grown = (await auditor.get(`/audit/proofs/consistency?from=${from}`).expect(200)).body as ConsistencyProof;
      expect(verifyProof(JSON.stringify(grown), [vkey])).toMatchObject({ ok: true });
      const { old, now } = rootsByProof(from, grown.to.size, hex(grown.hashes), Buffer.from(grown.from.root, 'hex'));
      expect([old.toString('hex'), now.toString('hex')]).toEqual([grown.from.root, grown.to.root]);
    }
    const same = (await auditor.get(`/audit/proofs/consistency?from=${before.size}&to=${before.size}`).expect(200)).body as ConsistencyProof;
    expect(same).toMatchObject({ hashes: [], from: { root: before.root.toString('hex') } });
  });

  it('gives earlier checkpoints too, as they were signed', async () => {
    const size = (await auditor.get('/audit/log')).body.size as number;
    await add(1);
    const old = await bytes(`checkpoint?size=${size}`);
    await integrate();
    expect(await bytes(`checkpoint?size=${size}`)).toEqual(old);
    await auditor.get('/audit/checkpoint?size=2').expect(404);
  });

  it.each([
    '/audit/proofs/consistency?from=0', '/audit/proofs/consistency?from=2&to=1', '/audit/proofs/consistency?from=1&to=999999', '/audit/proofs/consistency',
    '/audit/proofs/inclusion', '/audit/proofs/inclusion?entry=1', '/audit/checkpoint?size=0', '/audit/checkpoint?size=x',
  ])('answers 400 to %s', async (path) => expect((await auditor.get(path)).status).toBe(400));

  it.each(['0/9', '0/000.p/256', '9/000', '0/005', '0/002.p/255', 'entries/x000/001', 'entries/005', 'x'])('has no tile at %s', async (path) => {
    expect(problemOf(await auditor.get(`/audit/tile/${path}`))).toMatchObject({ status: 404, code: 'tile.unknown' });
  });

  it('logs the reading of entries, and not that of hashes', async () => {
    const count = async () =>
      (await http.node.db.asSuperuser<{ n: number }>(`SELECT count(*)::int AS n FROM audit_entry WHERE state = 'KZ' AND type = 'audit.read'`))[0]!.n;
    const before = await count();
    for (const path of ['checkpoint', 'tile/0/000', 'proofs/consistency?from=1', 'log']) await auditor.get(`/audit/${path}`).expect(200);
    expect(await count()).toBe(before);
    await bytes('tile/entries/000');
    expect(await count()).toBe(before + 1);
  });

  it('lets caches keep hashes, which never change, and never entries', async () => {
    expect((await auditor.get('/audit/tile/0/000')).headers['cache-control']).toContain('immutable');
    for (const path of ['tile/entries/000', 'checkpoint', 'log']) expect((await auditor.get(`/audit/${path}`)).headers['cache-control']).toBe('no-store');
  });

  it('is the auditor’s of the State, except for proofs of a request’s entries', async () => {
    const officer = await http.as('KZ', 'case-officer');
    for (const path of ['log', 'checkpoint', 'tile/0/000', 'proofs/consistency?from=1']) await officer.get(`/audit/${path}`).expect(403);
    const [ofFile] = await add(1);
    const ofAccount = await inTransaction(http.node.db.dataSource, { state: 'KZ' }, (tx) =>
      http.app.get(AuditLog, { strict: false }).append(tx, draftOf(`account:${newId()}`, { type: 'session.signed-in', actor: { kind: 'nobody' } })));
    await integrate();
    await officer.get(`/audit/proofs/inclusion?entry=${ofFile}`).expect(200);
    await officer.get(`/audit/proofs/inclusion?entry=${ofAccount.id}`).expect(404);
    await auditor.get(`/audit/proofs/inclusion?entry=${ofAccount.id}`).expect(200);
    const elsewhere = await http.as('VN', 'auditor');
    expect(problemOf(await elsewhere.get(`/audit/proofs/inclusion?entry=${ofFile}`))).toMatchObject({ status: 404, code: 'entry.unknown' });
    expect((await elsewhere.get('/audit/checkpoint')).status).toBe(404);
  });
});

describe('an act with Prefer: wait=integrated', () => {
  let play: Play;
  beforeAll(async () => {
    play = await Play.open(import.meta.url, { controllers: CASE_CONTROLLERS });
  });
  afterAll(() => play.close());

  it('is answered with the proof that its entry is in the signed log, and again when it is repeated', async () => {
    const officer = await play.as('KZ case-officer');
    const id = (await play.draft()) as string;
    const headers = { 'if-match': '"1"', prefer: 'respond-async, wait=integrated', 'idempotency-key': newId() };
    const act = () => officer.post(`/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }, headers);
    const integrator = play.node.app.get(LogIntegrator, { strict: false });
    let turning = true;
    const turned = (async () => {
      for (; turning; await setTimeout(30)) await integrator.run('KZ').catch(() => undefined);
    })();
    try {
      const answer = await act();
      expect([answer.status, answer.headers['preference-applied']]).toEqual([200, 'wait=integrated']);
      const { entry, inclusion } = answer.body as { entry: { id: string; leafHash: string }; inclusion: InclusionProof };
      expect(inclusion).toMatchObject({ comity: 'inclusion-proof', entryId: entry.id, leafHash: entry.leafHash });
      expect(verifyProof(JSON.stringify(inclusion))).toMatchObject({ ok: true });
      expect((await act()).body.inclusion).toMatchObject({ index: inclusion.index });
    } finally {
      // No turn goes on into the next test, which has nobody integrate.
      turning = false;
      await turned;
    }
  });

  it('stands, and is answered without the proof, when nothing integrates the log within two seconds', async () => {
    const officer = await play.as('KZ case-officer');
    const id = (await play.draft()) as string;
    const answer = await officer.post(`/requests/${id}/events`, { type: 'SUBMIT_FOR_REVIEW', payload: {} }, { 'if-match': '"1"', prefer: 'wait=integrated' });
    expect([answer.status, answer.headers['preference-applied'], answer.body.inclusion]).toEqual([200, undefined, undefined]);
    expect(answer.body.entry.leafHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

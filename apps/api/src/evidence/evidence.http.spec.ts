import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { AccountsService, hashPassword, idempotentAct, type SignedIn, SessionTokens } from '@comity/access';
import { inTransaction } from '@comity/database';
import { newId, type Role, SettableClock, sha256Hex } from '@comity/kernel';
import { DraftsService, RequestReader, RequestsService } from '@comity/requests';
import { readSettings } from '../../../../config/settings.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { letter, measure } from '../../../../test/support/stored-data.js';
import { seedDemo } from '../../../cli/src/demo/seed.js';
import { createLogger, Worker } from '../../../worker/src/index.js';
import { createApp, ENTITIES } from '../bootstrap.js';
import { HostingService } from '../hosting.service.js';

// Real: the whole application over HTTP. The acts before and after the evidence go through the services.
const clock = new SettableClock(new Date('2026-11-03T09:12:40.000Z'));
let db: TestDatabase;
let app: NestFastifyApplication;
let dataDir: string;
let requestId: string;
const people: Record<string, { actor: SignedIn; token: string }> = {};

async function person(state: string, username: string): Promise<void> {
  const actor = await inTransaction(db.dataSource, { state, readOnly: true }, async (tx) => {
    const [row] = await tx.query<{ id: string; authority_id: string; roles: Role[]; version: number }>('SELECT id, authority_id, roles, version FROM account WHERE state = $1 AND username = $2', [state, username]);
    return { kind: 'official' as const, state, accountId: row!.id, authorityId: row!.authority_id, username, roles: row!.roles, accountVersion: row!.version };
  });
  people[`${state} ${username}`] = { actor, token: (await app.get(SessionTokens, { strict: false }).issue(actor, clock.now())).token };
}

async function act(who: string, no: number | null, type: string, payload: Record<string, unknown> = {}): Promise<void> {
  const { actor } = people[who]!;
  const { version } = await app.get(RequestReader, { strict: false }).read(actor, requestId);
  const idempotency = idempotentAct(actor.accountId, 'POST', newId(), payload);
  await app.get(RequestsService, { strict: false }).advance(actor, { requestId, measure: no, type, payload, ifMatch: `"${version}"`, idempotency });
}

const as = (who: string) => ({
  post: (path: string, key = newId()) => request(app.getHttpServer()).post(`/api/v1/evidence-packages${path}`).auth(people[who]!.token, { type: 'bearer' }).set('idempotency-key', key),
  get: (path: string) => request(app.getHttpServer()).get(`/api/v1/evidence-packages${path}`).auth(people[who]!.token, { type: 'bearer' }),
});
const upload = (who: string, id: string, query: string, content: Buffer) => as(who).post(`/${id}/files?${query}`).type('application/octet-stream').send(content);

beforeAll(async () => {
  db = await testDatabase(import.meta.url, { entities: ENTITIES });
  dataDir = mkdtempSync(join(tmpdir(), 'comity-evidence-http-'));
  const settings = readSettings({ NODE_ENV: 'test', COMITY_DATA_DIR: dataDir, COMITY_WORKER: 'off', COMITY_TRAINING: 'on' });
  app = await createApp({ settings, dataSource: db.dataSource, clock, logger: createLogger('silent') });
  await seedDemo(db.dataSource, { at: clock.now(), passwordHash: await hashPassword('correct-horse-battery'), accounts: app.get(AccountsService, { strict: false }) });
  await app.get(HostingService, { strict: false }).hostAll(clock.now());
  for (const state of ['KZ', 'VN']) for (const name of ['case-officer', 'central-authority', 'competent-authority', 'auditor']) await person(state, name);

  const officer = people['KZ case-officer']!.actor;
  const created = await app.get(DraftsService, { strict: false }).create(officer, { requestedState: 'VN', letter: letter(), measures: [measure()] } as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
  requestId = (created.body as { id: string }).id;
  await act('KZ case-officer', null, 'SUBMIT_FOR_REVIEW');
  await act('KZ central-authority', null, 'TRANSMIT');
  await app.get(Worker).drain();
  await act('VN central-authority', null, 'ACKNOWLEDGE');
  await act('VN central-authority', 1, 'EXAMINE');
  await act('VN central-authority', 1, 'GRANT');
  await act('VN central-authority', 1, 'ASSIGN', { authority: 'Executing authority' });
  await act('VN competent-authority', 1, 'AUTHORISE', { body: 'Court', remedyOpen: false });
  await act('VN competent-authority', 1, 'BEGIN_EXECUTION');
}, 60_000);
afterAll(async () => {
  await app?.close();
  await db.close();
  rmSync(dataDir, { recursive: true });
});

describe('evidence over HTTP', () => {
  const image = Buffer.alloc(3 * 1024 * 1024, 'disk');
  let id: string;

  it('is opened by the requested State once per Idempotency-Key, and by nobody else', async () => {
    const body = { requestId, measure: 1, procedure: 'Image certified with hashes' };
    const key = newId();
    const first = await as('VN competent-authority').post('', key).send(body).expect(201);
    expect((await as('VN competent-authority').post('', key).send(body).expect(201)).body).toEqual(first.body);
    expect((await as('VN competent-authority').post('', key).send({ ...body, procedure: 'x' })).status).toBe(422);
    id = first.body.id;

    for (const [who, status] of [['KZ competent-authority', 403], ['VN case-officer', 403], ['VN auditor', 403]] as const) {
      expect([who, (await as(who).post('').send(body)).status]).toEqual([who, status]);
    }
    expect(JSON.parse((await as('VN competent-authority').post('').send({ ...body, measure: 9 })).text)).toMatchObject({ status: 404, code: 'evidence.not-found' });
    expect(JSON.parse((await as('VN competent-authority').post('').send({ requestId: 'x', measure: 0 })).text)).toMatchObject({ code: 'body.invalid', errors: [{ pointer: '/requestId', code: 'field.not-uuid' }, { pointer: '/measure', code: 'field.min' }] });
  });

  it('takes files as they are, and refuses each that is not what its sender says', async () => {
    const { body } = await upload('VN competent-authority', id, `name=image.dd&mediaType=application/octet-stream&sha256=${sha256Hex(image)}`, image).expect(201);
    expect(body).toEqual({ number: 1, name: 'image.dd', mediaType: 'application/octet-stream', size: image.length, sha256: sha256Hex(image), status: 'stored' });
    await upload('VN competent-authority', id, `name=${encodeURIComponent('biên bản.pdf')}&mediaType=application/pdf`, Buffer.from('record')).expect(201);
    const refused: [string, number, string][] = [
      [`name=b&mediaType=text/plain&sha256=${'0'.repeat(64)}`, 422, 'upload.hash-mismatch'],
      ['name=image.dd&mediaType=text/plain', 409, 'evidence.name-taken'],
      ['name=a%2Fb&mediaType=text/plain', 400, 'evidence.name-invalid'],
      ['name=a%E2%80%AEb&mediaType=text/plain', 400, 'evidence.name-invalid'],
      ['name=b&mediaType=x', 400, 'evidence.media-type-invalid'],
      ['name=b&name=c&mediaType=text/plain', 400, 'query.invalid'],
      ['mediaType=text/plain', 400, 'query.invalid'],
    ];
    for (const [query, status, code] of refused) {
      const answer = await upload('VN competent-authority', id, query, Buffer.from('x'));
      expect([query, answer.status, JSON.parse(answer.text).code]).toEqual([query, status, code]);
    }
    expect((await upload('KZ central-authority', id, 'name=z&mediaType=text/plain', Buffer.from('x'))).status).toBe(404);
  });

  it('crosses to the requesting State, which reads its own verified copy', async () => {
    await as('VN competent-authority').post(`/${id}/seal`).expect(200);
    expect((await as('KZ case-officer').get(`/${id}`)).status).toBe(404);
    await act('VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained' });
    await act('VN central-authority', 1, 'DECIDE_TRANSMISSION', { outcome: 'released' });
    await act('VN central-authority', 1, 'TRANSMIT_EVIDENCE', { packageId: id });
    await app.get(Worker).drain();

    const { body } = await as('KZ case-officer').get(`/${id}`).expect(200);
    expect(body).toMatchObject({ direction: 'received', status: 'verified', counterpart: 'VN', files: [{ status: 'verified' }, { status: 'verified' }] });
    const bytes = await as('KZ case-officer').get(`/${id}/files/1`).buffer(true).parse((res, done) => { const chunks: Buffer[] = []; res.on('data', (c: Buffer) => chunks.push(c)).on('end', () => done(null, Buffer.concat(chunks))); }).expect(200);
    expect(sha256Hex(bytes.body as Buffer)).toBe(sha256Hex(image));
    expect(bytes.headers).toMatchObject({ 'content-length': String(image.length), 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
    expect((await as('KZ case-officer').get(`/${id}/files/2`)).headers['content-disposition']).toContain("filename*=UTF-8''bi%C3%AAn%20b%E1%BA%A3n.pdf");
    for (const [who, path, status] of [['KZ auditor', `/${id}/files/1`, 403], ['KZ auditor', `/${id}`, 200], ['KZ case-officer', `/${id}/files/3`, 404], ['KZ case-officer', `/${id}/files/0x1`, 404], ['KZ case-officer', '/nothing', 404]] as const) {
      expect([who, path, (await as(who).get(path)).status]).toEqual([who, path, status]);
    }
    await act('KZ central-authority', 1, 'CONFIRM_RECEIPT');
  });

  it('its reading is in the log of the reader\'s own State', async () => {
    const rows = await db.asSuperuser<{ bytes: Buffer }>(`SELECT bytes FROM audit_entry WHERE state = 'KZ'`);
    const types = rows.map((row) => JSON.parse(row.bytes.toString()) as { type: string; body: object }).filter(({ type }) => type.startsWith('evidence.'));
    expect(types).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'evidence.verified', body: expect.objectContaining({ result: 'intact' }) }), expect.objectContaining({ type: 'evidence.read' })]));
  });
});

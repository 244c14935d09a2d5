import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';

const FACT = { validFrom: '2026-11-01', source: 'Letter of the ministry', asOf: '2026-11-01', verified: true };
const AUTHORITY = { ...FACT, slug: 'second-office', kind: 'competent', name: 'Second office', timeZone: 'Asia/Almaty', languages: ['kk'] };

// Real: database, guard, Fastify. Set by hand: the clock.
describe('facts of the own State over HTTP', () => {
  let http: TestHttp;
  let admin: Caller;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [DirectoryApiModule]);
    admin = await http.as('KZ', 'administrator');
  });
  afterAll(() => http.close());

  const state = async (on: string) => (await admin.get(`/directory/states/KZ?on=${on}`).expect(200)).body as { authorities: { id: string }[]; languagesAccepted: { language: string }[]; competences: { id: string }[] };
  const entries = () =>
    inTransaction(http.node.db.dataSource, { state: 'KZ' }, (tx) => tx.query<{ type: string }>(`SELECT type FROM audit_entry WHERE state = 'KZ' AND subject = 'node' ORDER BY seq`));

  it('records an authority once per key, shows it from its day, and ends it without forgetting it', async () => {
    const key = { 'idempotency-key': newId() };
    const { body } = await admin.post('/directory/authorities', AUTHORITY, key).expect(201);
    expect(body).toMatchObject({ id: 'KZ-second-office', name: 'Second office', networks: [], territory: null, validTo: null });
    expect((await admin.post('/directory/authorities', AUTHORITY, key).expect(201)).body).toEqual(body);
    expect((await admin.post('/directory/authorities', AUTHORITY).expect(409)).body).toMatchObject({ code: 'authority.exists' });
    const ids = async (on: string) => (await state(on)).authorities.map(({ id }) => id);
    expect(await ids('2026-10-31')).not.toContain('KZ-second-office');
    expect(await ids('2026-11-05')).toContain('KZ-second-office');
    await admin.post('/directory/authorities/KZ-second-office/end', { on: '2026-11-05' }).expect(200);
    expect(await ids('2026-11-04')).toContain('KZ-second-office');
    expect(await ids('2026-11-05')).not.toContain('KZ-second-office');
    expect((await entries()).map(({ type }) => type)).toEqual(['directory.fact-recorded', 'directory.fact-ended']);
  });

  it('nothing has been said on a day that is still to come; the day may have begun elsewhere', async () => {
    const on = (days: number) => new Date(http.node.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
    for (const [path, body] of [
      ['authorities', { ...AUTHORITY, slug: 'third-office' }], ['languages', { ...FACT, language: 'tr' }], ['competences', { ...FACT, authorityId: 'KZ-competent-authority', stage: 'receive' }],
    ] as const) {
      expect((await admin.post(`/directory/${path}`, { ...body, asOf: on(1) }).expect(422)).body).toMatchObject({ code: 'source.says-later', errors: [{ pointer: '/asOf' }] });
    }
    // At noon in UTC the next day has begun in the first of the time zones.
    http.node.clock.advanceDays(3 / 24);
    await admin.post('/directory/languages', { ...FACT, language: 'tr', asOf: on(1) }).expect(201);
  });

  it('records and ends languages and competences', async () => {
    await admin.post('/directory/languages', { ...FACT, language: 'fr' }).expect(201);
    expect((await admin.post('/directory/languages', { ...FACT, language: 'en' }).expect(409)).body).toMatchObject({ code: 'language.exists' });
    await admin.post('/directory/languages/fr/end', { on: '2026-11-10' }).expect(200);
    expect((await state('2026-11-10')).languagesAccepted.map(({ language }) => language)).not.toContain('fr');
    const { body } = await admin.post('/directory/competences', { ...FACT, authorityId: 'KZ-competent-authority', stage: 'receive', form: 'preservation' }).expect(201);
    expect((await state('2026-11-10')).competences.map(({ id }) => id)).toContain(body.id);
    await admin.post(`/directory/competences/${body.id}/end`, { on: '2026-11-10' }).expect(200);
  });

  it('ends an arrangement', async () => {
    const { body } = await admin.get('/directory/arrangements').expect(200);
    const [{ id }] = body.items as [{ id: string }];
    await admin.post(`/directory/arrangements/${id}/end`, { on: '2026-11-03' }).expect(200);
    expect((await admin.post(`/directory/arrangements/${id}/end`, { on: '2026-11-03' }).expect(404)).body).toMatchObject({ code: 'fact.unknown' });
  });

  it('brings an end forward while it lies ahead, never puts it off, and leaves what has ended as it was; each is logged', async () => {
    const POINT = { ...FACT, authorityId: 'KZ-point-of-contact', network: 'uncc-41', kind: 'telephone', value: '+79990001122', hours: 'at-any-hour' };
    const id = async (path: string, body: object) => (await admin.post(`/directory/${path}`, body).expect(201)).body.id as string;
    const kinds: [string, string][] = [
      ['contact-channels', await id('contact-channels', { ...POINT, languages: ['en'], callBack: true })],
      ['duty-list', await id('duty-list', { ...POINT, rank: 7, office: 'relief desk' })],
      ['authorities', await id('authorities', { ...AUTHORITY, slug: 'fourth-office' })],
      ['competences', await id('competences', { ...FACT, authorityId: 'KZ-competent-authority', stage: 'decide' })],
      ['arrangements', await id('arrangements', { requesting: 'KZ', requested: 'TH', instrument: 'uncc-2024', mode: 'arrangement', reason: 'Exchange of notes', validFrom: '2026-11-01' })],
      ['languages', (await admin.post('/directory/languages', { ...FACT, language: 'uz' }).expect(201)).body.language as string],
    ];
    for (const [path, key] of kinds) {
      const end = async (on: string) => (await admin.post(`/directory/${path}/${key}/end`, { on })).status;
      const before = (await entries()).length;
      expect([path, await end('2027-06-30'), await end('2027-07-01'), await end('2027-06-30'), await end('2027-01-20'), await end('2026-10-31')]).toEqual([path, 200, 404, 404, 200, 404]);
      // Today, while the end lies ahead, and then no more.
      expect([path, await end('2026-11-02'), await end('2026-11-01')]).toEqual([path, 200, 404]);
      expect((await entries()).slice(before).map(({ type }) => type)).toEqual(Array(3).fill('directory.fact-ended'));
    }
    expect((await admin.post(`/directory/languages/uz/end`, { on: '2027-07-01' }).expect(404)).body).toMatchObject({ code: 'fact.unknown', detail: expect.stringContaining('brought forward') });
  });

  it.each<[string, string, object, number, string]>([
    ['an authority in no time zone', 'authorities', { ...AUTHORITY, timeZone: 'Asia/Nowhere' }, 400, 'body.invalid'],
    ['an authority of another State', 'authorities', { ...AUTHORITY, state: 'VN' }, 400, 'body.invalid'],
    ['a language that is none', 'languages', { ...FACT, language: 'English' }, 400, 'body.invalid'],
    ['a fact without a source', 'languages', { ...FACT, language: 'fr', source: '' }, 400, 'body.invalid'],
    ['the competence of another State’s authority', 'competences', { ...FACT, authorityId: 'VN-central-authority', stage: 'decide' }, 422, 'authority.unknown'],
    ['the end of another State’s authority', 'authorities/VN-central-authority/end', { on: '2026-11-05' }, 404, 'fact.unknown'],
  ])('does not take %s', async (_what, path, body, status, code) => {
    const before = (await entries()).length;
    expect((await admin.post(`/directory/${path}`, body).expect(status)).body).toMatchObject({ code });
    expect(await entries()).toHaveLength(before);
  });

  it('is for administrators only', async () => {
    for (const role of ['case-officer', 'central-authority', 'auditor']) await (await http.as('KZ', role)).post('/directory/authorities', AUTHORITY).expect(403);
    await http.nobody.post('/directory/languages', { ...FACT, language: 'fr' }).expect(401);
  });
});

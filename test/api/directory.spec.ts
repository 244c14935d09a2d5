import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';

const ARRANGEMENT = { requesting: 'KZ', requested: 'TH', instrument: 'uncc-2024', mode: 'training', reason: 'Exercise before entry into force', validFrom: '2026-11-01' };

// Real: database, guard, Fastify. Set by hand: the clock.
describe('the directory over HTTP', () => {
  let http: TestHttp;
  let officer: Caller;
  let admin: Caller;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [DirectoryApiModule]);
    [officer, admin] = [await http.as('KZ', 'case-officer'), await http.as('KZ', 'administrator')];
  });
  afterAll(() => http.close());

  it('lists the States it knows, each named in six languages', async () => {
    const { body } = await officer.get('/directory/states').expect(200);
    const items = body.items as { code: string; names: Record<string, string>; hosted: boolean }[];
    expect(items.map(({ code }) => code)).toEqual(['BG', 'DE', 'EE', 'IS', 'KZ', 'MY', 'SG', 'TH', 'US', 'VN']);
    const vietNam = items.find(({ code }) => code === 'VN')!;
    expect(vietNam).toMatchObject({ hosted: true, names: { en: 'Viet Nam', fr: 'Viet Nam', ru: 'Вьетнам' } });
    expect(items.find(({ code }) => code === 'TH')).toMatchObject({ hosted: false });
  });

  it('shows a State: languages, authorities, points of contact, competences, keys, each dated and sourced', async () => {
    const { body } = await officer.get('/directory/states/VN').expect(200);
    expect(body).toMatchObject({ code: 'VN', on: '2026-11-03', source: expect.stringContaining('demo'), verified: false });
    expect(body.languagesAccepted.map((l: { language: string }) => l.language)).toEqual(['en', 'vi']);
    expect(body.authorities).toHaveLength(4);
    expect(body.contactPoints).toMatchObject([{ id: 'VN-point-of-contact', networks: ['uncc-41', 'budapest-35'], timeZone: 'Asia/Ho_Chi_Minh' }]);
    expect(body.competences).toContainEqual(expect.objectContaining({ authorityId: 'VN-central-authority', stage: 'decide', instrument: null }));
    expect(body.publicKeys).toMatchObject([{ jwk: { kty: 'OKP', crv: 'Ed25519' }, validTo: null }]);
    expect(body.publicKeys[0].jwk).not.toHaveProperty('d');
  });

  it('shows a State that is off the network without keys', async () => {
    expect((await officer.get('/directory/states/TH').expect(200)).body).toMatchObject({ hosted: false, publicKeys: [] });
  });

  it.each([['FR'], ['ZZ'], ['vn'], ['V%20']])('answers 404 for %s, which it does not know', async (code) => {
    expect((await officer.get(`/directory/states/${code}`).expect(404)).body).toMatchObject({ code: 'state.unknown' });
  });

  it('knows nothing on a day before its facts hold', async () => {
    await officer.get('/directory/states/VN?on=1999-12-31').expect(404);
    expect((await officer.get('/directory/states?on=1999-12-31').expect(200)).body).toEqual({ items: [] });
  });

  it.each([['?on=2026-02-30', '/on'], ['?on=yesterday', '/on'], ['?day=2026-01-01', '/day']])('refuses the query %s', async (query, pointer) => {
    expect((await officer.get(`/directory/states${query}`).expect(400)).body).toMatchObject({ code: 'query.invalid', errors: expect.arrayContaining([expect.objectContaining({ pointer })]) });
  });

  it('records an arrangement of one’s own State, with its entry; the other State has none', async () => {
    const key = { 'idempotency-key': newId() };
    const { body } = await admin.post('/directory/arrangements', ARRANGEMENT, key).expect(201);
    expect(body).toMatchObject({ ...ARRANGEMENT, recordedBy: 'KZ-central-authority', validTo: null });
    expect((await admin.post('/directory/arrangements', ARRANGEMENT, key).expect(201)).body).toEqual(body);
    expect((await officer.get('/directory/arrangements').expect(200)).body.items).toContainEqual(body);
    const others = (await (await http.as('VN', 'case-officer')).get('/directory/arrangements').expect(200)).body.items as { requested: string }[];
    expect(others.map(({ requested }) => requested)).not.toContain('TH');
    const [entry, ...more] = await inTransaction(http.node.db.dataSource, { state: 'KZ' }, (tx) =>
      tx.query<{ type: string; text: string }>(`SELECT type, convert_from(bytes, 'UTF8') AS text FROM audit_entry WHERE state = 'KZ' AND subject = 'peer:TH'`));
    expect(more).toEqual([]);
    expect(entry!.type).toBe('arrangement.recorded');
    expect(entry!.text).toContain(body.id);
    expect(entry!.text).not.toContain(ARRANGEMENT.reason);
  });

  it.each<[string, object, number, string, string]>([
    ['between two other States', { requesting: 'VN' }, 422, 'arrangement.not-own', ''],
    ['with itself', { requested: 'KZ' }, 422, 'arrangement.not-own', ''],
    ['with no State', { requested: 'QQ' }, 422, 'state.unknown', ''],
    ['on no instrument', { instrument: 'no-such-treaty' }, 422, 'instrument.unknown', '/instrument'],
    ['in no known mode', { mode: 'secret' }, 400, 'body.invalid', '/mode'],
    ['from no day', { validFrom: '2026-02-30' }, 400, 'body.invalid', '/validFrom'],
    ['for a reason that turns the text around', { reason: 'a\u202eb' }, 400, 'body.invalid', '/reason'],
    ['for no reason', { reason: undefined }, 400, 'body.invalid', '/reason'],
    ['recorded by somebody else', { recordedBy: 'VN-central-authority' }, 400, 'body.invalid', '/recordedBy'],
  ])('refuses an arrangement %s', async (_what, patch, status, code, pointer) => {
    const { body } = await admin.post('/directory/arrangements', { ...ARRANGEMENT, ...patch }).expect(status);
    expect(body).toMatchObject({ code });
    if (pointer !== '') expect(body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ pointer })]));
  });

  it('records the same arrangement from the same day once', async () => {
    await admin.post('/directory/arrangements', { ...ARRANGEMENT, requested: 'MY' }).expect(201);
    expect((await admin.post('/directory/arrangements', { ...ARRANGEMENT, requested: 'MY' }).expect(409)).body).toMatchObject({ code: 'arrangement.exists' });
  });

  it('is written by an administrator only, read by everybody of a State, and by nobody else', async () => {
    for (const role of ['case-officer', 'central-authority', 'auditor']) await (await http.as('KZ', role)).post('/directory/arrangements', ARRANGEMENT).expect(403);
    await http.nobody.get('/directory/states').expect(401);
    await (await http.as('ZZ', 'operator')).get('/directory/states').expect(403);
  });
});

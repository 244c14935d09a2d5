import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { TreatyApiModule } from '../../apps/api/src/treaty/treaty-api.module.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';

interface Bases {
  training: boolean;
  bases: { instrument: string; via: string; article: string; note?: string }[];
  toCheck: { instrument: string }[];
  notAvailable: { instrument: string; reason: string }[];
}

// Real: database, guard, Fastify, the profiles. Set by hand: the clock.
describe('the law over HTTP', () => {
  let http: TestHttp;
  let officer: Caller;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [TreatyApiModule]);
    officer = await http.as('KZ', 'case-officer');
  });
  afterAll(() => http.close());

  it('lists the instruments, saying which are in force and how far they are worked out', async () => {
    const items = (await officer.get('/treaty/instruments').expect(200)).body.items as { id: string; inForceFrom: string | null }[];
    expect(items).toContainEqual(expect.objectContaining({ id: 'uncc-2024', inForceFrom: null, depth: 'full', forms: expect.arrayContaining(['stored-data']) }));
    expect(items).toContainEqual(expect.objectContaining({ id: 'budapest-2001', depth: 'full' }));
    expect(items.find(({ id }) => id === 'budapest-2001')!.inForceFrom).toBe('2004-07-01');
  });

  it('shows a profile whole: each rule and ground it names is there to be read', async () => {
    const { body } = await officer.get('/treaty/instruments/uncc-2024').expect(200);
    const rules = new Set((body.rules as { id: string }[]).map(({ id }) => id));
    const stored = body.forms['stored-data'];
    expect(stored).toMatchObject({ article: 'UNCC 44', grounds: { 'bank-secrecy': { verdict: 'never', rule: 'UNCC 40(24)' } } });
    for (const { rule } of Object.values(stored.grounds) as { rule: string }[]) expect(rules).toContain(rule);
    await officer.get(`/treaty/instruments/uncc-2024?version=${body.version}`).expect(200);
  });

  it.each<[string, number, string]>([
    ['/no-such-treaty', 404, 'instrument.unknown'],
    ['/constructor', 404, 'instrument.unknown'],
    ['/uncc-2024?version=1999-01-01.1', 404, 'instrument.unknown'],
    ['/uncc-2024?version=latest', 400, 'query.invalid'],
    ['/uncc-2024/grounds?form=interception-of-all', 400, 'query.invalid'],
    ['/uncc-2024/grounds', 400, 'query.invalid'],
    ['/no-such-treaty/grounds?form=stored-data', 404, 'instrument.unknown'],
  ])('answers instruments%s with %i', async (path, status, code) => {
    expect((await officer.get(`/treaty/instruments${path}`).expect(status)).body).toMatchObject({ code });
  });

  it('UNCC 40(23), 40(24), 40(28): says which grounds are open, which after consultation, and which never', async () => {
    const { body } = await officer.get('/treaty/instruments/uncc-2024/grounds?form=stored-data&requested=VN').expect(200);
    const verdicts = Object.fromEntries((body.items as { ground: string; verdict: string }[]).map(({ ground, verdict }) => [ground, verdict]));
    expect(verdicts).toMatchObject({ 'bank-secrecy': 'never', 'fiscal-matters-alone': 'never', 'essential-interests': 'consult' });
    expect(body).toMatchObject({ instrument: 'uncc-2024', form: 'stored-data' });
  });

  const bases = async (query: string, who: Caller = officer) => (await who.get(`/treaty/legal-bases?${query}`).expect(200)).body as Bases;

  it('finds what two States are bound by, on a day', async () => {
    const found = await bases('requesting=US&requested=IS&form=stored-data&on=2013-06-01');
    expect(found.bases[0]).toMatchObject({ instrument: 'budapest-2001', via: 'treaty', article: 'Budapest 31' });
  });

  it('in training mode offers a treaty that is not in force, and says that it is an exercise', async () => {
    const found = await bases('requesting=KZ&requested=VN&form=stored-data');
    expect(found).toMatchObject({ training: true });
    expect(found.bases).toContainEqual(expect.objectContaining({ instrument: 'uncc-2024', via: 'training', article: 'UNCC 44' }));
  });

  it.each<[string, string, string]>([
    ['requested=VN&form=stored-data', '/requesting', 'field.missing'],
    ['requesting=KZ&requested=ZZ&form=stored-data', '/requested', 'field.not-state-code'],
    ['requesting=KZ&requested=vn&form=stored-data', '/requested', 'field.not-state-code'],
    ['requesting=KZ&requesting=US&requested=VN&form=stored-data', '/requesting', 'field.not-state-code'],
    ['requesting=KZ&requested=KZ&form=stored-data', '/requested', 'states.same'],
    ['requesting=KZ&requested=VN&form=extradition', '/form', 'field.not-in'],
    ['requesting=KZ&requested=VN&form=stored-data&on=2026-13-01', '/on', 'field.not-iso8601'],
    ['requesting=KZ&requested=VN&form=stored-data&instrument=uncc-2024', '/instrument', 'field.unknown'],
  ])('refuses the question %s', async (query, pointer, code) => {
    const { body } = await officer.get(`/treaty/legal-bases?${query}`).expect(400);
    expect(body).toMatchObject({ code: 'query.invalid', errors: expect.arrayContaining([expect.objectContaining({ pointer, code })]) });
  });

  it('is for everybody of a State, signed in', async () => {
    for (const role of ['auditor', 'administrator', 'point-of-contact']) await (await http.as('KZ', role)).get('/treaty/instruments').expect(200);
    await http.nobody.get('/treaty/instruments').expect(401);
    await (await http.as('ZZ', 'operator')).get('/treaty/instruments').expect(403);
  });

  describe('without training mode', () => {
    let strict: TestHttp;
    beforeAll(async () => {
      strict = await testHttp(import.meta.url, [TreatyApiModule, DirectoryApiModule], { training: false });
    });
    afterAll(() => strict.close());

    it('offers no treaty before its entry into force, and says so', async () => {
      const found = await bases('requesting=US&requested=IS&form=stored-data&on=2003-06-01', await strict.as('US', 'case-officer'));
      expect(found).toMatchObject({ training: false });
      expect(found.bases.map(({ via }) => via)).toEqual(['reciprocity']);
      expect(found.notAvailable).toContainEqual(expect.objectContaining({ instrument: 'budapest-2001', reason: 'not-in-force' }));
    });

    it('applies a treaty not in force by a recorded arrangement only, for the State that recorded it, from its day', async () => {
      const [admin, kz, sg] = [await strict.as('KZ', 'administrator'), await strict.as('KZ', 'case-officer'), await strict.as('SG', 'case-officer')];
      const question = 'requesting=KZ&requested=SG&form=stored-data&on=2026-11-03';
      const uncc = async (who: Caller, query = question) => (await bases(query, who)).bases.find(({ instrument }) => instrument === 'uncc-2024')?.via;
      expect(await uncc(kz)).toBeUndefined();
      await admin.post('/directory/arrangements', { requesting: 'KZ', requested: 'SG', instrument: 'uncc-2024', mode: 'arrangement', reason: 'Exchange of notes', validFrom: '2026-11-02' }).expect(201);
      expect(await uncc(kz)).toBe('arrangement');
      expect(await uncc(kz, question.replace('2026-11-03', '2026-11-01'))).toBeUndefined();
      expect(await uncc(kz, 'requesting=SG&requested=KZ&form=stored-data&on=2026-11-03')).toBeUndefined();
      expect(await uncc(sg)).toBeUndefined();
    });
  });
});

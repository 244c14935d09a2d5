import { inTransaction } from '@comity/database';
import { ContactBook } from '@comity/directory';
import { dayIn } from '@comity/treaty';
import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { demoNumber } from '../../config/demo/states.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';

const FACT = { validFrom: '2026-11-01', source: 'Register of points of contact, circulated 2026', asOf: '2026-11-01', verified: true };
const CHANNEL = { ...FACT, authorityId: 'KZ-point-of-contact', network: 'uncc-41', kind: 'telephone', value: '+7 (999) 000-11-22', languages: ['en'], hours: '08:00-18:00', callBack: true };
const TURN = { ...FACT, authorityId: 'KZ-point-of-contact', network: 'uncc-41', rank: 4, office: 'deputy head of the desk', kind: 'telephone', value: '+79990001133', hours: 'at-any-hour' };

// Real: database, guard, Fastify. Set by hand: the clock.
describe('UNCC 41(1)-(2): points of contact of the 24/7 networks', () => {
  let http: TestHttp;
  let admin: Caller;
  let desk: Caller;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [DirectoryApiModule]);
    [admin, desk] = await Promise.all([http.as('KZ', 'administrator'), http.as('VN', 'point-of-contact')]);
  });
  afterAll(() => http.close());

  const points = async (query: string) => (await desk.get(`/directory/contact-points?${query}`).expect(200)).body.items as { state: string; network: string; atAnyHour: boolean; languages: string[]; channels: { id: string; value: string; source: string; asOf: string; hours: string }[] }[];

  it('are listed per network and State, with languages, hours and channels, each dated and sourced', async () => {
    const all = await points('network=uncc-41');
    expect(all.map(({ state }) => state)).toEqual(expect.arrayContaining(['KZ', 'VN', 'TH']));
    expect(all.every(({ network, atAnyHour }) => network === 'uncc-41' && atAnyHour)).toBe(true);
    const [kz] = await points('network=budapest-35&state=KZ');
    expect(kz).toMatchObject({ state: 'KZ', network: 'budapest-35', languages: ['kk', 'ru', 'en'], channels: expect.arrayContaining([expect.objectContaining({ value: demoNumber('KZ', '35'), hours: 'at-any-hour', source: expect.any(String), asOf: '2026-11-01' })]) });
  });

  it('UNCC 41(2): what was not compared with its source for more than a year is told', async () => {
    const outOfDate = async (on: string) => ((await points(`network=uncc-41&state=KZ&on=${on}`)) as unknown as { outOfDate: boolean }[]).map((p) => p.outOfDate);
    expect(await outOfDate('2027-11-01')).toEqual([false]);
    expect(await outOfDate('2027-11-02')).toEqual([true]);
  });

  it('are recorded by an administrator, hold on their days, and end without being forgotten', async () => {
    const { body } = await admin.post('/directory/contact-channels', CHANNEL).expect(201);
    expect(body).toMatchObject({ value: '+79990001122', recordedState: 'KZ', speaksOf: 'KZ' });
    const numbers = async (on: string) => (await points(`state=KZ&network=uncc-41&on=${on}`))[0]!.channels.map(({ value }) => value);
    expect(await numbers('2026-10-31')).not.toContain('+79990001122');
    expect(await numbers('2026-11-02')).toContain('+79990001122');
    await admin.post(`/directory/contact-channels/${body.id}/end`, { on: '2026-11-05' }).expect(200);
    expect(await numbers('2026-11-04')).toContain('+79990001122');
    expect(await numbers('2026-11-05')).not.toContain('+79990001122');
  });

  it('UNCC 41(3)(e): nobody who handles requests writes a number over which a sender is called back', async () => {
    for (const who of ['point-of-contact', 'central-authority', 'case-officer']) expect((await (await http.as('KZ', who)).post('/directory/contact-channels', CHANNEL)).status).toBe(403);
  });

  it('refuse what is no number, no point of contact, or not ours to say', async () => {
    for (const [patch, status, code] of [
      [{ value: '12345' }, 422, 'telephone.invalid'],
      [{ kind: 'email', value: 'desk@kz.example' }, 422, 'contact.no-telephone'],
      [{ authorityId: 'KZ-central-authority' }, 422, 'authority.not-a-contact'],
      [{ network: 'other-24' }, 422, 'authority.not-a-contact'],
      [{ state: 'VN', authorityId: 'VN-point-of-contact' }, 409, 'contact.speaks-for-itself'],
      [{ hours: '25:00-26:00' }, 422, 'body.invalid'],
    ] as const) {
      const answer = await admin.post('/directory/contact-channels', { ...CHANNEL, ...patch });
      expect([patch, answer.status >= 400]).toEqual([patch, true]);
      if (code !== 'body.invalid') expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
  });

  it('are not told twice: the same channel, or turn of duty, stands once on a day', async () => {
    const again = { ...CHANNEL, value: '+7 999 000 33 44' };
    const { body } = await admin.post('/directory/contact-channels', again).expect(201);
    expect((await admin.post('/directory/contact-channels', { ...again, validFrom: '2026-11-04', value: '+79990003344' }).expect(409)).body).toMatchObject({ code: 'contact.exists' });
    await admin.post(`/directory/contact-channels/${body.id}/end`, { on: '2026-11-04' }).expect(200);
    await admin.post('/directory/contact-channels', { ...again, validFrom: '2026-11-04' }).expect(201);
    const turn = { ...TURN, rank: 9, office: 'head of the desk' };
    const { body: recorded } = await admin.post('/directory/duty-list', turn).expect(201);
    expect((await admin.post('/directory/duty-list', turn).expect(409)).body).toMatchObject({ code: 'duty.exists' });
    await admin.post(`/directory/duty-list/${recorded.id}/end`, { on: '2026-11-01' }).expect(200);
    for (const path of ['contact-channels', 'duty-list']) expect((await admin.post(`/directory/${path}`, { ...(path === 'duty-list' ? turn : again), asOf: '2027-06-01' }).expect(422)).body).toMatchObject({ code: 'source.says-later' });
  });

  it("UNCC 41(2): what one State records of a State without a node holds for its own files, not for another's", async () => {
    await admin.post('/directory/contact-channels', { ...CHANNEL, state: 'TH', authorityId: 'TH-point-of-contact', value: '+66990001122' }).expect(201);
    const held = (state: string) => inTransaction(http.node.db.dataSource, { state, readOnly: true }, (tx) => http.app.get(ContactBook, { strict: false }).callBackChannel(tx, 'TH', '+66 99 000 1122', '2026-11-03'));
    expect(await held('KZ')).toMatchObject({ recordedState: 'KZ' });
    expect(await held('VN')).toBeUndefined();
  });

  it("keep the duty list to one's own State, in order of rank", async () => {
    await admin.post('/directory/duty-list', TURN).expect(201);
    const list = async (caller: Caller) => (await caller.get('/directory/duty-list?network=uncc-41').expect(200)).body.items as { rank: number; office: string; value: string }[];
    expect((await list(admin)).map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    expect(JSON.stringify(await list(desk))).not.toContain('+79990001133');
    expect((await (await http.as('KZ', 'case-officer')).get('/directory/duty-list')).status).toBe(403);
  });

  it('are replaced from the day on which they end, also where that end is brought forward', async () => {
    const channel = { ...CHANNEL, value: '+79990005566' };
    const turn = { ...TURN, rank: 12, office: 'relief desk' };
    for (const [path, fact] of [['contact-channels', channel], ['duty-list', turn]] as const) {
      const record = (patch: object) => admin.post(`/directory/${path}`, { ...fact, ...patch });
      const end = async (id: string, on: string) => admin.post(`/directory/${path}/${id}/end`, { on }).expect(200);
      const [first, next] = [(await record({}).expect(201)).body.id as string, { validFrom: '2027-06-30' }];
      await end(first, '2027-06-30');
      const second = (await record(next).expect(201)).body.id as string;
      await end(first, '2027-01-20');
      // The successor still begins in June: until it is taken back, the two would stand side by side.
      expect((await record({ validFrom: '2027-01-20' }).expect(409)).body.detail).toContain('from a later one');
      await end(second, '2027-06-30');
      await record({ validFrom: '2027-01-20' }).expect(201);
    }
  });

  it('UNCC 41(1): are nothing by which a point of contact that has ended is reached, and none is recorded of it', async () => {
    const { body: desk2 } = await admin.post('/directory/authorities', { ...FACT, slug: 'second-desk', kind: 'point-of-contact', name: 'Second desk', timeZone: 'Asia/Almaty', languages: ['kk'], networks: ['uncc-41'] }).expect(201);
    const channel = { ...CHANNEL, authorityId: desk2.id as string, value: '+79990007788' };
    const turn = { ...TURN, authorityId: desk2.id as string, rank: 14 };
    await admin.post('/directory/contact-channels', channel).expect(201);
    await admin.post('/directory/duty-list', turn).expect(201);
    await admin.post(`/directory/authorities/${desk2.id}/end`, { on: '2026-11-20' }).expect(200);
    for (const [path, body] of [['contact-channels', { ...channel, value: '+79990007799' }], ['duty-list', { ...turn, rank: 15 }]] as const) {
      await admin.post(`/directory/${path}`, { ...body, validFrom: '2026-11-19' }).expect(201);
      expect((await admin.post(`/directory/${path}`, { ...body, validFrom: '2026-11-20' }).expect(422)).body).toMatchObject({ code: 'authority.ended', errors: [{ pointer: '/authorityId' }] });
      expect((await admin.post(`/directory/${path}`, { ...body, validFrom: '2026-10-31' }).expect(422)).body).toMatchObject({ code: 'authority.not-yet', errors: [{ pointer: '/validFrom' }] });
    }
    const book = http.app.get(ContactBook, { strict: false });
    const on = (day: string) => inTransaction(http.node.db.dataSource, { state: 'KZ', readOnly: true }, async (tx) => [
      (await book.callBackChannel(tx, 'KZ', channel.value, day))?.authorityId, ...[await book.channels(tx, day, { state: 'KZ' }), await book.dutyList(tx, day)].map((all) => all.some(({ authorityId }) => authorityId === desk2.id)),
    ]);
    expect(await on('2026-11-19')).toEqual([desk2.id, true, true]);
    expect(await on('2026-11-20')).toEqual([undefined, false, false]);
  });

  it('hold by the days of the zone of their authority', async () => {
    const { body } = await admin.post('/directory/contact-channels', { ...CHANNEL, value: '+79990009900', validFrom: '2026-11-10' }).expect(201);
    await admin.post(`/directory/contact-channels/${body.id}/end`, { on: '2027-01-22' }).expect(200);
    const book = http.app.get(ContactBook, { strict: false });
    const held = (instant: string) => inTransaction(http.node.db.dataSource, { state: 'VN', readOnly: true }, async (tx) => (await book.callBackChannel(tx, 'KZ', '+79990009900', (timeZone) => dayIn(new Date(instant), timeZone))) !== undefined);
    expect(await Promise.all(['2026-11-09T18:59:59Z', '2026-11-09T19:00:00Z', '2027-01-21T18:59:59Z', '2027-01-21T21:00:00Z'].map(held))).toEqual([false, true, true, false]);
    // In Almaty the years 1 and 9999 are over sooner: no day, rather than one that the database cannot read.
    expect(await Promise.all(['0000-12-31T20:00:00Z', '9999-12-31T20:00:00Z'].map(held))).toEqual([false, false]);
  });
});

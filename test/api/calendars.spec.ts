import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { testHttp, type Caller, type TestHttp } from '../support/http.js';
import { Play, problemOf } from './play.js';

// Real: database, rooms, guard, HTTP. Set by hand: the clock.
let http: TestHttp;
let admin: Caller;
beforeAll(async () => {
  http = await testHttp(import.meta.url, [DirectoryApiModule]);
  admin = await http.as('KZ', 'administrator');
});
afterAll(() => http.close());

const calendar = { authorityId: 'KZ-central-authority', weekend: [6, 7], holidays: ['2026-12-16'], coversFrom: '2026-01-01', coversTo: '2026-12-31', source: 'Decree on holidays', asOf: '2026-01-01' };

describe('the calendar of an authority', () => {
  it('is recorded, then confirmed once by an administrator; both are logged, and other States do not see it', async () => {
    const recorded = await admin.post('/directory/calendars', calendar).expect(201);
    const { id } = recorded.body as { id: string };
    expect(recorded.body).toEqual({ ...calendar, id, recordedAt: expect.any(String), confirmedAt: null });
    const confirmed = await admin.post(`/directory/calendars/${id}/confirm`).expect(200);
    expect(confirmed.body).toMatchObject({ id, confirmedAt: http.node.clock.now().toISOString() });
    expect(problemOf(await admin.post(`/directory/calendars/${id}/confirm`))).toMatchObject({ status: 409, code: 'calendar.confirmed' });
    expect((await (await http.as('KZ', 'case-officer')).get('/directory/calendars').expect(200)).body.items.map((c: { id: string }) => c.id)).toEqual([id]);
    const vn = await http.as('VN', 'administrator');
    expect((await vn.get('/directory/calendars').expect(200)).body).toEqual({ items: [] });
    expect(problemOf(await vn.post(`/directory/calendars/${id}/confirm`))).toMatchObject({ status: 404, code: 'calendar.unknown' });
    const types = await http.node.db.asSuperuser<{ type: string }>(`SELECT type FROM audit_entry WHERE state = 'KZ' AND type LIKE 'calendar.%' ORDER BY id`);
    expect(types.map(({ type }) => type)).toEqual(['calendar.recorded', 'calendar.confirmed']);
  });

  it.each([
    [{ holidays: ['2027-01-01'] }, 422, 'calendar.holiday-outside'],
    [{ coversTo: '2025-01-01', holidays: [] }, 422, 'calendar.period'],
    [{ authorityId: 'KZ-nobody' }, 422, 'authority.unknown'],
    [{ authorityId: 'VN-central-authority' }, 422, 'authority.unknown'],
    [{ weekend: [1, 2, 3, 4, 5, 6, 7] }, 400, 'body.invalid'],
    [{ holidays: ['2026-02-30'] }, 400, 'body.invalid'],
  ])('%j is refused with %i %s', async (patch, status, code) => {
    const problem = problemOf(await admin.post('/directory/calendars', { ...calendar, ...patch }));
    expect(problem.status).toBe(status);
    if (status === 422) expect(problem.code).toBe(code);
  });

  it('is recorded by an administrator only', async () => {
    expect((await (await http.as('KZ', 'central-authority')).post('/directory/calendars', calendar)).status).toBe(403);
  });
});

describe('business days', () => {
  let play: Play;
  let officer: Caller;
  let request: string;
  let pending: string;
  beforeAll(async () => {
    play = await Play.open(import.meta.url, {}, [DirectoryApiModule]);
    [officer, request] = [await play.as('VN case-officer'), await play.transmitted()];
  });
  afterAll(() => play.close());

  const own = () => play.as('VN administrator');
  const record = async (coversFrom: string, coversTo: string, patch = {}): Promise<string> => {
    const authorityId = (await play.node.official('VN', 'case-officer')).authorityId;
    return (await (await own()).post('/directory/calendars', { ...calendar, authorityId, holidays: [], coversFrom, coversTo, ...patch }).expect(201)).body.id;
  };
  const confirm = async (id: string) => (await own()).post(`/directory/calendars/${id}/confirm`).expect(200);
  const within = (withinBusinessDays: number) => officer.post(`/requests/${request}/deadlines`, { kind: 'internal', withinBusinessDays, reason: 'Answer to the court' });

  it('are not counted while a day among them is covered by no confirmed calendar, and the refusal names the day', async () => {
    expect(problemOf(await within(3))).toMatchObject({ status: 422, code: 'calendar.missing' });
    pending = await record('2026-01-01', '2026-12-31');
    expect(problemOf(await within(3))).toMatchObject({ status: 422, code: 'calendar.unconfirmed' });
    // One that begins later than today is on record, and covers no day yet that is to be counted.
    await confirm(await record('2027-01-01', '2027-12-31'));
    expect(problemOf(await within(3))).toMatchObject({ status: 422, code: 'calendar.unconfirmed', detail: expect.stringMatching(/^2026-11-04 .*2026-01-01 to 2026-12-31 is not confirmed/) });
  });

  it('run on from one confirmed calendar to the next, and the working names both', async () => {
    await confirm(pending);
    const on = play.node.clock.now().toISOString().slice(0, 10);
    const { body } = await within(60).expect(201);
    expect(body).toMatchObject({ local: { at: '2027-01-26T23:59:59.999+07:00' }, working: expect.stringContaining(`confirmed ${on} for 2026-01-01 to 2026-12-31 and ${on} for 2027-01-01 to 2027-12-31; internal`) });
    expect((await within(20).expect(201)).body).toMatchObject({ local: { at: '2026-12-01T23:59:59.999+07:00' }, working: expect.stringContaining(`confirmed ${on}; internal`) });
    expect(problemOf(await within(900))).toMatchObject({ status: 422, code: 'calendar.not-covered', detail: expect.stringContaining('covers 2028-01-01') });
  });

  it('go by the calendar confirmed last for the days it covers, and by the one before for the others', async () => {
    await confirm(await record('2026-11-01', '2026-11-10', { holidays: ['2026-11-09'] }));
    const { body } = await within(20).expect(201);
    expect(body).toMatchObject({ local: { at: '2026-12-02T23:59:59.999+07:00' }, working: expect.stringMatching(/for 2026-11-01 to 2026-11-10 and .* for 2026-01-01 to 2026-12-31; internal$/) });
    // Not confirmed, it counts nothing.
    await record('2026-11-01', '2026-11-30', { weekend: [5, 6, 7] });
    expect((await within(20).expect(201)).body.dueAt).toBe(body.dueAt);
  });

  it('are not counted over a gap before a calendar that begins later', async () => {
    const kz = await play.as('KZ central-authority');
    const { id } = (await (await play.as('KZ administrator')).post('/directory/calendars', { ...calendar, coversFrom: '2026-12-01' }).expect(201)).body as { id: string };
    await (await play.as('KZ administrator')).post(`/directory/calendars/${id}/confirm`).expect(200);
    const answer = await kz.post(`/requests/${request}/deadlines`, { kind: 'internal', withinBusinessDays: 3, reason: 'Answer to the court' });
    expect(problemOf(answer)).toMatchObject({ status: 422, code: 'calendar.not-covered', detail: expect.stringContaining('covers 2026-11-04') });
  });
});

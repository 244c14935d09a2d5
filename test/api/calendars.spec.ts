import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { testHttp, type Caller, type TestHttp } from '../support/http.js';
import { problemOf } from './play.js';

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

import { declaredRoutes, EVIDENCE_ACCESS, PERMISSIONS, type DeclaredRoute, type Permission } from '@comity/access';
import { letter, measure } from '../support/stored-data.js';
import { Play, problemOf, sha256, someId } from './play.js';

// Real: everything but the clock. A file of KZ and VN, and officials of SG who know every id of it.
let play: Play;
const known: Record<string, string> = {};
const SCAN = Buffer.from('scan of a letter');

beforeAll(async () => {
  play = await Play.open(import.meta.url);
  const id = await play.advanced('executing');
  known[':id'] = id;
  known['package'] = await play.package(id, 1, { 'image.dd': Buffer.from('disk') });
  const officer = await play.as('KZ case-officer');
  known[':messageId'] = (await officer.get(`/requests/${id}/messages`).expect(200)).body.items[0].id;
  const attached = await (await play.as('KZ central-authority')).post(`/requests/${id}/attachments?name=a.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(SCAN).expect(201);
  known[':attachmentId'] = attached.body.id;
  const uploaded = await (await play.as('US central-authority')).post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(SCAN);
  expect([200, 201]).toContain(uploaded.status);
  const proposed = await (await play.as('US central-authority')).post('/transcriptions', transcription()).expect(201);
  known[':transcriptionId'] = proposed.body.id;
  known[':deadlineId'] = (await officer.post(`/requests/${id}/deadlines`, { kind: 'internal', withinDays: 3, reason: 'Ours' }).expect(201)).body.id;
  // Due, so that there is an alarm, which bears the same id.
  play.node.clock.advanceDays(4);
  await play.node.settle();
  known[':alarmId'] = known[':deadlineId']!;
});
afterAll(() => play.close());

const transcription = (patch: object = {}) => ({
  counterpart: 'DE', type: 'REQUESTED', measure: null, datedAt: '2026-11-01T00:00:00Z', receivedAt: '2026-11-02T00:00:00Z', channel: 'letter', document: { sha256: sha256(SCAN) },
  body: { letter: letter(), measures: [measure()], reference: 'DE-1', profile: { 'uncc-2024': '1' } }, ...patch,
});

/** Bodies that pass the shape check, so that what is asked about is whether the thing exists. */
const BODIES: Record<string, object> = {
  'PUT /api/v1/requests/:id': { letter: letter(), measures: [measure()] },
  'POST /api/v1/requests/:id/events': { type: 'SEND_CORRESPONDENCE', payload: { subject: 'x', text: 'y' } },
  'POST /api/v1/requests/:id/measures/:no/events': { type: 'GRANT', payload: {} },
  'POST /api/v1/requests/:id/messages/:messageId/dispatch': { channel: 'letter', dispatchedAt: '2026-11-03T00:00:00Z' },
  'POST /api/v1/requests/:id/deadlines': { kind: 'internal', withinDays: 3, reason: 'Ours' },
  'POST /api/v1/requests/:id/deadlines/:deadlineId/end': { reason: 'Not ours' },
  'POST /api/v1/transcriptions/:transcriptionId/decline': { reason: 'Not ours' },
};
const UPLOADS = new Set(['POST /api/v1/requests/:id/attachments', 'POST /api/v1/evidence-packages/:id/files']);
const USERS: Record<string, string> = { 'case-officer': 'case-officer', 'central-authority': 'central-authority', 'competent-authority': 'competent-authority', 'point-of-contact': 'point-of-contact', auditor: 'auditor' };

/** A kind of alarm is the register's, and names no case. */
const withIds = () => declaredRoutes(play.http.app).filter(({ path, permission }) => path.includes(':') && permission !== 'alarm.configure');
const nameOf = ({ method, path }: DeclaredRoute) => `${method} ${path}`;
function pathOf({ path }: DeclaredRoute, ids: Record<string, string>): string {
  const own = path.includes('evidence-packages/:id') ? { ...ids, ':id': ids['package']! } : ids;
  return path.replace('/api/v1', '').replace(/:[A-Za-z]+/g, (name) => ({ ':no': '1', ':number': '1', ...own })[name] ?? someId());
}

describe("another State's case", () => {
  it('is answered 404 on every route that names one, exactly as an id that never was', async () => {
    const tried: string[] = [];
    for (const route of withIds()) {
      const roles = (PERMISSIONS[route.permission as Permission] as readonly string[]).filter((role) => USERS[role]);
      const before = await play.digest();
      for (const role of roles) {
        const caller = await play.as(`SG ${USERS[role]}`);
        const send = (ids: Record<string, string>) => {
          const target = `${pathOf(route, ids)}${UPLOADS.has(nameOf(route)) ? '?name=a.txt&mediaType=text/plain' : ''}`;
          const headers = { 'if-match': '"3"', ...(UPLOADS.has(nameOf(route)) && { 'content-type': 'application/octet-stream' }) };
          if (route.method === 'GET') return caller.get(target);
          if (route.method === 'DELETE') return caller.delete(target, headers);
          if (route.method === 'PUT') return caller.put(target, BODIES[nameOf(route)]!, headers);
          return UPLOADS.has(nameOf(route)) ? caller.post(target, undefined, headers).send(Buffer.from('x')) : caller.post(target, BODIES[nameOf(route)], headers);
        };
        const real = problemOf(await send(known));
        const never = problemOf(await send({}));
        expect([nameOf(route), role, real.status]).toEqual([nameOf(route), role, 404]);
        const { instance: _a, ...told } = real as unknown as Record<string, unknown>;
        const { instance: _b, ...unknown } = never as unknown as Record<string, unknown>;
        expect([nameOf(route), role, told]).toEqual([nameOf(route), role, unknown]);
        tried.push(nameOf(route));
      }
      expect([nameOf(route), await play.digest()]).toEqual([nameOf(route), before]);
    }
    expect(new Set(tried).size).toBe(withIds().length);
    expect(new Set(tried).size).toBeGreaterThanOrEqual(18);
  });

  it('cannot be named in a body either', async () => {
    const sg = (user: string) => play.as(`SG ${user}`);
    const [officer, ca, competent] = [await sg('case-officer'), await sg('central-authority'), await sg('competent-authority')];
    expect(await play.unchanged(() => officer.post('/requests', { requestedState: 'VN', letter: letter(), measures: [], supplements: known[':id'] }))).toMatchObject({ code: 'request.supplements-unknown' });
    expect(await play.unchanged(() => competent.post('/evidence-packages', { requestId: known[':id'], measure: 1 }))).toMatchObject({ status: 404 });
    expect(await play.unchanged(() => ca.post('/transcriptions', transcription({ requestId: known[':id'], counterpart: 'KZ', type: 'ACKNOWLEDGED', body: {} })))).toMatchObject({ status: 422, code: 'transcription.document-missing' });
    await ca.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(SCAN);
    expect(await play.unchanged(() => ca.post('/transcriptions', transcription({ requestId: known[':id'], counterpart: 'KZ', type: 'ACKNOWLEDGED', body: {} })))).toMatchObject({ status: 404 });
  });

  it('shows in no list, feed or search', async () => {
    const auditor = await play.as('SG auditor');
    for (const path of ['/requests', '/requests?q=KZ', '/changes', '/transcriptions', `/transcriptions?requestId=${known[':id']}`]) {
      expect([path, (await auditor.get(path).expect(200)).body.items]).toEqual([path, []]);
    }
  });

  it('is closed to nobody signed in: 401 on every route, before anything else is looked at', async () => {
    for (const route of declaredRoutes(play.http.app).filter(({ permission }) => permission !== 'public')) {
      const target = pathOf(route, known);
      const { nobody } = play.http;
      const answer = await (route.method === 'GET' ? nobody.get(target) : route.method === 'DELETE' ? nobody.delete(target) : nobody[route.method === 'PUT' ? 'put' : 'post'](target, {}));
      expect([nameOf(route), answer.status]).toEqual([nameOf(route), 401]);
    }
  });
});

describe("one's own State's case", () => {
  it('is read by its roles and by the auditor, never by administrator or operator', async () => {
    const paths = ['/requests', `/requests/${known[':id']}`, `/requests/${known[':id']}/timeline`, `/requests/${known[':id']}/messages`, '/changes', `/requests/${known[':id']}/evidence-packages`];
    for (const [who, status] of [['KZ auditor', 200], ['KZ administrator', 403], ['ZZ operator', 403]] as const) {
      const caller = await play.as(who);
      for (const path of paths) expect([who, path, (await caller.get(path)).status]).toEqual([who, path, status]);
    }
    for (const who of ['KZ administrator', 'ZZ operator']) {
      const caller = await play.as(who);
      expect((await play.unchanged(() => caller.post('/requests', { requestedState: 'VN', letter: letter(), measures: [] }))).status).toBe(403);
    }
  });

  it('gives its evidence to those entitled, not to the auditor, and keeps uploads to the requested State', async () => {
    const path = `/evidence-packages/${known['package']}`;
    for (const user of ['case-officer', 'central-authority', 'competent-authority', 'point-of-contact', 'auditor']) {
      const allowed = (EVIDENCE_ACCESS.download.requested as readonly string[]).includes(user);
      const answer = await (await play.as(`VN ${user}`)).get(`${path}/files/1`);
      expect([user, answer.status]).toEqual([user, allowed ? 200 : 403]);
    }
    expect((await (await play.as('KZ case-officer')).get(`${path}/files/1`)).status).toBe(404);
  });
});

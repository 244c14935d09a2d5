import { EVENT_PERMISSIONS, rolesFor } from '@comity/access';
import { ROLES, type Role, type Side } from '@comity/kernel';
import { ACTS } from '@comity/requests';
import { eventPath, Play, problemOf } from './play.js';

// Real: everything but the clock. Every role tries every event on both sides of one request; `If-Match: "0"` stops what is permitted.
let play: Play;
let id: string;
const STATE: Record<Side, string> = { requesting: 'KZ', requested: 'VN' };
const callerOf = (role: Role, side: Side) => play.as(role === 'operator' ? 'ZZ operator' : `${STATE[side]} ${role}`);

beforeAll(async () => {
  play = await Play.open(import.meta.url);
  id = await play.advanced('examined');
});
afterAll(() => play.close());

const payloads = (event: string, on: 'letter' | 'measure') => ({ path: eventPath(id, on === 'measure' ? 1 : null), body: { type: event, payload: {} } });

describe('role x side x event', () => {
  for (const side of ['requesting', 'requested'] as const) {
    it.each(ROLES)(`%s on the ${side} side fires exactly what the table permits`, async (role) => {
      const caller = await callerOf(role, side);
      const before = await play.digest();
      const found: string[] = [];
      for (const [event, { on, sides }] of Object.entries(ACTS)) {
        if (!sides.includes(side)) continue;
        const { path, body } = payloads(event, on);
        const answer = await caller.post(path, body, { 'if-match': '"0"' });
        const { status, code } = problemOf(answer);
        expect([event, [[403, 'permission.lacking'], [412, 'version.stale']]]).toEqual([event, expect.arrayContaining([[status, code]])]);
        if (status === 412) found.push(event);
      }
      expect(found).toEqual(Object.keys(ACTS).filter((event) => rolesFor(side, event).includes(role)));
      expect(await play.digest()).toEqual(before);
    });
  }

  it('every event of the statecharts is in the table, and nothing else', () => {
    const acts = Object.entries(ACTS).flatMap(([event, { sides }]) => sides.map((side) => `${event} ${side}`));
    expect(EVENT_PERMISSIONS.map(({ event, side }) => `${event} ${side}`).sort()).toEqual(acts.sort());
  });

  it('the auditor, the administrator and the operator fire nothing', () => {
    for (const role of ['auditor', 'administrator', 'operator'] as const) expect(EVENT_PERMISSIONS.filter(({ roles }) => roles.includes(role))).toEqual([]);
  });
});

describe('a permission refused', () => {
  it("is logged in the actor's own State, with event and request, and not in the other State's log", async () => {
    const competent = await play.node.official('VN', 'competent-authority');
    const count = async (state: string) => (await play.log(state, 'permission.refused')).length;
    const before = [await count('VN'), await count('KZ')];
    const answer = await play.fire('VN competent-authority', id, 1, 'GRANT');
    expect(problemOf(answer)).toMatchObject({ status: 403, code: 'permission.lacking' });
    expect([await count('VN'), await count('KZ')]).toEqual([before[0]! + 1, before[1]]);
    expect((await play.log('VN', 'permission.refused')).at(-1)).toMatchObject({
      subject: `account:${competent.accountId}`, actor: { accountId: competent.accountId }, body: { code: 'permission.lacking', event: 'GRANT', requestId: id, measure: 1 },
    });
  });

  it('is logged by the door too, for those who hold no permission of the route', async () => {
    const auditor = await play.node.official('VN', 'auditor');
    await play.fire('VN auditor', id, 1, 'GRANT');
    expect((await play.log('VN', 'permission.refused')).at(-1)).toMatchObject({ subject: `account:${auditor.accountId}`, body: { code: 'permission.lacking', permission: 'request.act' } });
  });
});

describe('readings', () => {
  it("are in the log of the reader's State before the answer, each with reader and part", async () => {
    const auditor = await play.as('VN auditor');
    const { accountId } = await play.node.official('VN', 'auditor');
    const read = async () => (await play.log('VN', 'request.read')).filter((e) => e.actor.accountId === accountId);
    const before = (await read()).length;
    await auditor.get(`/requests/${id}`).expect(200);
    await auditor.get(`/requests/${id}/timeline`).expect(200);
    await auditor.get(`/requests/${id}/messages`).expect(200);
    await auditor.get(`/requests/${id}/evidence-packages`).expect(200);
    expect((await read()).slice(before).map((e) => [e.subject, e.body.part])).toEqual([[`file:${id}`, undefined], [`file:${id}`, undefined], [`file:${id}`, 'messages'], [`file:${id}`, 'evidence']]);
  });
});

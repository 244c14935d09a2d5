import { AuditLog, LogIntegrator, logVerifierKey, readCheckpoint, ShowingTurns, verifyCheckpoint } from '@comity/audit';
import { newId } from '@comity/kernel';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { OperationsModule } from '../../apps/api/src/operations/operations.module.js';
import { readPages, rewriteLog } from '../../libs/audit/src/testing/rewrites.js';
import { openCheckpoint, openCosignature } from '../audit/independent-verifier.js';
import { letter, measure } from '../support/stored-data.js';
import { CASE_CONTROLLERS, Play, problemOf, type Body } from './play.js';

// Real: database, guard, Fastify, all rooms, the States' own keys. Set by hand: the clock. The chores are run by the test.
let play: Play;
beforeAll(async () => {
  play = await Play.open(import.meta.url, { controllers: CASE_CONTROLLERS }, [AuditApiModule, OperationsModule]);
});
afterAll(() => play.close());

const service = <T>(type: abstract new (...args: never[]) => T): T => play.node.app.get(type as never, { strict: false });
/** What the log's worker does, for all hosted States, until nothing is left. */
const showLogs = async () => {
  for (let done = 1; done > 0; ) {
    done = 0;
    for (const state of ['KZ', 'VN', 'SG', 'IS', 'US']) done += (await service(LogIntegrator).run(state)) + (await service(ShowingTurns).run(state));
  }
};
const witnesses = async (state: string): Promise<Body> => (await (await play.as(`${state} auditor`)).get('/audit/witnesses').expect(200)).body;
const keyIn = async (state: string) => {
  const [row] = await play.node.db.asSuperuser<{ jwk: { x: string } }>('SELECT jwk FROM state_key WHERE state = $1', [state]);
  return logVerifierKey(state, Buffer.from(row!.jwk.x, 'base64url'));
};
const openAlarms = (body: Body) => body.alarms.filter((alarm: Body) => alarm.settledAt === null);

describe('logs witnessed by counterparts', () => {
  let id: string;

  it('have not been seen by anybody before anything was exchanged', async () => {
    await showLogs();
    expect(await witnesses('KZ')).toMatchObject({ own: { seenBy: [] }, others: [], alarms: [] });
  });

  it('are shown to the State a message went to, and by it, until what they tell of the message is covered', async () => {
    id = await play.transmitted();
    await showLogs();
    const [kz, vn] = [await witnesses('KZ'), await witnesses('VN')];
    expect([kz.own.seenBy, kz.others].map((list: Body[]) => list.map(({ counterpart }) => counterpart))).toEqual([['VN'], ['VN']]);
    expect(kz.own.seenBy[0]).toMatchObject({ size: kz.own.checkpoint.size, seq: 1 });
    expect(vn.others[0]).toMatchObject({ counterpart: 'KZ', size: kz.own.size, note: kz.own.checkpoint.note, key: await keyIn('KZ'), lastMessageAt: '2026-11-03T09:12:40.000Z' });
    expect(kz.others[0]).toMatchObject({ counterpart: 'VN', size: vn.own.size });
    expect(await witnesses('SG')).toMatchObject({ own: { seenBy: [] }, others: [] });
  });

  it('carry the cosignature of who saw them, which a reader written from the C2SP pages alone verifies', async () => {
    const [seen] = (await witnesses('KZ')).own.seenBy;
    expect(openCheckpoint(seen.note, await keyIn('KZ'))).toMatchObject({ size: seen.size });
    expect(openCosignature(seen.note, await keyIn('VN'))).toBe(play.node.clock.now().getTime() / 1000);
    expect(() => openCosignature(seen.note, logVerifierKey('VN', Buffer.alloc(32, 1)))).toThrow();
    expect(verifyCheckpoint(seen.note, [await keyIn('KZ')]).size).toBe(seen.size);
  });

  it('do not grow by being shown', async () => {
    const before = [(await witnesses('KZ')).own.size, (await witnesses('VN')).own.size];
    await showLogs();
    expect([(await witnesses('KZ')).own.size, (await witnesses('VN')).own.size]).toEqual(before);
  });

  it('raise an alarm in both States when one was rewritten with its own key, and the message is taken in all the same', async () => {
    const pages = await readPages(play.node.db, 'KZ');
    await rewriteLog(play.node.db, 'KZ', pages.filter(({ type }) => type !== 'request.submitted-for-review'));
    await showLogs();
    await play.act('VN central-authority', id, null, 'ACKNOWLEDGE');
    await play.act('KZ central-authority', id, null, 'QUERY_STATUS');
    await play.node.settle();
    await showLogs();
    const [kz, vn] = [await witnesses('KZ'), await witnesses('VN')];
    expect(vn.alarms).toMatchObject([{ counterpart: 'KZ', log: 'counterpart', kind: expect.stringMatching(/smaller|inconsistent/), settledAt: null }]);
    expect(kz.alarms).toMatchObject([{ counterpart: 'VN', log: 'own', kind: vn.alarms[0].kind, settledAt: null }]);
    // Both checkpoints bear the signature of the State that contradicts itself.
    for (const { checkpoint, size } of [vn.alarms[0].known, vn.alarms[0].shown]) expect(verifyCheckpoint(checkpoint, [await keyIn('KZ')]).size).toBe(size);
    for (const state of ['KZ', 'VN']) expect(await play.log(state, 'log.contradicted')).toHaveLength(1);
    const messages = (await (await play.as('VN central-authority')).get(`/requests/${id}/messages`).expect(200)).body.items as Body[];
    expect(messages.find(({ type }) => type === 'STATUS_QUERIED')).toMatchObject({ direction: 'received', status: 'applied' });
    const operator = await play.http.as('ZZ', 'operator');
    const pairs = (await operator.get('/operations/delivery').expect(200)).body.items as Body[];
    expect(pairs.filter(({ alarms }) => alarms > 0).map(({ state, counterpart }) => `${state} ${counterpart}`)).toEqual(['KZ VN', 'VN KZ']);
  });

  it('raise no second alarm while the first is open', async () => {
    await play.act('VN central-authority', id, null, 'ANSWER_STATUS', { answer: 'Under way' });
    await play.node.settle();
    await play.act('KZ central-authority', id, null, 'QUERY_STATUS');
    await play.node.settle();
    await showLogs();
    expect([openAlarms(await witnesses('VN')).length, openAlarms(await witnesses('KZ')).length]).toEqual([1, 1]);
  });

  it('are settled by an administrator of the own State with a reason, once, and followed again from there', async () => {
    const alarmId = openAlarms(await witnesses('VN'))[0].id as string;
    const path = `/audit/witnesses/alarms/${alarmId}/settle`;
    const admin = await play.as('VN administrator');
    for (const who of ['VN auditor', 'VN central-authority']) expect((await (await play.as(who)).post(path, { reason: 'x' })).status).toBe(403);
    expect(problemOf(await (await play.as('KZ administrator')).post(path, { reason: 'x' }))).toMatchObject({ status: 404, code: 'alarm.not-found' });
    expect(problemOf(await admin.post(path, {})).status).toBe(400);
    expect(problemOf(await admin.post('/audit/witnesses/alarms/x/settle', { reason: 'x' })).status).toBe(404);
    expect(problemOf(await admin.post(path, { reason: 'x' }, { 'idempotency-key': '' })).status).toBe(400);
    const key = { 'idempotency-key': newId() };
    const settled = (await admin.post(path, { reason: 'Letter 7: restored after a fire' }, key).expect(200)).body;
    expect(settled).toMatchObject({ id: alarmId, reason: 'Letter 7: restored after a fire', settledBy: expect.any(String) });
    expect((await admin.post(path, { reason: 'Letter 7: restored after a fire' }, key).expect(200)).body).toEqual(settled);
    expect(problemOf(await admin.post(path, { reason: 'again' }))).toMatchObject({ status: 409, code: 'alarm.settled' });
    expect(await play.log('VN', 'log.contradiction-settled')).toMatchObject([{ subject: 'peer:KZ', body: { alarmId } }]);

    await play.act('VN central-authority', id, null, 'ANSWER_STATUS', { answer: 'Still under way' });
    await play.node.settle();
    await showLogs();
    const [kz, vn] = [await witnesses('KZ'), await witnesses('VN')];
    expect(vn.others[0]).toMatchObject({ counterpart: 'KZ', size: kz.own.size });
    expect(openAlarms(vn)).toEqual([]);
  });

  it('are the auditor’s to look at', async () => {
    for (const who of ['KZ case-officer', 'KZ administrator']) expect((await (await play.as(who)).get('/audit/witnesses')).status).toBe(403);
  });
});

describe('a State off the network', () => {
  it('is given the checkpoint with each exported message, on paper too', async () => {
    const id = await play.draft({ requestedState: 'DE', letter: letter({ language: 'de' }), measures: [measure({ legalBases: [{ instrument: 'budapest-2001', article: '31', date: '2026-11-03', role: 'primary' }] })] }, 'US case-officer');
    await play.acts(id, [['US case-officer', null, 'SUBMIT_FOR_REVIEW'], ['US central-authority', null, 'TRANSMIT']]);
    await showLogs();
    const us = await play.as('US central-authority');
    const [message] = (await us.get(`/requests/${id}/messages`).expect(200)).body.items as Body[];
    const { body } = await us.get(`/requests/${id}/messages/${message.id}/export`).expect(200);
    const { size, root } = verifyCheckpoint(body.log.note, [await keyIn('US')]);
    expect(size).toBeGreaterThan(0);
    expect(body.log.key).toBe(await keyIn('US'));
    const { text } = await us.get(`/requests/${id}/messages/${message.id}/letter`).expect(200);
    for (const part of [`<td dir="auto">${size}</td>`, 'comity/log/US']) expect(text).toContain(part);
    expect(text.replaceAll('&#43;', '+').replaceAll('&#x2F;', '/').replaceAll('&#61;', '=')).toContain(root.toString('base64').replace(/=$/, ''));
  });
});

describe('the log of the node itself', () => {
  it('has its tree and is signed with a key of its own, which no directory calls a State’s', async () => {
    await service(AuditLog).appendAlone('ZZ', { subject: 'node', type: 'session.signed-in', at: play.node.clock.now(), actor: { kind: 'nobody' }, body: {} });
    await service(LogIntegrator).run('ZZ');
    const rows = await play.node.db.asSuperuser<{ note: string; key: string }>(`SELECT note, key FROM audit_checkpoint WHERE state = 'ZZ' ORDER BY size DESC`);
    expect(readCheckpoint(rows[0]!.note).origin).toBe('comity/log/ZZ');
    expect(openCheckpoint(rows[0]!.note, rows[0]!.key).size).toBeGreaterThan(0);
    const logs = (await (await play.http.as('ZZ', 'operator')).get('/operations/logs').expect(200)).body.items as Body[];
    expect(logs.find(({ state }) => state === 'ZZ')).toMatchObject({ signed: expect.any(Number) });
    expect(await play.node.db.asSuperuser(`SELECT 1 FROM state_key WHERE state = 'ZZ'`)).toEqual([]);
  });
});

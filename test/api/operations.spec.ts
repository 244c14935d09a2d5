import { idempotentAct } from '@comity/access';
import { LogIntegrator } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { DraftsService, RequestReader, RequestsService } from '@comity/requests';
import { AccountsModule } from '../../apps/api/src/accounts/accounts.module.js';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { OperationsModule } from '../../apps/api/src/operations/operations.module.js';
import { RequestsController } from '../../apps/api/src/requests/requests.controller.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';
import { letter, measure } from '../support/stored-data.js';

const SUBJECT = 'Unlawful access by PLANTED-WORDS';
const PATHS = ['/operations/summary', '/operations/delivery', '/operations/deadlines', '/operations/logs'];

// Real: database with its roles and views, guard, Fastify, the rooms. Set by hand: the clock. Nothing delivers unless told.
describe('the operator over HTTP', () => {
  let http: TestHttp;
  let operator: Caller;
  let requestId: string;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [OperationsModule, AccountsModule, AuditApiModule], { controllers: [RequestsController] });
    operator = await http.as('ZZ', 'operator');
    requestId = await transmit('VN');
  });
  afterAll(() => http.close());

  async function transmit(requestedState: string): Promise<string> {
    const [drafts, requests, reader] = [DraftsService, RequestsService, RequestReader].map((service) => http.app.get(service as never, { strict: false })) as unknown as [DraftsService, RequestsService, RequestReader];
    const [officer, authority] = [await http.node.official('KZ', 'case-officer'), await http.node.official('KZ', 'central-authority')];
    const created = await drafts.create(officer, { requestedState, ownReference: `KZ-PLANTED-${requestedState}`, letter: letter({ subject: SUBJECT }), measures: [measure()] } as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
    const id = (created.body as { id: string }).id;
    for (const [actor, type] of [[officer, 'SUBMIT_FOR_REVIEW'], [authority, 'TRANSMIT']] as const) {
      const { version } = await reader.read(actor, id);
      await requests.advance(actor, { requestId: id, measure: null, type, payload: {}, ifMatch: `"${version}"`, idempotency: idempotentAct(actor.accountId, 'POST /events', newId(), { type }) });
    }
    return id;
  }
  const delivery = async (state: string, counterpart: string) => {
    const { body } = await operator.get('/operations/delivery').expect(200);
    return (body.items as { state: string; counterpart: string }[]).find((row) => row.state === state && row.counterpart === counterpart);
  };

  it('sees how many messages wait, since when, and that none wait once they are delivered', async () => {
    http.node.clock.set(new Date(http.node.clock.now().getTime() + 90_000));
    expect(await delivery('KZ', 'VN')).toMatchObject({ transport: 'in-process', pending: 1, oldestPendingAt: '2026-11-03T09:12:40.000Z', lagSeconds: 90, failed: 0, toDispatch: 0, parked: 0, alarms: 0 });
    expect((await operator.get('/operations/summary').expect(200)).body).toMatchObject({ training: true, hostedStates: ['IS', 'KZ', 'SG', 'US', 'VN'], totals: { pending: 1, lagSeconds: 90 } });
    await http.node.settle();
    expect(await delivery('KZ', 'VN')).toMatchObject({ pending: 0, oldestPendingAt: null, lagSeconds: null });
    expect((await operator.get('/operations/summary').expect(200)).body).toMatchObject({ totals: { pending: 0, lagSeconds: null, failed: 0 } });
  });

  it('sees letters to a State off the network as waiting to be carried', async () => {
    await transmit('TH');
    expect(await delivery('KZ', 'TH')).toMatchObject({ transport: 'manual', toDispatch: 1, pending: 0 });
  });

  it('sees deadlines by State and kind, and how many are overdue', async () => {
    const plant = (dueAt: string, kind: string, status = 'open') =>
      http.node.db.asSuperuser(`INSERT INTO deadline (state, id, file_id, code, kind, due_at, working, status, set_at) VALUES ('IS', $1, $2, 'consultation', $3, $4, 'PLANTED-WORDS', $5, $4)`, [newId(), newId(), kind, dueAt, status]);
    await plant('2026-11-02T00:00:00Z', 'legal');
    await plant('2026-11-04T00:00:00Z', 'legal');
    await plant('2026-12-04T00:00:00Z', 'legal');
    await plant('2026-11-01T00:00:00Z', 'agreed', 'ended');
    const { body } = await operator.get('/operations/deadlines').expect(200);
    expect((body.items as { state: string }[]).filter(({ state }) => state === 'IS')).toEqual([{ state: 'IS', kind: 'legal', open: 3, overdue: 1, dueSoon: 1, firstDueAt: '2026-11-02T00:00:00.000Z' }]);
  });

  it('sees how much each State has logged', async () => {
    const { body } = await operator.get('/operations/logs').expect(200);
    const [row] = await inTransaction(http.node.db.dataSource, { state: 'KZ' }, (tx) => tx.query<{ n: number; s: number }>(`SELECT count(*)::int AS n, count(DISTINCT subject)::int AS s FROM audit_entry WHERE state = 'KZ'`));
    expect((body.items as { state: string }[]).find(({ state }) => state === 'KZ')).toEqual({ state: 'KZ', subjects: row!.s, entries: row!.n, pending: row!.n, size: 0, signed: 0, integratedAt: null });
    await http.app.get(LogIntegrator, { strict: false }).run('KZ');
    const after = (await operator.get('/operations/logs').expect(200)).body.items as { state: string }[];
    expect(after.find(({ state }) => state === 'KZ')).toMatchObject({ pending: 0, size: row!.n, signed: row!.n, integratedAt: http.node.clock.now().toISOString() });
  });

  it('sees no content, no reference and no id of a case', async () => {
    const { id } = (await http.node.db.asSuperuser<{ id: string }>('SELECT id FROM outbox_message LIMIT 1'))[0]!;
    for (const path of PATHS) {
      const { text } = await operator.get(path).expect(200);
      for (const secret of ['PLANTED', requestId, id, 'REQUESTED', 'case-officer', 'consultation']) expect(text).not.toContain(secret);
    }
  });

  it('opens no door of a State: not the cases, the accounts or the log', async () => {
    for (const path of ['/requests', `/requests/${requestId}`, '/accounts', '/audit/entries', '/audit/export']) {
      expect((await operator.get(path).expect(403)).body).toMatchObject({ code: 'permission.lacking' });
    }
  });

  it('nobody of a State looks into operations', async () => {
    for (const role of ['case-officer', 'central-authority', 'auditor', 'administrator']) {
      const caller = await http.as('KZ', role);
      for (const path of PATHS) await caller.get(path).expect(403);
    }
    for (const path of PATHS) await http.nobody.get(path).expect(401);
  });

  it('an administrator keeps people and sees no cases', async () => {
    const admin = await http.as('KZ', 'administrator');
    await admin.get('/accounts').expect(200);
    for (const path of ['/requests', `/requests/${requestId}`, `/requests/${requestId}/timeline`]) await admin.get(path).expect(403);
    await admin.post('/requests', { requestedState: 'VN', letter: letter(), measures: [] }).expect(403);
  });
});

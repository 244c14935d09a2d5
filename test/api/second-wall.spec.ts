import { idempotentAct } from '@comity/access';
import { LogIntegrator, ShowingTurns } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { Calendars } from '@comity/directory';
import { CustodyService, EvidenceActs, EvidenceService } from '@comity/evidence';
import { Inbox, ManualDispatch, Outbox, Transcriptions } from '@comity/exchange';
import { ROLES, type Official } from '@comity/kernel';
import { AlarmsService, AttachmentsService, CorrespondenceService, DeadlineActs, DeadlineReader, DraftsService, RequestReader, RequestsService } from '@comity/requests';
import { letter, measure } from '../support/stored-data.js';
import { Play, someId } from './play.js';

// Real: PostgreSQL, its policies, all rooms. The first wall (routes, roles) is left out: services and SQL are called as another State.
let play: Play;
let id: string;
let packageId: string;
let messageId: string;
let attachmentId: string;
let deadlineId: string;
let forged: Official;

/** Filled by one played case; the rest by the spec of row-level security, with planted rows. */
const FILLED = ['request_file', 'measure', 'file_event', 'deadline', 'reminder', 'alarm', 'clock_event', 'alarm_setting', 'authority_calendar', 'attachment', 'scanned_document', 'thread', 'outbox_message', 'inbox_message', 'peer', 'signing_key', 'evidence_package', 'evidence_item', 'audit_entry', 'audit_chain', 'audit_content', 'witness_shown', 'witness_ack', 'witness_seen', 'witness_peer', 'account', 'idempotency_key'];
/** The directory: read by all, written by the State it speaks for. */
const SHARED = new Set(['accepted_language', 'authority', 'competence', 'state_key', 'state', 'arrangement']);

beforeAll(async () => {
  play = await Play.open(import.meta.url);
  id = await play.advanced('executing', { letter: letter({ suggestedDeadline: { withinDays: 60, reason: 'Custody limit' } }) });
  packageId = await play.package(id, 1, { 'image.dd': Buffer.from('disk') });
  const vn = await play.as('VN central-authority');
  attachmentId = (await vn.post(`/requests/${id}/attachments?name=a.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('x')).expect(201)).body.id;
  await vn.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from('scan')).expect(201);
  messageId = (await vn.get(`/requests/${id}/messages`).expect(200)).body.items[0].id;
  for (const state of ['KZ', 'VN']) await get(LogIntegrator).run(state);
  for (const state of ['KZ', 'VN']) await get(ShowingTurns).run(state);
  deadlineId = (await vn.post(`/requests/${id}/deadlines`, { kind: 'internal', withinDays: 1, reason: 'Ours' }).expect(201)).body.id;
  const administrator = await play.node.official('VN', 'administrator');
  await get(AlarmsService).configure(administrator, 'internal-due', { lead: 1 }, '"0"');
  const calendar = { authorityId: administrator.authorityId, weekend: [6, 7], holidays: [], coversFrom: '2026-01-01', coversTo: '2026-12-31', source: 'Decree', asOf: '2026-01-01' };
  await as('VN', (tx) => get(Calendars).record(tx, administrator, calendar, play.node.clock.now()));
  // Due, so that there is an alarm.
  play.node.clock.advanceDays(2);
  await play.node.settle();
  // Every role of a State that is not theirs, under an account that exists in VN.
  forged = { ...(await play.node.official('VN', 'central-authority')), state: 'SG', roles: [...ROLES] };
});
afterAll(() => play.close());

const get = <T>(type: abstract new (...args: never[]) => T): T => play.node.app.get(type as never, { strict: false });
const as = <T>(state: string, work: (tx: Tx) => Promise<T>) => inTransaction(play.node.db.dataSource, { state }, work);

describe('the second wall, the first switched off', () => {
  it('hides every row of the other States from SQL under one State, in every table of the case', async () => {
    const tables = (await play.node.db.asSuperuser<{ name: string }>(
      `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND c.column_name = 'state' AND t.table_type = 'BASE TABLE'`,
    )).map(({ name }) => name).filter((name) => !SHARED.has(name));
    expect(tables).toEqual(expect.arrayContaining(FILLED));
    for (const role of ['comity_app', 'comity_worker'] as const) {
      for (const table of tables) {
        const [all] = await play.node.db.asSuperuser<{ others: string }>(`SELECT count(*) AS others FROM ${table} WHERE state <> 'SG'`);
        // Negative control: there is something to be hidden.
        if (FILLED.includes(table)) expect([table, Number(all!.others) > 0]).toEqual([table, true]);
        const seen = await inTransaction(play.node.db.dataSource, { state: 'SG', as: role }, (tx) => tx.query<{ n: string }>(`SELECT count(*) AS n FROM ${table} WHERE state <> 'SG'`)).catch((error: { code?: string }) => [{ n: error.code === '42501' ? '0' : String(error) }]);
        expect([role, table, seen[0]!.n]).toEqual([role, table, '0']);
      }
    }
  });

  it('changes and deletes none of them', async () => {
    const before = await play.digest();
    for (const table of FILLED) {
      for (const sql of [`UPDATE ${table} SET state = state WHERE state = 'VN'`, `DELETE FROM ${table} WHERE state = 'VN'`, `UPDATE ${table} SET state = 'SG' WHERE state = 'VN'`]) {
        const rows = await as('SG', (tx) => tx.query(`${sql} RETURNING 1`)).catch((error: { code?: string }) => (error.code === '42501' ? [] : Promise.reject(error)));
        expect([sql, rows]).toEqual([sql, []]);
      }
    }
    expect(await play.digest()).toEqual(before);
  });

  it('lets nobody change or delete the log or the events of a file, not even in its own State', async () => {
    const before = await play.digest();
    for (const table of ['audit_entry', 'file_event', 'inbox_message']) {
      for (const sql of [`DELETE FROM ${table} WHERE state = 'VN'`, ...(table === 'inbox_message' ? [] : [`UPDATE ${table} SET type = 'x' WHERE state = 'VN'`])]) {
        await expect(as('VN', (tx) => tx.query(sql))).rejects.toMatchObject({ code: '42501' });
      }
    }
    expect(await play.digest()).toEqual(before);
  });

  it('gives a query outside of a transaction nothing at all', async () => {
    for (const table of FILLED) await expect(play.node.db.dataSource.query(`SELECT 1 FROM ${table} LIMIT 1`)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('services called with a forged actor of another State', () => {
  const act = (body: object) => idempotentAct(forged.accountId, 'POST /forged', someId(), body);
  const attempts: [string, () => Promise<unknown>][] = [
    ['advance', () => get(RequestsService).advance(forged, { requestId: id, measure: 1, type: 'REFUSE', payload: { ground: 'persecution', reasons: 'x' }, ifMatch: '"5"', idempotency: act({}) })],
    ['save', () => get(DraftsService).save(forged, id, { letter: letter(), measures: [measure()] } as never, '"5"')],
    ['create', () => get(DraftsService).create(forged, { requestedState: 'VN', letter: letter(), measures: [measure()], supplements: id } as never, act({}))],
    ['read', () => get(RequestReader).read(forged, id)],
    ['timeline', () => get(RequestReader).timeline(forged, id)],
    ['deadlines', () => get(DeadlineReader).ofRequest(forged, id)],
    ['deadline.set', () => get(DeadlineActs).set(forged, id, { kind: 'internal', withinDays: 1, reason: 'x' }, act({}))],
    ['deadline.end', () => get(DeadlineActs).end(forged, id, deadlineId, { reason: 'x' }, act({}))],
    ['alarm.acknowledge', () => get(AlarmsService).acknowledge(forged, deadlineId, act({}))],
    ['messages', () => get(CorrespondenceService).messages(forged, id)],
    ['message', () => get(CorrespondenceService).message(forged, id, messageId)],
    ['export', () => get(CorrespondenceService).export(forged, id, messageId)],
    ['dispatch', () => get(CorrespondenceService).dispatch(forged, id, messageId, { channel: 'letter', dispatchedAt: '2026-11-01T00:00:00Z' }, act({}))],
    ['unpark', () => get(CorrespondenceService).unpark(forged, id, act({}))],
    ['attachments.open', () => get(AttachmentsService).open(forged, id, attachmentId)],
    ['attachments.add', () => get(AttachmentsService).add(forged, id, { name: 'x', mediaType: 'text/plain', size: 1, sha256: '0'.repeat(64) })],
    ['attachments.remove', () => get(AttachmentsService).remove(forged, id, attachmentId, '"1"')],
    ['evidence.read', () => get(EvidenceActs).read(forged, packageId)],
    ['evidence.seal', () => get(EvidenceActs).seal(forged, act({}), packageId)],
    ['evidence.open', () => get(EvidenceActs).open(forged, act({}), { requestId: id, measure: 1 })],
    ['evidence.download', () => get(CustodyService).download(forged, packageId, 1)],
    ['evidence.addFile', async () => get(EvidenceService).addFile(forged, packageId, { name: 'x', mediaType: 'text/plain', content: (await import('node:stream')).Readable.from(['x']) })],
    ['outbox.resend', () => as('SG', (tx) => get(Outbox).resend(tx, messageId, play.node.clock.now()))],
    ['outbox.message', () => as('SG', (tx) => get(Outbox).message(tx, messageId))],
    ['manual.dispatch', () => as('SG', (tx) => get(ManualDispatch).dispatch(tx, forged, messageId, { channel: 'letter', dispatchedAt: new Date(0), at: play.node.clock.now() }))],
    ['inbox.unpark', () => as('SG', (tx) => get(Inbox).unpark(tx, forged, id, play.node.clock.now()))],
    ['transcriptions.confirm', () => as('SG', (tx) => get(Transcriptions).confirm(tx, forged, someId(), play.node.clock.now()))],
  ];

  it.each(attempts)('%s finds nothing and changes nothing', async (_, attempt) => {
    const before = await play.digest();
    const problem = await attempt().then(() => ({ status: 200, code: 'done' }), (error: { status?: number; code?: string }) => error);
    // 404: nothing is there. 403: the account does not exist in that State. 400: no such request to supplement.
    expect([problem.status, problem.code]).toEqual([expect.any(Number), expect.stringMatching(/^(request|thread|message|evidence|transcription|attachment|account)\.(unknown|not-found|suspended)$/)]);
    expect(await play.digest()).toEqual(before);
  });

  it('lists and feeds of the forged actor are empty', async () => {
    expect(await get(RequestReader).list(forged, { limit: 50 })).toEqual({ items: [], more: false });
    expect(await get(RequestReader).changes(forged, undefined, 50)).toEqual([]);
    expect(await get(DeadlineReader).open(forged, { limit: 50 })).toEqual({ items: [], more: false });
    expect(await get(AlarmsService).list(forged, { limit: 50 })).toEqual({ items: [], more: false });
    expect(await get(CorrespondenceService).list(forged, { threadId: id, limit: 50 })).toEqual({ items: [], more: false });
    expect(await as('SG', (tx) => get(Outbox).messages(tx, id))).toEqual([]);
    expect(await as('SG', (tx) => get(EvidenceService).packages(tx, id))).toEqual([]);
  });

  it('an actor of one State in the transaction of another is refused where both are given', async () => {
    const vn = await play.node.official('VN', 'central-authority');
    const before = await play.digest();
    await expect(as('SG', (tx) => get(ManualDispatch).dispatch(tx, vn, messageId, { channel: 'letter', dispatchedAt: new Date(0), at: play.node.clock.now() }))).rejects.toMatchObject({ status: 404 });
    await expect(as('SG', (tx) => get(Transcriptions).propose(tx, vn, {} as never, play.node.clock.now()))).rejects.toMatchObject({ code: 'transcription.own-state-only' });
    expect(await play.digest()).toEqual(before);
  });
});

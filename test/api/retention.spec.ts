import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportLines, verifyExport } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { ErasedBlobs } from '@comity/evidence';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { RetentionController } from '../../apps/api/src/retention/retention.controller.js';
import { preservationMeasure } from '../support/preservation.js';
import { letter, measure } from '../support/stored-data.js';
import { bytesOf, CASE_CONTROLLERS, Play, problemOf, someId, type Body } from './play.js';

// Real: everything but the clock. What must go is marked in every text, and searched for as bytes in every table and the store.
const MARK = 'Zyklophon';
let play: Play;
let id: string;
let other: string;
let packageId: string;
const OCTETS = { 'content-type': 'application/octet-stream' };
const KINDS = ['letter', 'correspondence', 'attachments', 'evidence', 'log'];

beforeAll(async () => {
  play = await Play.open(import.meta.url, { controllers: [...CASE_CONTROLLERS, RetentionController] }, [AuditApiModule]);
  const marked = { letter: letter({ subject: `${MARK} subject`, facts: `${MARK} facts`, purpose: MARK, suggestedDeadline: { withinDays: 30, reason: MARK } }), measures: [measure({ what: MARK, items: [{ type: 'account', value: MARK, timeZone: 'UTC' }] })] };
  id = await play.transmitted(marked);
  const vn = await play.as('VN central-authority');
  await vn.post(`/requests/${id}/attachments?name=${MARK}.pdf&mediaType=application/pdf`, undefined, { 'content-type': 'application/octet-stream' }).send(Buffer.from(`${MARK} document`)).expect(201);
  await play.acts(id, [
    ['VN central-authority', null, 'ACKNOWLEDGE', { contact: MARK }], ['VN central-authority', 1, 'EXAMINE', { note: MARK }],
    ['VN central-authority', 1, 'GRANT'], ['VN central-authority', 1, 'ASSIGN', { authority: MARK }],
    ['VN competent-authority', 1, 'AUTHORISE', { body: MARK, reference: MARK, remedyOpen: false }], ['VN competent-authority', 1, 'BEGIN_EXECUTION'],
    ['VN competent-authority', 1, 'REPORT_EXECUTION', { result: 'data-obtained', explanation: MARK }], ['VN central-authority', 1, 'DECIDE_TRANSMISSION', { outcome: 'released' }],
  ]);
  packageId = await play.package(id, 1, { [`${MARK}.dd`]: Buffer.from(`${MARK} evidence`), 'shared.bin': Buffer.from('the same in both') });
  await play.act('VN central-authority', id, 1, 'TRANSMIT_EVIDENCE', { packageId });
  await play.node.settle();
  await play.act('KZ central-authority', id, 1, 'CONFIRM_RECEIPT');
  await play.act('KZ central-authority', id, 1, 'REQUEST_USE_CONSENT', { kind: 'onward-transfer', purpose: MARK, proceeding: MARK, data: MARK, personalData: true, destination: { organisation: MARK } });
  await play.node.settle();
  await play.act('VN central-authority', id, 1, 'GRANT_USE_CONSENT', { consent: 1, conditions: [{ kind: 'use', text: MARK }], limitedTo: MARK, reference: MARK });
  await play.act('KZ central-authority', id, 1, 'NOTIFY_EXCULPATORY_DISCLOSURE', { proceeding: MARK, data: MARK, explanation: MARK });
  await play.node.settle();
  // Uses are registered by the requesting State only; here the requested one's erasure is tried, so its row is planted.
  await play.node.db.asSuperuser(`INSERT INTO data_use (state, id, file_id, measure, counterpart, kind, purpose, proceeding, data, recorded_at)
    VALUES ('VN', $1, $2, 1, 'KZ', 'use', '${MARK}', '${MARK}', '${MARK}', now())`, [someId(), id]);
  other = await play.advanced('released');
  await play.package(other, 1, { 'shared.bin': Buffer.from('the same in both') });
});
afterAll(() => play.close());

/** Places where the mark is found in rows of a State: as text of the row, and in the bytes of each bytea. */
async function found(state: string): Promise<string[]> {
  const columns = await play.node.db.asSuperuser<{ t: string; c: string; bytes: boolean }>(
    `SELECT c.table_name AS t, c.column_name AS c, c.data_type = 'bytea' AS bytes FROM information_schema.columns c
     JOIN information_schema.tables x USING (table_schema, table_name) WHERE c.table_schema = 'public' AND x.table_type = 'BASE TABLE'
       AND EXISTS (SELECT FROM information_schema.columns s WHERE s.table_name = c.table_name AND s.table_schema = 'public' AND s.column_name = 'state')`);
  const each = columns.map(({ t, c, bytes }) => {
    const holds = bytes ? `position(convert_to('${MARK}', 'UTF8') IN "${c}") > 0` : `position('${MARK}' IN "${c}"::text) > 0`;
    return `SELECT '${t}.${c}' AS place WHERE EXISTS (SELECT FROM "${t}" WHERE state = '${state}' AND ${holds})`;
  });
  const places = (await play.node.db.asSuperuser<{ place: string }>(each.join(' UNION ALL '))).map(({ place }) => place);
  const root = join(play.node.blobFolder, state);
  for (const name of await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (name.isFile() && (await readFile(join(name.parentPath, name.name))).includes(MARK)) places.push('store');
  }
  return places.sort();
}

const verify = (state: string) =>
  inTransaction(play.node.db.dataSource, { state, readOnly: true, isolation: 'repeatable read' }, (tx) => verifyExport(exportLines(tx, { exportedAt: play.node.clock.now(), open: true }), { state }));
const due = async (who = 'VN auditor'): Promise<Body[]> => (await (await play.as(who)).get('/retention/due').expect(200)).body.items;
const setAll = async (days: number | null) => {
  play.node.clock.advanceDays(0.001);
  for (const kind of KINDS) await (await play.as('VN administrator')).post('/retention/periods', { kind, days, reason: 'Archives act' }).expect(201);
};
/** Calls the function of the database itself, for an erasure that two persons agreed to. */
const destroyed = async (file: string, kind: string, by: 'erase_content' | 'erase_declined_letter') => {
  const [one, two] = [await play.node.official('VN', 'central-authority'), await play.node.official('VN', 'central-authority-2')];
  return inTransaction(play.node.db.dataSource, { state: 'VN' }, async (tx) => {
    const erasure = someId();
    await tx.query(`INSERT INTO erasure (state, id, status, proposed_by, proposed_at, decided_by, decided_at) VALUES ('VN', $1, 'confirmed', $2, now(), $3, now())`, [erasure, one.accountId, two.accountId]);
    await tx.query(`INSERT INTO erasure_item (state, erasure_id, file_id, kind) VALUES ('VN', $1, $2, $3)`, [erasure, file, kind]);
    await tx.query(`SELECT ${by}($1, $2, $3, now())`, [erasure, file, kind]);
  });
};
const propose = async (body: object = {}, who = 'VN central-authority') => (await play.as(who)).post('/retention/erasures', body);
const confirm = async (erasure: string, who = 'VN central-authority-2') => (await play.as(who)).post(`/retention/erasures/${erasure}/confirm`);

describe('retention', () => {
  it('the search for what must go finds it in every kind of place before (negative control)', async () => {
    const places = await found('VN');
    for (const place of ['request_file.subject', 'request_file.content', 'measure.content', 'measure.particulars', 'file_event.payload', 'audit_content.content', 'attachment.name', 'evidence_item.name', 'evidence_package.manifest', 'inbox_message.bytes', 'outbox_message.bytes', 'store', 'use_consent.data', 'use_consent.conditions', 'data_use.data']) {
      expect(places).toContain(place);
    }
  });

  it('nothing is due without a period, nor of an open request, nor before the period is over; a dry run changes nothing', async () => {
    expect(await due()).toEqual([]);
    await setAll(30);
    play.node.clock.advanceDays(31);
    expect(await due()).toEqual([]);
    expect(problemOf(await propose({ requests: [id] }))).toMatchObject({ status: 409, code: 'erasure.nothing-due' });
    await play.act('VN central-authority', id, null, 'CLOSE');
    await play.node.settle();
    expect(await due()).toEqual([]);
    play.node.clock.advanceDays(31);
    const before = await play.digest();
    expect((await due()).map((d) => [d.requestId, d.kind]).sort()).toEqual(KINDS.map((kind) => [id, kind]).sort());
    expect(await play.digest()).toEqual(before);
  });

  it('periods are settings kept as facts: each is an entry, and earlier ones stay', async () => {
    const { items } = (await (await play.as('VN auditor')).get('/retention/periods').expect(200)).body;
    expect(items.map((p: Body) => [p.kind, p.days])).toEqual(KINDS.toSorted().map((kind) => [kind, 30]));
    expect((await play.log('VN', 'retention.period-set')).map((e) => e.body.kind).sort()).toEqual(KINDS.toSorted());
    const wrong = await (await play.as('VN administrator')).post('/retention/periods', { kind: 'letter', days: -1, reason: 'x' });
    expect(problemOf(wrong).status).toBe(400);
  });

  it('a hold keeps a request from erasure, also one that was proposed already', async () => {
    const erasure = (await propose()).body.id as string;
    const central = await play.as('VN central-authority');
    const hold = (await central.post('/retention/holds', { requestId: id, reason: `Complaint of ${MARK}` }).expect(201)).body.id as string;
    expect(await due()).toEqual([]);
    expect(problemOf(await confirm(erasure))).toMatchObject({ status: 409, code: 'erasure.not-due' });
    expect(await found('VN')).toContain('request_file.content');
    await central.post(`/retention/holds/${hold}/lift`).expect(200);
    expect(problemOf(await central.post(`/retention/holds/${hold}/lift`))).toMatchObject({ status: 409, code: 'hold.lifted' });
    await central.post(`/retention/erasures/${erasure}/decline`).expect(200);
    expect(problemOf(await confirm(erasure))).toMatchObject({ status: 409, code: 'erasure.decided' });
  });

  it('one proposes, another confirms: the content is gone from every table and the store, and the log verifies as before', async () => {
    const before = await verify('VN');
    expect(before).toMatchObject({ ok: true });
    expect(before.opened).toBeGreaterThan(0);
    const kz = await found('KZ');
    const events = (await play.log('VN')).length;
    const erasure = (await propose()).body.id as string;
    expect(problemOf(await confirm(erasure, 'VN central-authority'))).toMatchObject({ status: 403, code: 'erasure.four-eyes' });
    const answer = await confirm(erasure);
    expect([answer.status, answer.status === 200 ? '' : problemOf(answer)]).toEqual([200, '']);
    expect(answer.body.items.every((item: Body) => item.erasedAt !== null)).toBe(true);

    expect(await found('VN')).toEqual([]);
    // The other State's file is its own affair.
    expect(await found('KZ')).toEqual(kz);
    const after = await verify('VN');
    expect(after).toMatchObject({ ok: true, opened: expect.any(Number) });
    expect(after.opened).toBeLessThan(before.opened);
    expect(after.closed).toBeGreaterThan(before.closed);
    expect((await play.log('VN')).length).toBe(events + 3);
    expect((await play.log('VN', 'content.erased')).at(-1)).toMatchObject({ subject: `file:${id}`, body: { erasureId: erasure, contents: { letter: expect.any(Number), evidence: 2, attachments: 1 } } });
    expect(await due()).toEqual([]);
  });

  it('what another request refers to under the same hash stays in the store', async () => {
    const packages = (await (await play.as('VN auditor')).get(`/requests/${other}/evidence-packages`).expect(200)).body.items as Body[];
    const bytes = await bytesOf((await play.as('VN central-authority')).get(`/evidence-packages/${packages[0].id}/files/1`)).expect(200);
    expect((bytes.body as Buffer).toString()).toBe('the same in both');
  });

  it('what was erased is handed out for the other request only, and the refusal is no reading', async () => {
    const vn = await play.as('VN central-authority');
    const { files } = (await vn.get(`/evidence-packages/${packageId}`).expect(200)).body as Body;
    const { attachments } = await play.view('VN central-authority', id);
    // The same document was added to a request that is kept, before and after.
    await vn.post(`/requests/${other}/attachments?name=a.pdf&mediaType=application/pdf`, undefined, OCTETS).send(Buffer.from(`${MARK} document`)).expect(201);
    const kept = await play.view('VN central-authority', other);
    await bytesOf(vn.get(`/requests/${other}/attachments/${kept.attachments[0].id}`)).expect(200);
    const erased = [...files.map((file: Body) => `/evidence-packages/${packageId}/files/${file.number}`), `/requests/${id}/attachments/${attachments[0].id}`];
    expect(erased).toHaveLength(3);
    for (const path of erased) expect(await play.unchanged(() => vn.get(path))).toMatchObject({ status: 410, code: 'content.erased' });
  });

  it('a scan that a kept transcription rests on stays in the store, as evidence and attachments do; one erased is not handed out', async () => {
    const vn = await play.as('VN central-authority');
    const scan = Buffer.from('scan in two requests');
    const { sha256 } = (await vn.post('/transcriptions/documents', undefined, OCTETS).send(scan).expect(201)).body;
    const proposed = await vn.post('/transcriptions', {
      counterpart: 'DE', type: 'REQUESTED', measure: null, datedAt: '2026-11-01T00:00:00Z', receivedAt: '2026-11-02T00:00:00Z', channel: 'letter', document: { sha256 },
      body: { letter: letter(), measures: [measure()], reference: 'DE-1', profile: { 'uncc-2024': '1' } },
    }).expect(201);
    const path = `/transcriptions/${proposed.body.id}/document`;
    await play.node.db.asSuperuser(`INSERT INTO erased_blob (state, sha256, erasure_id) VALUES ('VN', $1, $2)`, [sha256, someId()]);
    await play.node.app.get(ErasedBlobs, { strict: false }).remove('VN');
    expect((await bytesOf(vn.get(path)).expect(200)).body).toEqual(scan);

    await play.node.db.asSuperuser('UPDATE transcription SET erased_at = now() WHERE id = $1', [proposed.body.id]);
    expect(await play.unchanged(() => vn.get(path))).toMatchObject({ status: 410, code: 'content.erased' });
  });

  it('an erased request can still be read, listed and counted, and its messages answer that they are gone', async () => {
    const view = await play.view('VN central-authority', id);
    expect(view).toMatchObject({ subject: 'erased', overall: 'closed', measures: [{ form: 'stored-data', outcome: 'transmitted-in-full' }] });
    const vn = await play.as('VN central-authority');
    expect((await vn.get(`/requests/${id}/timeline`).expect(200)).body.items.length).toBeGreaterThan(5);
    const messages = (await vn.get(`/requests/${id}/messages`).expect(200)).body.items as Body[];
    expect(problemOf(await vn.get(`/requests/${id}/messages/${messages[0].id}`))).toMatchObject({ status: 410, code: 'content.erased' });
    expect(problemOf(await vn.get(`/evidence-packages/${packageId}/files/1`))).toMatchObject({ status: 410, code: 'content.erased' });
    await vn.get(`/evidence-packages/${packageId}`).expect(200);
    const rows = (await (await play.as('VN auditor')).get('/audit/questions/statistics?form=stored-data').expect(200)).body.items as Body[];
    expect(rows.some((row) => row.instrument === 'uncc-2024' && row.outcomes['transmitted-in-full'] === 1)).toBe(true);
  });

  it('what comes to a request after its erasure is due again: the reason of a hold at once, a message when the period has run anew', async () => {
    play.node.clock.advanceDays(1);
    const before = await found('VN');
    const central = await play.as('VN central-authority');
    const hold = (await central.post('/retention/holds', { requestId: id, reason: `Complaint of ${MARK}` }).expect(201)).body.id as string;
    await central.post(`/retention/holds/${hold}/lift`).expect(200);
    expect((await due()).map((d: Body) => d.kind).sort()).toEqual(KINDS.toSorted());
    expect(await found('VN')).toContain('audit_content.content');
    expect((await confirm((await propose()).body.id)).status).toBe(200);
    expect(await found('VN')).toEqual(before);

    play.node.clock.advanceDays(1);
    await play.act('KZ central-authority', id, null, 'SEND_CORRESPONDENCE', { subject: MARK, text: MARK });
    await play.node.settle();
    expect(await found('VN')).toEqual(expect.arrayContaining(['audit_content.content', 'inbox_message.bytes']));
    expect(await due()).toEqual([]);
    play.node.clock.advanceDays(31);
    expect((await due()).map((d: Body) => d.kind).sort()).toEqual(KINDS.toSorted());
    expect((await confirm((await propose()).body.id)).status).toBe(200);
    expect([await found('VN'), await due()]).toEqual([before, []]);
  });
});

describe('a request by letter that was declined', () => {
  const SCAN = Buffer.from(`${MARK} scan`);
  const transcribe = async (): Promise<string> => {
    const vn = await play.as('VN central-authority');
    const stored = (await vn.post('/transcriptions/documents', undefined, { 'content-type': 'application/octet-stream' }).send(SCAN).expect(201)).body as { sha256: string };
    const at = play.node.clock.now().toISOString();
    const body = { letter: letter({ subject: MARK }), measures: [measure({ what: MARK })], reference: MARK, profile: {} };
    return (await vn.post('/transcriptions', { counterpart: 'DE', type: 'REQUESTED', measure: null, body, datedAt: at, receivedAt: at, channel: 'letter', document: { sha256: stored.sha256 } }).expect(201)).body.id as string;
  };
  const decline = async (transcription: string) => (await play.as('VN central-authority-2')).post(`/transcriptions/${transcription}/decline`, { reason: MARK }).expect(200);

  it('is erased with its scan when the period since is over, by two persons; one that waits for its second person is not', async () => {
    const before = await found('VN');
    const declined = await transcribe();
    await decline(declined);
    const waiting = await transcribe();
    play.node.clock.advanceDays(31);
    const mine = async () => (await due()).filter((d) => d.counterpart === 'DE');
    expect((await mine()).map((d) => d.kind).sort()).toEqual(['attachments', 'correspondence']);
    expect((await confirm((await propose({ requests: [(await mine())[0].requestId] })).body.id)).status).toBe(200);
    expect(await mine()).toEqual([]);
    expect(await found('VN')).toEqual([...before, 'idempotency_key.body', 'store', 'transcription.body'].sort());
    const central = await play.as('VN central-authority');
    expect((await central.get('/transcriptions?status=declined').expect(200)).body.items).toMatchObject([{ id: declined, body: {}, declineReason: null }]);
    // The same sheet is typed again: its bytes stay until that is erased as well.
    expect((await bytesOf(central.get(`/transcriptions/${waiting}/document`)).expect(200)).body).toEqual(SCAN);
    await decline(waiting);
    play.node.clock.advanceDays(31);
    expect((await confirm((await propose({ requests: [(await mine())[0].requestId] })).body.id)).status).toBe(200);
    expect(await found('VN')).toEqual(before);
    expect(await verify('VN')).toMatchObject({ ok: true });
  });

  it('is kept by a hold, which nobody else can overrule: not due, and refused by the function', async () => {
    const declined = await transcribe();
    await decline(declined);
    const { requestId } = (await (await play.as('VN auditor')).get('/transcriptions?status=declined').expect(200)).body.items.find((t: Body) => t.id === declined);
    play.node.clock.advanceDays(31);
    const central = await play.as('VN central-authority');
    const erasure = (await propose({ requests: [requestId] })).body.id as string;
    const hold = (await central.post('/retention/holds', { requestId, reason: 'Complaint about the declining' }).expect(201)).body.id as string;
    expect((await due()).filter((d) => d.requestId === requestId)).toEqual([]);
    expect(problemOf(await confirm(erasure))).toMatchObject({ status: 409, code: 'erasure.not-due' });
    await expect(destroyed(requestId, 'correspondence', 'erase_declined_letter')).rejects.toMatchObject({ code: '23000', message: expect.stringContaining('hold') });
    await central.post(`/retention/holds/${hold}/lift`).expect(200);
    expect((await confirm(erasure)).status).toBe(200);
  });

  it('is not erased by the function while nobody declined it, or where it opened a request', async () => {
    const waiting = await transcribe();
    const { requestId } = (await (await play.as('VN auditor')).get('/transcriptions?status=proposed').expect(200)).body.items.find((t: Body) => t.id === waiting);
    for (const thread of [requestId, id, someId()])
      await expect(inTransaction(play.node.db.dataSource, { state: 'VN' }, (tx) => tx.query(`SELECT erase_declined_letter($1, $2, 'correspondence', now())`, [someId(), thread]))).rejects.toMatchObject({ code: '23000' });
  });
});

describe('the wall around what was recorded', () => {
  const as = (sql: string, role: 'comity_app' | 'comity_worker' = 'comity_app') => inTransaction(play.node.db.dataSource, { state: 'VN', as: role }, (tx) => tx.query(sql));

  it('no role may change or delete content itself, before or after', async () => {
    for (const role of ['comity_app', 'comity_worker'] as const) {
      for (const sql of [`DELETE FROM audit_content`, `UPDATE audit_content SET content = ''`, `UPDATE file_event SET payload = '{}'`, `UPDATE inbox_message SET bytes = ''`, `UPDATE outbox_message SET bytes = ''`, `UPDATE evidence_item SET name = 'x'`, `DELETE FROM erasure_item`, `DELETE FROM erased_blob`, `UPDATE retention_period SET days = 0`]) {
        await expect(as(sql, role)).rejects.toMatchObject({ code: '42501' });
      }
    }
    await expect(as(`SELECT erase_content('${someId()}', '${id}', 'log', now())`, 'comity_worker')).rejects.toMatchObject({ code: '42501' });
  });

  it('the function that erases asks the rows: no erasure, an open request, one person alone, or done already are refused', async () => {
    const one = (await play.node.official('VN', 'central-authority')).accountId;
    const two = (await play.node.official('VN', 'central-authority-2')).accountId;
    const attempt = (file: string, kind: string, decided: string | null) => inTransaction(play.node.db.dataSource, { state: 'VN' }, async (tx) => {
      const erasure = someId();
      await tx.query(`INSERT INTO erasure (state, id, status, proposed_by, proposed_at, decided_by, decided_at) VALUES ('VN', $1, $2, $3, now(), $4, CASE WHEN $4::uuid IS NULL THEN NULL ELSE now() END)`, [erasure, decided === null ? 'proposed' : 'confirmed', one, decided]);
      await tx.query(`INSERT INTO erasure_item (state, erasure_id, file_id, kind) VALUES ('VN', $1, $2, $3)`, [erasure, file, kind]);
      await tx.query('SELECT erase_content($1, $2, $3, now())', [erasure, file, kind]);
      await tx.query('SELECT erase_content($1, $2, $3, now())', [erasure, file, kind]);
    });
    await expect(as(`SELECT erase_content('${someId()}', '${id}', 'log', now())`)).rejects.toMatchObject({ code: '23000' });
    await expect(attempt(id, 'log', null)).rejects.toMatchObject({ code: '23000', message: expect.stringContaining('two persons') });
    await expect(attempt(id, 'log', one)).rejects.toMatchObject({ code: '23514' });
    await expect(attempt(other, 'log', two)).rejects.toMatchObject({ code: '23000', message: expect.stringContaining('open') });
    await expect(attempt(id, 'log', two)).rejects.toMatchObject({ code: '23000', message: expect.stringContaining('done already') });
  });

  it('another State finds neither request, hold nor erasure, and no other role proposes, confirms, holds or sets', async () => {
    const sg = await play.as('SG central-authority');
    expect(problemOf(await sg.post('/retention/holds', { requestId: id, reason: 'x' }))).toMatchObject({ status: 404, code: 'request.unknown' });
    expect(problemOf(await sg.get(`/retention/erasures/${someId()}`)).status).toBe(404);
    for (const who of ['case-officer', 'competent-authority', 'point-of-contact', 'auditor', 'administrator']) {
      const caller = await play.as(`VN ${who}`);
      expect((await caller.post('/retention/erasures', {})).status).toBe(403);
      expect((await caller.post('/retention/holds', { requestId: id, reason: 'x' })).status).toBe(403);
      // What is held or due speaks of cases, which the administrator does not see.
      for (const path of ['due', 'holds', `erasures/${someId()}`]) expect([who, path, (await caller.get(`/retention/${path}`)).status]).toEqual([who, path, who !== 'auditor' ? 403 : path.startsWith('erasures') ? 404 : 200]);
      if (who !== 'administrator') expect((await caller.post('/retention/periods', { kind: 'log', days: 1, reason: 'x' })).status).toBe(403);
    }
  });
});

describe('what came after an erasure', () => {
  it('is due when the period after it is over, and goes by another erasure', async () => {
    await setAll(30);
    const kept = await found('VN');
    await play.act('VN central-authority', id, null, 'SEND_CORRESPONDENCE', { subject: MARK, text: MARK });
    await play.node.settle();
    expect((await found('VN')).length).toBeGreaterThan(kept.length);
    expect((await due()).filter((d) => d.requestId === id)).toEqual([]);
    play.node.clock.advanceDays(31);
    expect((await due()).filter((d) => d.requestId === id).map((d) => d.kind).sort()).toEqual([...KINDS].sort());
    const erasure = (await propose({ requests: [id] })).body.id as string;
    expect((await confirm(erasure)).status).toBe(200);
    expect(await found('VN')).toEqual(kept);
    expect((await due()).filter((d) => d.requestId === id)).toEqual([]);
  });
});

describe('a message that contradicts what was taken in', () => {
  it('is due again by itself when it came after the erasure, though no file changed', async () => {
    const mine = async () => (await due()).filter((d) => d.requestId === id).map((d) => d.kind);
    expect(await mine()).toEqual([]);
    play.node.clock.advanceDays(1);
    await play.node.db.asSuperuser(`INSERT INTO message_alarm (state, id, kind, message_id, thread_id, seq, counterpart, bytes, sha256, signature, raised_at)
      SELECT 'VN', gen_random_uuid(), 'same-seq', gen_random_uuid(), $1, 1, 'KZ', convert_to('${MARK}', 'UTF8'), sha256(''), 'x', $2`, [id, play.node.clock.now()]);
    expect(await mine()).toEqual(['correspondence']);
    play.node.clock.advanceDays(1);
    expect((await confirm((await propose({ requests: [id] })).body.id)).status).toBe(200);
    expect(await mine()).toEqual([]);
  });
});

describe('an erasure of one kind', () => {
  it('of more requests than a page of all kinds holds is confirmed as it was proposed', async () => {
    await play.node.db.asSuperuser(
      `INSERT INTO request_file SELECT (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid(), 'own_reference', 'VN-COPY-' || n, 'counterpart_reference', 'KZ-COPY-' || n))).*
       FROM request_file f, generate_series(1, 120) AS n WHERE f.state = 'VN' AND f.id = $1`, [id]);
    const proposed = await propose({ kinds: ['log'] });
    expect([proposed.status, proposed.body.items.length]).toEqual([201, 120]);
    expect((await due()).length).toBe(500);
    const answer = await confirm(proposed.body.id);
    expect([answer.status, answer.status === 200 ? '' : problemOf(answer)]).toEqual([200, '']);
  });
});

describe('a refusal whose request was erased', () => {
  it('is not counted as one without reasons: what there was is not known any more', async () => {
    const refused = await play.advanced('examined');
    await play.act('VN central-authority', refused, 1, 'REFUSE', { ground: 'persecution', reasons: 'Grounds to believe so.' });
    await play.act('VN central-authority', refused, null, 'CLOSE');
    await play.node.settle();
    const found = async () => ((await (await play.as('VN auditor')).get('/audit/questions/refusals').expect(200)).body.items as Body[]).filter(({ requestId }) => requestId === refused);
    expect(await found()).toMatchObject([{ ground: 'persecution', reasoned: true }]);
    play.node.clock.advanceDays(31);
    expect((await confirm((await propose({ requests: [refused], kinds: ['letter'] })).body.id)).status).toBe(200);
    expect(await found()).toMatchObject([{ ground: 'persecution', rule: 'UNCC 40(22)', reasoned: null }]);
  });
});

describe('a request with a message on its way', () => {
  it('keeps all its content until that has left: the other State would get an empty one, and none after it', async () => {
    const waiting = await play.advanced('examined');
    await play.act('VN central-authority', waiting, 1, 'REFUSE', { ground: 'persecution', reasons: 'Grounds to believe so.' });
    await play.node.settle();
    await play.act('VN central-authority', waiting, null, 'CLOSE');
    play.node.clock.advanceDays(31);
    const dueOfIt = async () => (await due()).filter(({ requestId }) => requestId === waiting).map(({ kind }) => kind as string).sort();
    expect(await dueOfIt()).toEqual([]);
    expect(problemOf(await propose({ requests: [waiting] }))).toMatchObject({ status: 409, code: 'erasure.nothing-due' });
    for (const kind of KINDS) await expect(destroyed(waiting, kind, 'erase_content')).rejects.toMatchObject({ code: '23000', message: expect.stringContaining('on its way') });
    await play.node.settle();
    expect(await dueOfIt()).toEqual([...KINDS].sort());
    expect((await play.view('KZ central-authority', waiting)).letter.state).toBe('closed');
  });
});

describe('a request whose words were erased', () => {
  const ASK = { kind: 'other-use', purpose: 'Another trial', proceeding: 'Case 2', data: 'Connection logs', personalData: true };

  it.each(['VN', 'KZ'])('UNCC 40(19): goes on to number consents as before, in both States, where %s erased it', async (state) => {
    const asked = await play.advanced('released');
    await play.act('VN central-authority', asked, 1, 'TRANSMIT_EVIDENCE', { packageId: await play.package(asked, 1, { 'a.dd': Buffer.from('disk') }) });
    await play.node.settle();
    await play.act('KZ central-authority', asked, 1, 'CONFIRM_RECEIPT');
    await play.act('KZ central-authority', asked, 1, 'REQUEST_USE_CONSENT', ASK);
    await play.node.settle();
    await play.act('VN central-authority', asked, 1, 'GRANT_USE_CONSENT', { consent: 1, conditions: [{ kind: 'use', text: 'Only in court' }] });
    await play.act('KZ central-authority', asked, null, 'CLOSE');
    await play.node.settle();
    play.node.clock.advanceDays(31);
    if (state === 'KZ') await (await play.as('KZ administrator')).post('/retention/periods', { kind: 'letter', days: 1, reason: 'Archives act' }).expect(201);
    const erasure = (await propose({ requests: [asked], kinds: ['letter'] }, `${state} central-authority`)).body.id as string;
    expect((await confirm(erasure, `${state} central-authority-2`)).status).toBe(200);
    expect((await play.view(`${state} central-authority`, asked)).measures[0].particulars.consents).toMatchObject([{ no: 1, kind: 'other-use', answer: 'granted', purpose: 'erased', conditions: [{ kind: 'use', text: 'erased' }] }]);

    await play.act('KZ central-authority', asked, 1, 'REQUEST_USE_CONSENT', { ...ASK, proceeding: 'Case 3' });
    await play.node.settle();
    await play.act('VN central-authority', asked, 1, 'GRANT_USE_CONSENT', { consent: 2 });
    await play.node.settle();
    for (const who of ['VN auditor', 'KZ auditor']) {
      const { items } = (await (await play.as(who)).get(`/audit/questions/use-consents?request=${asked}`).expect(200)).body;
      expect([who, items.map((c: Body) => [c.no, c.answer]).sort()]).toEqual([who, [[1, 'granted'], [2, 'granted']]]);
    }
    const used = (consent: number, proceeding: string) => play.fire('KZ central-authority', asked, 1, 'RECORD_USE', { ...ASK, kind: 'use', proceeding, consent });
    expect((await used(2, 'Case 3')).status).toBe(200);
    // Of what was erased nobody can tell any more what it covers: on the side that erased it.
    expect((await used(1, 'Case 2')).status).toBe(state === 'KZ' ? 422 : 200);
  });

  it('UNCC 42(8): is not one on which data are still preserved, though it was closed for want of reply about something else', async () => {
    const inDays = (n: number) => new Date(play.node.clock.now().getTime() + n * 86_400_000).toISOString();
    const kept = await play.transmitted({ measures: [measure(), preservationMeasure()] as never });
    await play.acts(kept, [
      ['VN central-authority', null, 'ACKNOWLEDGE'], ['VN point-of-contact', 2, 'ORDER_PRESERVATION'], ['VN point-of-contact', 2, 'REPORT_SECURED', { from: inDays(0), until: inDays(300) }],
      ['VN central-authority', 1, 'EXAMINE'], ['VN central-authority', null, 'REQUEST_INFORMATION', { items: [{ measure: 1, question: 'Which account?' }], by: inDays(5) }],
    ]);
    play.node.clock.advanceDays(6);
    await play.act('VN central-authority', kept, null, 'GIVE_NOTICE_OF_CLOSURE', { term: inDays(30), reason: 'No answer came' });
    await play.node.settle();
    play.node.clock.advanceDays(31);
    await play.node.settle();
    await play.act('VN central-authority', kept, null, 'CLOSE_FOR_WANT_OF_REPLY');
    await play.node.settle();
    play.node.clock.advanceDays(31);
    expect((await due()).filter((d) => d.requestId === kept)).toEqual([]);
    await expect(destroyed(kept, 'letter', 'erase_content')).rejects.toMatchObject({ code: '23000', message: expect.stringContaining('preserved') });
    await play.act('VN central-authority', kept, null, 'REOPEN');
    expect(await play.view('VN central-authority', kept)).toMatchObject({ measures: [{}, { particulars: { preservation: { custodians: [{}] } } }] });
  });

  it('keeps of what was told its shape, times, numbers, ids and codes, and no word that somebody wrote', async () => {
    const told = { a: ['somebody', '2026-11-03T09:12:40.000Z', '2026-11-03', 7, true, null], kind: 'other-use', state: 'KZ', result: 'what was said', answer: 'Granted', forwardings: [{ to: 'point-of-contact' }], review: { act: 'TRANSMIT', type: 'anybody', code: 'message.unsigned' }, answers: [{ answer: 'somebody' }, { answer: 'granted' }], nested: { kind: 'a b', id: '0199a1b2-c3d4-7e5f-8a9b-000000000001', note: '2026-11-03 was said' } };
    const [row] = await play.node.db.asSuperuser<{ left: object }>('SELECT without_words($1::jsonb) AS left', [JSON.stringify(told)]);
    expect(row!.left).toEqual({ a: ['erased', '2026-11-03T09:12:40.000Z', '2026-11-03', 7, true, null], kind: 'other-use', state: 'KZ', result: 'erased', answer: 'erased', forwardings: [{ to: 'point-of-contact' }], review: { act: 'TRANSMIT', type: 'erased', code: 'message.unsigned' }, answers: [{ answer: 'erased' }, { answer: 'granted' }], nested: { kind: 'erased', id: '0199a1b2-c3d4-7e5f-8a9b-000000000001', note: 'erased' } });
  });
});

import { AUDIT_EVENTS, verifyExport, type Entry } from '@comity/audit';
import { idempotentAct } from '@comity/access';
import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { DraftsService } from '@comity/requests';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { SessionsModule } from '../../apps/api/src/sessions/sessions.module.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';
import { letter, measure } from '../support/stored-data.js';

interface Page {
  items: (Entry & { leafHash: string; contents: Record<string, unknown> })[];
  next?: string;
}

// Real: database, guard, Fastify, the rooms. Set by hand: the clock.
describe('the log over HTTP', () => {
  let http: TestHttp;
  let auditor: Caller;
  let requestId: string;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [AuditApiModule, SessionsModule]);
    auditor = await http.as('KZ', 'auditor');
    const officer = await http.node.official('KZ', 'case-officer');
    const drafts = http.app.get(DraftsService, { strict: false });
    const answer = await drafts.create(officer, { requestedState: 'VN', letter: letter(), measures: [measure()] } as never, idempotentAct(officer.accountId, 'POST /requests', newId(), {}));
    requestId = (answer.body as { id: string }).id;
    for (let n = 0; n < 3; n += 1) await http.nobody.post('/sessions', { state: 'KZ', username: 'case-officer', password: 'wrong-wrong-wrong' }).expect(401);
  });
  afterAll(() => http.close());

  const page = async (query = '', who = auditor) => (await who.get(`/audit/entries${query}`).expect(200)).body as Page;
  const stored = (type: string) =>
    inTransaction(http.node.db.dataSource, { state: 'KZ' }, (tx) =>
      tx.query<{ entry: Entry }>(`SELECT convert_from(bytes, 'UTF8')::jsonb AS entry FROM audit_entry WHERE state = 'KZ' AND type = $1 ORDER BY at, id`, [type]));
  const download = (query = '') =>
    auditor.get(`/audit/export${query}`).buffer(true).parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });
  const linesOf = (bytes: Buffer) => bytes.toString('utf8').split('\n').slice(0, -1);

  it('shows the entries of one’s own State, newest first, and no other State’s', async () => {
    const { items } = await page();
    expect(items.length).toBeGreaterThanOrEqual(4);
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['KZ']));
    expect(items.at(-1)).toMatchObject({ type: 'request.created', subject: `file:${requestId}`, seq: 1, prev: null });
    expect(items.every(({ leafHash }) => /^[0-9a-f]{64}$/.test(leafHash))).toBe(true);
    const other = await page('', await http.as('VN', 'auditor'));
    expect(other.items).toEqual([]);
  });

  it('gives pages that neither repeat nor leave out, though each reading is an entry itself', async () => {
    const seen: string[] = [];
    let path: string | undefined = '?type=session.refused&limit=1';
    while (path !== undefined) {
      const answer: { body: Page; headers: Record<string, string> } = await auditor.get(`/audit/entries${path}`).expect(200);
      seen.push(...answer.body.items.map(({ id }) => id));
      path = /entries(\?[^>]*)>; rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
    }
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
  });

  it.each<[string, () => string, string[]]>([
    ['a subject', () => `?subject=file:${requestId}`, ['request.created']],
    ['a request', () => `?request=${requestId}&type=request.created`, ['request.created']],
    ['a type', () => '?type=session.refused&limit=1', ['session.refused']],
    ['a time that is over', () => '?to=2026-11-03T00:00:00Z', []],
    ['a time with an offset', () => '?from=2026-11-03T15:12:41%2B06:00', []],
    ['an account that did nothing', () => `?account=${newId()}`, []],
  ])('selects by %s', async (_what, query, types) => {
    expect((await page(query())).items.map(({ type }) => type)).toEqual(types);
  });

  it('logs each reading with its filter before it answers; readings of a request are found with the request', async () => {
    const before = (await stored('audit.read')).length;
    const { items } = await page(`?subject=file:${requestId}`);
    const readings = await stored('audit.read');
    expect(readings).toHaveLength(before + 1);
    const { accountId } = await http.node.official('KZ', 'auditor');
    expect(readings.at(-1)!.entry).toMatchObject({
      subject: `account:${accountId}`, actor: { kind: 'official', accountId, roles: ['auditor'] },
      body: { requestId, filter: { subject: `file:${requestId}` }, entries: items.length, open: false },
    });
    expect((await page(`?request=${requestId}&type=audit.read`)).items.length).toBeGreaterThan(0);
  });

  it('a reading that could not be logged is not answered', async () => {
    // The auditor's chain is taken by somebody else for longer than anybody waits.
    const { accountId } = await http.node.official('KZ', 'auditor');
    await inTransaction(http.node.db.dataSource, { state: 'KZ' }, async (tx) => {
      await tx.query(`SELECT FROM audit_chain WHERE state = 'KZ' AND subject = $1 FOR UPDATE`, [`account:${accountId}`]);
      const { body } = await auditor.get('/audit/entries').expect(409);
      expect(body).toMatchObject({ code: 'resource.busy' });
      expect(body).not.toHaveProperty('items');
    });
  });

  it('shows personal contents only where they are asked for', async () => {
    await inTransaction(http.node.db.dataSource, { state: 'KZ' }, async (tx) => {
      const { AuditLog } = await import('@comity/audit');
      const log = http.app.get(AuditLog, { strict: false });
      await log.append(tx, { subject: `account:${newId()}`, type: 'account.suspended', at: http.node.clock.now(), actor: { kind: 'node' }, body: {}, personal: { reason: 'Left the service' } });
    });
    const [closed] = (await page('?type=account.suspended')).items;
    expect(closed).toMatchObject({ contents: {}, commitments: { reason: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    const [open] = (await page('?type=account.suspended&open=true')).items;
    expect(open).toMatchObject({ contents: { reason: 'Left the service' } });
    expect((await stored('audit.read')).at(-1)!.entry.body).toMatchObject({ open: true });
  });

  it('exports a log that verifies with nothing but the file, and that tells of its own export', async () => {
    const { body, headers } = await download('?open=true').expect(200);
    expect(headers).toMatchObject({ 'content-type': 'application/jsonl; charset=utf-8', 'cache-control': 'no-store', 'content-disposition': 'attachment; filename="audit-KZ-20261103T091240Z.jsonl"' });
    const lines = linesOf(body as Buffer);
    const report = await verifyExport(lines, { state: 'KZ' });
    expect(report).toMatchObject({ ok: true, whole: true, state: 'KZ' });
    expect(report.opened).toBeGreaterThan(0);
    expect(lines.some((line) => line.includes('"type":"audit.exported"'))).toBe(true);
    // Negative control: one byte changed.
    const at = lines.findIndex((line) => line.includes('request.created'));
    const planted = lines.with(at, lines[at]!.replace('request.created', 'request.creaded'));
    expect(await verifyExport(planted, { state: 'KZ' })).toMatchObject({ ok: false });
  });

  it('exports a selection, and says which', async () => {
    const { body } = await download(`?request=${requestId}`).expect(200);
    expect(await verifyExport(linesOf(body as Buffer), { state: 'KZ' })).toMatchObject({ ok: true, whole: false, filter: { requestId } });
    expect((await stored('audit.exported')).at(-1)!.entry.body).toMatchObject({ requestId, open: false, filter: { requestId } });
  });

  it('lists every event there is', async () => {
    const { body } = await auditor.get('/audit/events').expect(200);
    expect(body.items).toHaveLength(Object.keys(AUDIT_EVENTS).length);
    expect(body.items).toContainEqual({ type: 'audit.read', about: AUDIT_EVENTS['audit.read'] });
  });

  it.each<[string, string, string]>([
    ['?subject=file:1', '/subject', 'field.not-filter-member'],
    ['?type=request.eaten', '/type', 'field.not-filter-member'],
    ['?account=auditor', '/account', 'field.not-filter-member'],
    ['?request=1', '/request', 'field.not-filter-member'],
    ['?from=2026-11-03', '/from', 'field.not-filter-member'],
    ['?to=2026-11-03T10:00:00', '/to', 'field.not-filter-member'],
    ['?to=2026-11-03T10:00:00Z&to=2026-11-04T10:00:00Z', '/to', 'field.not-filter-member'],
    ['?limit=201', '/limit', 'field.max'],
    ['?open=yes', '/open', 'field.not-in'],
    ['?state=VN', '/state', 'field.unknown'],
  ])('refuses the query %s', async (query, pointer, code) => {
    const before = (await stored('audit.read')).length;
    const { body } = await auditor.get(`/audit/entries${query}`).expect(400);
    expect(body).toMatchObject({ code: 'query.invalid', errors: expect.arrayContaining([expect.objectContaining({ pointer, code })]) });
    expect(await stored('audit.read')).toHaveLength(before);
  });

  it('refuses a cursor it did not give out', async () => {
    expect((await auditor.get('/audit/entries?after=abc').expect(400)).body).toMatchObject({ code: 'cursor.invalid' });
  });

  it.each(['case-officer', 'central-authority', 'competent-authority', 'point-of-contact', 'administrator'])('%s does not read the log, and the refusal is in it', async (role) => {
    const caller = await http.as('KZ', role);
    for (const path of ['entries', 'export', 'events']) expect((await caller.get(`/audit/${path}`).expect(403)).body).toMatchObject({ code: 'permission.lacking' });
    const { accountId } = await http.node.official('KZ', role);
    expect((await page(`?account=${accountId}&type=permission.refused`)).items[0]).toMatchObject({ body: { permission: 'audit.read', route: '/api/v1/audit/events' } });
  });

  it('asks everybody to sign in, and knows no operator', async () => {
    await http.nobody.get('/audit/export').expect(401);
    await (await http.as('ZZ', 'operator')).get('/audit/entries').expect(403);
  });
});

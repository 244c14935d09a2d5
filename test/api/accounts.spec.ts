import { inTransaction } from '@comity/database';
import { newId } from '@comity/kernel';
import { AccountsModule } from '../../apps/api/src/accounts/accounts.module.js';
import { SessionsModule } from '../../apps/api/src/sessions/sessions.module.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';
import { TEST_PASSWORD } from '../support/node.js';

const NEW = { username: 'desk-2', password: 'a-long-enough-password', authorityId: 'KZ-central-authority', roles: ['central-authority'] };

// Real: database, guard, Fastify. Set by hand: the clock.
describe('accounts over HTTP', () => {
  let http: TestHttp;
  let admin: Caller;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [SessionsModule, AccountsModule]);
    admin = await http.as('KZ', 'administrator');
  });
  afterAll(() => http.close());

  const idOf = async (username: string, state = 'KZ') => (await http.node.official(state, username)).accountId;
  const make = async (username: string) => (await admin.post('/accounts', { ...NEW, username }).expect(201)).body as { id: string; version: number };
  const chain = (id: string) =>
    inTransaction(http.node.db.dataSource, { state: 'KZ' }, (tx) =>
      tx.query<{ type: string; entry: { body: object; commitments: object } }>(`SELECT type, convert_from(bytes, 'UTF8')::jsonb AS entry FROM audit_entry WHERE state = 'KZ' AND subject = $1 ORDER BY seq`, [`account:${id}`]));

  it('lists page by page in order of user names, one State only', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/accounts?limit=3';
    while (path !== undefined) {
      const { body, headers } = (await admin.get(path).expect(200)) as unknown as { body: { items: { username: string }[]; next?: string }; headers: Record<string, string> };
      seen.push(...body.items.map(({ username }) => username));
      path = /<\/api\/v1([^>]*)>; rel="next"/.exec(headers['link'] ?? '')?.[1];
      expect(path === undefined).toBe(body.next === undefined);
    }
    expect(seen).toEqual([...seen].sort());
    expect(seen).toHaveLength(8);
  });

  it('makes an account that can sign in, with an entry that holds no user name', async () => {
    const { body, headers } = await admin.post('/accounts', NEW).expect(201);
    expect(body).toMatchObject({ username: 'desk-2', authorityId: 'KZ-central-authority', roles: ['central-authority'], status: 'active', version: 1, lockedUntil: null });
    expect(headers).toMatchObject({ etag: '"1"', location: `/api/v1/accounts/${body.id}` });
    expect(JSON.stringify(body)).not.toMatch(/password|argon/);
    await http.nobody.post('/sessions', { state: 'KZ', username: 'desk-2', password: NEW.password }).expect(200);
    const [created] = await chain(body.id as string);
    expect(created).toMatchObject({ type: 'account.created', entry: { body: { authorityId: 'KZ-central-authority', roles: ['central-authority'] }, commitments: { username: expect.any(String) } } });
    expect(JSON.stringify(created!.entry)).not.toContain('desk-2');
    await admin.get(`/accounts/${body.id}`).expect(200).expect('etag', '"1"');
  });

  it('answers a repetition under the same key with the first answer, and refuses another body', async () => {
    const key = { 'idempotency-key': newId() };
    const first = await admin.post('/accounts', { ...NEW, username: 'desk-3' }, key).expect(201);
    const again = await admin.post('/accounts', { ...NEW, username: 'desk-3' }, key).expect(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ etag: '"1"', location: first.headers['location'] });
    for (const other of [{ password: 'another-long-password' }, { roles: ['case-officer'] }])
      expect((await admin.post('/accounts', { ...NEW, username: 'desk-3', ...other }, key).expect(422)).body).toMatchObject({ code: 'idempotency.body-differs' });
    expect(await chain(first.body.id as string)).toHaveLength(1);
  });

  it.each<[string, object, string, string]>([
    ['a short user name', { username: 'a' }, '/username', 'field.not-matching'],
    ['a user name with a zero width space', { username: 'desk\u200b4' }, '/username', 'field.not-matching'],
    ['no roles', { roles: [] }, '/roles', 'field.array-min-size'],
    ['the operator’s role', { roles: ['operator'] }, '/roles', 'field.not-in'],
    ['a role twice', { roles: ['auditor', 'auditor'] }, '/roles', 'field.array-unique'],
    ['a State', { state: 'VN' }, '/state', 'field.unknown'],
    ['a status', { status: 'active' }, '/status', 'field.unknown'],
    ['another State’s authority in a wrong form', { authorityId: 'central' }, '/authorityId', 'field.not-matching'],
  ])('refuses a new account with %s', async (_what, patch, pointer, code) => {
    const { body } = await admin.post('/accounts', { ...NEW, ...patch }).expect(400);
    expect(body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ pointer, code })]));
  });

  it.each<[string, object, number, string]>([
    ['a user name that is taken', { username: 'auditor' }, 409, 'account.exists'],
    ['an authority of another State', { username: 'desk-9', authorityId: 'VN-central-authority' }, 422, 'authority.unknown'],
    ['an auditor who also acts', { username: 'desk-9', roles: ['auditor', 'case-officer'] }, 422, 'role.not-combinable'],
  ])('does not make %s', async (_what, patch, status, code) => {
    expect((await admin.post('/accounts', { ...NEW, ...patch }).expect(status)).body).toMatchObject({ code });
  });

  it('suspends: the tokens of the account stop at once, and signing in too, until it is reinstated', async () => {
    const { id } = await make('desk-4');
    const token = (await http.nobody.post('/sessions', { state: 'KZ', username: 'desk-4', password: NEW.password }).expect(200)).body.token as string;
    const holder = http.bearing(token);
    await holder.get('/me').expect(200);
    const { body } = await admin.post(`/accounts/${id}/suspension`, { reason: 'Left the service' }, { 'if-match': '"1"' }).expect(200).expect('etag', '"2"');
    expect(body).toMatchObject({ status: 'suspended', version: 2 });
    expect((await holder.get('/me').expect(403)).body).toMatchObject({ code: 'account.suspended' });
    await http.nobody.post('/sessions', { state: 'KZ', username: 'desk-4', password: NEW.password }).expect(401);
    await admin.post(`/accounts/${id}/reinstatement`, undefined, { 'if-match': '"2"' }).expect(200).expect('etag', '"3"');
    // The old token stays dead: the account has changed since it was made.
    await holder.get('/me').expect(401);
    await http.nobody.post('/sessions', { state: 'KZ', username: 'desk-4', password: NEW.password }).expect(200);
    const types = (await chain(id)).map(({ type }) => type);
    expect(types).toEqual(['account.created', 'session.signed-in', 'account.suspended', 'permission.refused', 'session.refused', 'account.reinstated', 'permission.refused', 'session.signed-in']);
    expect(JSON.stringify(await chain(id))).not.toContain('Left the service');
  });

  it('changes roles and passwords, each of which ends the sessions', async () => {
    const { id } = await make('desk-5');
    await admin.post(`/accounts/${id}/roles`, { roles: ['case-officer', 'point-of-contact'] }, { 'if-match': '"1"' }).expect(200).expect('etag', '"2"');
    await admin.post(`/accounts/${id}/password`, { password: 'yet-another-password' }, { 'if-match': '"2"' }).expect(200).expect('etag', '"3"');
    await http.nobody.post('/sessions', { state: 'KZ', username: 'desk-5', password: NEW.password }).expect(401);
    await http.nobody.post('/sessions', { state: 'KZ', username: 'desk-5', password: 'yet-another-password' }).expect(200);
    expect((await chain(id)).map(({ type }) => type).slice(0, 3)).toEqual(['account.created', 'account.roles-changed', 'account.password-changed']);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['no If-Match', {}, 428, 'precondition.required'],
    ['a stale one', { 'if-match': '"7"' }, 412, 'version.stale'],
    ['one that is no tag of an account', { 'if-match': '"x"' }, 412, 'version.stale'],
    ['a weak one', { 'if-match': 'W/"1"' }, 412, 'version.stale'],
    ['a star', { 'if-match': '*' }, 400, 'precondition.invalid'],
    ['no Idempotency-Key', { 'idempotency-key': '', 'if-match': '"1"' }, 400, 'idempotency.key-missing'],
  ])('changes nothing with %s', async (_what, headers, status, code) => {
    const id = await idOf('case-officer-2');
    expect((await admin.post(`/accounts/${id}/suspension`, { reason: 'x' }, headers).expect(status)).body).toMatchObject({ code });
    await admin.get(`/accounts/${id}`).expect('etag', '"1"');
  });

  it('of two changes of one version, one wins and the other gets 412', async () => {
    const { id } = await make('desk-6');
    const change = (role: string) => admin.post(`/accounts/${id}/roles`, { roles: [role] }, { 'if-match': '"1"' });
    const answers = await Promise.all([change('case-officer'), change('point-of-contact')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(await chain(id)).toHaveLength(2);
  });

  it('answers 404 for another State’s account as for none', async () => {
    const answers = [];
    for (const id of [await idOf('auditor', 'VN'), newId(), 'not-an-id']) answers.push((await admin.get(`/accounts/${id}`).expect(404)).body.code);
    expect(answers).toEqual(['account.unknown', 'account.unknown', 'account.unknown']);
    await admin.post(`/accounts/${await idOf('auditor', 'VN')}/suspension`, { reason: 'x' }, { 'if-match': '"1"' }).expect(404);
  });

  it('does not let an administrator change their own account', async () => {
    const id = await idOf('administrator');
    for (const [what, body] of [['suspension', { reason: 'x' }], ['roles', { roles: ['case-officer'] }]] as const)
      expect((await admin.post(`/accounts/${id}/${what}`, body, { 'if-match': '"1"' }).expect(409)).body).toMatchObject({ code: 'account.own' });
  });

  it.each(['case-officer', 'central-authority', 'competent-authority', 'point-of-contact'])('%s sees no accounts and changes none', async (role) => {
    const caller = await http.as('KZ', role);
    expect((await caller.get('/accounts').expect(403)).body).toMatchObject({ code: 'permission.lacking' });
    await caller.post('/accounts', NEW).expect(403);
  });

  it('lets an auditor read accounts and change none', async () => {
    const auditor = await http.as('KZ', 'auditor');
    await auditor.get('/accounts').expect(200);
    await auditor.post(`/accounts/${await idOf('case-officer')}/suspension`, { reason: 'x' }, { 'if-match': '"1"' }).expect(403);
  });

  it('asks everybody to sign in', async () => {
    await http.nobody.get('/accounts').expect(401);
    await http.nobody.post('/accounts', NEW).expect(401);
  });

  it.each<[string, string, string]>([
    ['?limit=0', '/limit', 'field.min'],
    ['?limit=ten', '/limit', 'field.not-int'],
    ['?q=desk', '/q', 'field.unknown'],
  ])('refuses the query %s', async (query, pointer, code) => {
    const { body } = await admin.get(`/accounts${query}`).expect(400);
    expect(body).toMatchObject({ code: 'query.invalid', errors: expect.arrayContaining([expect.objectContaining({ pointer, code })]) });
  });

  it('refuses a cursor it did not give out', async () => {
    expect((await admin.get('/accounts?after=abc').expect(400)).body).toMatchObject({ code: 'cursor.invalid' });
  });

  it('keeps no fast hash of a password under the Idempotency-Key', async () => {
    const body = { ...NEW, username: 'desk-7', password: TEST_PASSWORD };
    await admin.post('/accounts', body).expect(201);
    const { canonicalBytes, sha256Hex } = await import('@comity/kernel');
    const rows = await http.node.db.asSuperuser<{ body_hash: string; body: string }>('SELECT body_hash, body FROM idempotency_key');
    expect(rows.map((row) => row.body_hash)).not.toContain(sha256Hex(canonicalBytes(body)));
    expect(JSON.stringify(rows)).not.toContain(TEST_PASSWORD);
  });
});

import { inTransaction } from '@comity/database';
import { AccountsModule } from '../../apps/api/src/accounts/accounts.module.js';
import { SessionsModule } from '../../apps/api/src/sessions/sessions.module.js';
import { testHttp, type TestHttp } from '../support/http.js';
import { TEST_PASSWORD } from '../support/node.js';

// Real: database, guard, Fastify. Set by hand: the clock.
describe('signing in over HTTP', () => {
  let http: TestHttp;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [SessionsModule, AccountsModule]);
  });
  afterAll(() => http.close());

  const signIn = (body: object) => http.nobody.post('/sessions', body, { 'idempotency-key': '' });
  const entries = async (state: string, username: string) => {
    const { accountId } = await http.node.official(state, username);
    return inTransaction(http.node.db.dataSource, { state }, (tx) =>
      tx.query<{ type: string; entry: { actor: { kind: string }; body: Record<string, unknown> } }>(
        `SELECT type, convert_from(bytes, 'UTF8')::jsonb AS entry FROM audit_entry WHERE state = $1 AND subject = $2 ORDER BY seq`, [state, `account:${accountId}`]));
  };

  it('answers with a token that opens other routes, without asking for an Idempotency-Key', async () => {
    const { body, headers } = await signIn({ state: 'KZ', username: 'case-officer', password: TEST_PASSWORD }).expect(200);
    expect(body).toMatchObject({ expiresAt: '2026-11-03T17:12:40.000Z', account: { state: 'KZ', username: 'case-officer', authorityId: 'KZ-case-office', roles: ['case-officer'] } });
    expect(headers['cache-control']).toBe('no-store');
    await http.bearing(body.token as string).get('/me').expect(200);
  });

  it('gives one and the same answer to whatever is wrong, and logs attempts at known accounts', async () => {
    const answers = [];
    for (const wrong of [{ password: 'wrong-wrong-wrong' }, { username: 'nobody-of-that-name' }, { state: 'FR' }]) {
      const { body } = await signIn({ state: 'KZ', username: 'point-of-contact', password: TEST_PASSWORD, ...wrong }).expect(401).expect('content-type', /problem\+json/).expect('www-authenticate', 'Bearer');
      const { instance: _, ...document } = body as Record<string, unknown>;
      answers.push(document);
    }
    expect(answers[0]).toMatchObject({ code: 'session.refused' });
    expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1);
    await signIn({ state: 'KZ', username: 'point-of-contact', password: TEST_PASSWORD }).expect(200);
    expect(await entries('KZ', 'point-of-contact')).toMatchObject([
      { type: 'session.refused', entry: { actor: { kind: 'nobody' }, body: { reason: 'password' } } },
      { type: 'session.signed-in', entry: { actor: { kind: 'official' }, body: {} } },
    ]);
  });

  it('locks an account after several failures, and says until when in the log alone', async () => {
    for (let n = 0; n < 5; n += 1) await signIn({ state: 'IS', username: 'point-of-contact', password: 'wrong-wrong-wrong' }).expect(401);
    await signIn({ state: 'IS', username: 'point-of-contact', password: TEST_PASSWORD }).expect(401);
    expect((await entries('IS', 'point-of-contact')).at(-1)).toMatchObject({ type: 'session.refused', entry: { body: { lockedUntil: '2026-11-03T09:13:40.000Z' } } });
  });

  it.each<[string, object, string, string]>([
    ['no password', { state: 'KZ', username: 'auditor' }, '/password', 'field.missing'],
    ['a State in small letters', { state: 'kz', username: 'auditor', password: 'x' }, '/state', 'field.not-matching'],
    ['a user name that is a list', { state: 'KZ', username: ['auditor'], password: 'x' }, '/username', 'field.not-matching'],
    ['a member too many', { state: 'KZ', username: 'auditor', password: 'x', role: 'operator' }, '/role', 'field.unknown'],
  ])('refuses a body with %s', async (_what, body, pointer, code) => {
    const answer = await signIn(body).expect(400);
    expect(answer.body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ pointer, code })]));
    expect(JSON.stringify(answer.body)).not.toContain(TEST_PASSWORD);
  });

  it('tells who is signed in: authority, State in six languages, roles, permissions, training', async () => {
    const officer = await http.as('VN', 'central-authority');
    const { body } = await officer.get('/me').expect(200);
    expect(body).toMatchObject({
      account: { state: 'VN', username: 'central-authority' },
      authority: { id: 'VN-central-authority', kind: 'central', timeZone: 'Asia/Ho_Chi_Minh' },
      stateNames: { en: 'Viet Nam' }, roles: ['central-authority'], training: true,
    });
    expect(Object.keys(body.stateNames as object).sort()).toEqual(['ar', 'en', 'es', 'fr', 'ru', 'zh']);
    expect(body.permissions).toEqual(expect.arrayContaining(['request.act', 'message.read']));
    expect(body.permissions).not.toContain('account.manage');
  });

  it('tells an operator that they belong to no State', async () => {
    const { body } = await (await http.as('ZZ', 'operator')).get('/me').expect(200);
    expect(body).toMatchObject({ authority: null, stateNames: null, permissions: ['operations.read', 'profile.read'] });
  });

  it.each([['no token', undefined, 'session.required'], ['a token of somebody else', 'eyJhbGciOiJub25lIn0.e30.', 'session.invalid']])('answers 401 to %s', async (_what, token, code) => {
    const { body } = await (token === undefined ? http.nobody : http.bearing(token)).get('/me').expect(401);
    expect(body).toMatchObject({ code });
  });

  it('answers 429 with Retry-After to an address that tries too often, without looking at the account', async () => {
    const later = (ms: number) => http.node.clock.set(new Date(http.node.clock.now().getTime() + ms));
    later(60_000);
    const attempt = () => signIn({ state: 'SG', username: 'auditor', password: 'wrong-wrong-wrong' });
    expect((await attempt().expect(401)).body).toMatchObject({ code: 'session.refused' });
    for (let n = 1; n < 30; n += 1) await signIn({}).expect(400);
    const { body, headers } = await attempt().expect(429);
    expect(body).toMatchObject({ code: 'session.too-many' });
    expect(headers['retry-after']).toBe('60');
    expect(await entries('SG', 'auditor')).toHaveLength(1);
    // Who is signed in works on.
    await (await http.as('SG', 'auditor')).get('/me').expect(200);
    later(59_999);
    await signIn({ state: 'SG', username: 'auditor', password: TEST_PASSWORD }).expect(429).expect('retry-after', '1');
    later(1);
    await signIn({ state: 'SG', username: 'auditor', password: TEST_PASSWORD }).expect(200);
  });
});

describe('behind a reverse proxy', () => {
  const attempts = async (trustedProxies: string[], forwarded: string[]): Promise<number[]> => {
    const http = await testHttp(import.meta.url, [SessionsModule], { trustedProxies });
    try {
      const answers = [];
      for (const client of forwarded) answers.push((await http.nobody.post('/sessions', {}, { 'idempotency-key': '', 'x-forwarded-for': client })).status);
      return answers;
    } finally {
      await http.close();
    }
  };
  const many = (client: string) => Array<string>(30).fill(client);

  it('the limit counts the client that a named proxy saw, whatever the client says came before', async () => {
    const answers = await attempts(['127.0.0.1'], [...many('198.51.100.9, 203.0.113.5'), '203.0.113.5', '192.0.2.1, 203.0.113.5', '203.0.113.6']);
    expect(answers.slice(-3)).toEqual([429, 429, 400]);
  });

  it('a proxy that is not named is the client itself: nobody escapes the limit by a header (negative control)', async () => {
    for (const trusted of [[], ['192.0.2.77']]) expect((await attempts(trusted, [...many('203.0.113.5'), '203.0.113.6'])).at(-1)).toBe(429);
  });
});

import { declaredRoutes, holds, type Permission } from '@comity/access';
import { newId, ROLES, type Role } from '@comity/kernel';
import { AccountsModule } from '../../apps/api/src/accounts/accounts.module.js';
import { AuditApiModule } from '../../apps/api/src/audit/audit-api.module.js';
import { DirectoryApiModule } from '../../apps/api/src/directory/directory-api.module.js';
import { EvidenceController } from '../../apps/api/src/evidence/evidence.controller.js';
import { OperationsModule } from '../../apps/api/src/operations/operations.module.js';
import { AttachmentsController } from '../../apps/api/src/requests/attachments.controller.js';
import { ChangesController } from '../../apps/api/src/requests/changes.controller.js';
import { MessagesController } from '../../apps/api/src/requests/messages.controller.js';
import { RequestsController } from '../../apps/api/src/requests/requests.controller.js';
import { SessionsModule } from '../../apps/api/src/sessions/sessions.module.js';
import { TreatyApiModule } from '../../apps/api/src/treaty/treaty-api.module.js';
import { type Caller, testHttp, type TestHttp } from '../support/http.js';

// Real: database, guard, Fastify, every route but those of health. Set by hand: the clock.
describe('input that a route does not declare', () => {
  let http: TestHttp;
  let callers: Map<Role, Caller>;
  beforeAll(async () => {
    http = await testHttp(import.meta.url, [SessionsModule, AccountsModule, DirectoryApiModule, TreatyApiModule, AuditApiModule, OperationsModule], {
      controllers: [RequestsController, ChangesController, MessagesController, AttachmentsController, EvidenceController],
    });
    callers = new Map(await Promise.all(ROLES.map(async (role) => [role, await http.as(role === 'operator' ? 'ZZ' : 'KZ', role)] as const)));
  });
  afterAll(() => http.close());

  const routes = () =>
    declaredRoutes(http.app).map(({ method, path, permission }) => ({
      method: method.toLowerCase() as 'get' | 'post' | 'put' | 'delete',
      path: path.replace('/api/v1', '').replace(/:(no|number)\b/, '1').replace(/:[a-zA-Z]+/g, () => newId()),
      permission: permission as Permission | 'public',
    }));
  type Route = ReturnType<typeof routes>[number];
  const upload = ({ method, path }: Route) => method === 'post' && /\/(files|attachments|documents)$/.test(path);

  /** The answer to somebody whom the route lets in. */
  async function answered(route: Route, query: string, body?: object) {
    const { method, path, permission } = route;
    const role = ROLES.find((one) => permission !== 'public' && holds([one], permission));
    const caller = permission === 'public' ? http.nobody : callers.get(role!)!;
    const headers = { 'if-match': '"1"' };
    const test = method === 'get' ? caller.get(path + query) : method === 'delete' ? caller.delete(path + query, headers).send(body) : caller[method](path + query, upload(route) ? undefined : body, headers);
    const answer = await (upload(route) ? test.type('application/octet-stream').send(Buffer.from('x')) : test);
    expect([route, [401, 403].includes(answer.status) && permission !== 'public']).toEqual([route, false]);
    return answer.body as { code?: string; errors?: { pointer: string; code: string }[] };
  }
  const names = (problem: { errors?: { pointer: string; code: string }[] }) => (problem.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

  it('is refused in the query of every route', async () => {
    const all = routes();
    expect(all.length).toBeGreaterThan(40);
    for (const route of all) {
      const problem = await answered(route, '?undeclared=1');
      expect([route, problem.code, names(problem).includes('/undeclared field.unknown')]).toEqual([route, 'query.invalid', true]);
    }
  });

  it('is refused in the body of every route that takes none but an upload', async () => {
    for (const route of routes().filter((one) => one.method !== 'get' && !upload(one))) {
      const problem = await answered(route, '', { undeclared: 1 });
      expect([route, problem.code, names(problem).includes('/undeclared field.unknown')]).toEqual([route, 'body.invalid', true]);
    }
  });

  it('is what these answers speak of: without it no route gives them (negative control)', async () => {
    for (const route of routes()) {
      const problem = await answered(route, '', route.method === 'get' ? undefined : {});
      expect([route, names(problem).join()]).toEqual([route, expect.not.stringContaining('/undeclared')]);
    }
  });
});

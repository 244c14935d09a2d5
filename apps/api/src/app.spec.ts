import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { assertRoutesDeclared, declaredRoutes } from '@comity/access';
import { AuditLog } from '@comity/audit';
import { newId, SettableClock } from '@comity/kernel';
import { readSettings } from '../../../config/settings.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { type Chore, createLogger, LOG_CHORES, LogWorker, Worker } from '../../worker/src/index.js';
import { createApp, ENTITIES } from './bootstrap.js';
import { openApiDocument } from './docs/openapi.js';
import { HostingService } from './hosting.service.js';

// Real: the whole application as `start` makes it, on PostgreSQL. The worker is there, but does not run by itself.
let db: TestDatabase;
let app: NestFastifyApplication;
let dataDir: string;
const lines: string[] = [];
const http = () => request(app.getHttpServer());

beforeAll(async () => {
  db = await testDatabase(import.meta.url, { entities: ENTITIES });
  dataDir = mkdtempSync(join(tmpdir(), 'comity-app-'));
  const settings = readSettings({ NODE_ENV: 'test', COMITY_DATA_DIR: dataDir, COMITY_WORKER: 'off' });
  const logger = createLogger('debug', new Writable({ write: (chunk, _e, done) => (lines.push(String(chunk)), done()) }));
  app = await createApp({ settings, dataSource: db.dataSource, clock: new SettableClock(new Date('2026-11-03T09:00:00.000Z')), logger });
});
afterAll(async () => {
  await app?.close();
  await db.close();
  rmSync(dataDir, { recursive: true });
});

describe('health', () => {
  it('is live, and ready while database, migrations and worker are well', async () => {
    expect((await http().get('/health/live').expect(200)).body).toEqual({ status: 'live' });
    const { body } = await http().get('/health/ready').expect(200);
    expect(body).toEqual({ status: 'ready', checks: [{ name: 'database', ok: true }, { name: 'worker', ok: true }] });
  });

  it('is not ready when a migration of this version is missing, and says so without details', async () => {
    await db.asSuperuser(`UPDATE schema_migration SET id = 'x' || id WHERE id = '0007_evidence'`);
    const { body } = await http().get('/health/ready').expect(503);
    expect(body).toMatchObject({ status: 'not-ready', checks: [{ name: 'database', ok: false, fault: 'migrations are still to be run' }, {}] });
    await db.asSuperuser(`UPDATE schema_migration SET id = '0007_evidence' WHERE id = 'x0007_evidence'`);
    await http().get('/health/ready').expect(200);
  });
});

describe('the worker of logs', () => {
  it('integrates the log of the node itself too, and shows logs after it has signed them', async () => {
    expect(app.get<Chore[]>(LOG_CHORES, { strict: false }).map(({ name }) => name)).toEqual(['log', 'witness']);
    const at = new Date('2026-11-03T09:00:00.000Z');
    await app.get(HostingService, { strict: false }).hostAll(at);
    await app.get(AuditLog, { strict: false }).appendAlone('ZZ', { subject: 'node', type: 'session.signed-in', at, actor: { kind: 'nobody' }, body: {} });
    await app.get(LogWorker, { strict: false }).drain();
    expect(await db.asSuperuser('SELECT state, size::int AS size FROM audit_checkpoint')).toEqual([{ state: 'ZZ', size: 1 }]);
  });
});

describe('the door', () => {
  it('has a permission on every route, and answers 401 without a session', async () => {
    expect(() => assertRoutesDeclared(app)).not.toThrow();
    const open = declaredRoutes(app).filter((route) => route.permission === 'public').map((route) => `${route.method} ${route.path}`);
    expect(open).toEqual(expect.arrayContaining(['GET /health/live', 'GET /health/ready']));
    const answer = await http().post(`/api/v1/evidence-packages/${newId()}/files?name=a&mediaType=text/plain`).type('application/octet-stream').send(Buffer.alloc(10));
    expect([answer.status, answer.headers['www-authenticate'], JSON.parse(answer.text).status]).toEqual([401, 'Bearer', 401]);
  });

  it('cuts off a long upload of somebody who may not, instead of reading it to its end', async () => {
    const upload = http().post(`/api/v1/evidence-packages/${newId()}/files?name=a&mediaType=text/plain`).type('application/octet-stream');
    const outcome = await upload.send(Buffer.alloc(8 * 1024 * 1024)).then((answer) => [answer.status, answer.headers['connection']], (error: NodeJS.ErrnoException) => [error.code]);
    expect([[401, 'close'], ['ECONNRESET'], ['EPIPE']]).toContainEqual(outcome);
  });
});

describe('the description of the API', () => {
  it('is OpenAPI 3.1 with bearer sign-in and a problem answer for each operation', async () => {
    const { body } = await http().get('/api/openapi.json').expect(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument(app))));
    expect(body).toMatchObject({ openapi: '3.1.0', security: [{ bearer: [] }], components: { schemas: { Problem: { required: expect.arrayContaining(['code']) } } } });
    const operations = Object.values(body.paths as Record<string, Record<string, { responses: object; operationId: string; security?: unknown }>>).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(5);
    for (const operation of operations) expect(operation.responses).toHaveProperty('default.$ref', '#/components/responses/Problem');
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
    expect(body.paths['/health/live'].get.security).toEqual([]);
    expect(body.paths['/api/v1/evidence-packages'].post['x-permission']).toBe('evidence.write');
  });

  it('can be browsed without leaving this origin', async () => {
    const page = await http().get('/api/docs').expect(200);
    expect(page.headers['content-security-policy']).toMatch(/script-src 'self';/);
    expect(page.text).not.toMatch(/https?:|<script>|onload=/);
    const own = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(own).toHaveLength(3);
    for (const path of own) expect((await http().get(path)).status).toBe(200);
  });
});

describe('the worker', () => {
  it('does what is due for each hosted State and finds nothing in an empty node', async () => {
    expect(await app.get(Worker).drain()).toBe(0);
    expect(await app.get(LogWorker).drain()).toBe(0);
    expect([...app.get(Worker).failing(), ...app.get(LogWorker).failing()]).toEqual([]);
    expect(lines.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
  });
});

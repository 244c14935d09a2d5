import { Module, type DynamicModule, type INestApplication, type ModuleMetadata, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import request, { type Test } from 'supertest';
import { SessionsService } from '@comity/access';
import { newId } from '@comity/kernel';
import { createHttpApp } from '../../apps/api/src/http/app.js';
import { createLogger } from '../../apps/worker/src/index.js';
import { Contract } from './contract.js';
import { TEST_PASSWORD, testNode, type TestNode, type TestNodeOptions } from './node.js';

/** Somebody signed in, or nobody: sends requests to paths below /api/v1. */
export interface Caller {
  /** Absent for nobody. */
  token?: string;
  get(path: string): Test;
  /** With a new Idempotency-Key; `headers` add to it or replace it, an empty value takes a header away. */
  post(path: string, body?: object, headers?: Record<string, string>): Test;
  put(path: string, body?: object, headers?: Record<string, string>): Test;
  patch(path: string, body?: object, headers?: Record<string, string>): Test;
  delete(path: string, headers?: Record<string, string>): Test;
}

/** Real: database, rooms, guard, Fastify on a port of this machine. Set by hand: the clock. No worker: `node.settle()`. */
export interface TestHttp {
  app: NestFastifyApplication;
  node: TestNode;
  /** Where it listens: `http://127.0.0.1:<port>`. */
  url: string;
  /** A token of an account of the demo, or of another with the same password. */
  signIn(state: string, username: string): Promise<string>;
  as(state: string, username: string): Promise<Caller>;
  nobody: Caller;
  /** A caller with a token got before. */
  bearing(token: string): Caller;
  close(): Promise<void>;
}

export interface TestHttpOptions extends Omit<TestNodeOptions, 'start'> {
  /** Controllers that stand beside the rooms and may ask for all they export. */
  controllers?: ModuleMetadata['controllers'];
  bodyLimitBytes?: number;
  trustedProxies?: string[];
}

/** All rooms on a real database, behind HTTP with the given modules' routes. */
export async function testHttp(fileUrl: string, modules: (Type | DynamicModule)[] = [], options: TestHttpOptions = {}): Promise<TestHttp> {
  const { controllers = [], bodyLimitBytes = 1_048_576, trustedProxies = [], ...rest } = options;
  const contract = new Contract();
  const limits = { bodyLimitBytes, trustedProxies, logger: createLogger(process.env['COMITY_TEST_LOG'] ?? 'silent'), beforeInit: (made: INestApplication) => contract.watch(made.getHttpAdapter().getInstance() as FastifyInstance) };
  const node = await testNode(fileUrl, {
    ...rest,
    start: (rooms) => createHttpApp({ module: TestDoor, imports: [rooms, ...modules], controllers }, limits),
  });
  const app = node.app as NestFastifyApplication;
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const sessions = app.get(SessionsService, { strict: false });
  const signIn = async (state: string, username: string) => (await sessions.signIn({ state, username, password: TEST_PASSWORD })).token;
  return {
    app, node, url, signIn,
    as: async (state, username) => caller(url, await signIn(state, username)),
    nobody: caller(url),
    bearing: (token) => caller(url, token),
    close: async () => {
      await node.close();
      if (contract.broken.size > 0) throw new Error(`answers differ from the OpenAPI document:\n  ${[...contract.broken].join('\n  ')}`);
    },
  };
}

function caller(url: string, token?: string): Caller {
  const agent = request(`${url}/api/v1`);
  const signed = (test: Test): Test => (token === undefined ? test : test.set('authorization', `Bearer ${token}`));
  const send = (method: 'post' | 'put' | 'patch' | 'delete') => (path: string, body: object | undefined, headers: Record<string, string> = {}) => {
    const all = { ...(method === 'post' && { 'idempotency-key': newId() }), ...headers };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    const test = signed(agent[method](path)).set(sent);
    return body === undefined ? test : test.send(body);
  };
  const remove = send('delete');
  return {
    ...(token !== undefined && { token }),
    get: (path) => signed(agent.get(path)),
    post: send('post'),
    put: send('put'),
    patch: send('patch'),
    delete: (path, headers) => remove(path, undefined, headers),
  };
}

@Module({})
class TestDoor {}

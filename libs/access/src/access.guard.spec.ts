import {
  Body,
  Catch,
  Controller,
  Delete,
  Get,
  Global,
  Module,
  Post,
  type ArgumentsHost,
  type ExceptionFilter,
  type ModuleMetadata,
} from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, Problem, SettableClock, type Json } from '@comity/kernel';
import { SignJWT } from 'jose';
import supertest from 'supertest';
import { DataSource } from 'typeorm';
import { AT, plantAccount, plantState } from '../../../test/access/planted.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { AccessModule } from './access.module.js';
import { AccountStatus } from './account-status.js';
import { Allow, CurrentActor } from './allow.decorator.js';
import { Idempotency, idempotentAct } from './idempotency.js';
import { REFUSAL_LOG, type Refusal } from './refusals.js';
import { assertRoutesDeclared, declaredRoutes } from './routes.js';
import { SessionTokens } from './session-tokens.js';
import type { SignedIn } from './signed-in.js';

// Real: Nest on Fastify, passport, PostgreSQL. Set by hand: the clock. In memory: the log of refusals. The filter stands for the api's.
const settings = { jwtSecret: 'a secret of the test, 32 bytes or more' };
const clock = new SettableClock(AT);
const refusals: Refusal[] = [];
let db: TestDatabase;
let app: NestFastifyApplication;

@Controller('files')
class FilesController {
  constructor(
    private readonly db: DataSource,
    private readonly status: AccountStatus,
    private readonly idempotency: Idempotency,
  ) {}

  @Allow('request.read')
  @Get(':id')
  read(@CurrentActor() actor: SignedIn): SignedIn {
    return actor;
  }

  @Allow('public')
  @Get('open/door')
  open(): string {
    return 'open';
  }

  /** As a service acts: account, key and act in one transaction. */
  @Allow('request.act', { accountCheck: 'act' })
  @Post('events')
  act(@CurrentActor() actor: SignedIn, @Body() body: Json): Promise<unknown> {
    const act = idempotentAct(actor.accountId, 'POST /files/events', 'one-key-of-an-act', body);
    return inTransaction(this.db, { state: actor.state }, async (tx: Tx) => {
      const [, begun] = await Promise.all([this.status.assertActive(tx, actor), this.idempotency.begin(tx, act, AT)]);
      if (begun.kind === 'replay') return { replayed: begun.answer.body };
      await this.idempotency.complete(tx, act, { status: 201, body: { act: 'done' }, headers: {} });
      return { act: 'done' };
    });
  }
}

@Controller('planted')
class UndeclaredController {
  @Delete('everything')
  burn(): string {
    return 'burnt';
  }
}

@Catch(Problem)
class ProblemFilter implements ExceptionFilter {
  catch(problem: Problem, host: ArgumentsHost): void {
    host
      .switchToHttp()
      .getResponse()
      .status(problem.status)
      .headers(problem.headers ?? {})
      .send(problem.toDocument());
  }
}

async function start(controllers: ModuleMetadata['controllers']): Promise<NestFastifyApplication> {
  @Global()
  @Module({
    providers: [
      { provide: DataSource, useValue: db.dataSource },
      { provide: CLOCK, useValue: clock },
      { provide: REFUSAL_LOG, useValue: { refused: async (refusal: Refusal) => void refusals.push(refusal) } },
    ],
    exports: [DataSource, CLOCK, REFUSAL_LOG],
  })
  class Surroundings {}
  const testing = await Test.createTestingModule({
    imports: [Surroundings, AccessModule.forRoot({ settings })],
    controllers: controllers!,
  }).compile();
  const application = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  application.useGlobalFilters(new ProblemFilter());
  await application.init();
  await application.getHttpAdapter().getInstance().ready();
  return application;
}

beforeAll(async () => {
  db = await testDatabase(import.meta.url);
  await plantState(db.dataSource, 'KZ');
  app = await start([FilesController]);
});
afterAll(async () => {
  await app.close();
  await db.close();
});
beforeEach(() => {
  clock.set(AT);
  refusals.length = 0;
});

const tokenOf = async (actor: SignedIn): Promise<string> =>
  (await app.get(SessionTokens).issue(actor, clock.now())).token;
const call = (token: string | undefined, method: 'get' | 'post', url: string, payload?: object) => {
  const request = supertest(app.getHttpServer())[method](url);
  if (token !== undefined) request.set('authorization', `Bearer ${token}`);
  return payload ? request.send(payload) : request;
};
const answer = async (...of: Parameters<typeof call>): Promise<string> => {
  const { status, body } = await call(...of);
  return status < 300 ? String(status) : `${status} ${body.code}`;
};

describe('a route', () => {
  it('answers who holds the permission, and knows who it is', async () => {
    const actor = await plantAccount(db.dataSource, 'KZ', 'officer', ['case-officer']);
    const { status, body } = await call(await tokenOf(actor), 'get', '/files/1');
    expect(status).toBe(200);
    expect(body).toEqual(actor);
  });

  it('declared public is open to anybody', async () => {
    expect((await call(undefined, 'get', '/files/open/door')).text).toBe('open');
  });

  it('is closed without a token, with a broken one, one of another key, algorithm or audience', async () => {
    const actor = await plantAccount(db.dataSource, 'KZ', 'forged', ['case-officer']);
    const good = await tokenOf(actor);
    const [head, body, signature] = good.split('.') as [string, string, string];
    const forge = (secret: string, audience: string) =>
      new SignJWT({ st: 'KZ', un: 'x', au: 'x', ro: ['case-officer'], av: 1 })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(actor.accountId)
        .setIssuer('comity')
        .setAudience(audience)
        .setExpirationTime(Math.floor(AT.getTime() / 1000) + 60)
        .sign(new TextEncoder().encode(secret));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    expect(await answer(undefined, 'get', '/files/1')).toBe('401 session.required');
    expect((await call(undefined, 'get', '/files/1')).headers['www-authenticate']).toBe('Bearer');
    const forged = [
      'x',
      `${head}.${body}.${signature.slice(0, -3)}abc`,
      none,
      await forge('x'.repeat(40), 'comity-api'),
      await forge(settings.jwtSecret, 'elsewhere'),
    ];
    for (const token of forged) expect(await answer(token, 'get', '/files/1')).toBe('401 session.invalid');
    // Negative control: the forger's hand is good enough with the right key and audience.
    expect(await answer(await forge(settings.jwtSecret, 'comity-api'), 'get', '/files/1')).toBe('200');
  });

  it('is closed when the token has run out, by the injected clock, though it was verified before', async () => {
    const actor = await plantAccount(db.dataSource, 'KZ', 'tired', ['case-officer']);
    const token = await tokenOf(actor);
    expect(await answer(token, 'get', '/files/1')).toBe('200');
    clock.set(new Date(AT.getTime() + 8 * 3_600_000));
    expect(await answer(token, 'get', '/files/1')).toBe('401 session.invalid');
    expect(await answer(await tokenOf(actor), 'get', '/files/1')).toBe('200');
  });

  it('is closed to who lacks the permission, and the refusal is told to the log', async () => {
    const actor = await plantAccount(db.dataSource, 'KZ', 'keeper', ['administrator']);
    expect(await answer(await tokenOf(actor), 'get', '/files/1')).toBe('403 permission.lacking');
    expect(refusals).toEqual([
      { actor, code: 'permission.lacking', permission: 'request.read', method: 'GET', route: '/files/:id', at: AT },
    ]);
  });

  it('refuses a suspended official at once, even with a valid token that was just used', async () => {
    const actor = await plantAccount(db.dataSource, 'KZ', 'suspended', ['case-officer']);
    const token = await tokenOf(actor);
    expect(await answer(token, 'get', '/files/1')).toBe('200');
    await db.asSuperuser(`UPDATE account SET status = 'suspended', version = 2 WHERE id = $1`, [actor.accountId]);
    expect(await answer(token, 'get', '/files/1')).toBe('403 account.suspended');
    expect(refusals.map((refusal) => refusal.code)).toEqual(['account.suspended']);
  });

  it('checks access again on a replay: a suspended official does not get the stored answer', async () => {
    const actor = await plantAccount(db.dataSource, 'KZ', 'replayer', ['case-officer']);
    const token = await tokenOf(actor);
    expect((await call(token, 'post', '/files/events', {})).body).toEqual({ act: 'done' });
    expect((await call(token, 'post', '/files/events', {})).body).toEqual({ replayed: { act: 'done' } });
    await db.asSuperuser(`UPDATE account SET status = 'suspended', version = 2 WHERE id = $1`, [actor.accountId]);
    expect(await answer(token, 'post', '/files/events', {})).toBe('403 account.suspended');
  });
});

describe('an application', () => {
  it('lists its routes with their permissions', () => {
    assertRoutesDeclared(app);
    expect(declaredRoutes(app)).toEqual([
      {
        handler: 'FilesController.read',
        method: 'GET',
        path: '/files/:id',
        permission: 'request.read',
        accountCheck: 'guard',
      },
      {
        handler: 'FilesController.open',
        method: 'GET',
        path: '/files/open/door',
        permission: 'public',
        accountCheck: 'guard',
      },
      {
        handler: 'FilesController.act',
        method: 'POST',
        path: '/files/events',
        permission: 'request.act',
        accountCheck: 'act',
      },
    ]);
  });

  it('does not start with a route that declares no permission', async () => {
    await expect(start([FilesController, UndeclaredController])).rejects.toThrow(
      'routes without a permission: DELETE /planted/everything (UndeclaredController.burn). Declare each with @Allow.',
    );
  });

  it('does not start with a permission that does not exist', async () => {
    @Controller('odd')
    class OddController {
      @Allow('case.burn' as 'public')
      @Get()
      burn(): string {
        return 'burnt';
      }
    }
    await expect(start([OddController])).rejects.toThrow('GET /odd (OddController.burn)');
  });

  it('does not start with a short secret', () => {
    expect(() => new SessionTokens({ jwtSecret: 'short' })).toThrow('at least 32 bytes');
  });
});

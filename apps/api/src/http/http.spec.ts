import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, ValidateNested } from 'class-validator';
import request from 'supertest';
import { canonicalBytes, sha256Hex } from '@comity/kernel';
import { createLogger } from '../../../worker/src/index.js';
import { createHttpApp } from './app.js';
import type { IdempotentAct } from '@comity/access';
import { Idempotent, IfMatchVersion } from './headers.js';
import { IdPipe } from './id.pipe.js';
import { type Upload, UploadBody } from './upload.js';
import { WholeNumber } from './whole-number.js';

// Real: Fastify, Nest, the pipe, the filter, the log. Made up: the routes.
class ItemDto {
  @IsString() @MaxLength(5) 'name/~x': string;
}
class ThingDto {
  @IsString() title: string;
  @IsOptional() @IsIn(['a', 'b']) kind?: string;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => ItemDto) items?: ItemDto[];
}
class SearchDto {
  @IsOptional() @IsString() q?: string;
}
class PageDto {
  @IsOptional() @WholeNumber() @IsInt() @Max(100) limit?: number;
}

@Controller('api/v1/things')
class ThingsController {
  @Get() list(@Query() page: PageDto) {
    return page;
  }
  @Post() create(@Idempotent() { key, route, bodyHash }: IdempotentAct, @Body() body: ThingDto) {
    return { key, route, bodyHash, body };
  }
  @Post('uploads') @HttpCode(200) async upload(@UploadBody() upload: Upload) {
    let bytes = 0;
    for await (const chunk of upload.stream) bytes += (chunk as Buffer).length;
    return { bytes, declared: upload.declaredBytes };
  }
  @Get('echo') echo(@Query() query: SearchDto) {
    return query;
  }
  @Get('broken') broken(@Query() _query: SearchDto) {
    throw new Error('the account holder is "SECRET-NAME"');
  }
  @Get('broken-database') brokenDatabase(@Query() _query: SearchDto) {
    throw Object.assign(new Error('invalid input syntax: SECRET-NAME'), { name: 'QueryFailedError', code: '22P02', routine: 'f' });
  }
  @Get('away') away() {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1'), { code: 'ECONNREFUSED' });
  }
  @Post(':id/acts') @HttpCode(200) act(@Param('id', new IdPipe('thing')) id: string, @IfMatchVersion() version: string) {
    return { id, version };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const lines: string[] = [];
const sink = new Writable({ write: (chunk, _e, done) => (lines.push(String(chunk)), done()) });
const KEY = '0190c3b0-0000-7000-8000-000000000001';
let app: NestFastifyApplication;
const http = () => request(app.getHttpServer());

beforeAll(async () => {
  app = await createHttpApp(ThingsModule, { bodyLimitBytes: 2000, logger: createLogger('info', sink) });
});
afterAll(() => app.close());

describe('a body that cannot be taken', () => {
  const deep = (levels: number) => '{"title":' + '['.repeat(levels - 1) + ']'.repeat(levels - 1) + '}';
  const cases: [what: string, body: string | Buffer, status: number, code: string, pointer?: string, part?: string][] = [
    ['no JSON', '{"title":', 400, 'body.not-json'],
    ['two values', '{} {}', 400, 'body.not-json'],
    ['nothing at all', '', 400, 'body.invalid', '/title', 'field.missing'],
    ['a list', '[]', 400, 'body.invalid', '', 'field.not-object'],
    ['null', 'null', 400, 'body.invalid', '', 'field.not-object'],
    ['a string', '"x"', 400, 'body.invalid', '', 'field.not-object'],
    ['over the limit', JSON.stringify({ title: 'x'.repeat(3000) }), 413, 'body.too-large'],
    ['33 levels deep', deep(33), 400, 'body.too-deep'],
    ['32 levels deep, and only wrong otherwise', deep(32), 400, 'body.invalid', '/title', 'field.not-string'],
    ['half a surrogate pair, escaped', '{"title":"a\\ud800"}', 400, 'body.not-unicode', '/title'],
    ['half a surrogate pair in a name', '{"a\\udc00":1}', 400, 'body.not-unicode', ''],
    ['half a surrogate pair in bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 400, 'body.not-unicode'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'body.not-unicode'],
    ['U+0000', '{"title":"a\\u0000b"}', 400, 'body.nul-character', '/title'],
    ['__proto__', '{"title":"a","items":[{"__proto__":{"x":1}}]}', 400, 'body.forbidden-key', '/items/0/__proto__'],
    ['constructor', '{"constructor":{"prototype":{}}}', 400, 'body.forbidden-key', '/constructor'],
    ['a member that every object has', '{"title":"a","toString":"x"}', 400, 'body.forbidden-key', '/toString'],
    ['such a member inside', '{"title":"a","items":[{"name/~x":"b","__defineGetter__":1}]}', 400, 'body.forbidden-key', '/items/0/__defineGetter__'],
    ['one member twice', '{"title":"a","title":"b"}', 400, 'body.duplicate-key'],
    ['an unknown member', '{"title":"a","extra":1}', 400, 'body.invalid', '/extra', 'field.unknown'],
    ['an unknown member inside', '{"title":"a","items":[{"name/~x":"b","y":1}]}', 400, 'body.invalid', '/items/0/y', 'field.unknown'],
    ['a missing member', '{}', 400, 'body.invalid', '/title', 'field.missing'],
    ['a number for a text', '{"title":1}', 400, 'body.invalid', '/title', 'field.not-string'],
    ['a value outside of the list', '{"title":"a","kind":"c"}', 400, 'body.invalid', '/kind', 'field.not-in'],
    ['a text too long, its name escaped', '{"title":"a","items":[{"name/~x":"123456"}]}', 400, 'body.invalid', '/items/0/name~1~0x', 'field.max-length'],
    ['a scalar for an object', '{"title":"a","items":["b"]}', 400, 'body.invalid', '/items/0', 'field.not-object'],
  ];

  it.each(cases.map((row) => ({ what: row[0], row })))('$what', async ({ row: [, body, status, code, pointer, part] }) => {
    const answer = await http().post('/api/v1/things').set('idempotency-key', KEY).type('application/json').serialize((x) => x as string).send(body);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.text)).toMatchObject({ type: `urn:comity:problem:${code}`, status, code, instance: expect.stringMatching(/^urn:uuid:/) });
    expect(answer.status).toBe(status);
    if (pointer !== undefined) expect(JSON.parse(answer.text).errors).toContainEqual(expect.objectContaining({ pointer, code: part ?? code }));
  });

  it('of another media type is answered 415, JSON where a file is due and a file where JSON is due too', async () => {
    for (const [path, type] of [['', 'text/plain'], ['', 'application/xml'], ['', 'application/octet-stream'], ['/uploads', 'application/json']] as const) {
      const answer = await http().post(`/api/v1/things${path}`).set('idempotency-key', KEY).type(type).serialize((x) => x as string).send('{}');
      expect([path, type, answer.status, JSON.parse(answer.text).code]).toEqual([path, type, 415, 'body.unsupported-media-type']);
    }
  });

  it.each([
    [{ 'content-encoding': 'gzip' }, 'body.unsupported-encoding'],
    [{ 'content-type': 'application/json; charset=utf-16' }, 'body.unsupported-charset'],
    [{ 'content-type': 'application/json; charset="latin1"' }, 'body.unsupported-charset'],
  ])('that is packed or in another charset is answered 415: %j', async (headers, code) => {
    const answer = await http().post('/api/v1/things').type('json').set(headers as Record<string, string>).send('{"title":"a"}');
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([415, code]);
  });

  it('is taken when nothing is wrong with it, colons and escapes in texts included', async () => {
    const body = { title: 'a: "b" \\ 😀:', kind: 'a', items: [{ 'name/~x': '::' }] };
    const answer = await http().post('/api/v1/things').set('idempotency-key', KEY).send(body).expect(201);
    expect(answer.body).toEqual({ key: KEY, route: 'POST /api/v1/things', bodyHash: sha256Hex(canonicalBytes(body)), body });
  });
});

describe('headers that an act needs', () => {
  const act = (headers: Record<string, string>) => http().post(`/api/v1/things/${KEY}/acts`).set(headers);

  it.each([
    [{}, 428, 'precondition.required'],
    [{ 'if-match': '*' }, 400, 'precondition.invalid'],
    [{ 'if-match': 'v7' }, 400, 'precondition.invalid'],
    [{ 'if-match': '"v7", "v8"' }, 400, 'precondition.invalid'],
    [{ 'if-match': 'W/"v7"' }, 412, 'version.stale'],
  ])('If-Match %j is answered %i', async (headers, status, code) => {
    const answer = await act(headers as Record<string, string>);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
  });

  it('an exact If-Match gives the version', async () => {
    expect((await act({ 'if-match': '"v7"' }).expect(200)).body).toEqual({ id: KEY, version: 'v7' });
  });

  it.each([
    [undefined, 'idempotency.key-missing'],
    ['short', 'idempotency.key-malformed'],
    ['with a space in it', 'idempotency.key-malformed'],
    ['x'.repeat(129), 'idempotency.key-malformed'],
  ])('Idempotency-Key %j is answered 400', async (key, code) => {
    const post = http().post('/api/v1/things').send({ title: 'a' });
    const answer = await (key === undefined ? post : post.set('idempotency-key', key));
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([400, code]);
  });
});

describe('addresses', () => {
  it('unknown ones and what cannot be an id are answered 404', async () => {
    for (const [path, code] of [['/api/v1/nothing', 'route.not-found'], [`/api/v1/things/17/acts`, 'thing.not-found']] as const) {
      const answer = await http().post(path).set('if-match', '"1"');
      expect([answer.status, JSON.parse(answer.text).code, answer.headers['cache-control']]).toEqual([404, code, 'no-store']);
    }
  });

  it('another method is answered 405 with those taken there, and OPTIONS with them alone', async () => {
    const allow = 'GET, HEAD, OPTIONS, POST';
    const answer = await http().delete('/api/v1/things');
    expect([answer.status, JSON.parse(answer.text).code, answer.headers['allow'], answer.headers['cache-control']]).toEqual([405, 'route.method-not-allowed', allow, 'no-store']);
    expect((await http().put(`/api/v1/things/${KEY}/acts`)).headers['allow']).toBe('OPTIONS, POST');
    await http().options('/api/v1/things').expect(204).expect('allow', allow);
    await http().head('/api/v1/things').expect(200);
    await http().options('/api/v1/nothing').expect(404);
  });

  it('a name that reaches a prototype is refused in a query too', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype', ...Object.getOwnPropertyNames(Object.prototype)]) {
      expect(JSON.parse((await http().get(`/api/v1/things?${name}=1`)).text)).toMatchObject({ status: 400, code: 'query.invalid', errors: [{ pointer: `/${name}` }] });
    }
  });

  it('queries are checked like bodies, and numbers converted only where the DTO says so', async () => {
    expect((await http().get('/api/v1/things?limit=5').expect(200)).body).toEqual({ limit: 5 });
    for (const [query, pointer, part] of [['limit=x', '/limit', 'field.not-int'], ['limit=500', '/limit', 'field.max'], ['q=1', '/q', 'field.unknown']] as const) {
      const answer = await http().get(`/api/v1/things?${query}`);
      expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code: 'query.invalid', errors: expect.arrayContaining([expect.objectContaining({ pointer, code: part })]) });
    }
  });

  it('a query is refused where none is declared, and so is a body', async () => {
    const act = (query: string, body?: object) => http().post(`/api/v1/things/${KEY}/acts${query}`).set('if-match', '"v7"').send(body);
    for (const [query, body, code, pointers] of [
      ['?limit=5', undefined, 'query.invalid', ['/limit']],
      ['?a~b=&c%2Fd=1', {}, 'query.invalid', ['/a~0b', '/c~1d']],
      ['', { title: 'a' }, 'body.invalid', ['/title']],
      ['', [], 'body.invalid', ['']],
    ] as const) {
      const answer = JSON.parse((await act(query, body)).text);
      expect([answer.status, answer.code, answer.errors.map((e: { pointer: string }) => e.pointer)]).toEqual([400, code, pointers]);
    }
    const raw = await http().post(`/api/v1/things/${KEY}/acts`).set('if-match', '"v7"').type('application/octet-stream').send(Buffer.from('x'));
    expect([raw.status, JSON.parse(raw.text).code]).toEqual([415, 'body.unsupported-media-type']);
    expect(JSON.parse((await http().post('/api/v1/things/uploads?name=a').type('application/octet-stream').send(Buffer.from('x'))).text)).toMatchObject({ code: 'query.invalid' });
    // Negative controls: nothing, in each way of saying it, is taken; and what is declared is not refused.
    for (const [query, body] of [['', undefined], ['?', undefined], ['', {}]] as const) await act(query, body).expect(200);
    await http().get('/api/v1/things?limit=5').expect(200);
    await http().post('/api/v1/things/uploads').type('application/octet-stream').send(Buffer.from('x')).expect(200);
  });

  it('U+0000 and broken escapes are answered 400', async () => {
    for (const path of ['/api/v1/things?q=a%00', '/api/v1/things/%ff%fe/acts']) {
      expect([path, (await http().get(path)).status]).toEqual([path, 400]);
    }
  });

  it('escapes in a query that are not UTF-8 are answered 400, and those that are arrive as the characters they mean', async () => {
    for (const value of ['%FF', '%ED%A0%80', '%zz', '%', '%C3', 'a%2', '%C0%80']) {
      const answer = await http().get(`/api/v1/things/echo?q=${value}`);
      expect([value, answer.status, JSON.parse(answer.text).code]).toEqual([value, 400, 'request.not-unicode']);
    }
    for (const [value, text] of [['%F0%9F%98%80', '😀'], ['100%25', '100%'], ['a+b', 'a b'], ['%3F%26', '?&']]) {
      expect((await http().get(`/api/v1/things/echo?q=${value}`).expect(200)).body).toEqual({ q: text });
    }
  });

  it('what the router itself refuses is answered with a problem document and all headers', async () => {
    for (const [path, status, code] of [['/api/v1/things/%ff%fe/acts', 400, 'request.malformed'], [`/api/v1/things/${'x'.repeat(300)}/acts`, 414, 'request.address-too-long']] as const) {
      const answer = await http().post(path);
      const id = answer.headers['x-request-id'];
      expect(JSON.parse(answer.text)).toEqual({ type: `urn:comity:problem:${code}`, title: expect.any(String), status, code, detail: expect.any(String), instance: `urn:uuid:${id}` });
      expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([status, expect.stringContaining('application/problem+json'), 'no-store']);
      expect(answer.headers).toMatchObject({ 'content-security-policy': "default-src 'none';frame-ancestors 'none'", 'x-content-type-options': 'nosniff' });
    }
  });

  it('headers a web page needs are set, and the caller cannot choose the request id', async () => {
    const answer = await http().get('/api/v1/things').set('x-request-id', 'forged').set('x-forwarded-for', '1.2.3.4');
    expect(answer.headers['x-request-id']).not.toBe('forged');
    expect(answer.headers).toMatchObject({ 'content-security-policy': "default-src 'none';frame-ancestors 'none'", 'x-content-type-options': 'nosniff' });
  });

  it('what is not HTTP is answered with a problem document too', async () => {
    const { port } = await app.listen(0, '127.0.0.1').then(() => app.getHttpServer().address() as { port: number });
    const raw = await new Promise<string>((resolve, reject) => {
      let text = '';
      connect(port, '127.0.0.1').on('data', (d) => (text += String(d))).on('end', () => resolve(text)).on('error', reject).write('HELLO\r\n\r\n');
    });
    expect(raw).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*request\.malformed/);
  });
});

describe('a fault of ours', () => {
  it('is answered 500 and logged without what the case says', async () => {
    lines.length = 0;
    for (const path of ['broken', 'broken-database']) {
      const answer = await http().get(`/api/v1/things/${path}?q=SECRET-NAME`);
      expect(JSON.parse(answer.text)).toMatchObject({ status: 500, code: 'internal.error' });
      expect(answer.text).not.toContain('SECRET');
    }
    const logged = lines.map((line) => JSON.parse(line));
    expect(logged).toContainEqual(expect.objectContaining({ level: 'error', message: 'the account holder is …', frames: expect.arrayContaining([expect.stringContaining('http.spec')]) }));
    expect(logged).toContainEqual(expect.objectContaining({ level: 'error', error: 'QueryFailedError', code: '22P02' }));
    expect(logged).toContainEqual(expect.objectContaining({ route: '/api/v1/things/broken', status: 500, method: 'GET' }));
    expect(lines.join('')).not.toContain('SECRET');
  });

  it('a database out of reach is answered 503 with Retry-After', async () => {
    const answer = await http().get('/api/v1/things/away').expect(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).not.toContain('10.0.0.1');
  });
});

describe('an upload', () => {
  it('arrives as a stream, longer than any JSON body may be', async () => {
    const answer = await http().post('/api/v1/things/uploads').type('application/octet-stream').send(Buffer.alloc(300_000, 7));
    expect(answer.body).toEqual({ bytes: 300_000, declared: 300_000 });
  });
});

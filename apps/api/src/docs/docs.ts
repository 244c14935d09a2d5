import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi.js';

/** Where the bundle of Swagger UI lies: it comes with @nestjs/swagger, from whose place it is looked up. */
const require = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));
const ASSETS = dirname(require.resolve('swagger-ui-dist/package.json'));

/** Everything from this origin; Swagger UI sets inline styles and draws its icons from data: addresses. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Comity API</title><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body>
</html>
`;

/** `validatorUrl: null`, or the page would send the description to a public validator. */
const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, persistAuthorization: false });\n`;

/**
 * Serves the description at /api/openapi.json and a page to browse it at /api/docs, without leaving this origin.
 * SwaggerModule.setup() is not used: on Fastify it needs another package, and its page needs inline scripts.
 */
export function serveDocs(app: INestApplication, fastify: FastifyInstance): void {
  let document: OpenAPIObject | undefined;
  fastify.get('/api/openapi.json', (_request, reply) => {
    document ??= openApiDocument(app);
    return reply.type('application/json').send(document);
  });
  const serve = (path: string, type: string, body: () => string | Promise<Buffer>) =>
    fastify.get(path, async (_request, reply) => reply.header('content-security-policy', POLICY).type(type).send(await body()));
  const asset = (name: string, type: string) => serve(`/api/docs/${name}`, type, () => readFile(join(ASSETS, name)));
  for (const path of ['/api/docs', '/api/docs/']) serve(path, 'text/html; charset=utf-8', () => PAGE);
  serve('/api/docs/start.js', 'text/javascript; charset=utf-8', () => START);
  asset('swagger-ui-bundle.js', 'text/javascript; charset=utf-8');
  asset('swagger-ui.css', 'text/css; charset=utf-8');
}

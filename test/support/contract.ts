import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';

interface Operation {
  responses: Record<string, Answer>;
}
interface Answer {
  $ref?: string;
  content?: Record<string, { schema?: object }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; responses: Record<string, Answer> };
}

const DOCUMENT = JSON.parse(readFileSync(new URL('../../docs/reference/openapi.json', import.meta.url), 'utf8')) as Document;

/** Holds what a server answers against the committed OpenAPI document: status, media type, every member and no other. */
export class Contract {
  /** Each once: `METHOD path status: what differs`. */
  readonly broken = new Set<string>();
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  private readonly known = new Map<string, ValidateFunction>();

  constructor(private readonly document: Document = DOCUMENT) {
    (ajvFormats as unknown as { default: typeof ajvFormats.default }).default(this.ajv);
    this.ajv.addSchema({ $id: 'openapi', components: { schemas: closed(document.components.schemas) } });
  }

  watch(server: FastifyInstance): void {
    server.addHook('onSend', async ({ method, routeOptions: { url } }, reply, payload) => {
      if (url?.startsWith('/api/v1/')) this.check(method, url, reply.statusCode, String(reply.getHeader('content-type') ?? ''), payload);
      return payload;
    });
  }

  /** @param url the route's pattern, `/api/v1/requests/:id` */
  check(method: string, url: string, status: number, contentType: string, payload: unknown): void {
    const path = url.replace(/:([A-Za-z]+)/g, '{$1}');
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    // Routes of a test's own, and methods that Fastify answers by itself.
    if (!operation) return;
    const fault = (what: string): void => void this.broken.add(`${method} ${path} ${status}: ${what}`);
    const named = operation.responses[String(status)] ?? operation.responses['default'];
    const answer = named?.$ref ? this.document.components.responses[named.$ref.split('/').at(-1)!] : named;
    if (!answer || (status < 400 && !operation.responses[String(status)])) return fault('a status that the document does not name');
    const type = contentType.split(';')[0]!;
    if (!type.endsWith('json')) return undefined;
    const schema = answer.content?.[type]?.schema;
    if (!schema) return fault(`${type}, which the document does not name`);
    if (typeof payload !== 'string') return undefined;
    const key = `${method} ${path} ${status} ${type}`;
    let validate = this.known.get(key);
    if (!validate) this.known.set(key, (validate = this.ajv.compile(closed(absolute(schema)) as object)));
    if (!validate(JSON.parse(payload))) for (const { instancePath, message, params } of validate.errors!) fault(`${instancePath.replace(/\/\d+(?=\/|$)/g, '/*') || 'it'} ${message} ${JSON.stringify(params)}`);
  }
}

/** Members that a schema does not name are differences, too: nobody would learn of them. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

const absolute = (schema: object): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components')) as object;

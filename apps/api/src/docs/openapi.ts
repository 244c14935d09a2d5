import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { declaredRoutes } from '@comity/access';
import { PROBLEM_JSON } from '../http/problem.filter.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & Record<string, unknown>;

/** The version of the HTTP API, raised with each released change to it. */
export const API_VERSION = '0.1.0';

/**
 * The OpenAPI 3.1 description of the running application: every operation with bearer sign-in and problem answers.
 * Schemas are complete only in what tsc built: the plugin that writes them does not run under swc (jest).
 */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Comity')
    .setDescription('Mutual legal assistance in electronic evidence: requests, their state on both sides, and the record of how they were handled.')
    .setVersion(API_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: operationId });
  document.components ??= {};
  document.components.schemas = sorted({ ...document.components.schemas, ...PROBLEM_SCHEMAS });
  document.components.responses = { Problem: PROBLEM_RESPONSE };
  document.paths = sorted(document.paths);
  const permissions = permissionsOf(app);
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = path[method] as Operation | undefined;
      if (!operation) continue;
      operation.responses['default'] = { $ref: '#/components/responses/Problem' };
      const permission = permissions.get(operation.operationId ?? '');
      if (permission === 'public') operation.security = [];
      else if (permission !== undefined) operation['x-permission'] = permission;
    }
  }
  return inOrder(document);
}

/** The compiler lists the members of a union in an order that changes with files that have nothing to do with it. */
function inOrder<T>(value: T): T {
  if (Array.isArray(value)) return value.map(inOrder) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, key === 'enum' && Array.isArray(item) ? [...item].sort() : inOrder(item)]);
  return Object.fromEntries(entries) as T;
}

/** Permission of each operation by its id. */
function permissionsOf(app: INestApplication): Map<string, string | undefined> {
  return new Map(declaredRoutes(app).map(({ handler, permission }) => [operationId(...(handler.split('.') as [string, string])), permission]));
}

/** `RequestsController.create` -> `requestsCreate`: names of functions in generated clients. */
function operationId(controller: string, method: string): string {
  const noun = controller.replace(/Controller$/, '');
  return noun.charAt(0).toLowerCase() + noun.slice(1) + method.charAt(0).toUpperCase() + method.slice(1);
}

/** In a fixed order, so that the committed file changes only where the API does. */
function sorted<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
}

const PROBLEM_SCHEMAS = {
  Problem: {
    type: 'object',
    description: 'Why a request was not carried out (RFC 9457).',
    required: ['type', 'title', 'status', 'code', 'detail'],
    properties: {
      type: { type: 'string', format: 'uri', description: '`urn:comity:problem:` and the code.' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', description: 'Stable, `noun.reason`.' },
      detail: { type: 'string', description: 'What happened and what to do next.' },
      rule: { type: 'string', description: 'Rule id where law is the reason, for example `UNCC 40(24)`.' },
      force: { type: 'string', enum: ['binding', 'practice'], description: 'With a rule: whether it obliges, or the house steers by it.' },
      errors: { type: 'array', items: { $ref: '#/components/schemas/ProblemPart' } },
      instance: { type: 'string', format: 'uri', description: 'The id of the request; name it when reporting a fault.' },
    },
  },
  ProblemPart: {
    type: 'object',
    required: ['pointer', 'code', 'detail'],
    properties: {
      pointer: { type: 'string', description: 'JSON pointer (RFC 6901) into the body; for a query, `/` and the name of the parameter.' },
      code: { type: 'string' },
      detail: { type: 'string' },
      rule: { type: 'string' },
      force: { type: 'string', enum: ['binding', 'practice'] },
    },
  },
} as unknown as NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const PROBLEM_RESPONSE = {
  description: 'Refused or failed; nothing was changed.',
  content: { [PROBLEM_JSON]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

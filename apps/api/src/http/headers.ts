import { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { idempotentAct, type IdempotentAct, type SignedIn } from '@comity/access';
import { versionFromIfMatch } from '@comity/kernel';
import { unsupportedMediaType } from './validation.js';

export { etagOf as strongEtag, staleVersion, versionFromIfMatch } from '@comity/kernel';

const header = (context: ExecutionContext, name: string): string | undefined => {
  const value = context.switchToHttp().getRequest<FastifyRequest>().headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

/** Describes a header in OpenAPI wherever the parameter that reads it is used. */
const documents = (name: string, required: boolean, description: string) => (target: object, key: string | symbol | undefined): void => {
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  if (descriptor) ApiHeader({ name, required, description })(target, key!, descriptor);
};

const ABOUT_VERSION = 'ETag of the version you read. 428 without it, 412 when there is a newer version.';

/** Parameter: If-Match as it was sent, or undefined; for services that check the version themselves, after a replay was ruled out. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) => header(context, 'if-match'), [
  documents('If-Match', true, ABOUT_VERSION),
]);

/** Parameter: the version from a required If-Match header; for routes without Idempotency-Key. */
export const IfMatchVersion = createParamDecorator((_: unknown, context: ExecutionContext) => versionFromIfMatch(header(context, 'if-match')), [
  documents('If-Match', true, ABOUT_VERSION),
]);

/** Parameter: Prefer (RFC 7240) as it was sent, or undefined. */
export const Prefer = createParamDecorator((_: unknown, context: ExecutionContext) => header(context, 'prefer'), [
  documents('Prefer', false, '`wait=integrated`: answer with the proof that the entry is in the signed log, waiting up to 2 s for it.'),
]);

/**
 * Parameter: what a repeated act is recognised by. The route is method and path with its ids, the hash that of the body
 * as it was sent. @throws Problem 400 `idempotency.key-missing` | `idempotency.key-malformed`, 415 when the body is no JSON
 */
export const Idempotent = createParamDecorator((_: unknown, context: ExecutionContext): IdempotentAct => {
  const request = context.switchToHttp().getRequest<FastifyRequest & { user?: SignedIn }>();
  if (request.body instanceof Readable) throw unsupportedMediaType('application/json');
  const [path] = request.url.split('?', 1);
  return idempotentAct(request.user?.accountId ?? '', `${request.method} ${path}`, header(context, 'idempotency-key'), request.body);
}, [documents('Idempotency-Key', true, 'A new UUID for each act; the same one when the request is repeated, which then changes nothing more.')]);

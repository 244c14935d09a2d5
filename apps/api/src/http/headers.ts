import { Readable } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { IdempotentAct, SignedIn } from '@comity/access';
import { badRequest, canonicalBytes, Problem, sha256Hex } from '@comity/kernel';
import { unsupportedMediaType } from './validation.js';

const VERSION = /^[A-Za-z0-9_.:-]{1,100}$/;

/** A strong entity tag (RFC 9110 8.8.3) of a version: letters, digits and `_.:-`. */
export function strongEtag(version: string | number): string {
  const text = String(version);
  if (!VERSION.test(text)) throw new RangeError('a version for an ETag has other characters than letters, digits and _.:-');
  return `"${text}"`;
}

/**
 * The version named by an If-Match header.
 * @throws Problem 428 `precondition.required` when absent, 400 `precondition.invalid` when not one exact tag, 412 `version.stale` for a weak tag
 */
export function versionFromIfMatch(header: string | undefined): string {
  if (header === undefined) {
    throw new Problem({
      status: 428,
      code: 'precondition.required',
      title: 'Say which version you have seen',
      detail: 'Send If-Match with the ETag of the version you read.',
    });
  }
  // RFC 9110 13.1.1 compares strongly: a weak tag never matches.
  if (header.startsWith('W/')) throw staleVersion();
  const version = /^"([^"]*)"$/.exec(header.trim())?.[1];
  if (version === undefined || !VERSION.test(version)) {
    throw badRequest('precondition.invalid', 'If-Match must be one exact ETag as it was sent to you, in quotes; "*" and lists are not taken here.');
  }
  return version;
}

/** Someone has changed it since: 412. */
export function staleVersion(): Problem {
  return new Problem({
    status: 412,
    code: 'version.stale',
    title: 'It has changed since you read it',
    detail: 'Read it again, look at what has changed, and repeat with the new ETag if it still applies.',
  });
}

/**
 * An Idempotency-Key: 8 to 128 visible ASCII characters; a UUID does.
 * @throws Problem 400 `idempotency.key-required` | `idempotency.key-invalid`
 */
export function checkIdempotencyKey(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw badRequest('idempotency.key-required', 'Send Idempotency-Key with a new UUID, and the same one again if you repeat this request.');
  }
  if (!/^[\x21-\x7e]{8,128}$/.test(header)) {
    throw badRequest('idempotency.key-invalid', 'Idempotency-Key must be 8 to 128 visible ASCII characters; a UUID does.');
  }
  return header;
}

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

/**
 * Parameter: what a repeated act is recognised by. The route is method and path with its ids, the hash that of the body
 * as it was sent. @throws Problem 400 `idempotency.key-required` | `idempotency.key-invalid`, 415 when the body is no JSON
 */
export const Idempotent = createParamDecorator((_: unknown, context: ExecutionContext): IdempotentAct => {
  const request = context.switchToHttp().getRequest<FastifyRequest & { user?: SignedIn }>();
  const key = checkIdempotencyKey(header(context, 'idempotency-key'));
  if (request.body instanceof Readable) throw unsupportedMediaType('application/json');
  const [path] = request.url.split('?', 1);
  return {
    accountId: request.user?.accountId ?? '',
    route: `${request.method} ${path}`,
    key,
    bodyHash: sha256Hex(canonicalBytes(request.body ?? null)),
  };
}, [documents('Idempotency-Key', true, 'A new UUID for each act; the same one when the request is repeated, which then changes nothing more.')]);

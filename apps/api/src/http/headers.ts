import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badRequest, Problem } from '@comity/kernel';

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

/** Parameter: the version from a required If-Match header. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) => versionFromIfMatch(header(context, 'if-match')));

/** Parameter: a required Idempotency-Key. Put it before IfMatch and the body: idempotency is checked before the version. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  checkIdempotencyKey(header(context, 'idempotency-key')),
);

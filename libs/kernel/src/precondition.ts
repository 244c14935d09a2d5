import { badRequest, Problem } from './problem.js';

const VERSION = /^[A-Za-z0-9_.:-]{1,100}$/;

/** A strong entity tag (RFC 9110 8.8.3) of a version: letters, digits and `_.:-`. */
export function etagOf(version: string | number): string {
  const text = String(version);
  if (!VERSION.test(text)) throw new RangeError('a version for an ETag has other characters than letters, digits and _.:-');
  return `"${text}"`;
}

/**
 * The version named by an If-Match header.
 * @throws Problem 428 `precondition.required` when absent, 400 `precondition.invalid` when not one exact tag, 412 `version.stale` for a weak tag
 */
export function versionFromIfMatch(header: string | undefined): string {
  if (header === undefined || header === '') {
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

/** Someone has changed it since: 412, with the version that stands now where it is known. */
export function staleVersion(current?: string | number): Problem {
  return new Problem({
    status: 412,
    code: 'version.stale',
    title: 'It has changed since you read it',
    detail: 'Read it again, look at what has changed, and repeat with the new ETag if it still applies.',
    ...(current !== undefined && { headers: { ETag: etagOf(current) } }),
  });
}

/** @throws Problem as {@link versionFromIfMatch}, and 412 `version.stale` when another version stands now */
export function assertVersion(ifMatch: string | undefined, version: string | number): void {
  if (versionFromIfMatch(ifMatch) !== String(version)) throw staleVersion(version);
}

import { Problem } from '@comity/kernel';

/** Strong ETag (RFC 9110 8.8.3) of a file's version. */
export const etagOf = (version: number): string => `"${version}"`;

/**
 * @throws Problem 428 `precondition.required` without If-Match, 412 `version.stale` when the file has changed since
 */
export function assertVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch === '') {
    throw new Problem({
      status: 428, code: 'precondition.required', title: 'Say which version you saw',
      detail: 'Send If-Match with the ETag of the request as you read it.',
    });
  }
  if (ifMatch.trim() === etagOf(version)) return;
  throw new Problem({
    status: 412, code: 'version.stale', title: 'The request has changed since you read it',
    detail: 'Nothing was done. Read the request again and decide anew.', headers: { ETag: etagOf(version) },
  });
}

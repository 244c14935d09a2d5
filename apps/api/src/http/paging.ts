import type { FastifyReply, FastifyRequest } from 'fastify';
import { badRequest, instantOf, isId, type Problem } from '@comity/kernel';

export type CursorPart = 'id' | 'time' | 'integer' | 'text';
export type CursorKey = readonly (string | number)[];

/**
 * An opaque cursor of keyset paging: base64url of JSON `[list, ...key of the last row shown]`. It is not signed: it
 * holds sort keys only, and what its bearer may see is decided anew on each page.
 * @param list which list and order the cursor belongs to, for example `requests.newest`
 */
export function encodeCursor(list: string, key: CursorKey): string {
  return Buffer.from(JSON.stringify([list, ...key]), 'utf8').toString('base64url');
}

/**
 * The key in a cursor made by {@link encodeCursor} for the same list.
 * @param shape what each part of the key must be
 * @throws Problem 400 `cursor.invalid`
 */
export function decodeCursor(list: string, shape: readonly CursorPart[], cursor: string): (string | number)[] {
  let value: unknown;
  try {
    if (cursor.length > 1000) throw invalidCursor();
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.toString('base64url') !== cursor) throw invalidCursor();
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(value) || value[0] !== list || value.length !== shape.length + 1) throw invalidCursor();
  const key: unknown[] = value.slice(1);
  if (!key.every((part, index) => fits(shape[index]!, part))) throw invalidCursor();
  return key as (string | number)[];
}

function fits(shape: CursorPart, part: unknown): boolean {
  switch (shape) {
    case 'id':
      return isId(part);
    case 'time':
      return typeof part === 'string' && instantOf(part)?.toISOString() === part;
    case 'integer':
      return Number.isSafeInteger(part);
    case 'text':
      return typeof part === 'string' && part.length <= 500 && !part.includes('\0') && !/\p{Surrogate}/u.test(part);
  }
}

function invalidCursor(): Problem {
  return badRequest('cursor.invalid', 'The cursor is not one that this list gave out. Start from the first page.');
}

/** The Link header (RFC 8288) to the next page: the same address with `after` set. `url` is path and query as asked for. */
export function nextLink(url: string, cursor: string): string {
  // At the first question mark: a value may hold others.
  const cut = url.indexOf('?');
  const path = cut === -1 ? url : url.slice(0, cut);
  const params = new URLSearchParams(cut === -1 ? '' : url.slice(cut + 1));
  params.set('after', cursor);
  return `<${path}?${params.toString()}>; rel="next"`;
}

/** What a page says of the next one: its cursor, and the Link header. @param key of the last row shown */
export function paged(list: string, key: CursorKey, request: FastifyRequest, reply: FastifyReply): { next: string } {
  const next = encodeCursor(list, key);
  void reply.header('Link', nextLink(request.url, next));
  return { next };
}

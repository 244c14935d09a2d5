import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@comity/kernel';
import { parseJsonBody } from './json-body.js';

/** The media type of uploads; the body is handed on as a stream and never held in memory. */
export const OCTET_STREAM = 'application/octet-stream';

/**
 * Accepts JSON (checked by {@link parseJsonBody}) and raw uploads, nothing else: any other media type is answered 415.
 * Call before the routes are registered.
 */
export function registerBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      // A POST may say it is JSON and carry nothing; the route's own validation then names what is missing.
      done(null, body.length === 0 ? undefined : parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  // Fastify's body limit does not reach a stream: the store that takes it in MUST limit it.
  fastify.addContentTypeParser(OCTET_STREAM, (_request: FastifyRequest, payload: Readable, done) => done(null, payload));
}

/** Hook: a body that is packed, or in another charset, would be stored or read as what it is not. Decided before it is read. */
export function refuseUnreadCodings(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (coding !== 'identity' && coding !== '') done(unread('body.unsupported-encoding', 'Send the body as it is, without Content-Encoding.', { 'accept-encoding': 'identity' }));
  else if (charset !== 'utf-8' && charset !== 'utf8') done(unread('body.unsupported-charset', 'Send the body in UTF-8.'));
  else done();
}

const unread = (code: string, detail: string, headers?: Record<string, string>): Problem =>
  new Problem({ status: 415, code, title: 'The body cannot be read in this form', detail, ...(headers && { headers }) });

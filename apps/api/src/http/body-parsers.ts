import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
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

import type { FastifyReply } from 'fastify';
import type { StoredAnswer } from '@comity/access';

/** Sends an answer of an act, first given or replayed, with its status and headers. */
export function send<T>(reply: FastifyReply, { status, body, headers }: StoredAnswer): T {
  void reply.status(status).headers(headers);
  return body as T;
}

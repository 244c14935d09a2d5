import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Problem } from '@comity/kernel';
import { describeError } from '../../../worker/src/index.js';
import { OCTET_STREAM } from './body-parsers.js';

export const PROBLEM_JSON = 'application/problem+json';

/** An upload no longer than this is read to its end and thrown away, so that its sender sees the answer. */
const DRAIN_BYTES = 1_048_576;

/** Answers every error as a problem document (RFC 9457). What is not known to be fit for callers says nothing but its id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (problem.status >= 500) {
      this.logger.error({ requestId: request.id, ...describeError(error) }, 'request failed');
    }
    if (reply.sent || reply.raw?.headersSent) {
      // Half an answer is on its way: cutting the connection is the only way left to tell the caller it is not whole.
      reply.raw?.destroy();
      return;
    }
    if (leavesLongBodyUnread(request)) reply.header('connection', 'close');
    void reply
      .status(problem.status)
      .headers(problem.headers ?? {})
      .type(PROBLEM_JSON)
      .send(JSON.stringify(problem.toDocument(`urn:uuid:${request.id}`)));
  }
}

function leavesLongBodyUnread(request: FastifyRequest): boolean {
  if (!request.headers?.['content-type']?.startsWith(OCTET_STREAM) || request.raw.readableEnded) return false;
  return !(Number(request.headers['content-length']) <= DRAIN_BYTES);
}

const plain = (status: number, code: string, title: string, detail: string, headers?: Record<string, string>): Problem =>
  new Problem({ status, code, title, detail, ...(headers && { headers }) });

/** Any thrown value as the problem its caller is shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return fromHttp(error.getStatus());
  const fastifyStatus = (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof fastifyStatus === 'number' && fastifyStatus >= 400 && fastifyStatus < 500) return fromHttp(fastifyStatus);
  return fromDatabase((error as { code?: unknown } | null)?.code) ?? fromHttp(500);
}

/** The framework's own messages may quote the request, so only the status is kept. */
function fromHttp(status: number): Problem {
  switch (status) {
    case 400:
      return plain(400, 'request.malformed', 'The request is not well formed', 'The request line, its headers or its length are not well formed.');
    case 401:
      return plain(401, 'access.not-signed-in', 'Not signed in', 'Sign in, and send the token as "Authorization: Bearer ...".', { 'www-authenticate': 'Bearer' });
    case 403:
      return plain(403, 'access.not-permitted', 'Not permitted', 'Your roles do not permit this.');
    case 404:
      return plain(404, 'route.not-found', 'Not found', 'No such address or method. The addresses are listed at /api/openapi.json.');
    case 408:
      return plain(408, 'request.timeout', 'The request took too long', 'The request did not arrive in time. Send it again.');
    case 413:
      return plain(413, 'body.too-large', 'The body is too large', 'The body is larger than this address takes. Send long documents as attachments.');
    case 414:
      return plain(414, 'request.address-too-long', 'The address is too long', 'A part of the address is too long.');
    case 415:
      return plain(415, 'body.unsupported-media-type', 'The media type is not taken here', 'Send application/json, or application/octet-stream where a file is uploaded.');
    case 429:
      return plain(429, 'request.too-many', 'Too many requests', 'Wait before trying again.', { 'retry-after': '5' });
    case 503:
      return plain(503, 'node.unavailable', 'Not available now', 'Try again shortly.', { 'retry-after': '5' });
    default:
      return status < 500
        ? plain(status, 'request.refused', 'The request was refused', 'The request cannot be taken in this form.')
        : plain(500, 'internal.error', 'Something went wrong here', 'The request failed and changed nothing. Name the instance when you report it.');
  }
}

/** SQLSTATE and socket codes that a caller can do something about. */
function fromDatabase(code: unknown): Problem | undefined {
  if (code === '55P03') {
    return new Problem({
      status: 409,
      code: 'resource.busy',
      title: 'In conflict with the present state',
      detail: 'Someone else is acting on the same thing at this moment. Read it again, then repeat.',
      headers: { 'retry-after': '1' },
    });
  }
  // Connection exceptions, shutdown, too many connections, and the socket's own refusals.
  if (typeof code === 'string' && /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE)$/.test(code)) return fromHttp(503);
  return undefined;
}

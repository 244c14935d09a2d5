import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import { badRequest, newId } from '@comity/kernel';
import { answerOtherMethods } from './allowed-methods.js';
import { refuseUnreadCodings, registerBodyParsers } from './body-parsers.js';
import { PROBLEM_JSON, toProblem } from './problem.filter.js';

export interface HttpLimits {
  /** Longest JSON body in bytes; longer ones are answered 413. */
  bodyLimitBytes: number;
  /** Whose X-Forwarded-For is believed: addresses or networks. Absent: nobody's. */
  trustedProxies?: string[];
}

/** Above the idle time of common reverse proxies (60 s), so that the proxy and not we close an idle connection. */
const KEEP_ALIVE_MS = 65_000;

/** A Fastify that believes headers of the named proxies only, names each request by an id of ours, and closes idle connections on shutdown. */
export function fastifyAdapter(limits: HttpLimits): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    trustProxy: limits.trustedProxies?.length ? limits.trustedProxies : false,
    // A caller's own id could forge log lines or point at another's request.
    requestIdHeader: false,
    genReqId: () => newId(),
    bodyLimit: limits.bodyLimitBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Silence on the socket ends it, however slowly a body trickles it does not: uploads may be long.
    connectionTimeout: 120_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerBrokenHttp,
  });
}

/** Made once: Fastify's own plugin makes all of it anew for each request. */
const securityHeaders = helmet({
  // The API answers JSON; a page of its own policy (the docs, a printable letter) sets its own header.
  contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
});

/** Body parsers, security headers, request ids, and no caching; before the routes are registered. */
export function prepareFastify(fastify: FastifyInstance): void {
  registerBodyParsers(fastify);
  fastify.addHook('onRequest', (request, reply, done) => securityHeaders(request.raw, reply.raw, done as (error?: unknown) => void));
  fastify.addHook('onRequest', (request, reply, done) => {
    ownHeaders(request, reply);
    // Path and query reach the database, which cannot store U+0000.
    if (/%00/.test(request.url)) done(badRequest('request.nul-character', 'The address holds the character U+0000. Remove it.'));
    // Of the path the router sees to it; in a query it would keep such an escape as the letters it is written with.
    else if (!isUnicode(request.url)) done(badRequest('request.not-unicode', 'An escape in the address is not UTF-8. Write each byte of the UTF-8 form as % and two hex digits, and % itself as %25.'));
    else done();
  });
  fastify.addHook('onRequest', refuseUnreadCodings);
  answerOtherMethods(fastify);
}

/** What the router itself refuses passes no hook: an escape in the path that is not UTF-8, a part of it that is too long. */
function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error);
  ownHeaders(request, reply);
  securityHeaders(request.raw, reply.raw, () => {
    void reply.status(problem.status).headers(problem.headers ?? {}).type(PROBLEM_JSON).send(JSON.stringify(problem.toDocument(`urn:uuid:${request.id}`)));
  });
}

function ownHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  reply.header('cache-control', 'no-store');
}

function isUnicode(escaped: string): boolean {
  try {
    decodeURIComponent(escaped);
    return true;
  } catch {
    return false;
  }
}

/** What is not HTTP never reaches a route: answered on the bare socket. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const [status, code, reason] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'request.headers-too-large', 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'request.timeout', 'Request Timeout']
        : [400, 'request.malformed', 'Bad Request'];
  const body = JSON.stringify({
    type: `urn:comity:problem:${code}`,
    title: reason,
    status,
    code,
    detail: 'The request is not HTTP as it must be, or did not arrive in time.',
  });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${PROBLEM_JSON}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}

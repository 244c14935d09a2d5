import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { isId } from '@comity/kernel';
import { describeError } from '../../../worker/src/index.js';

/**
 * One line per answered request: the route's pattern and the ids in its path. Never bodies, headers, queries or other
 * parts of the path, which hold case data.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const params = Object.entries((request.params ?? {}) as Record<string, unknown>).filter(([, value]) => isId(value));
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown'),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(params.length > 0 && { ids: Object.fromEntries(params) }),
      },
      'answered',
    );
    done();
  });
}

/** Nest's own notices through the same log. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const detail = typeof message === 'string' ? { note: message } : describeError(message);
    this.logger[level]({ ...(typeof context === 'string' && context.length < 60 && { context }), ...detail }, 'nest');
  }
}

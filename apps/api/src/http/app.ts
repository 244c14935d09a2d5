import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { serveDocs } from '../docs/docs.js';
import { fastifyAdapter, type HttpLimits, prepareFastify } from './fastify.js';
import { logRequests, NestLog } from './logging.js';
import { ProblemFilter } from './problem.filter.js';
import { UndeclaredInput } from './undeclared-input.js';
import { DtoPipe } from './validation.js';

/**
 * A module as an HTTP application with this API's conventions: bodies, problem documents, headers, log, description.
 * Initialised but not listening. Tests of single controllers pass a small module.
 */
export async function createHttpApp(
  root: Type | DynamicModule,
  options: HttpLimits & { logger: Logger; beforeInit?: (app: INestApplication) => void },
): Promise<NestFastifyApplication> {
  const adapter = fastifyAdapter(options);
  const fastify = adapter.getInstance();
  prepareFastify(fastify);
  logRequests(fastify, options.logger);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLog(options.logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalInterceptors(new UndeclaredInput());
  app.useGlobalPipes(new DtoPipe());
  app.useGlobalFilters(new ProblemFilter(options.logger));
  serveDocs(app, fastify);
  try {
    options.beforeInit?.(app);
    await app.init();
    await fastify.ready();
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  return app;
}

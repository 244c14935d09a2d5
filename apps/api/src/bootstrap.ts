import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { openDatabase } from '@comity/database';
import { type Clock, SystemClock } from '@comity/kernel';
import { REQUEST_ENTITIES } from '@comity/requests';
import type { Settings } from '../../../config/settings.js';
import { createLogger } from '../../worker/src/index.js';
import { AppModule } from './app.module.js';
import { createHttpApp } from './http/app.js';

export interface AppOptions {
  settings: Settings;
  /** A database opened by the caller with ENTITIES; absent: opened by the settings. Either is closed with the application. */
  dataSource?: DataSource;
  /** Absent: the system's. A settable one is for the demo and tests. */
  clock?: Clock;
  logger?: Logger;
}

/** Rows of every room that keeps them as TypeORM entities; for whoever opens the DataSource. */
export const ENTITIES = [...REQUEST_ENTITIES];

/**
 * The node as an application: initialised, its worker running where the settings say so, not yet listening
 * (`app.listen(port, host)`). Tests, the demo and `start` all come through here.
 * @throws Error when the database, the login, a route without a permission or the statecharts forbid a start
 */
export async function createApp(options: AppOptions): Promise<NestFastifyApplication> {
  const { settings, clock = new SystemClock() } = options;
  const logger = options.logger ?? createLogger(settings.logLevel);
  const dataSource = options.dataSource ?? (await openDatabase(settings, { entities: ENTITIES })).dataSource;
  try {
    return await createHttpApp(AppModule.forRoot({ settings, dataSource, clock, logger }), { bodyLimitBytes: settings.bodyLimit, trustedProxies: settings.trustedProxies, logger });
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { openDatabase } from '@comity/database';
import { SystemClock } from '@comity/kernel';
import { readSettings } from '../../../config/settings.js';
import { ENTITIES } from '../../api/src/bootstrap.js';
import { NestLog } from '../../api/src/http/logging.js';
import { NodeModule } from '../../api/src/node.module.js';
import { stopOnSignals } from '../../api/src/stop-on-signals.js';
import { ChoresModule } from './chores.module.js';
import { createLogger } from './logger.js';
import { WorkerModule } from './worker.module.js';

/** A process that only works, beside an api started with COMITY_WORKER=off on the same database and data folder. */
@Module({})
class WorkerProcess {}

const POLL_MS = 1_000;
/** Nobody kicks in this process: an entry waits this long at most. */
const LOG_POLL_MS = 300;

try {
  const settings = readSettings(process.env);
  const logger = createLogger(settings.logLevel);
  const { dataSource } = await openDatabase(settings, { entities: ENTITIES });
  const { jwtSecret, keySecret, training, dutyReviewHours, formalRequestDays, graceDays, answerHours } = settings;
  const node = NodeModule.forRoot({ dataSource, clock: new SystemClock(), jwtSecret, keySecret, training, dutyReviewHours, formalRequestDays, graceDays, answerHours, blobFolder: join(settings.dataDir, 'blobs') });
  const worker = WorkerModule.register({ autostart: true, pollMs: POLL_MS, logPollMs: LOG_POLL_MS, logger, imports: [ChoresModule.of(node)] });
  const app = await NestFactory.createApplicationContext({ module: WorkerProcess, imports: [node, worker] }, { logger: new NestLog(logger), abortOnError: false });
  stopOnSignals(app, logger);
  logger.info('working');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'the worker cannot start'}\n`);
  process.exitCode = 1;
}

import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction, migrations } from '@comity/database';
import { NODE_STATE } from '@comity/kernel';
import { ClockWorker, LogWorker, Worker } from '../../../worker/src/index.js';
import { HealthController } from './health.controller.js';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness.js';

/** A round of the worker takes seconds; longer than this it hangs, and messages and deadlines wait. */
const LAG_MS = 60_000;

@Module({
  controllers: [HealthController],
  providers: [
    {
      provide: READINESS_CHECKS,
      inject: [DataSource, Worker, ClockWorker, LogWorker],
      useFactory: (db: DataSource, worker: Worker, clockWorker: ClockWorker, logWorker: LogWorker): ReadinessCheck[] => [
        { name: 'database', fault: () => databaseFault(db) },
        { name: 'worker', fault: async () => (Math.max(worker.lagMs(), clockWorker.lagMs(), logWorker.lagMs()) > LAG_MS ? 'no round completed for a minute' : null) },
      ],
    },
  ],
})
export class HealthModule {}

/** Reachable, and with every migration of this version. */
async function databaseFault(db: DataSource): Promise<string | null> {
  const rows = await inTransaction(db, { state: NODE_STATE, readOnly: true }, (tx) => tx.query<{ id: string }>('SELECT id FROM schema_migration'));
  const applied = new Set(rows.map(({ id }) => id));
  return migrations.every(({ id }) => applied.has(id)) ? null : 'migrations are still to be run';
}

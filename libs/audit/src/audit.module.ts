import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';
import { AuditQueries } from './audit-queries.js';
import { LogProofs } from './log/log-proofs.js';
import { Witnesses } from './witness/witnesses.js';

const services = [AuditLog, AuditQueries, LogProofs, Witnesses];

/** Needs the application's `DatabaseModule` for the `DataSource`. */
@Module({ providers: services, exports: services })
export class AuditModule {}

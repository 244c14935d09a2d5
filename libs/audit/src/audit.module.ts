import { Module } from '@nestjs/common';
import { AuditLog } from './audit-log.js';
import { AuditQueries } from './audit-queries.js';

/** Needs the application's `DatabaseModule` for the `DataSource`. */
@Module({ providers: [AuditLog, AuditQueries], exports: [AuditLog, AuditQueries] })
export class AuditModule {}

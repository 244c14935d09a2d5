import { Module } from '@nestjs/common';
import { AuditModule } from '@comity/audit';
import { AuditController } from './audit.controller.js';
import { AuditReader } from './audit-reader.js';
import { LogController } from './log.controller.js';
import { LogReader } from './log-reader.js';
import { QuestionsApiModule } from './questions/questions-api.module.js';

/** The log over HTTP. Needs the rooms of NodeModule beside it. */
@Module({ imports: [AuditModule, QuestionsApiModule], controllers: [AuditController, LogController], providers: [AuditReader, LogReader] })
export class AuditApiModule {}

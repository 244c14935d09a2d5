import { Module } from '@nestjs/common';
import { AuditModule } from '@comity/audit';
import { ExchangeModule } from '@comity/exchange';
import { AuditController } from './audit.controller.js';
import { AuditReader } from './audit-reader.js';
import { LogController } from './log.controller.js';
import { LogReader } from './log-reader.js';
import { SettlingActs } from './settling-acts.js';
import { WitnessController } from './witness.controller.js';
import { WitnessDesk } from './witness-desk.js';

/** The log over HTTP. Needs the rooms of NodeModule beside it. */
@Module({ imports: [AuditModule, ExchangeModule], controllers: [AuditController, LogController, WitnessController], providers: [AuditReader, LogReader, SettlingActs, WitnessDesk] })
export class AuditApiModule {}

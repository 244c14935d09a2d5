import { Module, type OnModuleInit } from '@nestjs/common';
import { EVENT_PERMISSIONS } from '@comity/access';
import { AUDIT_TYPE_OF_EVENT, AuditModule } from '@comity/audit';
import { DirectoryModule } from '@comity/directory';
import { ExchangeModule } from '@comity/exchange';
import { AttachmentsService } from './attachments.service.js';
import { CarryOut } from './carry-out.js';
import { AlarmsService } from './clocks/alarms.service.js';
import { DeadlineActs } from './clocks/deadline-acts.js';
import { DeadlineReader } from './clocks/deadline-reader.js';
import { CorrespondenceService } from './correspondence.service.js';
import { DeskOnDuty, DUTY_LIST } from './clocks/duty-list.js';
import { EscalationsService } from './clocks/escalations.service.js';
import { RemindersService } from './clocks/reminders.service.js';
import { DeadlinesService } from './deadlines.service.js';
import { ACTS, faultsInCharts } from './domain/index.js';
import { DraftsService } from './drafts.service.js';
import { EvidenceDesk } from './evidence-desk.js';
import { FactsLoader } from './facts.js';
import { Incoming } from './incoming.js';
import { NetworkReader } from './network-reader.js';
import { Outgoing } from './outgoing.js';
import { ThirdStateRequest } from './third-state-request.js';
import { RequestReader } from './request-reader.js';
import { RequestsService } from './requests.service.js';
import { UseReader } from './use-reader.js';

const services = [
  EvidenceDesk, FactsLoader, ThirdStateRequest, CarryOut, RequestsService, DraftsService, RequestReader, AttachmentsService, CorrespondenceService,
  DeadlinesService, DeadlineReader, DeadlineActs, RemindersService, EscalationsService, AlarmsService, Incoming, Outgoing, NetworkReader, UseReader,
];
const duty = { provide: DUTY_LIST, useClass: DeskOnDuty };

/**
 * The heart. A global module of the application gives the DataSource, CLOCK, REQUESTS_SETTINGS and the access services.
 * What cannot be decided or recorded does not start.
 */
@Module({ imports: [AuditModule, DirectoryModule, ExchangeModule], providers: [...services, duty], exports: [...services, duty] })
export class RequestsModule implements OnModuleInit {
  onModuleInit(): void {
    const faults = [...faultsInCharts(), ...faultsInWiring()];
    if (faults.length > 0) throw new Error(`the statecharts cannot run:\n${faults.join('\n')}`);
  }
}

/** Acts without a permission or an audit type, and permissions for acts that are none. */
export function faultsInWiring(): string[] {
  const faults: string[] = [];
  for (const [type, { on, sides }] of Object.entries(ACTS)) {
    if (!(type in AUDIT_TYPE_OF_EVENT)) faults.push(`${type} has no audit type`);
    for (const side of sides) {
      if (!EVENT_PERMISSIONS.some((p) => p.event === type && p.side === side && p.on === on)) faults.push(`nobody may fire ${type} on the ${side} side`);
    }
  }
  for (const { event, side } of EVENT_PERMISSIONS) if (!ACTS[event]?.sides.includes(side)) faults.push(`${event} is permitted on the ${side} side and is no act of it`);
  return faults;
}

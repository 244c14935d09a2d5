import { join } from 'node:path';
import { type DynamicModule, Injectable, Module, type ModuleMetadata, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { AuditLog } from '@comity/audit';
import { Outbox } from '@comity/exchange';
import type { Clock } from '@comity/kernel';
import type { Settings } from '../../../config/settings.js';
import { ChoresModule, LogWorker, Worker, WorkerModule } from '../../worker/src/index.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditApiModule } from './audit/audit-api.module.js';
import { AlarmsController } from './clocks/alarms.controller.js';
import { DossierController } from './audit/dossier.controller.js';
import { DeadlinesController } from './clocks/deadlines.controller.js';
import { DirectoryApiModule } from './directory/directory-api.module.js';
import { EvidenceController } from './evidence/evidence.controller.js';
import { HealthModule } from './health/health.module.js';
import { NodeModule } from './node.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { AttachmentsController } from './requests/attachments.controller.js';
import { ChangesController } from './requests/changes.controller.js';
import { MessagesController } from './requests/messages.controller.js';
import { NetworkController } from './requests/network.controller.js';
import { RequestsController } from './requests/requests.controller.js';
import { UsesController } from './requests/uses.controller.js';
import { RetentionController } from './retention/retention.controller.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { TreatyApiModule } from './treaty/treaty-api.module.js';

/** Longest sleep of the worker: a message whose kick was lost waits no longer. */
const POLL_MS = 1_000;

/** Every controller but that of health. They may ask for any service that NodeModule exports. */
const CONTROLLERS: NonNullable<ModuleMetadata['controllers']> = [
  RequestsController, ChangesController, MessagesController, AttachmentsController, EvidenceController, DeadlinesController, AlarmsController, UsesController,
  NetworkController, DossierController, RetentionController,
];

export interface AppModuleOptions {
  settings: Settings;
  dataSource: DataSource;
  clock: Clock;
  logger: Logger;
}

/** An entry's checkpoint comes this much later at most, so that one covers many. */
const INTEGRATE_WITHIN_MS = 100;

/** Wakes the workers: as soon as there is a message to deliver, and soon after there is an entry to integrate. */
@Injectable()
class WorkerBell implements OnModuleInit {
  private due: NodeJS.Timeout | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly log: AuditLog,
    private readonly worker: Worker,
    private readonly logWorker: LogWorker,
  ) {}

  onModuleInit(): void {
    this.outbox.onPosted(() => this.worker.kick());
    this.log.onAppended(() => {
      this.due ??= setTimeout(() => {
        this.due = undefined;
        this.logWorker.kick();
      }, INTEGRATE_WITHIN_MS).unref();
    });
  }
}

/** The node with its doors for HTTP and its worker. */
@Module({})
export class AppModule {
  static forRoot({ settings, dataSource, clock, logger }: AppModuleOptions): DynamicModule {
    const { jwtSecret, keySecret, training, dutyReviewHours, formalRequestDays, graceDays, answerHours } = settings;
    const node = NodeModule.forRoot({ dataSource, clock, jwtSecret, keySecret, training, dutyReviewHours, formalRequestDays, graceDays, answerHours, blobFolder: join(settings.dataDir, 'blobs') });
    return {
      module: AppModule,
      imports: [
        node,
        WorkerModule.register({ autostart: settings.worker, pollMs: POLL_MS, logPollMs: POLL_MS, logger, imports: [ChoresModule.of(node)] }),
        HealthModule,
        SessionsModule,
        AccountsModule,
        DirectoryApiModule,
        TreatyApiModule,
        AuditApiModule,
        OperationsModule,
      ],
      controllers: CONTROLLERS,
      providers: [WorkerBell],
    };
  }
}

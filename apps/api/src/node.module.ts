import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AccessModule, REFUSAL_LOG, type Refusal, type RefusalLog } from '@comity/access';
import { AuditLog, AuditModule, entryActor, LogModule } from '@comity/audit';
import { DirectoryKeyRing, DirectoryModule } from '@comity/directory';
import { DossierModule, EVIDENCE_PLACES, EvidenceModule } from '@comity/evidence';
import { EXCHANGE_SETTINGS, ExchangeModule, KEY_RING } from '@comity/exchange';
import { CLOCK, type Clock } from '@comity/kernel';
import { MeasurePlaces, REQUESTS_SETTINGS, RequestsModule, type RequestsSettings } from '@comity/requests';
import { CustodyLink } from './custody-link.js';
import { HostingService } from './hosting.service.js';
import { IntegratedAnswers } from './integrated-answers.js';
import { LogSignerModule } from './log-signer.module.js';
import { ChangesStream } from './requests/changes-stream.js';
import { WitnessBell, witnessModule } from './witness-wiring.js';

export interface NodeOptions {
  dataSource: DataSource;
  clock: Clock;
  jwtSecret: string;
  keySecret: string;
  training: boolean;
  dutyReviewHours?: number;
  formalRequestDays?: number;
  /** Days that preserved data are kept after the request for them was refused; 14 where left out. */
  graceDays?: number;
  /** Hours for which answers are kept under their Idempotency-Key; 24 where left out. */
  answerHours?: number;
  blobFolder: string;
  /** Sign-in answers no sooner than this after a failure, in milliseconds; tests shorten it. */
  refusedAfterMs?: number;
  /** Largest single file of evidence, in bytes. */
  maxFileBytes?: number;
}

const NODE_OPTIONS = Symbol('NodeOptions');

/** What every room may ask for: the clock, the keys of States, its own settings. */
@Global()
@Module({})
class CommonModule {
  static forRoot(options: NodeOptions): DynamicModule {
    const { clock, keySecret, training, dutyReviewHours, formalRequestDays, graceDays = 14 } = options;
    const settings: RequestsSettings = { training, graceDays, ...(dutyReviewHours !== undefined && { dutyReviewHours }), ...(formalRequestDays !== undefined && { formalRequestDays }) };
    return {
      module: CommonModule,
      imports: [DirectoryModule, AuditModule],
      providers: [
        { provide: NODE_OPTIONS, useValue: options },
        { provide: CLOCK, useValue: clock },
        { provide: EXCHANGE_SETTINGS, useValue: { keySecret } },
        { provide: REQUESTS_SETTINGS, useValue: settings },
        { provide: KEY_RING, useExisting: DirectoryKeyRing },
        {
          provide: REFUSAL_LOG,
          inject: [AuditLog],
          useFactory: (audit: AuditLog): RefusalLog => ({
            refused: async ({ actor, at, code, permission, method, route }: Refusal) => {
              await audit.appendAlone(actor.state, {
                subject: `account:${actor.accountId}`, type: 'permission.refused', at, actor: entryActor(actor), body: { code, permission, method, route },
              });
            },
          }),
        },
      ],
      exports: [CLOCK, EXCHANGE_SETTINGS, REQUESTS_SETTINGS, KEY_RING, REFUSAL_LOG],
    };
  }
}

/** Access services are asked for by rooms above it, so it is global here. */
@Global()
@Module({})
class DoorModule {
  static forRoot({ jwtSecret, refusedAfterMs, answerHours }: NodeOptions): DynamicModule {
    const access = AccessModule.forRoot({ settings: { jwtSecret, ...(refusedAfterMs !== undefined && { refusedAfterMs }), ...(answerHours !== undefined && { answerHours }) } });
    return { module: DoorModule, imports: [access], exports: [access] };
  }
}

/** All rooms of a node put together, without HTTP: the api, the worker and tests of the rooms share it. */
@Module({})
export class NodeModule {
  static forRoot(options: NodeOptions): DynamicModule {
    const evidence = EvidenceModule.forRoot({
      settings: { blobFolder: options.blobFolder, ...(options.maxFileBytes !== undefined && { maxFileBytes: options.maxFileBytes }) },
      imports: [PlacesModule],
    });
    const log = LogModule.with([LogSignerModule]);
    const witness = witnessModule();
    const dossier = DossierModule.with([evidence, LogSignerModule]);
    return {
      module: NodeModule,
      imports: [
        // The DataSource was opened, migrated and checked before; whoever opened it closes it.
        TypeOrmModule.forRootAsync({ useFactory: () => ({ type: 'postgres' }), dataSourceFactory: async () => options.dataSource }),
        CommonModule.forRoot(options),
        DoorModule.forRoot(options),
        AuditModule,
        log,
        witness,
        DirectoryModule,
        ExchangeModule,
        RequestsModule,
        evidence,
        dossier,
      ],
      providers: [ChangesStream, CustodyLink, HostingService, IntegratedAnswers, WitnessBell],
      exports: [ChangesStream, HostingService, IntegratedAnswers, AuditModule, log, witness, DirectoryModule, ExchangeModule, RequestsModule, evidence, dossier],
    };
  }
}

@Module({ imports: [ExchangeModule], providers: [MeasurePlaces, { provide: EVIDENCE_PLACES, useExisting: MeasurePlaces }], exports: [EVIDENCE_PLACES] })
class PlacesModule {}

import { AuditModule } from '@comity/audit';
import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { BLOB_STORE } from './blob-store.js';
import { CustodyService } from './custody.service.js';
import { EvidenceActs } from './evidence-acts.js';
import { EvidenceService } from './evidence.service.js';
import { FileBlobStore } from './file-blob-store.js';
import { ErasedBlobs } from './retention/erased-blobs.js';
import { RetentionService } from './retention/retention.service.js';
import { EVIDENCE_SETTINGS, type EvidenceSettings } from './settings.js';

export interface EvidenceModuleOptions {
  settings: EvidenceSettings;
  /** Modules that provide EVIDENCE_PLACES, where no global module does. */
  imports?: ModuleMetadata['imports'];
}

/** Evidence and the blob store (attachments' bytes too). Needs TypeORM's DataSource, CLOCK, the access services and EVIDENCE_PLACES. */
@Module({})
export class EvidenceModule {
  static forRoot(options: EvidenceModuleOptions): DynamicModule {
    return {
      module: EvidenceModule,
      imports: [AuditModule, ...(options.imports ?? [])],
      providers: [
        { provide: EVIDENCE_SETTINGS, useValue: options.settings },
        {
          provide: BLOB_STORE,
          useFactory: async () => {
            const store = new FileBlobStore(options.settings.blobFolder);
            await store.clean();
            return store;
          },
        },
        EvidenceService,
        EvidenceActs,
        CustodyService,
        ErasedBlobs,
        RetentionService,
      ],
      exports: [BLOB_STORE, EvidenceService, EvidenceActs, CustodyService, ErasedBlobs, RetentionService],
    };
  }
}

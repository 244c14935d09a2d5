import { AuditModule } from '@comity/audit';
import { DirectoryModule } from '@comity/directory';
import { ExchangeModule } from '@comity/exchange';
import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { DossierService } from './dossier.service.js';

/** Dossiers. Needs CLOCK and the DataSource from the application. */
@Module({})
export class DossierModule {
  /** @param imports modules that provide BLOB_STORE and LOG_SIGNER */
  static with(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return { module: DossierModule, imports: [AuditModule, DirectoryModule, ExchangeModule, ...imports], providers: [DossierService], exports: [DossierService] };
  }
}

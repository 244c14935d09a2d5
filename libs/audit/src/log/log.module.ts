import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { LogIntegrator } from './log-integrator.js';

/** Integrates and signs logs. Needs CLOCK and the DataSource from the application. */
@Module({})
export class LogModule {
  /** @param imports modules that provide LOG_SIGNER */
  static with(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return { module: LogModule, imports, providers: [LogIntegrator], exports: [LogIntegrator] };
  }
}

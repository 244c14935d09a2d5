import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { AuditModule } from '../audit.module.js';
import { LogShowing } from './log-showing.js';
import { ShowingTurns } from './showing-turns.js';
import { WITNESS_ROUTE, type WitnessRoute } from './witness-ports.js';
import { WitnessBook } from './witness-book.js';

/** Shows logs to counterparts and judges what they show. Needs CLOCK and the DataSource from the application. */
@Module({})
export class WitnessModule {
  /**
   * @param imports modules that provide LOG_SIGNER and WITNESS_KEYS, and what `route` asks for
   * @param route makes the WITNESS_ROUTE; it may ask for this node's own {@link WitnessBook}
   */
  static with(imports: NonNullable<ModuleMetadata['imports']>, route: Pick<FactoryProvider<WitnessRoute>, 'inject' | 'useFactory'>): DynamicModule {
    return {
      module: WitnessModule,
      imports: [AuditModule, ...imports],
      providers: [
        WitnessBook,
        { provide: WITNESS_ROUTE, ...route },
        LogShowing,
        ShowingTurns,
      ],
      exports: [WitnessBook, LogShowing, ShowingTurns],
    };
  }
}

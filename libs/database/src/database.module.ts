import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Entities } from './data-source.js';
import { openDatabase } from './open-database.js';
import type { DatabaseSettings } from './settings.js';

export interface DatabaseModuleOptions {
  settings: DatabaseSettings;
  /** Rows of every lib the application uses. */
  entities: readonly Entities[];
}

/** Provides TypeORM's `DataSource` to the whole application, opened by {@link openDatabase}; closed with it. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          // A login with too many rights stays so: trying again would only hide the reason.
          useFactory: () => ({ type: 'postgres', retryAttempts: 0 }),
          dataSourceFactory: async () => (await openDatabase(options.settings, { entities: options.entities })).dataSource,
        }),
      ],
    };
  }
}

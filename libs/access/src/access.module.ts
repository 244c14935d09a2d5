import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessGuard } from './access.guard.js';
import { AccountStatus } from './account-status.js';
import { AccountsService } from './accounts.service.js';
import { DutyAccounts } from './duty-accounts.js';
import { Idempotency } from './idempotency.js';
import { JwtGuard, JwtStrategy } from './jwt.strategy.js';
import { Routes } from './routes.js';
import { SessionTokens } from './session-tokens.js';
import { SessionsService } from './sessions.service.js';
import { ACCESS_SETTINGS, type AccessSettings } from './settings.js';

export interface AccessModuleOptions {
  settings: AccessSettings;
  /** Modules that provide CLOCK and, to record refusals, REFUSAL_LOG, where no global module does. */
  imports?: ModuleMetadata['imports'];
}

/**
 * Sign-in, accounts, and the guard over every route of the application that imports it: closed by default.
 * Needs TypeORM's DataSource and CLOCK; REFUSAL_LOG may be provided.
 */
@Module({})
export class AccessModule {
  static forRoot(options: AccessModuleOptions): DynamicModule {
    const services = [AccountStatus, AccountsService, DutyAccounts, Idempotency, SessionTokens, SessionsService, Routes];
    return {
      module: AccessModule,
      imports: [DiscoveryModule, PassportModule, ...(options.imports ?? [])],
      providers: [
        { provide: ACCESS_SETTINGS, useValue: options.settings },
        ...services,
        JwtStrategy,
        JwtGuard,
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
      exports: services,
    };
  }
}

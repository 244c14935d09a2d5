import { Module } from '@nestjs/common';
import { AuditModule } from '@comity/audit';
import { AccountActs } from './account-acts.js';
import { AccountsController } from './accounts.controller.js';

/** Needs the rooms of NodeModule beside it. */
@Module({ imports: [AuditModule], controllers: [AccountsController], providers: [AccountActs] })
export class AccountsModule {}

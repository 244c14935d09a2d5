import { Module } from '@nestjs/common';
import { AuditModule } from '@comity/audit';
import { DirectoryModule } from '@comity/directory';
import { Profile } from './profile.js';
import { SessionsController } from './sessions.controller.js';
import { SignIn } from './sign-in.js';
import { SignInLimit } from './sign-in-limit.js';

/** Needs the rooms of NodeModule beside it. */
@Module({ imports: [AuditModule, DirectoryModule], controllers: [SessionsController], providers: [SignIn, SignInLimit, Profile] })
export class SessionsModule {}

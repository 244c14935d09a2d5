import { Module } from '@nestjs/common';
import { AuditModule } from '@comity/audit';
import { DirectoryModule } from '@comity/directory';
import { ArrangementActs } from './arrangement-acts.js';
import { CalendarActs } from './calendar-acts.js';
import { CalendarsController } from './calendars.controller.js';
import { ContactReader } from './contact-reader.js';
import { ContactsController } from './contacts.controller.js';
import { DirectoryController } from './directory.controller.js';
import { DirectoryReader } from './directory-reader.js';
import { FactActs } from './fact-acts.js';
import { FactsController } from './facts.controller.js';

/** The directory over HTTP. Needs the rooms of NodeModule beside it. */
@Module({ imports: [AuditModule, DirectoryModule], controllers: [DirectoryController, FactsController, CalendarsController, ContactsController], providers: [DirectoryReader, ArrangementActs, FactActs, CalendarActs, ContactReader] })
export class DirectoryApiModule {}

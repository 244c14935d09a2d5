import { Module } from '@nestjs/common';
import { Calendars } from './calendars.js';
import { ContactBook } from './contact-book.js';
import { ContactRegister } from './contact-register.js';
import { DirectoryKeyRing } from './directory-key-ring.js';
import { DirectoryRegister } from './directory-register.js';
import { DirectoryService } from './directory.service.js';

@Module({
  providers: [DirectoryService, DirectoryRegister, DirectoryKeyRing, Calendars, ContactBook, ContactRegister],
  exports: [DirectoryService, DirectoryRegister, DirectoryKeyRing, Calendars, ContactBook, ContactRegister],
})
export class DirectoryModule {}

import { Module } from '@nestjs/common';
import { Calendars } from './calendars.js';
import { DirectoryKeyRing } from './directory-key-ring.js';
import { DirectoryRegister } from './directory-register.js';
import { DirectoryService } from './directory.service.js';

@Module({
  providers: [DirectoryService, DirectoryRegister, DirectoryKeyRing, Calendars],
  exports: [DirectoryService, DirectoryRegister, DirectoryKeyRing, Calendars],
})
export class DirectoryModule {}

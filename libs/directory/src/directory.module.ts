import { Module } from '@nestjs/common';
import { DirectoryKeyRing } from './directory-key-ring.js';
import { DirectoryRegister } from './directory-register.js';
import { DirectoryService } from './directory.service.js';

@Module({
  providers: [DirectoryService, DirectoryRegister, DirectoryKeyRing],
  exports: [DirectoryService, DirectoryRegister, DirectoryKeyRing],
})
export class DirectoryModule {}

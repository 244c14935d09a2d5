import { Module } from '@nestjs/common';
import { DirectoryModule } from '@comity/directory';
import { OperationsController } from './operations.controller.js';
import { OperationsReader } from './operations-reader.js';

/** Needs the rooms of NodeModule beside it. */
@Module({ imports: [DirectoryModule], controllers: [OperationsController], providers: [OperationsReader] })
export class OperationsModule {}

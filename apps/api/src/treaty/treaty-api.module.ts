import { Module } from '@nestjs/common';
import { DirectoryModule } from '@comity/directory';
import { Arrangements } from './arrangements.js';
import { TreatyController } from './treaty.controller.js';
import { TreatyReader } from './treaty-reader.js';

/** The law over HTTP. Needs the rooms of NodeModule beside it. */
@Module({ imports: [DirectoryModule], controllers: [TreatyController], providers: [TreatyReader, Arrangements] })
export class TreatyApiModule {}

import { Module } from '@nestjs/common';
import { RequestsModule } from '@comity/requests';
import { TreatyController } from './treaty.controller.js';
import { TreatyReader } from './treaty-reader.js';

/** The law over HTTP. Needs the rooms of NodeModule beside it. */
@Module({ imports: [RequestsModule], controllers: [TreatyController], providers: [TreatyReader] })
export class TreatyApiModule {}

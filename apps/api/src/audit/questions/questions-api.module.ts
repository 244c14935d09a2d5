import { Module } from '@nestjs/common';
import { AuditModule } from '@comity/audit';
import { QuestionsController } from './questions.controller.js';
import { QuestionsReader } from './questions-reader.js';

@Module({ imports: [AuditModule], controllers: [QuestionsController], providers: [QuestionsReader] })
export class QuestionsApiModule {}

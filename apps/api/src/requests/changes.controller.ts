import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, CurrentActor } from '@comity/access';
import { badRequest, type Official } from '@comity/kernel';
import { RequestReader } from '@comity/requests';
import { decodeCursor, encodeCursor } from '../http/paging.js';
import { ChangesDto, PageQuery } from './request.dto.js';

const FEED = 'changes';

@ApiTags('requests')
@Controller('api/v1/changes')
export class ChangesController {
  constructor(private readonly reader: RequestReader) {}

  /** What happened in one's own State's files since the cursor; ask again with `next`. */
  @Get()
  @Allow('changes.read')
  async changes(@CurrentActor() actor: Official, @Query() { after, limit = 100 }: PageQuery): Promise<ChangesDto> {
    const key = after === undefined ? undefined : (decodeCursor(FEED, ['text', 'id', 'integer'], after) as [string, string, number]);
    if (key && !(/^\d{1,19}$/.test(key[0]) && key[2] >= 0 && key[2] < 2 ** 31)) throw badRequest('cursor.invalid', 'The cursor is not one that this feed gave out. Start without one.');
    const found = await this.reader.changes(actor, key && { xact: key[0], fileId: key[1], seq: key[2] }, limit);
    const last = found.at(-1)?.cursor;
    return {
      items: found.map(({ cursor: _, ...change }) => change),
      next: last ? encodeCursor(FEED, [last.xact, last.fileId, last.seq]) : (after ?? null),
    };
  }
}

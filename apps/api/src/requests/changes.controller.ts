import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor, SessionEnds } from '@comity/access';
import { badRequest, type Official } from '@comity/kernel';
import { RequestReader, type Change } from '@comity/requests';
import { decodeCursor } from '../http/paging.js';
import { ChangesStream, cursorOf, FEED } from './changes-stream.js';
import { ChangesDto, PageQuery } from './request.dto.js';

const EVENT_STREAM = 'text/event-stream';

@ApiTags('requests')
@ApiExtraModels(ChangesDto)
@Controller('api/v1/changes')
export class ChangesController {
  constructor(
    private readonly reader: RequestReader,
    private readonly stream: ChangesStream,
  ) {}

  /**
   * What happened in one's own State's files since the cursor; ask again with `next`. With `Accept: text/event-stream`
   * the same changes are pushed as events `change`, each with its cursor for id; an event `end` says why a stream ends.
   */
  @Get()
  @Allow('changes.read')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Of a stream: id of the last event that arrived; goes before `after`.' })
  @ApiOkResponse({ content: { 'application/json': { schema: { $ref: getSchemaPath(ChangesDto) } }, [EVENT_STREAM]: { schema: { type: 'string' } } } })
  async changes(@CurrentActor() actor: Official, @SessionEnds() sessionEnds: Date, @Query() { after, limit = 100 }: PageQuery, @Headers('accept') accept: string | undefined, @Headers('last-event-id') lastEventId: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): Promise<ChangesDto | StreamableFile> {
    if (wantsStream(accept)) {
      const stream = this.stream.start(actor, sessionEnds, cursorIn(lastEventId || after));
      // A proxy that gathers the answer would hold events back.
      void reply.header('x-accel-buffering', 'no');
      return new StreamableFile(stream, { type: EVENT_STREAM });
    }
    const found = await this.reader.changes(actor, cursorIn(after), limit);
    const last = found.at(-1)?.cursor;
    return { items: found.map(({ cursor: _, ...change }) => change), next: last ? cursorOf(last) : (after ?? null) };
  }
}

const wantsStream = (accept = ''): boolean => accept.split(',').some((type) => type.split(';', 1)[0]!.trim().toLowerCase() === EVENT_STREAM);

/** @throws Problem 400 `cursor.invalid` */
function cursorIn(text: string | undefined): Change['cursor'] | undefined {
  if (text === undefined) return undefined;
  const [xact, fileId, seq] = decodeCursor(FEED, ['text', 'id', 'integer'], text) as [string, string, number];
  if (!(/^\d{1,19}$/.test(xact) && seq >= 0 && seq < 2 ** 31)) throw badRequest('cursor.invalid', 'The cursor is not one that this feed gave out. Start without one.');
  return { xact, fileId, seq };
}

import { Controller, Get, Header, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor } from '@comity/access';
import type { Official } from '@comity/kernel';
import { CheckpointQuery, ConsistencyProofDto, ConsistencyQuery, InclusionProofDto, InclusionQuery, LogStatusDto } from './log.dto.js';
import { LogReader } from './log-reader.js';

const BYTES = 'application/octet-stream';

/** Below `/api/v1/audit` a log by C2SP tlog-tiles: `checkpoint`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class LogController {
  constructor(private readonly log: LogReader) {}

  /** How far one's own State's log is. */
  @Get('log')
  @Allow('audit.read')
  status(@CurrentActor() actor: Official): Promise<LogStatusDto> {
    return this.log.status(actor);
  }

  /** The newest signed checkpoint, or the one of a size (C2SP tlog-checkpoint). Keep it elsewhere: it holds the log to what it says. */
  @Get('checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Allow('audit.read')
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  async checkpoint(@CurrentActor() actor: Official, @Query() { size }: CheckpointQuery): Promise<string> {
    return (await this.log.checkpoint(actor, size)).note;
  }

  /** A tile of hashes or a bundle of entries, by its C2SP tlog-tiles path: `0/x001/234.p/5`, `entries/000`. A bundle's reading is logged. */
  @Get('tile/*')
  @Allow('audit.read')
  @ApiParam({ name: 'path', type: String })
  @ApiProduces(BYTES)
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async tile(@CurrentActor() actor: Official, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { bytes, immutable } = await this.log.tile(actor, (request.params as Record<string, string>)['*'] ?? '');
    if (immutable) void reply.header('cache-control', 'private, max-age=31536000, immutable');
    return new StreamableFile(bytes, { type: BYTES, length: bytes.length });
  }

  /** Proves that an entry is in the log. For entries of a request's file, whoever may read the request may ask. */
  @Get('proofs/inclusion')
  @Allow('request.read')
  inclusion(@CurrentActor() actor: Official, @Query() { entry }: InclusionQuery): Promise<InclusionProofDto> {
    return this.log.inclusion(actor, entry);
  }

  /** Proves that the log only grew between two sizes. */
  @Get('proofs/consistency')
  @Allow('audit.read')
  consistency(@CurrentActor() actor: Official, @Query() { from, to }: ConsistencyQuery): Promise<ConsistencyProofDto> {
    return this.log.consistency(actor, from, to);
  }
}

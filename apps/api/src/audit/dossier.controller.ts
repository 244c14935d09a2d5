import { Controller, Get, Header, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor } from '@comity/access';
import { DossierService } from '@comity/evidence';
import type { Official } from '@comity/kernel';
import { IdPipe } from '../http/id.pipe.js';
import { DossierQuery } from './dossier.dto.js';

const JSON_LINES = 'application/jsonl';

@ApiTags('audit')
@Controller('api/v1/requests/:id')
export class DossierController {
  constructor(private readonly dossiers: DossierService) {}

  /**
   * The request as one's own State's file has it, for a court, as JSON Lines: messages of both States as signed, timeline,
   * documents, manifests of evidence, entries of the log with proofs, checkpoints, keys. `comity verify` holds it to all of
   * that offline. The export is logged before its first byte goes out.
   */
  @Get('dossier')
  @Header('content-type', `${JSON_LINES}; charset=utf-8`)
  @Allow('dossier.export')
  @ApiProduces(JSON_LINES)
  @ApiOkResponse({ schema: { type: 'string' } })
  async dossier(@CurrentActor() actor: Official, @Param('id', new IdPipe('request')) id: string, @Query() query: DossierQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { lines, name } = await this.dossiers.export(actor, {
      requestId: id, withhold: query.withhold?.split(',') ?? [], attachments: query.attachments === 'true', evidence: query.evidence === 'true',
    });
    void reply.header('content-disposition', `attachment; filename="${name}"`);
    return new StreamableFile(lines);
  }
}

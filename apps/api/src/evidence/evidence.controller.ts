import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import { CustodyService, EvidenceActs, EvidenceFileDto, EvidencePackageDto, EvidenceService, OpenPackageDto } from '@comity/evidence';
import type { Official } from '@comity/kernel';
import { ApiDownload, attachmentHeaders } from '../http/download.js';
import { Idempotent } from '../http/headers.js';
import { IdPipe, NumberPipe } from '../http/id.pipe.js';
import { type Upload, UploadBody } from '../http/upload.js';
import { UploadQuery } from './evidence.dto.js';

const PACKAGE = new IdPipe('evidence');
const FILE = new NumberPipe('file');

@Controller('api/v1/evidence-packages')
export class EvidenceController {
  constructor(
    private readonly evidence: EvidenceActs,
    private readonly files: EvidenceService,
    private readonly custody: CustodyService,
  ) {}

  /** Opens a package for a measure that is being executed. */
  @Post()
  @Allow('evidence.write')
  open(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: OpenPackageDto): Promise<EvidencePackageDto> {
    return this.evidence.open(actor, act, body);
  }

  /** A package of one's own State's file, with its files. */
  @Get(':id')
  @Allow('evidence.read')
  read(@CurrentActor() actor: Official, @Param('id', PACKAGE) id: string): Promise<EvidencePackageDto> {
    return this.evidence.read(actor, id);
  }

  /** Adds a file: its bytes as they are, hashed as they arrive. */
  @Post(':id/files')
  @Allow('evidence.write')
  upload(@CurrentActor() actor: Official, @Param('id', PACKAGE) id: string, @Query() query: UploadQuery, @UploadBody() body: Upload): Promise<EvidenceFileDto> {
    return this.files.addFile(actor, id, { ...query, content: body.stream, declaredBytes: body.declaredBytes });
  }

  /** Closes the package and fixes its manifest; it can then be transmitted. */
  @Post(':id/seal')
  @HttpCode(200)
  @Allow('evidence.write')
  seal(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', PACKAGE) id: string): Promise<EvidencePackageDto> {
    return this.evidence.seal(actor, act, id);
  }

  /** The bytes of a file. The reading is in the log before the first of them goes out. */
  @Get(':id/files/:number')
  @ApiDownload()
  @Header('content-type', 'application/octet-stream')
  @Allow('evidence.read')
  async download(
    @CurrentActor() actor: Official,
    @Param('id', PACKAGE) id: string,
    @Param('number', FILE) number: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { file, stream } = await this.custody.download(actor, id, number);
    void reply.headers(attachmentHeaders(file));
    return new StreamableFile(stream, { length: file.size });
  }
}

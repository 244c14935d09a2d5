import { Controller, Delete, Get, Header, Inject, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, CurrentActor } from '@comity/access';
import { BLOB_STORE, checkFileName, checkMediaType, EvidenceService, type BlobStore } from '@comity/evidence';
import { notFound, type Official } from '@comity/kernel';
import { AttachmentsService, attachmentView, RequestReader } from '@comity/requests';
import { UploadQuery } from '../evidence/evidence.dto.js';
import { ApiDownload, attachmentHeaders } from '../http/download.js';
import { IfMatch } from '../http/headers.js';
import { IdPipe } from '../http/id.pipe.js';
import { type Upload, UploadBody } from '../http/upload.js';
import { AttachmentDto, DraftSavedDto, EvidencePackagesDto } from './request.dto.js';

const REQUEST = new IdPipe('request');
/** Documents, not disk images: those are evidence. 100 MiB. */
const MAX_BYTES = 100 * 1024 ** 2;

@ApiTags('attachments')
@Controller('api/v1/requests/:id')
export class AttachmentsController {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly reader: RequestReader,
    private readonly evidence: EvidenceService,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
  ) {}

  /** Adds a document: its bytes as they are, hashed as they arrive. In a draft it makes a new version of the request: the ETag of the answer. */
  @Post('attachments')
  @Allow('attachment.write')
  async add(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @Query() query: UploadQuery, @UploadBody() { stream, declaredBytes }: Upload, @Res({ passthrough: true }) reply: FastifyReply): Promise<AttachmentDto> {
    const [name, mediaType] = [checkFileName(query.name), checkMediaType(query.mediaType)];
    await this.attachments.assertOpen(actor, id);
    const stored = await this.blobs.put(actor.state, stream, { maxBytes: MAX_BYTES, ...(declaredBytes !== undefined && { declaredBytes }), ...(query.sha256 && { sha256: query.sha256 }) });
    const { attachment, etag } = await this.attachments.add(actor, id, { name, mediaType, ...stored });
    void reply.header('ETag', etag);
    return attachmentView(attachment);
  }

  /** The bytes of a document. The reading is in the log before the first of them goes out. */
  @Get('attachments/:attachmentId')
  @Header('content-type', 'application/octet-stream')
  @ApiDownload()
  @Allow('attachment.read')
  async download(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @Param('attachmentId', new IdPipe('attachment')) attachmentId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const found = await this.attachments.open(actor, id, attachmentId);
    const blob = await this.blobs.open(actor.state, found.sha256);
    if (!blob) throw notFound('attachment.bytes-missing', 'The bytes of this document are no longer in the store. Tell the operator.');
    void reply.headers(attachmentHeaders(found));
    return new StreamableFile(blob.stream, { length: blob.size });
  }

  /** Takes a document out of a draft again: it does not cross. It stays on record that it was there, and its bytes until an erasure. */
  @Delete('attachments/:attachmentId')
  @Allow('request.write', { accountCheck: 'act' })
  @ApiHeader({ name: 'If-Match', required: true })
  async remove(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @Param('attachmentId', new IdPipe('attachment')) attachmentId: string, @IfMatch() ifMatch: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): Promise<DraftSavedDto> {
    const { etag, ...saved } = await this.attachments.remove(actor, id, attachmentId, ifMatch);
    void reply.header('ETag', etag);
    return saved;
  }

  /** Packages of evidence of this request, sent and received. */
  @Get('evidence-packages')
  @Allow('evidence.read')
  async packages(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string): Promise<EvidencePackagesDto> {
    return this.reader.logged(actor, id, 'request.read', async (tx, { row }) => ({ training: row.training, items: await this.evidence.packages(tx, id) }), { part: 'evidence' });
  }
}

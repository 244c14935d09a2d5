import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, CurrentActor, type IdempotentAct } from '@comity/access';
import { BLOB_STORE, type BlobStore } from '@comity/evidence';
import { notFound, type Json, type Official } from '@comity/kernel';
import { CorrespondenceService, documentMissing } from '@comity/requests';
import { ApiDownload, attachmentHeaders } from '../http/download.js';
import { Idempotent } from '../http/headers.js';
import { IdPipe } from '../http/id.pipe.js';
import { decodeCursor, paged } from '../http/paging.js';
import { type Upload, UploadBody } from '../http/upload.js';
import { send } from '../http/answer.js';
import { DeclineDto, DispatchDto, DispatchedDto, MessagesDto, StoredDocumentDto, TranscriptionDecidedDto, TranscriptionDto, TranscriptionsDto, TranscriptionsQuery, TranscriptionViewDto, UnparkedDto, WholeMessageDto } from './message.dto.js';

const REQUEST = new IdPipe('request');
const MESSAGE = new IdPipe('message');
const TRANSCRIPTIONS = 'transcriptions.oldest';
const MAX_DOCUMENT_BYTES = 100 * 1024 ** 2;

@ApiTags('messages')
@Controller('api/v1')
export class MessagesController {
  constructor(
    private readonly correspondence: CorrespondenceService,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
  ) {}

  /** What crossed, both ways, with delivery and receipts. */
  @Get('requests/:id/messages')
  @Allow('message.read')
  messages(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string): Promise<MessagesDto> {
    return this.correspondence.messages(actor, id);
  }

  /** A message with its sealed bytes and signature. */
  @Get('requests/:id/messages/:messageId')
  @Allow('message.read')
  async message(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @Param('messageId', MESSAGE) messageId: string): Promise<WholeMessageDto> {
    const { bytes, ...message } = await this.correspondence.message(actor, id, messageId);
    return { ...message, sealed: bytes.toString('utf8') };
  }

  /** To carry to an off-network State: a letter to print. */
  @Get('requests/:id/messages/:messageId/letter')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  @Allow('message.read')
  async letter(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @Param('messageId', MESSAGE) messageId: string): Promise<string> {
    return (await this.correspondence.export(actor, id, messageId)).html;
  }

  /** To carry to an off-network State: JSON that a node can verify. */
  @Get('requests/:id/messages/:messageId/export')
  @Allow('message.read')
  async export(@CurrentActor() actor: Official, @Param('id', REQUEST) id: string, @Param('messageId', MESSAGE) messageId: string): Promise<Record<string, unknown>> {
    return JSON.parse((await this.correspondence.export(actor, id, messageId)).json) as Record<string, unknown>;
  }

  /** Notes that a message was carried, by which channel and when. */
  @Post('requests/:id/messages/:messageId/dispatch')
  @HttpCode(200)
  @Allow('message.dispatch', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  async dispatch(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', REQUEST) id: string, @Param('messageId', MESSAGE) messageId: string, @Body() body: DispatchDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<DispatchedDto> {
    return send(reply, await this.correspondence.dispatch(actor, id, messageId, body, act));
  }

  /** Has a parked message handled again. */
  @Post('requests/:id/messages/retry-parked')
  @HttpCode(200)
  @Allow('message.dispatch', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  async unpark(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('id', REQUEST) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<UnparkedDto> {
    return send(reply, await this.correspondence.unpark(actor, id, act));
  }

  /** Takes in the scan of a letter, to be named in a transcription. */
  @Post('transcriptions/documents')
  @Allow('transcription.propose')
  async document(@CurrentActor() actor: Official, @UploadBody() { stream, declaredBytes }: Upload): Promise<StoredDocumentDto> {
    const stored = await this.blobs.put(actor.state, stream, { maxBytes: MAX_DOCUMENT_BYTES, ...(declaredBytes !== undefined && { declaredBytes }) });
    await this.correspondence.scanned(actor, stored);
    return stored;
  }

  /** The scan a transcription rests on, for the person who confirms it to compare. The reading is in the log first. */
  @Get('transcriptions/:transcriptionId/document')
  @Header('content-type', 'application/octet-stream')
  @ApiDownload()
  @Allow('attachment.read')
  async scan(@CurrentActor() actor: Official, @Param('transcriptionId', new IdPipe('transcription')) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const sha256 = await this.correspondence.document(actor, id);
    const blob = await this.blobs.open(actor.state, sha256);
    if (!blob) throw notFound('transcription.document-missing', 'The bytes of this letter are no longer in the store. Tell the operator.');
    void reply.headers(attachmentHeaders({ name: `letter-${id}`, sha256 }));
    return new StreamableFile(blob.stream, { length: blob.size });
  }

  /** Keeps what an official read in a letter of an off-network State, until a second person confirms it. */
  @Post('transcriptions')
  @Allow('transcription.propose', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  async propose(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Body() body: TranscriptionDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<TranscriptionViewDto> {
    const { requestId, datedAt, receivedAt, document, ...letter } = body;
    const blob = await this.blobs.open(actor.state, document.sha256);
    if (!blob) throw documentMissing();
    blob.stream.destroy();
    return send(reply, await this.correspondence.propose(actor, {
      ...letter, body: letter.body as Record<string, Json>, document, datedAt: new Date(datedAt), receivedAt: new Date(receivedAt), ...(requestId && { threadId: requestId }),
    }, act));
  }

  /** Letters as they were transcribed, oldest first. The reading is in the log. */
  @Get('transcriptions')
  @Allow('message.read')
  async transcriptions(@CurrentActor() actor: Official, @Query() { requestId, status, after, limit = 50 }: TranscriptionsQuery, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<TranscriptionsDto> {
    const key = after === undefined ? undefined : (decodeCursor(TRANSCRIPTIONS, ['time', 'id'], after) as [string, string]);
    const found = await this.correspondence.list(actor, { limit, ...(requestId && { threadId: requestId }), ...(status && { status }), ...(key && { after: { proposedAt: key[0], id: key[1] } }) });
    const items = found.items as unknown as TranscriptionViewDto[];
    const last = found.more ? items.at(-1) : undefined;
    return { items, ...(last && paged(TRANSCRIPTIONS, [last.proposedAt, last.id], request, reply)) };
  }

  /** A second person confirms; what the letter says then takes effect as any message does. */
  @Post('transcriptions/:transcriptionId/confirm')
  @HttpCode(200)
  @Allow('transcription.confirm', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  async confirm(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('transcriptionId', new IdPipe('transcription')) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<TranscriptionDecidedDto> {
    return send(reply, await this.correspondence.confirm(actor, id, act));
  }

  @Post('transcriptions/:transcriptionId/decline')
  @HttpCode(200)
  @Allow('transcription.confirm', { accountCheck: 'act' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  async decline(@CurrentActor() actor: Official, @Idempotent() act: IdempotentAct, @Param('transcriptionId', new IdPipe('transcription')) id: string, @Body() { reason }: DeclineDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<TranscriptionDecidedDto> {
    return send(reply, await this.correspondence.decline(actor, id, reason, act));
  }
}

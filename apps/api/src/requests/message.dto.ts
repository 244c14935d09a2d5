import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, MinLength, ValidateIf, ValidateNested } from 'class-validator';
import { InSmallLetters } from '@comity/access';
import { Type } from 'class-transformer';
import { CHANNELS, Receipt, type Channel } from '@comity/exchange';
import { IsInstant } from '../http/instant.js';
import { WholeNumber } from '../http/whole-number.js';

export class DispatchDto {
  /** How it was carried. */
  @IsIn(CHANNELS) channel: Channel;
  /** When it left, RFC 3339. */
  @IsInstant() dispatchedAt: string;
  /** Postal or register number. */
  @IsOptional() @IsString() @MaxLength(200) reference?: string;
}

export class DocumentDto {
  /** SHA-256 of the scanned letter, uploaded before. */
  @Matches(/^[0-9a-f]{64}$/) sha256: string;
}

/** A letter of an off-network State, as an official read it. */
export class TranscriptionDto {
  /** The request it belongs to. Of a request that opens a file: the thread printed on it, or absent where none is. */
  @IsOptional() @IsUUID() @InSmallLetters() requestId?: string;
  @Matches(/^[A-Z]{2}$/) counterpart: string;
  /** What the letter says, as a message type: ACKNOWLEDGED, GRANTED, ... */
  @Matches(/^[A-Z][A-Z_]{1,60}$/) type: string;
  /** Number of the measure; null for the letter. */
  @ValidateIf((dto: TranscriptionDto) => dto.measure !== null) @IsInt() @Min(1) @Max(100) measure: number | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) @IsObject() body: Record<string, unknown>;
  /** Date of the letter, RFC 3339. */
  @IsInstant() datedAt: string;
  /** When it came in, RFC 3339. */
  @IsInstant() receivedAt: string;
  @IsIn(CHANNELS) channel: Channel;
  @IsObject() @ValidateNested() @Type(() => DocumentDto) document: DocumentDto;
  /** Number of the own message it answers, where the letter shows it. */
  @IsOptional() @IsInt() @Min(0) ack?: number;
  /** Message number printed on it, if a node has printed it; from a State that has a node it MUST be given. */
  @IsOptional() @IsInt() @Min(1) seq?: number;
}

export class DeclineDto {
  @IsString() @MinLength(1) @MaxLength(2000) reason: string;
}

export class TranscriptionsQuery {
  @IsOptional() @IsUUID() @InSmallLetters() requestId?: string;
  @IsOptional() @IsIn(['proposed', 'confirmed', 'declined']) status?: 'proposed' | 'confirmed' | 'declined';
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

export class CarriedDto {
  channel: string;
  at: Date;
  /** Account of the official. */
  by: string;
  reference: string | null;
}

export class SendingDto {
  transport: string;
  attempts: number;
  nextAttemptAt: Date;
  /** How an official carried it to an off-network State. */
  dispatch: CarriedDto | null;
}

export class ReceivingDto {
  provenance: 'exchange' | 'transcribed';
  transcriptionId: string | null;
}

export class MessageDto {
  direction: 'sent' | 'received';
  id: string;
  /** Id of the request it belongs to, the same in both States. */
  thread: string;
  /** Per direction, from 1. */
  seq: number;
  /** Highest message of the other State processed when this one was decided. */
  ack: number;
  counterpart: string;
  type: string;
  measure: number | null;
  at: Date;
  status: string;
  /** SHA-256 of the sealed bytes, hex. */
  sha256: string;
  /** Why it failed or is parked. */
  code: string | null;
  reason: string | null;
  /** Of a message sent: the other State's; of one received: the one given. */
  receipt: Receipt | null;
  /** When it was delivered, dispatched or given up; or processed. */
  settledAt: Date | null;
  sent?: SendingDto;
  received?: ReceivingDto;
}

export class MessagesDto {
  /** The request rests on an instrument applied as an exercise. */
  training: boolean;
  items: MessageDto[];
}

export class WholeMessageDto extends MessageDto {
  /** Of a request that rests on an instrument applied as an exercise. */
  training: boolean;
  /** The canonical bytes as they were sealed, as text. */
  sealed: string;
  /** Detached JWS (RFC 7515, RFC 7797, EdDSA); null for a transcribed message. */
  signature: string | null;
}

/** A letter transcribed, as it is kept. */
export class TranscriptionViewDto {
  id: string;
  requestId: string;
  /** Confirming it opens a file. */
  opensThread: boolean;
  counterpart: string;
  type: string;
  measure: number | null;
  /** Number that the letter itself bears. */
  seq: number | null;
  ack: number;
  @ApiProperty({ type: 'object', additionalProperties: true }) body: Record<string, unknown>;
  datedAt: string;
  receivedAt: string;
  channel: string;
  document: DocumentDto;
  status: 'proposed' | 'confirmed' | 'declined';
  proposedBy: string;
  proposedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  declineReason: string | null;
  messageId: string | null;
}

export class TranscriptionsDto {
  items: TranscriptionViewDto[];
  /** Of the next page; absent on the last. */
  next?: string;
}

export class DispatchedDto {
  messageId: string;
  status: string;
}

export class UnparkedDto {
  requestId: string;
  /** False when the message was refused again. */
  free: boolean;
}

export class TranscriptionDecidedDto {
  id: string;
  status: string;
  requestId?: string;
  messageId?: string;
  seq?: number;
}

export class StoredDocumentDto {
  sha256: string;
  /** Bytes. */
  size: number;
}

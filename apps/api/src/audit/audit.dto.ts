import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FilterMember } from './audit-member.js';
import { WholeNumber } from '../http/whole-number.js';

/** Which entries; what is left out selects nothing out. */
export class EntriesFilterQuery {
  /** `file:<id>`, `account:<id>`, `peer:<State>` or `node`. */
  @IsOptional() @FilterMember('subject', 'file:<id>, account:<id>, peer:<State> or node') subject?: string;
  /** One of the events listed at /audit/events. */
  @IsOptional() @FilterMember('type', 'one of the audit events') type?: string;
  /** Id of the account that acted. */
  @IsOptional() @FilterMember('accountId', 'an id') account?: string;
  /** Id of a request: entries of its file, and others that name it. */
  @IsOptional() @FilterMember('requestId', 'an id') request?: string;
  /** Entries at or after, RFC 3339 with offset. */
  @IsOptional() @FilterMember('from', 'a date and time with its offset (RFC 3339)') from?: string;
  /** Entries before, RFC 3339 with offset. */
  @IsOptional() @FilterMember('to', 'a date and time with its offset (RFC 3339)') to?: string;
  /** `true`: personal contents too, where they are still kept. Entries as such hold commitments only. */
  @IsOptional() @IsIn(['true', 'false']) open?: 'true' | 'false';
}

export class EntriesQuery extends EntriesFilterQuery {
  /** Cursor of the page before. */
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  /** 50 when absent. */
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

export class EntryActorDto {
  /** `official`, `counterpart`, `clock`, `node`, or `nobody` (not signed in). */
  kind: string;
  state?: string;
  accountId?: string;
  authorityId?: string;
  @ApiProperty({ type: [String], required: false }) roles?: readonly string[];
  counterpart?: string;
  provenance?: string;
  messageId?: string;
}

export class AuditEntryDto {
  v: 1;
  state: string;
  id: string;
  subject: string;
  /** From 1, without gaps, per subject. */
  seq: number;
  /** Leaf hash of the subject's previous entry, hex; null for its first. */
  prev: string | null;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  type: string;
  actor: EntryActorDto;
  @ApiProperty({ type: 'object', additionalProperties: true }) body: Record<string, unknown>;
  /** Name of each personal content and the commitment to it, hex: SHA-256 of 128 random bits and the content. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) commitments: Record<string, string>;
  /** RFC 6962: SHA-256 of 0x00 and the entry's canonical bytes, hex. */
  leafHash: string;
  /** Personal contents still kept, by name; empty unless `open=true` was asked for. */
  @ApiProperty({ type: 'object', additionalProperties: true }) contents: Record<string, unknown>;
}

export class AuditEntriesDto {
  /** Newest first. */
  items: AuditEntryDto[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export class AuditEventDto {
  type: string;
  /** What it records. */
  about: string;
}

export class AuditEventsDto {
  items: AuditEventDto[];
}

import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { EvidencePackageDto } from '@comity/evidence';
import { LetterContentDto, MeasureContentDto, OVERALL_STATES, type Overall } from '@comity/requests';
import { AlarmDto } from '../clocks/alarm.dto.js';
import { InclusionProofDto } from '../audit/log.dto.js';
import { WholeNumber } from '../http/whole-number.js';

export class EventDto {
  /** UPPER_CASE name of the act, from availableEvents. */
  @Matches(/^[A-Z][A-Z_]{1,60}$/) type: string;
  /** As the event's payloadSchema says. */
  @IsOptional() @IsObject() payload?: Record<string, unknown>;
}

export class ListRequestsQuery {
  @IsOptional() @IsIn(OVERALL_STATES) overall?: Overall;
  @IsOptional() @IsIn(['requesting', 'requested']) side?: 'requesting' | 'requested';
  /** ISO 3166-1 alpha-2 of the other State. */
  @IsOptional() @Matches(/^[A-Z]{2}$/) counterpart?: string;
  @IsOptional() @IsIn(['true', 'false']) urgent?: 'true' | 'false';
  /** Requests that ask for the expedited track. */
  @IsOptional() @IsIn(['true', 'false']) expedited?: 'true' | 'false';
  /** expedited: those on the expedited track first, then the others, each newest change first. */
  @IsOptional() @IsIn(['newest', 'expedited']) sort?: 'newest' | 'expedited';
  /** One of the two references, exactly; where no request has it, part of the subject. */
  @IsOptional() @IsString() @MaxLength(200) q?: string;
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

export class PageQuery {
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(500) limit?: number;
}

export class RefusalDto {
  code: string;
  detail: string;
  /** Rule id of the pinned profile. */
  rule?: string;
  /** binding, or practice: what the house steers by and the law does not say. */
  force?: string;
  pointer?: string;
}

export class AvailableEventDto {
  type: string;
  label: string;
  /** Rule of the pinned profile the act rests on. */
  rule?: string;
  /** JSON Schema 2020-12 of the payload. */
  @ApiProperty({ type: 'object', additionalProperties: true }) payloadSchema: Record<string, unknown>;
  /** Due date of the term this act answers, RFC 3339. */
  deadline?: string;
}

export class BlockedEventDto {
  type: string;
  label: string;
  reasons: RefusalDto[];
}

export class SubjectDto {
  /** State of the main dialogue. */
  state: string;
  /** All regions of the statechart. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) regions: Record<string, string>;
  /** Of a preservation: none; waiting for the decision on a measure that continues it; granted, and its data awaited; grace, after a refusal; or over. */
  linked?: string;
  /** What was said in acts and messages: conditions, consultations, holds, refusal, evidence. */
  @ApiProperty({ type: 'object', additionalProperties: true }) particulars: Record<string, unknown>;
  availableEvents: AvailableEventDto[];
  blockedEvents: BlockedEventDto[];
}

export class MeasureDto extends SubjectDto {
  no: number;
  form: string;
  /** transmitted-in-full, transmitted-in-part, disclosed, no-data-found, cannot-be-executed, refused, postponed, withdrawn, referred; null while open. */
  outcome: string | null;
  content: MeasureContentDto;
}

export class DeadlineDto {
  code: string;
  measure: number | null;
  /** legal, agreed, suggested or internal. */
  kind: string;
  dueAt: string;
  /** How it was reckoned. */
  working: string;
  rule: string | null;
  /** open, ended or fired. */
  status: string;
}

export class AttachmentDto {
  id: string;
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** 64 lower-case hex digits. */
  sha256: string;
  /** own or counterpart. */
  origin: string;
  /** Copied to this State's own store and hashed there. */
  verified: boolean;
  /** Named in a letter that came on paper: its bytes are not here, and no node has them. */
  onPaper: boolean;
  addedAt: string;
}

export class ListItemDto {
  id: string;
  side: 'requesting' | 'requested';
  counterpart: string;
  ownReference: string;
  counterpartReference: string | null;
  subject: string;
  overall: string;
  confidential: boolean;
  urgent: boolean;
  /** A measure asks for the expedited track. */
  expedited: boolean;
  /** Rests on an instrument applied as an exercise. */
  training: boolean;
  version: number;
  createdAt: Date;
  changedAt: Date;
  transmittedAt: Date | null;
}

export class RequestListDto {
  items: ListItemDto[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export class UseLimitDto {
  /** Rule of the profile, or who said it. */
  rule: string;
  text: string;
}

export class OpenedFromDto {
  /** One's own request whose measure disclosed the path. */
  requestId: string;
  measure: number;
  disclosedBy: string;
  /** What was said of an onward transfer: `authorised`, or `ask-first`, which holds the transmission back; absent where nothing was said. */
  onwardTransfer?: string;
  useLimits: UseLimitDto[];
}

export class RequestDto {
  id: string;
  /** The State whose file this is. */
  state: string;
  side: 'requesting' | 'requested';
  counterpart: string;
  ownReference: string;
  counterpartReference: string | null;
  subject: string;
  /** Derived from the letter and its measures. */
  overall: string;
  training: boolean;
  confidential: boolean;
  urgent: boolean;
  /** A measure asks for the expedited track; its content says why. */
  expedited: boolean;
  /** The earlier request this one supplements. */
  supplements: string | null;
  possibleDuplicateOf: string | null;
  /** The desk at which it is, `central-authority` or `point-of-contact`; null where the other State has said nothing of it. */
  desk: string | null;
  /** Instrument to version of its profile, pinned at transmission. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) profiles: Record<string, string>;
  version: number;
  createdAt: string;
  changedAt: string;
  transmittedAt: string | null;
  /** Where the request was opened from, if by following a path: with what limits the use of those data. */
  openedFrom?: OpenedFromDto;
  content: LetterContentDto;
  letter: SubjectDto;
  measures: MeasureDto[];
  deadlines: DeadlineDto[];
  /** The latest raised first. */
  alarms: AlarmDto[];
  attachments: AttachmentDto[];
}

export class DraftSavedDto {
  id: string;
  version: number;
  ownReference: string;
  overall: string;
}

export class SentMessageDto {
  id: string;
  seq: number;
  type: string;
  measure: number | null;
}

export class LogEntryDto {
  id: string;
  /** In the file's chain, from 1. */
  seq: number;
  /** RFC 6962 leaf hash, hex. */
  leafHash: string;
}

/** What a measure of the new request rests on today; null where the directory's facts give nothing. */
export class OpenedBasisDto {
  form: string;
  /** treaty, arrangement or training. */
  via: string | null;
  instrument: string | null;
  article: string | null;
}

/** A draft to a third State, opened from a disclosed path. */
export class OpenedRequestDto {
  requestId: string;
  ownReference: string;
  requestedState: string;
  legalBases: OpenedBasisDto[];
}

export class ActResultDto {
  requestId: string;
  version: number;
  overall: string;
  letterState: string;
  eventSeq: number;
  measure?: number;
  measureState?: string;
  outcome?: string | null;
  messages: SentMessageDto[];
  /** FOLLOW_PATH only: the draft it opened; absent where the path leads home. */
  opened?: OpenedRequestDto;
  /** The act's entry in the log. */
  entry: LogEntryDto;
  /** That the entry is in the signed log; where `Prefer: wait=integrated` asked for it and it came within 2 s. */
  inclusion?: InclusionProofDto;
}

export class TimelineItemDto {
  seq: number;
  at: string;
  /** The State that acted. */
  by: string;
  /** official, counterpart, clock or node. */
  source: string;
  authorityId: string | null;
  accountId: string | null;
  type: string;
  label: string;
  measure: number | null;
  rule: string | null;
  /** exchange or transcribed, for what the other State said. */
  provenance: string | null;
  letterState: string;
  measureState: string | null;
  /** Why it was recorded without effect, if so. */
  noted: string | null;
  sent: SentMessageDto[];
  messageId: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) payload: Record<string, unknown>;
}

export class TimelineDto {
  /** The request rests on an instrument applied as an exercise. */
  training: boolean;
  items: TimelineItemDto[];
}

export class LackingDto {
  code: string;
  pointer: string;
  rule: string;
  /** binding or practice. */
  force: string;
  detail: string;
  /** Whether transmission waits for it. */
  blocks: boolean;
}

export class CheckAnswerDto {
  ready: boolean;
  training: boolean;
  lacking: LackingDto[];
}

export class ChangeDto {
  requestId: string;
  seq: number;
  type: string;
  measure: number | null;
  source: string;
  at: string;
  /** Of what concerns a deadline or its alarm, which bears the same id. */
  deadlineId?: string;
  /** Kind of the alarm. */
  alarm?: string;
}

export class ChangesDto {
  items: ChangeDto[];
  /** Ask again with it; the same one when nothing has happened. */
  next: string | null;
}

export class EvidencePackagesDto {
  /** The request rests on an instrument applied as an exercise. */
  training: boolean;
  items: EvidencePackageDto[];
}

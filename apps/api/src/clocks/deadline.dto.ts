import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FORMS, type DeadlineKind, type Form } from '@comity/treaty';
import { IsInstant } from '../http/instant.js';
import { WholeNumber } from '../http/whole-number.js';

const KINDS = ['legal', 'agreed', 'suggested', 'internal'] as const;

export class ListDeadlinesQuery {
  @IsOptional() @IsIn(KINDS) kind?: DeadlineKind;
  /** Due before this instant, RFC 3339 with offset. */
  @IsOptional() @IsInstant() dueBefore?: string;
  /** True: only what is overdue; false: only what is not. */
  @IsOptional() @IsIn(['true', 'false']) overdue?: 'true' | 'false';
  /** Form of the measure; of deadlines of a letter, of one of its measures. */
  @IsOptional() @IsIn(FORMS) form?: Form;
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

export class LocalTimeDto {
  /** RFC 3339 with the offset that holds there at that instant. */
  at: string;
  /** IANA name. */
  timeZone: string;
}

/** How the two States agreed on a deadline. */
export class DeadlineAgreementDto {
  @ApiProperty({ enum: ['consultation', 'record'] }) by: 'consultation' | 'record';
  /** When the consultation ended in agreement; of `consultation`. */
  closedAt?: string;
  /** Of the record, and its day; of `record`. */
  reference?: string;
  on?: string;
}

export class DeadlineViewDto {
  id: string;
  requestId: string;
  ownReference: string;
  side: 'requesting' | 'requested';
  counterpart: string;
  /** Rests on an instrument applied as an exercise. */
  training: boolean;
  /** null: of the letter as a whole. */
  measure: number | null;
  form: string | null;
  /** What it is about: preservation, consultation, information, suggested, call, internal. */
  code: string;
  @ApiProperty({ enum: KINDS }) kind: DeadlineKind;
  /** UTC, RFC 3339. */
  dueAt: string;
  /** The same instant on the clock of the reader's own authority. */
  local: LocalTimeDto;
  /** How it was reckoned. */
  working: string;
  rule: string | null;
  reason: string | null;
  agreement: DeadlineAgreementDto | null;
  /** The event the clock fires when it is due; null: the clock does nothing. */
  fires: string | null;
  @ApiProperty({ enum: ['open', 'ended', 'fired'] }) status: 'open' | 'ended' | 'fired';
  /** The own message that gives this time has not left: no time runs, and nothing is overdue. */
  waits: boolean;
  overdue: boolean;
  setAt: string;
  /** Account of the official who set it; null where an act did. */
  setBy: string | null;
  settledAt: string | null;
}

export class DeadlinesDto {
  items: DeadlineViewDto[];
}

export class DeadlineListDto extends DeadlinesDto {
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export class DeadlineEndedDto {
  id: string;
  @ApiProperty({ enum: ['ended'] }) status: 'ended';
  settledAt: string;
}

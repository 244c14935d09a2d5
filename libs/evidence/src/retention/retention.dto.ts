import { IsArray, IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Max, Min, ArrayMaxSize, ValidateIf } from 'class-validator';
import { InSmallLetters } from '@comity/access';

export const CONTENT_KINDS = ['letter', 'correspondence', 'attachments', 'evidence', 'log'] as const;
/**
 * Kinds of content. `letter`: the letter, its measures and what acts said; `correspondence`: the bytes of messages, which
 * hold the letter too; `attachments` and `evidence`: names and bytes; `log`: personal content that entries commit to.
 */
export type ContentKind = (typeof CONTENT_KINDS)[number];

export class SetPeriodDto {
  @IsIn(CONTENT_KINDS) kind: 'letter' | 'correspondence' | 'attachments' | 'evidence' | 'log';
  /** From the last change of the closed request, or from when a request by letter was declined; null: kept until said otherwise. */
  @ValidateIf((_, value) => value !== null) @IsInt() @Min(0) @Max(36_500) days: number | null;
  /** The law or order it rests on. */
  @IsString() @Length(1, 1000) reason: string;
}

export class PlaceHoldDto {
  @IsUUID() @InSmallLetters() requestId: string;
  @IsString() @Length(1, 1000) reason: string;
}

export class ProposeErasureDto {
  /** Only of these requests; of all whose period is over when absent. */
  @IsOptional() @IsArray() @ArrayMaxSize(500) @IsUUID(undefined, { each: true }) @InSmallLetters({ each: true }) requests?: string[];
  /** Only these kinds; all when absent. */
  @IsOptional() @IsArray() @IsIn(CONTENT_KINDS, { each: true }) kinds?: ('letter' | 'correspondence' | 'attachments' | 'evidence' | 'log')[];
}

export class RetentionPeriodDto {
  kind: string;
  /** Null: kept until said otherwise. */
  days: number | null;
  reason: string;
  setBy: string;
  setAt: Date;
}
export class RetentionPeriodsDto {
  /** Those that hold now; a kind without one is kept. */
  items: RetentionPeriodDto[];
}
export class LegalHoldDto {
  id: string;
  requestId: string;
  reason: string;
  placedBy: string;
  placedAt: Date;
  liftedBy: string | null;
  liftedAt: Date | null;
}
export class LegalHoldsDto {
  items: LegalHoldDto[];
}
export class DueContentDto {
  requestId: string;
  /** Empty for a request by letter that was declined: it opened no file. */
  ownReference: string;
  counterpart: string;
  kind: string;
  /** Last change of the closed request, or when the letter was declined. */
  closedAt: Date;
  /** When the period was over. */
  dueSince: Date;
}
export class DueContentsDto {
  /** What an erasure proposed now would destroy; nothing is changed by asking. */
  items: DueContentDto[];
  /** There is more than is shown: propose these, then ask again. */
  more: boolean;
}
export class ErasureItemDto {
  requestId: string;
  kind: string;
  erasedAt: Date | null;
}
export class ErasureDto {
  id: string;
  status: 'proposed' | 'confirmed' | 'declined';
  proposedBy: string;
  proposedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  items: ErasureItemDto[];
}

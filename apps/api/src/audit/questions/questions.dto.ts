import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { InSmallLetters } from '@comity/access';
import { ActOfOfficial, EvidenceReading, RefusedPermission } from '@comity/audit';
import { TranscribedAct } from '@comity/exchange';
import { ConsentFound, OverdueRequest, PreservationPeriod, RefusalFound, StatisticsRow, UseFound } from '@comity/requests';
import { FilterMember } from '../audit-member.js';
import { WholeNumber } from '../../http/whole-number.js';

const INSTANT = 'a date and time with its offset (RFC 3339)';

export class PeriodQuery {
  /** At or after, RFC 3339 with offset. */
  @IsOptional() @FilterMember('from', INSTANT) from?: string;
  /** Before, RFC 3339 with offset. */
  @IsOptional() @FilterMember('to', INSTANT) to?: string;
  /** Cursor of the page before; not for CSV, which holds all. */
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  /** Rows of a page, 50 when absent; not for CSV. */
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

export class CaseQuery extends PeriodQuery {
  /** ISO 3166-1 alpha-2 of the other State. */
  @IsOptional() @Matches(/^[A-Z]{2}$/) counterpart?: string;
  /** Which side one's own State is on. */
  @IsOptional() @IsIn(['requesting', 'requested']) side?: 'requesting' | 'requested';
}

export class EvidenceReadingsQuery extends PeriodQuery {
  /** The package; without it, `request` must be given. */
  @IsOptional() @IsUUID() @InSmallLetters() package?: string;
  /** The request whose evidence it is; without it, `package` must be given. */
  @IsOptional() @IsUUID() @InSmallLetters() request?: string;
  /** Only readings by this account. */
  @IsOptional() @IsUUID() @InSmallLetters() account?: string;
}

export class OfficialActsQuery extends PeriodQuery {
  /** The official's account. */
  @IsUUID() @InSmallLetters() account: string;
  /** `acts` or `readings`; both when absent. */
  @IsOptional() @IsIn(['acts', 'readings']) kind?: 'acts' | 'readings';
}

export class RefusedPermissionsQuery extends PeriodQuery {
  @IsOptional() @IsUUID() @InSmallLetters() account?: string;
}

export class RefusalsQuery extends CaseQuery {
  /** Code of the ground, as in `fiscal-matters`. */
  @IsOptional() @Matches(/^[a-z0-9-]{1,80}$/) ground?: string;
}

export class OverdueQuery extends CaseQuery {
  /** `true`: not answered yet; `false`: answered late; both when absent. */
  @IsOptional() @IsIn(['true', 'false']) open?: 'true' | 'false';
}

export const FATES = ['running', 'lapsed', 'extended', 'ended-early'] as const;

export class PreservationsQuery extends CaseQuery {
  /** What became of the period; those that lapsed or were extended when absent. */
  @IsOptional() @IsIn(FATES) fate?: 'running' | 'lapsed' | 'extended' | 'ended-early';
}

export class UsesAskedQuery extends CaseQuery {
  /** Only of this request. */
  @IsOptional() @IsUUID() @InSmallLetters() request?: string;
  @IsOptional() @IsIn(['use', 'onward-transfer', 'exculpatory-disclosure']) kind?: 'use' | 'onward-transfer' | 'exculpatory-disclosure';
  /** What the use rests on: a consent, a notice of exculpatory disclosure, or the letter alone. */
  @IsOptional() @IsIn(['consent', 'notice', 'letter']) basis?: 'consent' | 'notice' | 'letter';
  /** Only uses that this account recorded. */
  @IsOptional() @IsUUID() @InSmallLetters() account?: string;
}

export class ConsentsAskedQuery extends CaseQuery {
  /** Only of this request. */
  @IsOptional() @IsUUID() @InSmallLetters() request?: string;
  @IsOptional() @IsIn(['other-use', 'onward-transfer']) kind?: 'other-use' | 'onward-transfer';
  /** `open`: not answered yet. */
  @IsOptional() @IsIn(['open', 'granted', 'declined']) answer?: 'open' | 'granted' | 'declined';
}

export class TranscribedActsQuery extends PeriodQuery {
  /** ISO 3166-1 alpha-2 of the other State. */
  @IsOptional() @Matches(/^[A-Z]{2}$/) counterpart?: string;
  @IsOptional() @IsIn(['proposed', 'confirmed', 'declined']) status?: 'proposed' | 'confirmed' | 'declined';
  /** An account that was the first or the second person. */
  @IsOptional() @IsUUID() @InSmallLetters() account?: string;
}

export class StatisticsQuery extends CaseQuery {
  /** Length of a period: month, quarter or year; `year` when absent. */
  @IsOptional() @IsIn(['month', 'quarter', 'year']) by?: 'month' | 'quarter' | 'year';
  /** Only measures that rest on this instrument. */
  @IsOptional() @Matches(/^[a-z0-9-]{1,80}$/) instrument?: string;
  /** Only measures of this form. */
  @IsOptional() @Matches(/^[a-z0-9-]{1,80}$/) form?: string;
}

export class EvidenceReadingDto extends EvidenceReading {
  /** Of the account; null when it is not there any more. */
  @ApiProperty({ type: String, nullable: true }) username?: string | null;
}
export class ActOfOfficialDto extends ActOfOfficial {
  @ApiProperty({ type: String, nullable: true }) username?: string | null;
}
export class RefusedPermissionDto extends RefusedPermission {
  @ApiProperty({ type: String, nullable: true }) username?: string | null;
}
export class RefusalFoundDto extends RefusalFound {
  /** Of who decided, in one's own State. */
  @ApiProperty({ type: String, nullable: true }) username?: string | null;
}
export class UseFoundDto extends UseFound {
  /** Of who recorded it. */
  @ApiProperty({ type: String, nullable: true }) username?: string | null;
}
export class TranscribedActDto extends TranscribedAct {
  @ApiProperty({ type: String, nullable: true }) proposedByName?: string | null;
  @ApiProperty({ type: String, nullable: true }) decidedByName?: string | null;
}

/** A page of an answer. */
export class EvidenceReadingsDto {
  /** Newest first. */
  items: EvidenceReadingDto[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}
export class OfficialActsDto {
  /** Newest first. */
  items: ActOfOfficialDto[];
  next?: string;
}
export class RefusedPermissionsDto {
  /** Newest first. */
  items: RefusedPermissionDto[];
  next?: string;
}
export class RefusalsDto {
  /** Newest first. */
  items: RefusalFoundDto[];
  next?: string;
}
export class OverdueRequestsDto {
  /** Latest deadline first. */
  items: OverdueRequest[];
  next?: string;
}
export class PreservationsDto {
  /** Latest end first. */
  items: PreservationPeriod[];
  next?: string;
}
export class UsesAskedDto {
  /** Newest first. */
  items: UseFoundDto[];
  next?: string;
}
export class ConsentsAskedDto {
  /** Newest first. */
  items: ConsentFound[];
  next?: string;
}
export class TranscribedActsDto {
  /** Newest first. */
  items: TranscribedActDto[];
  next?: string;
}
export class StatisticsDto {
  /** Earliest period first. */
  items: StatisticsRow[];
  next?: string;
}

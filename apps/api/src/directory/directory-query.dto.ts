import { ApiProperty } from '@nestjs/swagger';
import { IsISO8601, IsOptional, Matches } from 'class-validator';
import { ARRANGEMENT_MODES, type ArrangementRow } from '@comity/directory';

export class OnDayQuery {
  /** Day the facts are to hold on, YYYY-MM-DD; today when absent. */
  @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'must be a day, YYYY-MM-DD' }) @IsISO8601({ strict: true }) on?: string;
}

/** A treaty applied though it is not in force; for the files of the State that recorded it only. */
export class RecordedArrangementDto {
  id: string;
  requesting: string;
  requested: string;
  instrument: string;
  @ApiProperty({ enum: ARRANGEMENT_MODES }) mode: ArrangementRow['mode'];
  reason: string;
  /** Authority that recorded it. */
  recordedBy: string;
  validFrom: string;
  /** First day it no longer holds; null while it has no end. */
  validTo: string | null;
}

export class ArrangementsDto {
  /** Newest first, ended ones included. */
  items: RecordedArrangementDto[];
}

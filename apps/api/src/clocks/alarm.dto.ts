import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ALARM_NAMES, type AlarmName, type AlarmStatus } from '@comity/requests';
import { WholeNumber } from '../http/whole-number.js';

const STATUSES = ['raised', 'acknowledged', 'ended'] as const;

export class ListAlarmsQuery {
  /** `raised` when left out: those that wait for somebody. */
  @IsOptional() @IsIn(STATUSES) status?: AlarmStatus;
  @IsOptional() @IsIn(ALARM_NAMES) kind?: AlarmName;
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

/** A turn of the duty list in the directory. */
export class CalledTurnDto {
  id: string;
  office: string;
  /** How it is reached: telephone, email. */
  kind: string;
  value: string;
}

/** Whom an escalation called. */
export class CalledDto {
  role: string;
  /** null: whoever has the role. */
  accountId: string | null;
  authorityId: string | null;
  /** Where the directory holds a duty list. */
  turn?: CalledTurnDto;
}

export class AlarmDto {
  /** The deadline's id too. */
  id: string;
  requestId: string;
  ownReference: string;
  side: 'requesting' | 'requested';
  counterpart: string;
  /** Rests on an instrument applied as an exercise. */
  training: boolean;
  measure: number | null;
  @ApiProperty({ enum: ALARM_NAMES }) kind: AlarmName;
  label: string;
  /** What to do about it. */
  advice: string;
  @ApiProperty({ enum: STATUSES }) status: AlarmStatus;
  /** When the deadline is due, and how that was reckoned. */
  dueAt: string;
  working: string;
  rule: string | null;
  raisedAt: string;
  /** Steps of escalation taken. */
  step: number;
  /** Whom the last step called. */
  called: CalledDto | null;
  nextStepAt: string | null;
  /** Who acknowledged it. */
  settledBy: string | null;
  settledAt: string | null;
}

export class AlarmListDto {
  items: AlarmDto[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export class AlarmKindDto {
  @ApiProperty({ enum: ALARM_NAMES }) kind: AlarmName;
  label: string;
  advice: string;
  enabled: boolean;
  @ApiProperty({ enum: ['days-before', 'hours-before', 'minutes-after'] }) unit: 'days-before' | 'hours-before' | 'minutes-after';
  lead: number;
  stepMinutes: number;
  /** Whether it is passed on along the duty list. */
  escalates: boolean;
  /** 0: as the register proposes. */
  version: number;
  /** For If-Match. */
  etag: string;
}

export class AlarmKindsDto {
  items: AlarmKindDto[];
}

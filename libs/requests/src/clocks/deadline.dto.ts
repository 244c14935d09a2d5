import { IsIn, IsInt, IsISO8601, IsObject, IsString, Length, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { MayBeAbsent } from '../content.dto.js';

/** Something to read: no control characters but line breaks and tabs, none that change direction, and not spaces alone. */
const TEXT = /^(?=[\s\S]*\S)[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+$/u;
const UNFIT = { message: '$property is blank, or holds a control or direction-changing character' };

/** How the other State agreed. */
export class AgreementDto {
  /** `consultation`: the last consultation on the measure, which both files hold (UNCC 40(28)). `record`: outside of it, proved by a reference. */
  @IsIn(['consultation', 'record']) by: 'consultation' | 'record';
  /** Of the letter, note or minutes that record it; required for `record`. */
  @MayBeAbsent() @IsString() @Length(1, 300) @Matches(TEXT, UNFIT) reference?: string;
  /** Day of the record, YYYY-MM-DD; required for `record`. */
  @MayBeAbsent() @Matches(/^\d{4}-\d{2}-\d{2}$/) @IsISO8601({ strict: true }) on?: string;
}

/** A deadline an official sets. When: exactly one of `at`, `on`, `withinDays`, `withinBusinessDays`. */
export class SetDeadlineDto {
  /** Legal ones follow from acts, suggested ones from the letter: neither is set by hand. */
  @IsIn(['internal', 'agreed']) kind: 'internal' | 'agreed';
  /** Absent: for the letter as a whole. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(100) measure?: number;
  /** An instant, RFC 3339 with offset. */
  @MayBeAbsent() @IsString() @Length(1, 40) at?: string;
  /** A day, YYYY-MM-DD: until its end in the time zone of one's own authority. */
  @MayBeAbsent() @IsString() @Length(1, 40) on?: string;
  /** Days of 24 hours from now. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(3650) withinDays?: number;
  /** Working days from today, by the confirmed calendar of one's own authority. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(1000) withinBusinessDays?: number;
  @IsString() @Length(1, 2000) @Matches(TEXT, UNFIT) reason: string;
  /** Required for agreed ones. */
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => AgreementDto) agreement?: AgreementDto;
}

export class EndDeadlineDto {
  @IsString() @Length(1, 2000) @Matches(TEXT, UNFIT) reason: string;
}

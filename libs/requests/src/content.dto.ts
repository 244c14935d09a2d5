import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import type { CooperationGround, DataClass, Form, LetterContent, MeasureContent } from '@comity/treaty';
import { COOPERATION_GROUNDS, DATA_CLASSES, FORMS } from '@comity/treaty';

// Shape only. What the texts say is checked by libs/treaty (checkFormat, checkCompleteness), here and on arrival alike.
const SHORT = 300;
const LONG = 10_000;
/** Above the treaty's own limit on facts, so that the answer names that limit and not this one. */
const FACTS = 1_000_000;

export class NamedAuthorityDto {
  @IsString() @MaxLength(SHORT) name: string;
}

/** UNCC 40(15)(b). */
export class ProceedingDto {
  @IsString() @MaxLength(LONG) nature: string;
  @IsString() @MaxLength(SHORT) authority: string;
  @IsOptional() @IsString() @MaxLength(SHORT) functions?: string;
}

/** UNCC 2(h): the maximum as years, life or death, and under whose law. */
export class MaxPenaltyDto {
  @IsIn(['years', 'life', 'death']) kind: 'years' | 'life' | 'death';
  @IsOptional() @IsInt() @Min(0) @Max(200) years?: number;
  @Matches(/^[A-Z]{2}$/) law: string;
}

export class OffenceDto {
  @IsString() @MaxLength(SHORT) label: string;
  @IsOptional() @IsString() @MaxLength(SHORT) law?: string;
  @IsOptional() @IsString() @MaxLength(SHORT) provision?: string;
  @IsOptional() @ValidateNested() @Type(() => MaxPenaltyDto) maxPenalty?: MaxPenaltyDto;
  /** For example `UNCC 7`. */
  @IsOptional() @Matches(/^[A-Za-z]+ \d+[A-Za-z0-9()]*$/) conventionOffence?: string;
  @IsOptional() @IsString() @MaxLength(SHORT) comparable?: string;
  @IsOptional() @IsBoolean() fiscal?: boolean;
}

/** UNCC 40(15)(e): by role, never by name where a role will do. */
export class ConcernedPersonDto {
  @IsString() @MaxLength(SHORT) role: string;
  @IsOptional() @IsString() @MaxLength(SHORT) location?: string;
  @IsOptional() @IsString() @MaxLength(SHORT) nationality?: string;
}

export class TranslationDto {
  @IsIn(['included', 'to-follow']) status: 'included' | 'to-follow';
  @IsOptional() @IsString() @MaxLength(40) by?: string;
}

/** UNCC 40(20). */
export class ConfidentialDto {
  @IsBoolean() requested: boolean;
  @IsOptional() @IsString() @MaxLength(LONG) reason?: string;
}

export class UrgentDto {
  @IsString() @MaxLength(LONG) reason: string;
}

/** UNCC 40(26): a date or a number of days, with its reason. */
export class SuggestedDeadlineDto {
  @IsOptional() @IsString() @MaxLength(40) at?: string;
  @IsOptional() @IsInt() withinDays?: number;
  @IsString() @MaxLength(LONG) reason: string;
}

/** The letter of request; everything may be missing in a draft. */
export class LetterContentDto implements LetterContent {
  @IsOptional() @IsString() @MaxLength(SHORT) subject?: string;
  @IsOptional() @ValidateNested() @Type(() => NamedAuthorityDto) authority?: NamedAuthorityDto;
  @IsOptional() @ValidateNested() @Type(() => ProceedingDto) proceeding?: ProceedingDto;
  @IsArray() @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => OffenceDto) offences: OffenceDto[] = [];
  @IsOptional() @IsIn(COOPERATION_GROUNDS) cooperationGround?: CooperationGround;
  @IsOptional() @IsString() @MaxLength(FACTS) facts?: string;
  @IsOptional() @IsString() @MaxLength(LONG) purpose?: string;
  @IsArray() @ArrayMaxSize(100) @ValidateNested({ each: true }) @Type(() => ConcernedPersonDto) persons: ConcernedPersonDto[] = [];
  /** BCP 47. */
  @IsOptional() @IsString() @MaxLength(35) language?: string;
  @IsOptional() @ValidateNested() @Type(() => TranslationDto) translation?: TranslationDto;
  @IsOptional() @ValidateNested() @Type(() => ConfidentialDto) confidential?: ConfidentialDto;
  @IsOptional() @ValidateNested() @Type(() => UrgentDto) urgent?: UrgentDto;
  @IsOptional() @ValidateNested() @Type(() => SuggestedDeadlineDto) suggestedDeadline?: SuggestedDeadlineDto;
}

export class ItemDto {
  @IsString() @MinLength(1) @MaxLength(40) type: string;
  @IsString() @MaxLength(2000) value: string;
  @IsOptional() @IsInt() @Min(0) @Max(65535) port?: number;
  @IsOptional() @IsString() @MaxLength(40) protocol?: string;
  @IsOptional() @IsString() @MaxLength(40) from?: string;
  @IsOptional() @IsString() @MaxLength(40) to?: string;
  @IsOptional() @IsString() @MaxLength(60) timeZone?: string;
  @IsOptional() @IsString() @MaxLength(SHORT) location?: string;
  @IsOptional() @IsString() @MaxLength(2000) description?: string;
}

/** UNCC 40(15)(f). */
export class PeriodDto {
  @IsString() @MaxLength(40) from: string;
  @IsString() @MaxLength(40) to: string;
}

/** UNCC 40(6)-(7): legal bases are a list per measure. */
export class LegalBasisDto {
  @IsString() @MaxLength(60) instrument: string;
  @IsString() @MaxLength(60) article: string;
  @IsString() @MaxLength(10) date: string;
  @IsIn(['primary', 'alternative']) role: 'primary' | 'alternative';
}

export class MeasureContentDto implements MeasureContent {
  @IsIn(FORMS) form: Form;
  @IsOptional() @IsString() @MaxLength(LONG) what?: string;
  @IsOptional() @IsString() @MaxLength(LONG) procedure?: string;
  @IsOptional() @IsIn(DATA_CLASSES) dataClass?: DataClass;
  @IsArray() @ArrayMaxSize(500) @ValidateNested({ each: true }) @Type(() => ItemDto) items: ItemDto[] = [];
  @IsOptional() @ValidateNested() @Type(() => PeriodDto) period?: PeriodDto;
  @IsOptional() @IsString() @MaxLength(SHORT) custodian?: string;
  @IsArray() @ArrayMaxSize(20) @ValidateNested({ each: true }) @Type(() => LegalBasisDto) legalBases: LegalBasisDto[] = [];
  @IsOptional() @IsString() @MaxLength(LONG) relation?: string;
  @IsOptional() @IsString() @MaxLength(LONG) necessity?: string;
  @IsOptional() @IsBoolean() requestToFollow?: boolean;
  @IsOptional() @IsString() @MaxLength(LONG) periodReason?: string;
  @IsOptional() @IsBoolean() doNotNotifyUser?: boolean;
}

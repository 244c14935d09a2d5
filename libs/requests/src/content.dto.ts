import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsInt, IsObject, IsString, IsUUID, Matches, Max, MaxLength, Min, MinLength, ValidateIf, ValidateNested } from 'class-validator';
import { InSmallLetters } from '@comity/access';
import { Type } from 'class-transformer';
import type { AssistanceKind, CooperationGround, DataClass, DeadlineCause, Desk, Emergency, Form, Hearing, LetterContent, MeasureContent, QueryKind } from '@comity/treaty';
import { ASSISTANCE_KINDS, COOPERATION_GROUNDS, DATA_CLASSES, DEADLINE_CAUSES, DESKS, FORMS, HEARD_AS, QUERY_KINDS } from '@comity/treaty';

// Shape only. What the texts say is checked by libs/treaty (checkFormat, checkCompleteness), here and on arrival alike.
const SHORT = 300;
const LONG = 10_000;
/** Above the treaty's own limit on facts, so that the answer names that limit and not this one. */
const FACTS = 1_000_000;

/** May be left out. Null is not leaving out: the treaty's checks know texts and nothing, no third thing. */
export const MayBeAbsent = (): PropertyDecorator => ValidateIf((_: object, value: unknown) => value !== undefined);

export class NamedAuthorityDto {
  @IsString() @MaxLength(SHORT) name: string;
}

/** UNCC 40(15)(b). */
export class ProceedingDto {
  @IsString() @MaxLength(LONG) nature: string;
  @IsString() @MaxLength(SHORT) authority: string;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) functions?: string;
}

/** UNCC 2(h): the maximum as years, life or death, and under whose law. */
export class MaxPenaltyDto {
  @IsIn(['years', 'life', 'death']) kind: 'years' | 'life' | 'death';
  @MayBeAbsent() @IsInt() @Min(0) @Max(200) years?: number;
  @Matches(/^[A-Z]{2}$/) law: string;
}

export class OffenceDto {
  @IsString() @MaxLength(SHORT) label: string;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) law?: string;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) provision?: string;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => MaxPenaltyDto) maxPenalty?: MaxPenaltyDto;
  /** For example `UNCC 7`. */
  @MayBeAbsent() @Matches(/^[A-Za-z]+ \d+[A-Za-z0-9()]*$/) conventionOffence?: string;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) comparable?: string;
  @MayBeAbsent() @IsBoolean() fiscal?: boolean;
}

/** UNCC 40(15)(e): by role, never by name where a role will do. */
export class ConcernedPersonDto {
  @IsString() @MaxLength(SHORT) role: string;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) location?: string;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) nationality?: string;
}

export class TranslationDto {
  @IsIn(['included', 'to-follow']) status: 'included' | 'to-follow';
  @MayBeAbsent() @IsString() @MaxLength(40) by?: string;
}

/** UNCC 40(20). */
export class ConfidentialDto {
  @IsBoolean() requested: boolean;
  @MayBeAbsent() @IsString() @MaxLength(LONG) reason?: string;
}

export class UrgentDto {
  @IsString() @MaxLength(LONG) reason: string;
}

/** UNCC 40(26): a date or a number of days, with its reason. */
export class SuggestedDeadlineDto {
  @MayBeAbsent() @IsString() @MaxLength(40) at?: string;
  @MayBeAbsent() @IsInt() withinDays?: number;
  /** What makes it necessary; the reason says it in words. */
  @MayBeAbsent() @IsIn(DEADLINE_CAUSES) cause?: DeadlineCause;
  @IsString() @MaxLength(LONG) reason: string;
}

/** The letter of request; everything may be missing in a draft. */
export class LetterContentDto implements LetterContent {
  @MayBeAbsent() @IsString() @MaxLength(SHORT) subject?: string;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => NamedAuthorityDto) authority?: NamedAuthorityDto;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => ProceedingDto) proceeding?: ProceedingDto;
  @IsArray() @ArrayMaxSize(50) @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => OffenceDto) offences: OffenceDto[] = [];
  @MayBeAbsent() @IsIn(COOPERATION_GROUNDS) cooperationGround?: CooperationGround;
  @MayBeAbsent() @IsString() @MaxLength(FACTS) facts?: string;
  @MayBeAbsent() @IsString() @MaxLength(LONG) purpose?: string;
  @IsArray() @ArrayMaxSize(100) @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => ConcernedPersonDto) persons: ConcernedPersonDto[] = [];
  /** BCP 47. */
  @MayBeAbsent() @IsString() @MaxLength(35) language?: string;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => TranslationDto) translation?: TranslationDto;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => ConfidentialDto) confidential?: ConfidentialDto;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => UrgentDto) urgent?: UrgentDto;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => SuggestedDeadlineDto) suggestedDeadline?: SuggestedDeadlineDto;
  /** The desk it is sent to; the central authority where left out. */
  @MayBeAbsent() @IsIn(DESKS) addressedTo?: Desk;
}

export class ItemDto {
  @IsString() @MinLength(1) @MaxLength(40) type: string;
  @IsString() @MaxLength(2000) value: string;
  @MayBeAbsent() @IsInt() @Min(0) @Max(65535) port?: number;
  @MayBeAbsent() @IsString() @MaxLength(40) protocol?: string;
  @MayBeAbsent() @IsString() @MaxLength(40) from?: string;
  @MayBeAbsent() @IsString() @MaxLength(40) to?: string;
  @MayBeAbsent() @IsString() @MaxLength(60) timeZone?: string;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) location?: string;
  @MayBeAbsent() @IsString() @MaxLength(2000) description?: string;
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

/** UNCC 42(8), 44. */
export class FollowsPreservationDto {
  @IsUUID() @InSmallLetters() requestId: string;
  @IsInt() @Min(1) @Max(100) measure: number;
}

/** UNCC 2(o), 41(3)(e). */
export class EmergencyDto implements Emergency {
  @IsIn(['life', 'safety']) risk: 'life' | 'safety';
  /** Who is in danger, of what, and why now. */
  @MayBeAbsent() @IsString() @MaxLength(LONG) statement?: string;
  /** What shows it; documents are attached. */
  @MayBeAbsent() @IsString() @MaxLength(LONG) proof?: string;
  /** Hours, counted from transmission. */
  @MayBeAbsent() @IsInt() @Min(1) @Max(72) answerWithinHours?: number;
}

/** The emergency disclosure a formal request follows. */
export class FollowsEmergencyDto {
  @IsUUID() @InSmallLetters() requestId: string;
  @IsInt() @Min(1) @Max(100) measure: number;
}

/** UNCC 44, Budapest 31(3): the expedited track, with its reason. */
export class ExpeditedDto {
  @IsIn(['vulnerable', 'instrument']) ground: 'vulnerable' | 'instrument';
  @IsString() @MaxLength(LONG) reason: string;
}

/** UNCC 40(18). */
export class HearingDto implements Hearing {
  @IsIn(HEARD_AS) heardAs: Hearing['heardAs'];
  @IsBoolean() byVideo: boolean;
  /** Why the person cannot, or should not, appear in person. */
  @MayBeAbsent() @IsString() @MaxLength(LONG) reason?: string;
}

export class MeasureContentDto implements MeasureContent {
  @IsIn(FORMS) form: Form;
  @MayBeAbsent() @IsString() @MaxLength(LONG) what?: string;
  @MayBeAbsent() @IsString() @MaxLength(LONG) procedure?: string;
  @MayBeAbsent() @IsIn(DATA_CLASSES) dataClass?: DataClass;
  @IsArray() @ArrayMaxSize(500) @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => ItemDto) items: ItemDto[] = [];
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => PeriodDto) period?: PeriodDto;
  @MayBeAbsent() @IsString() @MaxLength(SHORT) custodian?: string;
  /** Where several hold the data: each is ordered and reports on its own. */
  @MayBeAbsent() @IsArray() @ArrayMaxSize(50) @IsString({ each: true }) @MaxLength(SHORT, { each: true }) custodians?: string[];
  @IsArray() @ArrayMaxSize(20) @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => LegalBasisDto) legalBases: LegalBasisDto[] = [];
  @MayBeAbsent() @IsString() @MaxLength(LONG) relation?: string;
  @MayBeAbsent() @IsString() @MaxLength(LONG) necessity?: string;
  @MayBeAbsent() @IsBoolean() requestToFollow?: boolean;
  @MayBeAbsent() @IsString() @MaxLength(LONG) periodReason?: string;
  @MayBeAbsent() @IsBoolean() doNotNotifyUser?: boolean;
  /** Stored data only. */
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => ExpeditedDto) expedited?: ExpeditedDto;
  /** The preservation this measure continues. */
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => FollowsPreservationDto) followsPreservation?: FollowsPreservationDto;
  /** The emergency disclosure this measure is the formal request for. */
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => FollowsEmergencyDto) followsEmergency?: FollowsEmergencyDto;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => EmergencyDto) emergency?: EmergencyDto;
  @MayBeAbsent() @IsIn(QUERY_KINDS) queryKind?: QueryKind;
  /** Mutual legal assistance only: UNCC 40(3), 40(9). */
  @MayBeAbsent() @IsIn(ASSISTANCE_KINDS) assistance?: AssistanceKind;
  /** What is asked for serves to obtain evidence in electronic form: UNCC 35(2). */
  @MayBeAbsent() @IsBoolean() electronicEvidence?: boolean;
  @MayBeAbsent() @IsObject() @ValidateNested() @Type(() => HearingDto) hearing?: HearingDto;
  /** Spontaneous information only: UNCC 40(5). */
  @MayBeAbsent() @IsString() @MaxLength(LONG) useLimits?: string;
  /** UNCC 40(31). */
  @MayBeAbsent() @IsIn(['public', 'not-public']) governmentRecords?: 'public' | 'not-public';
}

import {
  ArrayMaxSize,
  ArrayUnique,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsTimeZone,
  Length,
  Matches,
} from 'class-validator';
import {
  ARRANGEMENT_MODES,
  AUTHORITY_KINDS,
  STAGES,
  type ArrangementRow,
  type AuthorityKind,
  type CompetenceRow,
} from './rows.js';
import { IsPlainText } from './plain-text.js';

const DAY = { message: 'must be a day, YYYY-MM-DD' };

/** Dates and source of a fact. */
export class DatedDto {
  /** First day it holds. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  @IsISO8601({ strict: true })
  validFrom: string;

  /** Where it is written: a notification, a declaration, a letter. */
  @Length(1, 500)
  @IsPlainText()
  source: string;

  /** The day on which the source said so. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  @IsISO8601({ strict: true })
  asOf: string;

  @IsBoolean()
  verified: boolean;
}

export class AuthorityDto extends DatedDto {
  /** The part after the State's code: `central-authority`. */
  @Matches(/^[a-z0-9][a-z0-9-]{0,59}$/)
  slug: string;

  @IsIn(AUTHORITY_KINDS)
  kind: AuthorityKind;

  @Length(1, 300)
  @IsPlainText()
  name: string;

  @IsTimeZone()
  timeZone: string;

  @ArrayMaxSize(20)
  @ArrayUnique()
  @Matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { each: true })
  languages: string[];

  @IsOptional()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @Matches(/^[a-z0-9-]{1,40}$/, { each: true })
  networks?: string[];

  @IsOptional()
  @Length(1, 200)
  @IsPlainText()
  territory?: string;
}

export class AcceptedLanguageDto extends DatedDto {
  /** BCP 47. */
  @Matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
  language: string;
}

export class CompetenceDto extends DatedDto {
  @Matches(/^[A-Z]{2}-[a-z0-9-]{1,60}$/)
  authorityId: string;

  @IsIn(STAGES)
  stage: CompetenceRow['stage'];

  /** Left out: under any instrument. */
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,100}$/)
  instrument?: string;

  @IsOptional()
  @Matches(/^[a-z0-9-]{1,100}$/)
  form?: string;

  @IsOptional()
  @Length(1, 200)
  @IsPlainText()
  territory?: string;
}

export class ArrangementDto {
  @Matches(/^[A-Z]{2}$/)
  requesting: string;

  @Matches(/^[A-Z]{2}$/)
  requested: string;

  @Matches(/^[a-z0-9-]{1,100}$/)
  instrument: string;

  @IsIn(ARRANGEMENT_MODES)
  mode: ArrangementRow['mode'];

  @Length(1, 1000)
  @IsPlainText()
  reason: string;

  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  @IsISO8601({ strict: true })
  validFrom: string;
}

/** Ends a fact; it is kept, with its last day. An end that lies ahead may be brought forward, and is never put off. */
export class EndFactDto {
  /** First day it no longer holds. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  @IsISO8601({ strict: true })
  on: string;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, Matches, ValidateBy } from 'class-validator';
import { isStateCode } from '@comity/directory';
import { FORMS, type Force, type Form, type LegalBasisOption, type NotAvailable, type Verdict } from '@comity/treaty';

const IsStateCode = () => ValidateBy({ name: 'isStateCode', validator: { validate: isStateCode, defaultMessage: () => 'must be the code of a State (ISO 3166-1 alpha-2)' } });
const DAY = { message: 'must be a day, YYYY-MM-DD' };

export class VersionQuery {
  /** Of the profile; the newest when absent. */
  @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}\.\d{1,4}$/) version?: string;
}

export class LegalBasesQuery {
  /** ISO 3166-1 alpha-2. */
  @IsStateCode() requesting: string;
  @IsStateCode() requested: string;
  @IsIn(FORMS) form: Form;
  /** Day, YYYY-MM-DD; today when absent. */
  @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY) @IsISO8601({ strict: true }) on?: string;
}

export class GroundsQuery extends VersionQuery {
  @IsIn(FORMS) form: Form;
  /** The requested State, whose declarations count. */
  @IsOptional() @IsStateCode() requested?: string;
  /** Whether an offence of the letter is one the instrument itself lists. */
  @IsOptional() @IsIn(['true', 'false']) conventionOffence?: 'true' | 'false';
  /** Day of the decision; today when absent. */
  @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY) @IsISO8601({ strict: true }) on?: string;
}

export class LegalBasisOptionDto {
  instrument: string;
  version: string;
  name: string;
  article: string;
  /** The day it was found to bind. */
  date: string;
  via: LegalBasisOption['via'];
  /** Whether the facts behind it were compared with their source. */
  verified: boolean;
  note?: string;
}

export class NotAvailableDto {
  instrument: string;
  reason: NotAvailable['reason'];
  detail: string;
  rule?: string;
}

export class LegalBasesDto {
  requesting: string;
  requested: string;
  form: Form;
  on: string;
  /** Whether this node applies treaties not in force, as an exercise. */
  training: boolean;
  /** Best first: treaties in force, arrangements, training, reciprocity. */
  bases: LegalBasisOptionDto[];
  /** In force, but the data do not say whether the two are bound: the official looks it up. */
  toCheck: LegalBasisOptionDto[];
  notAvailable: NotAvailableDto[];
}

export class GroundVerdictDto {
  ground: string;
  listed: boolean;
  /** `may`: allowed with reasons. `consult`: after a closed consultation. `no`: not for this form. `never`: forbidden. */
  @ApiProperty({ enum: ['may', 'consult', 'no', 'never'] }) verdict: Verdict;
  rule: string;
  @ApiProperty({ enum: ['binding', 'practice'] }) force: Force;
  detail: string;
  /** Conditions that would cure the objection are tried first. */
  afterConditions: boolean;
  /** Rule by which partial or conditional assistance is weighed first. */
  considerConditionsFirst?: string;
}

export class GroundsDto {
  instrument: string;
  version: string;
  form: Form;
  items: GroundVerdictDto[];
}

import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { FORMS, type Force, type Form, type RuleKind } from '@comity/treaty';
import { FormProfileDto, GroundEntryDto } from './form-profile.dto.js';

export class InstrumentSummaryDto {
  id: string;
  /** Of the profile; a file pins it at transmission. */
  version: string;
  name: string;
  /** `reciprocity` stands in where no instrument binds. */
  kind: 'treaty' | 'reciprocity';
  adopted: string | null;
  /** null while it is not in force. */
  inForceFrom: string | null;
  /** Day on which participation was last looked at. */
  asOf: string;
  source: string;
  verified: boolean;
  /** `full`: requests can rest on it. `stub`: shown to an official, who cannot yet transmit under it alone. */
  depth: 'full' | 'stub';
  /** `to-be-checked`: the data do not say who is bound. */
  participation: 'listed' | 'to-be-checked';
  note?: string;
}

export class InstrumentListItemDto extends InstrumentSummaryDto {
  @ApiProperty({ enum: FORMS, isArray: true }) forms: Form[];
}

export class InstrumentsDto {
  items: InstrumentListItemDto[];
}

export class ParticipationDto {
  state: string;
  from: string;
  /** First day it is no longer bound. */
  until?: string;
  source: string;
  verified: boolean;
}

export class RatificationDto {
  state: string;
  asOf: string;
  source: string;
  verified: boolean;
}

export class DeclarationDto {
  state: string;
  rule: string;
  from: string;
  source: string;
  verified: boolean;
}

export class RuleDto {
  /** `UNCC 40(24)`; a practice rule starts with `practice:`. */
  id: string;
  title: string;
  force: Force;
  date: string;
  source: string;
  /** False until someone has compared it with the treaty's text. */
  verified: boolean;
  /** In our own words; the instrument's text rules. */
  text: string;
}

export class OffenceOfInstrumentDto {
  id: string;
  title: string;
}

export class SeriousCrimeDto {
  ground: string;
  years: number;
  rule: string;
}

/** One kind of assistance, and its reach. */
export class AssistanceEntryDto {
  /** Letter of the article that lists it. */
  rule: string;
  title: string;
  /** For a serious crime that is no offence of the instrument: for evidence in electronic form only, or not at all. */
  forSeriousCrime: 'electronic-evidence' | 'closed';
  verified: boolean;
}

export class AssistanceScopeDto {
  rule: string;
  /** By kind of assistance. */
  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/AssistanceEntryDto' } })
  kinds: Record<string, AssistanceEntryDto>;
}

export class ScopeDto {
  offences: OffenceOfInstrumentDto[];
  seriousCrime: SeriousCrimeDto;
  assistance: AssistanceScopeDto;
}

/** Law as data: one version of an instrument's profile, whole. */
@ApiExtraModels(FormProfileDto, GroundEntryDto, AssistanceEntryDto)
export class InstrumentDto extends InstrumentSummaryDto {
  /** Of its rule ids: `UNCC`. */
  prefix: string;
  parties: ParticipationDto[];
  ratifications: RatificationDto[];
  declarations: DeclarationDto[];
  rules: RuleDto[];
  /** Kind of rule that the statecharts name -> id of the rule. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) kinds: Partial<Record<RuleKind, string>>;
  /** Whether evidence is used for the stated purpose only as a rule, or only where the requested State asked for it. */
  useLimitation: 'always' | 'if-asked';
  /** Grounds the instrument has a word on, also if the word is `never`. */
  grounds: string[];
  /** By form. */
  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/FormProfileDto' } })
  forms: Partial<Record<Form, FormProfileDto>>;
  scope?: ScopeDto;
}

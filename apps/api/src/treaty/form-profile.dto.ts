import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ASSISTANCE_KINDS, type AssistanceKind, type DeadlineKind, type Force, type RuleKind, type Verdict } from '@comity/treaty';

export class CitedDto {
  /** Rule id. */
  rule: string;
  /** `binding`: the instrument's. `practice`: never cited as law. */
  force: Force;
}

export class PostponementDto extends CitedDto {
  allowed: boolean;
  note?: string;
}

export class ConsultationDutyDto extends CitedDto {
  when: 'required' | 'where-appropriate' | 'advised' | 'none';
  verified: boolean;
  why: string;
}

export class ConsultBeforeDto {
  refuse: ConsultationDutyDto;
  postpone: ConsultationDutyDto;
}

export class ReasonsForDto {
  refuse: CitedDto;
  postpone: CitedDto;
}

export class ContentRequirementDto extends CitedDto {
  /** `noun.missing`. */
  code: string;
  title: string;
  /** One of these must be filled: `letter.facts`, `measure.items`. */
  anyOf: string[];
  /** Whether transmission waits for it. */
  blocks: boolean;
  /** Asked only of measures for these kinds of assistance. */
  @ApiPropertyOptional({ enum: ASSISTANCE_KINDS, isArray: true }) onlyFor?: AssistanceKind[];
  /** Asked of all kinds of assistance but these. */
  @ApiPropertyOptional({ enum: ASSISTANCE_KINDS, isArray: true }) notFor?: AssistanceKind[];
  note?: string;
}

export class UnlessDeclaredDto {
  rule: string;
  exceptConventionOffences: boolean;
}

export class GroundEntryDto extends CitedDto {
  /** `may`: allowed with reasons. `consult`: after a closed consultation. `no`: not for this form. `never`: forbidden. */
  verdict: Verdict;
  note?: string;
  /** The verdict becomes `may` where the requested State made a declaration under this rule. */
  unlessDeclared?: UnlessDeclaredDto;
  /** Conditions that would cure the objection are tried first. */
  afterConditions?: boolean;
  verified?: boolean;
}

export class ClockRuleDto {
  code: string;
  kind: DeadlineKind;
  days: number;
  /** Absent: days of 24 hours. Business days go by the confirmed calendar of the authority that has to act. */
  @ApiPropertyOptional({ enum: ['business-days'] }) unit?: 'business-days';
  /** What the days are counted from. */
  from: string;
  rule: string;
  /** The period may be longer, never shorter. */
  minimum: boolean;
}

/** What an instrument says of one form of request. */
export class FormProfileDto {
  article: string;
  articles: string[];
  contents: ContentRequirementDto[];
  /** The rule that lists the grounds. */
  groundsRule: string;
  /** By code of the ground. */
  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/GroundEntryDto' } })
  grounds: Record<string, GroundEntryDto>;
  consultBefore: ConsultBeforeDto;
  considerConditionsFirst?: CitedDto;
  reasonsFor: ReasonsForDto;
  postponement: PostponementDto;
  clocks: ClockRuleDto[];
  /** Kind of rule -> id of the form's own rule. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  kinds?: Partial<Record<RuleKind, string>>;
}

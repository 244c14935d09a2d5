import { ApiProperty } from '@nestjs/swagger';
import { AUTHORITY_KINDS, STAGES, type AuthorityKind, type CompetenceRow } from '@comity/directory';

/** When a fact holds and where it comes from. Days are YYYY-MM-DD. */
export class FactDto {
  validFrom: string;
  /** First day it no longer holds; null while it has no end. */
  validTo: string | null;
  source: string;
  /** The day on which the source said so. */
  asOf: string;
  /** Whether somebody of that State confirmed it. */
  verified: boolean;
}

export class StateDto extends FactDto {
  /** ISO 3166-1 alpha-2. */
  code: string;
  /** Short names in the six languages of the United Nations, by language. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) names: Record<string, string>;
  /** Whether this node keeps that State's files; the others are off-network. */
  hosted: boolean;
}

export class StatesDto {
  /** In order of codes. */
  items: StateDto[];
}

export class AcceptedLanguageFactDto extends FactDto {
  /** BCP 47. */
  language: string;
}

export class AuthorityFactDto extends FactDto {
  id: string;
  @ApiProperty({ enum: AUTHORITY_KINDS }) kind: AuthorityKind;
  name: string;
  /** IANA name. */
  timeZone: string;
  /** BCP 47. */
  languages: string[];
  /** Networks a point of contact serves: `uncc-41`, `budapest-35`. */
  networks: string[];
  territory: string | null;
}

/** Which authority does what; null stands for any. */
export class CompetenceFactDto extends FactDto {
  id: string;
  authorityId: string;
  instrument: string | null;
  @ApiProperty({ enum: STAGES }) stage: CompetenceRow['stage'];
  form: string | null;
  territory: string | null;
}

export class PublicKeyDto {
  kid: string;
  /** Public JWK (RFC 7517), Ed25519. */
  @ApiProperty({ type: 'object', additionalProperties: true }) jwk: Record<string, unknown>;
  validFrom: string;
  validTo: string | null;
  source: string;
  asOf: string;
  verified: boolean;
}

/** What a State has told about itself, as it holds on one day. */
export class StateProfileDto extends StateDto {
  /** The day the facts below are of. */
  on: string;
  /** UNCC 40(13). */
  languagesAccepted: AcceptedLanguageFactDto[];
  authorities: AuthorityFactDto[];
  /** Those authorities that are reached at any hour (UNCC 41). */
  contactPoints: AuthorityFactDto[];
  competences: CompetenceFactDto[];
  /** Keys that verify the State's messages now. */
  publicKeys: PublicKeyDto[];
}

export class EndedFactDto {
  fact: 'authority' | 'acceptedLanguage' | 'competence' | 'arrangement' | 'contactChannel' | 'dutyTurn';
  /** Authority id, language, or the id of the competence, arrangement, contact channel or duty turn. */
  key: string;
  /** First day it no longer holds. */
  validTo: string;
}

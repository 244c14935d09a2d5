import { ApiProperty } from '@nestjs/swagger';
import { NAME_LANGUAGES, type AuthorityKind } from '@comity/directory';
import { type Permission, PERMISSIONS } from '@comity/access';
import { ROLES, type Role } from '@comity/kernel';

/** An account as its own holder sees it. */
export class OwnAccountDto {
  id: string;
  /** ISO 3166-1 alpha-2; ZZ for the node itself. */
  state: string;
  username: string;
  /** `node` for an operator. */
  authorityId: string;
  @ApiProperty({ enum: ROLES, isArray: true }) roles: readonly Role[];
}

export class SessionDto {
  /** To be sent as `Authorization: Bearer`. */
  token: string;
  /** RFC 3339. A suspension, or a change of roles or password, ends it sooner. */
  expiresAt: string;
  account: OwnAccountDto;
}

export class OwnAuthorityDto {
  id: string;
  kind: AuthorityKind;
  name: string;
  /** IANA name: dates of the authority are shown by its clock. */
  timeZone: string;
  /** BCP 47. */
  languages: string[];
}

export class MeDto {
  account: OwnAccountDto;
  /** null for an operator. */
  authority: OwnAuthorityDto | null;
  /** Names of the State in the six languages of the United Nations; null for the node itself. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, nullable: true, description: `By language: ${NAME_LANGUAGES.join(', ')}.` })
  stateNames: Record<string, string> | null;
  @ApiProperty({ enum: ROLES, isArray: true }) roles: readonly Role[];
  /** What the roles allow, `noun.verb`. Which events may be fired, each request says of itself. */
  @ApiProperty({ enum: Object.keys(PERMISSIONS), isArray: true }) permissions: Permission[];
  /** Whether this node applies treaties not in force, as an exercise: to be shown on every view. */
  training: boolean;
}

import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsIn, IsString, Length, Matches } from 'class-validator';
import { ROLES, type Role } from '@comity/kernel';

/** Roles an administrator may give: all but the operator's, who belongs to no State. */
export const GRANTABLE_ROLES = ROLES.filter((role) => role !== 'operator');

/** No State is named: an account is made in the State of whoever makes it. */
export class CreateAccountDto {
  /** Small letters, digits, `.`, `_` and `-`; unique in the State. A function rather than a person's name. */
  @Matches(/^[a-z0-9][a-z0-9._-]{1,62}$/)
  username: string;

  /** At least 12 characters. */
  @IsString()
  @Length(1, 128)
  password: string;

  /** Id of an authority of the State. */
  @Matches(/^[A-Z]{2}-[a-z0-9-]{1,60}$/)
  authorityId: string;

  @ArrayMinSize(1)
  @ArrayMaxSize(4)
  @ArrayUnique()
  @IsIn(GRANTABLE_ROLES, { each: true })
  roles: Role[];
}

export class SuspendAccountDto {
  @Length(1, 1000)
  @Matches(/^[^\0\p{Cs}]+$/u)
  reason: string;
}

export class ChangeRolesDto {
  @ArrayMinSize(1)
  @ArrayMaxSize(4)
  @ArrayUnique()
  @IsIn(GRANTABLE_ROLES, { each: true })
  roles: Role[];
}

export class ResetPasswordDto {
  @IsString()
  @Length(1, 128)
  password: string;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ROLES, type Role } from '@comity/kernel';
import { WholeNumber } from '../http/whole-number.js';

export class AccountsQuery {
  /** Cursor of the page before. */
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  /** 50 when absent. */
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

/** An account of one's own State. The password is never shown, in no form. */
export class AccountDto {
  id: string;
  username: string;
  authorityId: string | null;
  @ApiProperty({ enum: ROLES, isArray: true }) roles: Role[];
  status: 'active' | 'suspended';
  /** Grows with each change; the ETag is made of it. */
  version: number;
  /** Until when sign-in is refused after too many failures, RFC 3339. */
  lockedUntil: string | null;
  createdAt: string;
  changedAt: string;
}

export class AccountsDto {
  /** In order of user names. */
  items: AccountDto[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

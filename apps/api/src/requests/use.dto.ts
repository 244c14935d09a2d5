import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { InSmallLetters } from '@comity/access';
import { WholeNumber } from '../http/whole-number.js';

class RegisterQuery {
  /** One request of one's own State. */
  @IsOptional() @IsUUID() @InSmallLetters() requestId?: string;
  /** ISO 3166-1 alpha-2 of the other State. */
  @IsOptional() @Matches(/^[A-Z]{2}$/) counterpart?: string;
  @IsOptional() @IsString() @MaxLength(1000) after?: string;
  @IsOptional() @WholeNumber() @IsInt() @Min(1) @Max(200) limit?: number;
}

export class UsesQuery extends RegisterQuery {
  @IsOptional() @IsIn(['use', 'onward-transfer', 'exculpatory-disclosure']) kind?: string;
}

export class UseConsentsQuery extends RegisterQuery {
  @IsOptional() @IsIn(['other-use', 'onward-transfer']) kind?: string;
  /** open: not answered yet. */
  @IsOptional() @IsIn(['open', 'granted', 'declined']) answer?: 'open' | 'granted' | 'declined';
}

export class DestinationDto {
  /** ISO 3166-1 alpha-2. */
  state?: string;
  /** An international organization, by its name. */
  organisation?: string;
}

export class UseConditionDto {
  /** use, confidentiality, cost, return or assurance. */
  kind: string;
  text: string;
  /** Office that gives the assurance. */
  signatory?: string;
}

export class ConsentOfUseDto {
  no: number;
  purpose: string;
  askedAt: string;
  answer: string | null;
  answeredAt: string | null;
  conditions: UseConditionDto[] | null;
  limitedTo: string | null;
  /** Of the written consent. */
  reference: string | null;
}

export class UseDto {
  id: string;
  requestId: string;
  ownReference: string;
  /** The State that furnished the evidence. */
  counterpart: string;
  /** Rests on an instrument applied as an exercise. */
  training: boolean;
  measure: number;
  /** use, onward-transfer or exculpatory-disclosure. */
  kind: string;
  purpose: string | null;
  proceeding: string;
  data: string;
  personalData: boolean | null;
  @ApiProperty({ type: DestinationDto, nullable: true }) destination: DestinationDto | null;
  recordedAt: Date;
  /** Account of the official. */
  recordedBy: string | null;
  /** Number of the notice of exculpatory disclosure it rests on. */
  notice: number | null;
  /** The consent it rests on; null where the letter covers it. */
  @ApiProperty({ type: ConsentOfUseDto, nullable: true }) consent: ConsentOfUseDto | null;
}

export class UsesDto {
  items: UseDto[];
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

export class UseConsentDto {
  requestId: string;
  ownReference: string;
  /** Of one's own State: requesting asks, requested answers. */
  side: 'requesting' | 'requested';
  counterpart: string;
  /** Rests on an instrument applied as an exercise. */
  training: boolean;
  measure: number;
  /** From 1 for each measure. */
  no: number;
  /** other-use or onward-transfer. */
  kind: string;
  purpose: string;
  proceeding: string;
  data: string;
  personalData: boolean;
  @ApiProperty({ type: DestinationDto, nullable: true }) destination: DestinationDto | null;
  /** Asked to be given in writing. */
  inWriting: boolean;
  askedAt: Date;
  /** granted or declined; null while open. */
  answer: string | null;
  answeredAt: Date | null;
  @ApiProperty({ type: [UseConditionDto], nullable: true }) conditions: UseConditionDto[] | null;
  limitedTo: string | null;
  reasons: string | null;
  grantedInWriting: boolean | null;
  reference: string | null;
}

export class UseConsentsDto {
  items: UseConsentDto[];
  next?: string;
}

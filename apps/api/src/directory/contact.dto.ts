import { ApiProperty } from '@nestjs/swagger';
import { IsISO8601, IsOptional, Matches } from 'class-validator';
import { CONTACT_KINDS, type ContactKind } from '@comity/directory';
import { FactDto } from './state-fact.dto.js';

export class ContactsQuery {
  /** `uncc-41`, `budapest-35`; all networks where left out. */
  @IsOptional() @Matches(/^[a-z0-9-]{1,40}$/) network?: string;
  /** ISO 3166-1 alpha-2; all States where left out. */
  @IsOptional() @Matches(/^[A-Z]{2}$/) state?: string;
  /** A day, YYYY-MM-DD; where left out today, for channels and turns of duty as it is at each point of contact. */
  @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}$/) @IsISO8601({ strict: true }) on?: string;
}

/** One way in which a point of contact is reached. */
export class ContactChannelFactDto extends FactDto {
  id: string;
  /** Who says so: that State itself, or one's own State of a State without a node. */
  recordedState: string;
  speaksOf: string;
  authorityId: string;
  network: string;
  @ApiProperty({ enum: CONTACT_KINDS }) kind: ContactKind;
  /** A telephone number as E.164 has it. */
  value: string;
  /** BCP 47. */
  languages: string[];
  /** `at-any-hour`, or `HH:MM-HH:MM` in the authority's time zone. */
  hours: string;
  /** Whether a sender may be called back over it. */
  callBack: boolean;
}

/** The point of contact of a State in one network (UNCC 41(1); Budapest 35(1)). */
export class ContactPointDto {
  state: string;
  network: string;
  authorityId: string;
  name: string;
  /** IANA name. */
  timeZone: string;
  /** BCP 47. */
  languages: string[];
  /** Whether one channel or more is open at any hour. */
  atAnyHour: boolean;
  /** Some channel was last compared with its source more than a year before that day (UNCC 41(2): the register is sent round every year). */
  outOfDate: boolean;
  channels: ContactChannelFactDto[];
}

export class ContactPointsDto {
  /** The day the facts are of; in UTC where none was asked for. */
  on: string;
  items: ContactPointDto[];
}

/** A place on one's own duty list; rank 1 is called first. */
export class DutyTurnFactDto extends FactDto {
  id: string;
  authorityId: string;
  network: string;
  rank: number;
  office: string;
  @ApiProperty({ enum: CONTACT_KINDS }) kind: ContactKind;
  value: string;
  hours: string;
}

export class DutyListDto {
  /** The day asked for; today in UTC where none was. */
  on: string;
  items: DutyTurnFactDto[];
}

import { ArrayMaxSize, ArrayUnique, IsBoolean, IsIn, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { CONTACT_KINDS, type ContactKind } from './contact-rows.js';
import { DatedDto } from './directory.dto.js';
import { IsPlainText } from './plain-text.js';

const HOURS = /^(at-any-hour|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$/;
const HOURS_SAID = { message: 'must be at-any-hour, or HH:MM-HH:MM' };

class ReachDto extends DatedDto {
  /** A point of contact. */
  @Matches(/^[A-Z]{2}-[a-z0-9-]{1,60}$/)
  authorityId: string;

  /** `uncc-41`, `budapest-35`. */
  @Matches(/^[a-z0-9-]{1,40}$/)
  network: string;

  @IsIn(CONTACT_KINDS)
  kind: ContactKind;

  /** A telephone number with its country code: `+`, then digits. */
  @Length(1, 200)
  @IsPlainText()
  value: string;

  /** `at-any-hour`, or `HH:MM-HH:MM` in the authority's time zone. */
  @Matches(HOURS, HOURS_SAID)
  hours: string;
}

export class ContactChannelDto extends ReachDto {
  /** Whose point of contact; one's own State where left out. Another one only while it has no node of its own here. */
  @IsOptional()
  @Matches(/^[A-Z]{2}$/)
  state?: string;

  /** BCP 47. */
  @ArrayMaxSize(20)
  @ArrayUnique()
  @Matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { each: true })
  languages: string[];

  /** Whether a sender may be called back over it; telephones only. */
  @IsBoolean()
  callBack: boolean;
}

export class DutyTurnDto extends ReachDto {
  /** 1 is called first. */
  @IsInt()
  @Min(1)
  @Max(20)
  rank: number;

  /** An office, never a person's name. */
  @Length(1, 300)
  @IsPlainText()
  office: string;
}

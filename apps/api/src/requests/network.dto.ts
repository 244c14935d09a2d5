import { IsOptional } from 'class-validator';
import { IsInstant } from '../http/instant.js';

export class EmergenciesQuery {
  /** First instant of transmission, RFC 3339; from the beginning where left out. */
  @IsOptional() @IsInstant() from?: string;
  /** First instant no longer counted; now where left out. */
  @IsOptional() @IsInstant() to?: string;
}

/** Of the emergencies disclosed. */
export class FormalRequestCountDto {
  /** The formal request was made. */
  followed: number;
  outstanding: number;
  /** Of those outstanding: the term has passed. */
  overdue: number;
}

export class EmergencyCountDto {
  total: number;
  /** The sender was called back and confirmed. */
  verified: number;
  /** The sender was called back and denied. */
  denied: number;
  disclosed: number;
  refused: number;
  noDataFound: number;
  /** Withdrawn, referred, or could not be executed. */
  otherEnd: number;
  open: number;
  formalRequest: FormalRequestCountDto;
}

export class EmergencyCountsDto {
  received: EmergencyCountDto;
  sent: EmergencyCountDto;
}

/** Emergency disclosures (UNCC 41(3)(e)) of one's own State in earnest, by number. */
export class EmergenciesDto extends EmergencyCountsDto {
  from: string | null;
  to: string;
  /** Those that rest on an instrument applied as an exercise: counted apart and never mixed with earnest. */
  exercises: EmergencyCountsDto;
}

export class DutyReviewDto {
  requestId: string;
  ownReference: string;
  side: 'requesting' | 'requested';
  counterpart: string;
  /** Rests on an instrument applied as an exercise. */
  training: boolean;
  measure: number;
  form: string;
  /** Act of the duty officer that waits for review, or was objected to; one measure may have one of each. */
  act: string;
  actedAt: string;
  /** All that was done alone and waits for this review, in order. */
  acts: string[];
  dueAt: string;
  /** The hours have passed. */
  overdue: boolean;
  /** `due`, or `objected`: an official withdraws or refuses. */
  status: 'due' | 'objected';
  /** An objection stands, to this act or to an earlier one. */
  objected: boolean;
}

export class DutyReviewsDto {
  /** Most overdue first; at most 500. */
  items: DutyReviewDto[];
}

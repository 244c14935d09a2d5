import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { CheckpointDto } from './log.dto.js';

/** One's own log, as a counterpart confirmed to have seen it. */
export class SeenByDto {
  counterpart: string;
  /** Number of the showing, from 1 for each counterpart. */
  seq: number;
  /** Entries the checkpoint covers. */
  size: number;
  /** Hex. */
  root: string;
  /** When the counterpart saw it, by its own signed word. RFC 3339. */
  at: string;
  /** C2SP checkpoint with the counterpart's cosignature: keep it, and give it to `comity verify --checkpoint`. */
  note: string;
  /** The counterpart's verifier key. */
  key: string;
}

/** A counterpart's log, as it was seen here. */
export class SeenOfDto {
  counterpart: string;
  seq: number;
  size: number;
  /** Hex. */
  root: string;
  /** When it was seen here. */
  at: string;
  /** C2SP checkpoint, as the counterpart signed it. */
  note: string;
  /** Verifier key of the counterpart's log. */
  key: string;
  /** When its last message came: one that sends messages and shows no checkpoint is to be asked why. Null where none came. */
  lastMessageAt: string | null;
}

export class ContradictingDto {
  seq: number;
  size: number;
  /** C2SP checkpoint, signed by the State whose log it is. */
  checkpoint: string;
}

export class WitnessAlarmDto {
  id: string;
  counterpart: string;
  /** Whose log contradicts what was seen of it: `own`, as the counterpart proved, or `counterpart`. */
  log: 'own' | 'counterpart';
  /** `smaller`, `inconsistent` or `unproved`. */
  kind: 'smaller' | 'inconsistent' | 'unproved';
  /** What that means. */
  detail: string;
  /** What had been seen before. */
  known: ContradictingDto;
  /** What contradicts it. */
  shown: ContradictingDto;
  raisedAt: string;
  settledAt: string | null;
  /** Account that settled it. */
  settledBy: string | null;
  reason: string | null;
}

export class OwnLogSeenDto {
  /** Entries that have a place in the tree. */
  size: number;
  @ApiProperty({ type: CheckpointDto, nullable: true }) checkpoint: CheckpointDto | null;
  seenBy: SeenByDto[];
}

export class WitnessesDto {
  own: OwnLogSeenDto;
  others: SeenOfDto[];
  /** Newest first, at most 500. */
  alarms: WitnessAlarmDto[];
}

export class SettleAlarmDto {
  /** Why the log is followed from what was shown last: what happened, and by which letter the other State confirmed it. */
  @IsString() @IsNotEmpty() @MaxLength(2000) reason: string;
}

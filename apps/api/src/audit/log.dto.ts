import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { InSmallLetters } from '@comity/access';
import { WholeNumber } from '../http/whole-number.js';

/** Entries of a log; sizes are counted from 1. */
const Size = () => (target: object, key: string): void => {
  for (const decorate of [WholeNumber(), IsInt(), Min(1), Max(Number.MAX_SAFE_INTEGER)]) decorate(target, key);
};

export class CheckpointQuery {
  /** Entries it covers; the newest when absent. */
  @IsOptional() @Size() size?: number;
}

export class InclusionQuery {
  /** Id of the entry, as the answer of an act gives it. */
  @IsUUID() @InSmallLetters() entry: string;
}

export class ConsistencyQuery {
  /** Entries of the earlier tree. */
  @Size() from: number;
  /** Entries of the later tree; that of the newest checkpoint when absent. */
  @IsOptional() @Size() to?: number;
}

export class CheckpointDto {
  /** Entries it covers. */
  size: number;
  /** C2SP tlog-checkpoint, as `comity verify` and other readers of logs take it. */
  note: string;
  /** C2SP verifier key. That it is the State's, the directory says. */
  key: string;
}

export class LogStatusDto {
  /** First line of every checkpoint of this log. */
  origin: string;
  /** Entries that have a place in the tree. */
  size: number;
  /** Entries that have none yet; they get one within a second or so. */
  pending: number;
  /** The newest; null while nothing was signed. */
  checkpoint: CheckpointDto | null;
}

export class InclusionProofDto {
  comity: 'inclusion-proof';
  entryId: string;
  subject: string;
  /** Number in its subject's chain, from 1. */
  seq: number;
  /** RFC 6962: SHA-256 of 0x00 and the entry's canonical bytes, hex. */
  leafHash: string;
  /** Place in the tree, from 0. */
  index: number;
  /** Entries in the tree. */
  size: number;
  /** RFC 6962 2.1.1, hex, the leaf's neighbour first. */
  @ApiProperty({ type: [String] }) hashes: string[];
  /** Of that size. */
  checkpoint: string;
  key: string;
}

export class ProvedHeadDto {
  size: number;
  /** Hex. */
  root: string;
  /** Where one of this size was signed. */
  checkpoint?: string;
}

export class ConsistencyProofDto {
  comity: 'consistency-proof';
  from: ProvedHeadDto;
  to: ProvedHeadDto;
  /** RFC 6962 2.1.2, hex. */
  @ApiProperty({ type: [String] }) hashes: string[];
  key: string;
}

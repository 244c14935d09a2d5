import { IsInt, IsOptional, IsString, IsUUID, Length, Min } from 'class-validator';
import { InSmallLetters } from '@comity/access';
import type { ItemRow, PackageRow } from './package.js';

export class OpenPackageDto {
  /** The request whose measure the data were collected for. */
  @IsUUID() @InSmallLetters()
  requestId: string;

  /** Number of the measure. */
  @IsInt()
  @Min(1)
  measure: number;

  /** How the data were obtained, where the request asked for a procedure (UNCC 40(17)). */
  @IsOptional()
  @IsString()
  @Length(1, 4000)
  procedure?: string;
}

export class EvidenceFileDto {
  /** From 1, in the order of collection. */
  number: number;
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** 64 lower-case hex digits. */
  sha256: string;
  /** `stored`: uploaded here; `expected`: not arrived yet; `verified`, `mismatch`, `missing`: what verification found. */
  status: 'stored' | 'expected' | 'verified' | 'mismatch' | 'missing';
}

export class EvidencePackageDto {
  id: string;
  requestId: string;
  measure: number;
  direction: 'sent' | 'received';
  status: 'open' | 'sealed' | 'transmitted' | 'received' | 'verified' | 'disputed';
  counterpart: string;
  openedAt: string;
  procedure?: string;
  /** SHA-256 of the manifest's canonical JSON, once sealed. */
  manifestSha256?: string;
  sealedAt?: string;
  transmittedAt?: string;
  verifiedAt?: string;
  /** What the last verification found wrong: `evidence.hash-mismatch` or `evidence.missing`. */
  fault?: string;
  files: EvidenceFileDto[];
}

export function fileView(row: ItemRow): EvidenceFileDto {
  return {
    number: row.number,
    name: row.name,
    mediaType: row.media_type,
    size: Number(row.size),
    sha256: row.sha256.toString('hex'),
    status: row.status,
  };
}

export function packageView(row: PackageRow, items: readonly ItemRow[]): EvidencePackageDto {
  return {
    id: row.id,
    requestId: row.request_id,
    measure: row.measure,
    direction: row.direction,
    status: row.status,
    counterpart: row.counterpart,
    openedAt: row.opened_at.toISOString(),
    ...(row.procedure !== null && { procedure: row.procedure }),
    ...(row.manifest_sha256 && { manifestSha256: row.manifest_sha256.toString('hex') }),
    ...(row.sealed_at && { sealedAt: row.sealed_at.toISOString() }),
    ...(row.transmitted_at && { transmittedAt: row.transmitted_at.toISOString() }),
    ...(row.verified_at && { verifiedAt: row.verified_at.toISOString() }),
    ...(row.fault !== null && { fault: row.fault }),
    files: items.map(fileView),
  };
}

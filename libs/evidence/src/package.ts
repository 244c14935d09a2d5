import type { StateCode } from '@comity/kernel';

export type PackageStatus = 'open' | 'sealed' | 'transmitted' | 'received' | 'verified' | 'disputed';
export type ItemStatus = 'stored' | 'expected' | 'verified' | 'mismatch' | 'missing';
export type EvidenceFault = 'evidence.hash-mismatch' | 'evidence.missing';

/** A row of evidence_package, its manifest apart. */
export interface PackageRow {
  id: string;
  request_id: string;
  measure: number;
  direction: 'sent' | 'received';
  status: PackageStatus;
  counterpart: StateCode;
  opened_at: Date;
  procedure: string | null;
  manifest_sha256: Buffer | null;
  sealed_at: Date | null;
  transmitted_at: Date | null;
  verified_at: Date | null;
  fault: EvidenceFault | null;
}

/** A row of evidence_item; `size` is text because PostgreSQL's bigint outgrows a double. */
export interface ItemRow {
  number: number;
  name: string;
  media_type: string;
  size: string;
  sha256: Buffer;
  status: ItemStatus;
  stored_at: Date | null;
  /** Set by an erasure; the bytes may still be there for another request. */
  erased_at: Date | null;
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@comity/database';
import type { Json, StateCode } from '@comity/kernel';

/** A package of evidence, as an act on its measure needs to know it. */
export interface PackageFacts {
  sealed: boolean;
  files: number;
  /** RFC 3339; absent while it is open. */
  sealedAt?: string;
  /** What crosses with EVIDENCE_TRANSMITTED: names, sizes, SHA-256 of each file, and the manifest's own hash. */
  manifest: Record<string, Json>;
}

/** What this room asks of the one above it that keeps the evidence. Every call runs in the act's transaction. */
export interface EvidenceKeeper {
  packageFacts(tx: Tx, requestId: string, measure: number, packageId: string): Promise<PackageFacts | undefined>;
  /** After TRANSMIT_EVIDENCE was decided. */
  transmitted(tx: Tx, packageId: string, at: Date): Promise<void>;
  /** On EVIDENCE_TRANSMITTED: opens the received package, to be copied and verified. */
  received(tx: Tx, request: { id: string; measure: number; counterpart: StateCode }, manifest: Record<string, Json>, at: Date): Promise<void>;
  /**
   * On EVIDENCE_TRANSMITTED that was transcribed: the bytes came by hand and were hashed as they were entered.
   * @throws Problem 409 when there is no such package, filled and sealed here
   */
  receivedByHand(tx: Tx, request: { id: string; measure: number }, packageId: string, at: Date): Promise<void>;
  /** After DISPUTE_RECEIPT here, or RECEIPT_DISPUTED from the other State. */
  disputed(tx: Tx, requestId: string, measure: number): Promise<void>;
  /** How far the newest received package of the measure was verified. */
  receipt(tx: Tx, requestId: string, measure: number): Promise<'pending' | 'verified' | 'mismatch'>;
}

/** Where the evidence room puts itself in when it starts: it depends on this room, never the other way round. */
@Injectable()
export class EvidenceDesk {
  private keeper?: EvidenceKeeper;

  register(keeper: EvidenceKeeper): void {
    if (this.keeper && this.keeper !== keeper) throw new Error('an evidence keeper is registered already');
    this.keeper = keeper;
  }

  /** @throws Error when nothing is registered yet */
  get(): EvidenceKeeper {
    if (!this.keeper) throw new Error('no evidence keeper is registered: the application has not started fully');
    return this.keeper;
  }
}

import type { Tx } from '@comity/database';
import type { Side, StateCode } from '@comity/kernel';

/** Injects {@link EvidencePlaces}. */
export const EVIDENCE_PLACES = Symbol('EvidencePlaces');

/** Where a package belongs: the measure of a file of the transaction's State, as evidence needs to know it. */
export interface EvidencePlace {
  side: Side;
  counterpart: StateCode;
  /** Form of the measure. */
  form?: string;
  /** Whether the measure is in a state in which data may be collected. */
  collecting: boolean;
  /** When not collecting: why, and what to do, for the official. */
  why?: string;
}

/** What evidence asks of the requests' room, which owns files and statecharts. */
export interface EvidencePlaces {
  /** @returns null when the State has no such file or measure */
  place(tx: Tx, requestId: string, measure: number): Promise<EvidencePlace | null>;
}

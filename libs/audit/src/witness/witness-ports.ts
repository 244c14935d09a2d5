import type { Tx } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import type { Contradiction } from './judge.js';
import type { SignedShown, StateKeys } from './shown.js';

/** What a witness holds, as it tells the State whose log it is. */
export interface ToldKnown {
  seq: number;
  size: number;
  /** Signed by the State it is told to: so it need not believe the witness. */
  checkpoint: string;
}

/** What a witness answers. */
export type WitnessAnswer =
  /** `note`: the checkpoint, cosigned. */
  | { status: 'seen'; seq: number; note: string }
  | { status: 'late' | 'prove'; known: ToldKnown }
  | { status: 'contradicts'; what: Contradiction; known: ToldKnown }
  | { status: 'rejected'; code: string; detail: string };

/** The way to other States' witnesses, and who they are. The application wires it. */
export interface WitnessRoute {
  /** Counterparts whose node answers by itself. */
  counterparts(tx: Tx): Promise<StateCode[]>;
  /** @throws when it is not known to have arrived; the same bytes are shown again later */
  show(to: StateCode, doc: SignedShown): Promise<WitnessAnswer>;
}
export const WITNESS_ROUTE = Symbol('WitnessRoute');

/** Keys of States' logs, by the directory. */
export interface WitnessKeys {
  keysOf(state: StateCode, at: Date): Promise<StateKeys>;
}
export const WITNESS_KEYS = Symbol('WitnessKeys');

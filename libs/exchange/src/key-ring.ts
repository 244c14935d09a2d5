import type { StateCode } from '@comity/kernel';
import type { PublicKey } from './jws.js';

export const KEY_RING = Symbol('KeyRing');

/** Public keys of States, wherever the node keeps them (the directory). */
export interface KeyRing {
  /** Keys of the State valid at the time; none for an unknown State. */
  publicKeys(state: StateCode, at: Date): Promise<readonly PublicKey[]>;
}

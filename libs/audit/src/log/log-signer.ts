import type { Tx } from '@comity/database';
import type { StateCode } from '@comity/kernel';
import type { NoteKey } from '../note/checkpoint.js';

export interface LogKey extends NoteKey {
  kid: string;
}

/**
 * The keys that sign a State's log. The application wires it to the State's signing keys.
 *
 * A head names its key when it is committed, and MUST be signed with that one, though it be retired by then: else two
 * signers of one head could sign with different keys.
 */
export interface LogSigner {
  /** Whether the State has a key here: without one its log waits. */
  hasKey(state: StateCode): Promise<boolean>;
  /** The key that signs heads committed now. */
  current(tx: Tx, at: Date): Promise<LogKey>;
  /** The key a head names. @throws Error when it isn't there */
  byKid(tx: Tx, kid: string): Promise<LogKey>;
}

export const LOG_SIGNER = Symbol('LogSigner');

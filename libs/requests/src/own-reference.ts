import { isUniqueViolation, type Tx } from '@comity/database';
import { conflict } from '@comity/kernel';
import type { RequestFile } from './request-file.entity.js';

/** Keeps the reference under which the own State finds the file from now on; left under way. */
export function keepReference(tx: Tx, { id, ownReference }: RequestFile): void {
  void tx.prepared('requests_reference', 'UPDATE request_file SET own_reference = $3 WHERE state = $1 AND id = $2', [tx.state, id, ownReference]);
}

/**
 * Makes the refusal of a reference that another file of the State bears into an answer that says where it was given.
 * @throws Problem 409 `reference.taken`; any other error as it came
 */
export function rethrowReference(error: unknown, reference: unknown, pointer: string): never {
  if (!isUniqueViolation(error, 'request_file_state_own_reference_key')) throw error;
  throw conflict('reference.taken', `Another request of yours has the reference ${typeof reference === 'string' ? reference : ''}. Choose another.`, undefined, [
    { pointer, code: 'reference.taken', detail: 'Already used.' },
  ]);
}

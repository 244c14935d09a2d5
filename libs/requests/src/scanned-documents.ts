import type { Tx } from '@comity/database';
import { unprocessable, type Official, type Problem } from '@comity/kernel';

/** Notes who took in the scan of a letter; the same bytes from the same official are noted once. */
export async function recordScan(tx: Tx, actor: Official, sha256: string, at: Date): Promise<void> {
  await tx.query('INSERT INTO scanned_document (state, sha256, uploaded_by, uploaded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [tx.state, sha256, actor.accountId, at]);
}

/**
 * That the bytes were taken in as a scan. What is only stored may be evidence: to name its hash, which manifests tell,
 * would open it to all who read transcriptions, without an entry, and past its erasure.
 * @throws Problem 422 `transcription.document-missing`
 */
export async function assertScanned(tx: Tx, sha256: string): Promise<void> {
  const [scan] = await tx.query('SELECT 1 FROM scanned_document WHERE state = $1 AND sha256 = $2 LIMIT 1', [tx.state, sha256]);
  if (!scan) throw documentMissing();
}

/** One answer for bytes never stored and for bytes stored as something else, so that nobody learns which. */
export const documentMissing = (): Problem =>
  unprocessable('transcription.document-missing', 'Upload the scan of the letter first, by POST /transcriptions/documents; it is the proof.', undefined, [
    { pointer: '/document/sha256', code: 'transcription.document-missing', detail: 'Was not uploaded as a scan.' },
  ]);

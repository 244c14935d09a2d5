import type { Tx } from '@comity/database';
import { contentErased, unprocessable, type Official, type Problem } from '@comity/kernel';

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

/** The bytes may still be there for another request. @throws Problem 410 `content.erased` */
export async function assertScanKept(tx: Tx, transcriptionId: string): Promise<void> {
  const [erased] = await tx.query('SELECT 1 FROM transcription WHERE state = $1 AND id = $2 AND erased_at IS NOT NULL', [tx.state, transcriptionId]);
  if (erased) throw contentErased('The scan of this letter was erased when its period was over. Its hash and the entry of its erasure are on record.');
}

/** One answer for bytes never stored and for bytes stored as something else, so that nobody learns which. */
export const documentMissing = (): Problem =>
  unprocessable('transcription.document-missing', 'Upload the scan of the letter first, by POST /transcriptions/documents; it is the proof.', undefined, [
    { pointer: '/document/sha256', code: 'transcription.document-missing', detail: 'Was not uploaded as a scan.' },
  ]);

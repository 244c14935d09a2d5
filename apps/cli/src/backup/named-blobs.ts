import { blobPlace } from '@comity/evidence';
import type { StateCode } from '@comity/kernel';
import { BLOBS } from './blobs.js';

/** Hashes of what rows of a State say is in its store: documents, evidence, scans of letters; not what was erased, nor what is still to be copied. */
export const NAMED_BLOBS = `SELECT a.sha256 FROM attachment a WHERE a.state = $1 AND a.verified AND a.erased_at IS NULL
  UNION SELECT encode(i.sha256, 'hex') FROM evidence_item i WHERE i.state = $1 AND i.status IN ('stored', 'verified') AND i.erased_at IS NULL
  UNION SELECT t.document_sha256 FROM transcription t WHERE t.state = $1 AND t.erased_at IS NULL ORDER BY 1`;

/** Where a blob lies in the data folder, and in a backup. */
export const blobPath = (state: StateCode, sha256: string): string => `${BLOBS}/${blobPlace(state, sha256)}`;

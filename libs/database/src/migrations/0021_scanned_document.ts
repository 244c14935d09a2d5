import type { Migration } from '../migration.js';

/**
 * Which scans of letters officials of a State took in. A hash in the State's store is no proof that whoever names it ever
 * had the bytes: evidence lies there too.
 */
export const scannedDocument: Migration = {
  id: '0021_scanned_document',
  sql: `
CREATE TABLE scanned_document (
  state text NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  uploaded_by uuid NOT NULL,
  -- The first time.
  uploaded_at timestamptz NOT NULL,
  PRIMARY KEY (state, sha256, uploaded_by)
);
CALL protect_state_table('scanned_document');
GRANT SELECT, INSERT ON scanned_document TO comity_app;
-- Who removes erased bytes from the store must see which scans are still needed.
GRANT SELECT (state, document_sha256, erased_at) ON transcription TO comity_worker;
`,
};

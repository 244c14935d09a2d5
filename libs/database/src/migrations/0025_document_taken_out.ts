import type { Migration } from '../migration.js';

/**
 * A document taken out of a draft does not cross, and is shown no more. Its row stays: the log tells of the document, a
 * dossier is held to the log, and an erasure finds the bytes by the row.
 */
export const documentTakenOut: Migration = {
  id: '0025_document_taken_out',
  sql: `
ALTER TABLE attachment ADD COLUMN taken_out_at timestamptz CHECK (taken_out_at IS NULL OR origin = 'own');
GRANT UPDATE (taken_out_at) ON attachment TO comity_app;
`,
};

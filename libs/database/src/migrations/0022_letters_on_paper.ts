import type { Migration } from '../migration.js';

/**
 * Documents named in a letter on paper have no bytes that a node could copy: they are on the paper. And a copy that failed
 * is tried again after those that were not tried yet, so that documents lost for good hold up none that can be had.
 */
export const lettersOnPaper: Migration = {
  id: '0022_letters_on_paper',
  sql: `
ALTER TABLE attachment ADD COLUMN on_paper boolean NOT NULL DEFAULT false;
ALTER TABLE attachment ADD COLUMN copy_failed_at timestamptz;
ALTER TABLE attachment ADD CHECK (NOT (on_paper AND verified));
CREATE INDEX attachment_to_copy ON attachment (state, copy_failed_at NULLS FIRST, added_at) WHERE NOT verified AND NOT on_paper AND erased_at IS NULL;
GRANT UPDATE (copy_failed_at) ON attachment TO comity_app, comity_worker;

-- A letter that comes again is found by its scan.
CREATE INDEX transcription_document ON transcription (state, document_sha256);
`,
  eachState: [
    {
      table: 'attachment',
      where: `NOT verified AND origin = 'counterpart'`,
      // Enclosures are entered with the time at which their message took effect.
      change: `UPDATE attachment a SET on_paper = EXISTS (SELECT FROM inbox_message m
          WHERE m.state = a.state AND m.thread_id = a.file_id AND m.provenance = 'transcribed' AND m.applied_at = a.added_at)
        WHERE NOT verified AND origin = 'counterpart'`,
    },
  ],
};

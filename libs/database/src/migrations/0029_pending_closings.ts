import type { Migration } from '../migration.js';

/** Ends of consultations that were typed from a letter and wait for a second person: no consultation lapses meanwhile, and each claim of what is due asks. */
export const pendingClosings: Migration = {
  id: '0029_pending_closings',
  sql: `
CREATE INDEX transcription_pending_closings ON transcription (state, thread_id, measure) WHERE status = 'proposed' AND type IN ('CONSULTATION_AGREED', 'CONSULTATION_ENDED');
GRANT SELECT (thread_id, measure, type, status) ON transcription TO comity_worker;
`,
};

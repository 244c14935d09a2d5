import type { Migration } from '../migration.js';

/** Openings of consultations that have not left, by what they are about: no term runs while one waits, and each claim of what is due asks. */
export const waitingOpenings: Migration = {
  id: '0026_waiting_openings',
  sql: `
CREATE INDEX outbox_message_waiting_openings ON outbox_message (state, thread_id, measure) WHERE type = 'CONSULTATION_OPENED' AND status NOT IN ('delivered', 'dispatched');
`,
};

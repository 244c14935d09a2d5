import type { Migration } from '../migration.js';

/** A term that is counted from when its message left is moved, and the file and the feed of changes say so. */
export const movedDeadlines: Migration = {
  id: '0028_moved_deadlines',
  sql: `
ALTER TABLE clock_event DROP CONSTRAINT clock_event_type_check,
  ADD CONSTRAINT clock_event_type_check CHECK (type IN ('DEADLINE_SET', 'DEADLINE_MOVED', 'DEADLINE_ENDED', 'ALARM_ESCALATED', 'ALARM_ACKNOWLEDGED'));
`,
};

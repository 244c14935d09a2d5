import type { Migration } from '../migration.js';

/**
 * The ground of a refusal as a column. Under a policy, the server looks by an index only for what cannot tell of other
 * rows while it is computed; to take a member out of JSON does not count as such. So the index over that expression
 * never served, and refusals on one ground were searched for among all.
 */
export const refusalGround: Migration = {
  id: '0020_refusal_ground',
  sql: `
DROP INDEX file_event_refusal_ground;
ALTER TABLE file_event ADD COLUMN ground text GENERATED ALWAYS AS (payload->>'ground') STORED;
CREATE INDEX file_event_refusal_ground ON file_event (state, ground, at, file_id, seq)
  WHERE type IN ('REFUSE', 'REFUSED') OR (type = 'DECIDE_TRANSMISSION' AND payload->>'outcome' = 'denied');
`,
};

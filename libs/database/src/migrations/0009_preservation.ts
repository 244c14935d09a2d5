import type { Migration } from '../migration.js';

/** Which preservation a measure continues (UNCC 42(8)), to be found from the preservation's side. */
export const preservation: Migration = {
  id: '0009_preservation',
  sql: `
ALTER TABLE measure
  ADD COLUMN follows_request uuid GENERATED ALWAYS AS ((content->'followsPreservation'->>'requestId')::uuid) STORED,
  ADD COLUMN follows_measure integer GENERATED ALWAYS AS ((content->'followsPreservation'->>'measure')::integer) STORED;
CREATE INDEX measure_follows ON measure (state, follows_request, follows_measure) WHERE follows_request IS NOT NULL;
`,
};

import type { Migration } from '../migration.js';

const fact = `
  valid_from date NOT NULL,
  valid_to date,
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
  as_of date NOT NULL,
  verified boolean NOT NULL,
  CHECK (valid_to IS NULL OR valid_to >= valid_from)`;

/** The 24/7 network (UNCC 41; Budapest 35): how its points of contact are reached, who is on duty, what follows an emergency. */
export const network: Migration = {
  id: '0013_network',
  sql: `
-- How the point of contact of a State is reached. A State speaks for itself; of a State without a node others record
-- what the circulated register says (UNCC 41(2)), each for its own files, as with arrangements.
CREATE TABLE contact_channel (
  recorded_state text NOT NULL REFERENCES state (code),
  id uuid NOT NULL,
  speaks_of text NOT NULL REFERENCES state (code),
  authority_id text NOT NULL,
  network text NOT NULL CHECK (network ~ '^[a-z0-9-]{1,40}$'),
  kind text NOT NULL CHECK (kind IN ('telephone', 'email', 'fax', 'secure-messaging')),
  value text NOT NULL CHECK (length(value) BETWEEN 1 AND 200),
  languages text[] NOT NULL,
  -- at-any-hour, or HH:MM-HH:MM in the authority's zone.
  hours text NOT NULL CHECK (hours = 'at-any-hour' OR hours ~ '^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$'),
  -- Whether a sender may be called back over it.
  call_back boolean NOT NULL CHECK (NOT call_back OR kind = 'telephone'),
  ${fact},
  PRIMARY KEY (recorded_state, id)
);
CREATE INDEX contact_channel_of ON contact_channel (speaks_of, network);
ALTER TABLE contact_channel ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_channel FORCE ROW LEVEL SECURITY;
CREATE POLICY read_all ON contact_channel FOR SELECT USING (true);
CREATE POLICY insert_own ON contact_channel FOR INSERT WITH CHECK (recorded_state = current_setting('comity.state', true));
CREATE POLICY update_own ON contact_channel FOR UPDATE USING (recorded_state = current_setting('comity.state', true))
  WITH CHECK (recorded_state = current_setting('comity.state', true));
GRANT SELECT ON contact_channel TO comity_app, comity_worker, comity_operator;
GRANT INSERT ON contact_channel TO comity_app;
GRANT UPDATE (valid_to) ON contact_channel TO comity_app;

-- Who of the own desk is called in which order. The other States need not know.
CREATE TABLE duty_turn (
  state text NOT NULL,
  id uuid NOT NULL,
  authority_id text NOT NULL,
  network text NOT NULL CHECK (network ~ '^[a-z0-9-]{1,40}$'),
  -- 1 is called first.
  rank integer NOT NULL CHECK (rank BETWEEN 1 AND 20),
  -- By office, never by name.
  office text NOT NULL CHECK (length(office) BETWEEN 1 AND 300),
  kind text NOT NULL CHECK (kind IN ('telephone', 'email', 'fax', 'secure-messaging')),
  value text NOT NULL CHECK (length(value) BETWEEN 1 AND 200),
  hours text NOT NULL CHECK (hours = 'at-any-hour' OR hours ~ '^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$'),
  ${fact},
  PRIMARY KEY (state, id)
);
CREATE INDEX duty_turn_order ON duty_turn (state, network, rank);
CALL protect_state_table('duty_turn');
GRANT SELECT ON duty_turn TO comity_app, comity_worker;
GRANT INSERT ON duty_turn TO comity_app;
GRANT UPDATE (valid_to) ON duty_turn TO comity_app;

-- The emergency a formal request follows, to be found from the emergency's side.
ALTER TABLE measure
  ADD COLUMN follows_emergency_request uuid GENERATED ALWAYS AS ((content->'followsEmergency'->>'requestId')::uuid) STORED,
  ADD COLUMN follows_emergency_measure integer GENERATED ALWAYS AS ((content->'followsEmergency'->>'measure')::integer) STORED;
CREATE INDEX measure_follows_emergency ON measure (state, follows_emergency_request, follows_emergency_measure) WHERE follows_emergency_request IS NOT NULL;
CREATE INDEX measure_emergency ON measure (state, file_id) WHERE form = 'emergency-disclosure';
-- Acts of one duty officer that wait for a second person.
CREATE INDEX measure_duty_review ON measure (state, file_id) WHERE chart->'context'->>'reviewDue' = 'true';
`,
};

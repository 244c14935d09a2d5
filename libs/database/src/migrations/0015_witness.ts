import type { Migration } from '../migration.js';

/**
 * What States show each other of their logs: what was shown to whom, what was confirmed, what was seen of others, and
 * contradictions. Nobody may change or delete what was shown or seen; of an alarm only that it was settled is added.
 */
export const witness: Migration = {
  id: '0015_witness',
  sql: `
-- Of one's own log, as it was signed for one counterpart. bytes and signature are sent as stored, however often.
CREATE TABLE witness_shown (
  state text NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  -- From 1 upwards for each counterpart.
  seq bigint NOT NULL CHECK (seq > 0),
  size bigint NOT NULL CHECK (size > 0),
  bytes bytea NOT NULL,
  signature text NOT NULL,
  shown_at timestamptz NOT NULL,
  PRIMARY KEY (state, counterpart, seq)
);

-- Which checkpoints of one's own log a counterpart has confirmed, with its signature under them.
CREATE TABLE witness_ack (
  state text NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  size bigint NOT NULL CHECK (size > 0),
  seq bigint NOT NULL,
  note text NOT NULL,
  key text NOT NULL,
  confirmed_at timestamptz NOT NULL,
  PRIMARY KEY (state, counterpart, seq)
);

-- What was seen of a counterpart's log. 'late': it came after a later one, and was compared by size only.
CREATE TABLE witness_seen (
  state text NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  seq bigint NOT NULL CHECK (seq > 0),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  size bigint NOT NULL CHECK (size > 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  note text NOT NULL,
  key text NOT NULL,
  bytes bytea NOT NULL,
  signature text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('seen', 'late', 'contradicts')),
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (state, counterpart, seq, digest)
);

-- Locked while a showing is judged, so that two at once are judged one after the other.
CREATE TABLE witness_peer (
  state text NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  -- How often it was asked in a row for a proof from what was seen last.
  asked integer NOT NULL DEFAULT 0,
  PRIMARY KEY (state, counterpart)
);

-- A log that contradicts what was seen of it: one's own (as a counterpart told, with proof) or the counterpart's.
CREATE TABLE witness_alarm (
  state text NOT NULL,
  id uuid NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  log text NOT NULL CHECK (log IN ('own', 'counterpart')),
  kind text NOT NULL CHECK (kind IN ('smaller', 'inconsistent', 'unproved')),
  -- Checkpoints: what had been seen, and what contradicts it. Both are signed by the log's State.
  known_seq bigint NOT NULL,
  known_note text NOT NULL,
  shown_seq bigint NOT NULL,
  shown_note text NOT NULL,
  raised_at timestamptz NOT NULL,
  settled_at timestamptz,
  settled_by uuid,
  reason text,
  PRIMARY KEY (state, id),
  CHECK ((settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (reason IS NULL))
);
-- A contradiction that goes on is one alarm until somebody settles it.
CREATE UNIQUE INDEX witness_alarm_open ON witness_alarm (state, counterpart, log) WHERE settled_at IS NULL;

CALL protect_state_table('witness_shown');
CALL protect_state_table('witness_ack');
CALL protect_state_table('witness_seen');
CALL protect_state_table('witness_peer');
CALL protect_state_table('witness_alarm');
GRANT SELECT ON witness_shown, witness_ack, witness_seen, witness_alarm TO comity_app;
GRANT UPDATE (settled_at, settled_by, reason) ON witness_alarm TO comity_app;
GRANT SELECT, INSERT ON witness_shown, witness_ack, witness_seen, witness_peer, witness_alarm TO comity_worker;
GRANT UPDATE (asked) ON witness_peer TO comity_worker;

-- For the operator: that there is an alarm, and between whom.
GRANT SELECT (state, counterpart, log, kind, raised_at, settled_at) ON witness_alarm TO comity_operator;
CREATE POLICY operator_view ON witness_alarm FOR SELECT TO comity_operator USING (true);
CREATE VIEW operator_witness_alarm WITH (security_invoker = true) AS
  SELECT state, counterpart, log, kind, raised_at, settled_at FROM witness_alarm;
GRANT SELECT ON operator_witness_alarm TO comity_operator;
`,
};

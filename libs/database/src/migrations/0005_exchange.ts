import type { Migration } from '../migration.js';

/**
 * Messages between States: threads, what was sent, what was taken in, what was transcribed, and signing keys.
 *
 * No foreign key from messages to `thread`: each row is written by a statement that has just written or locked its
 * thread, and the hot path would pay for the check with one more lookup per message.
 */
export const exchange: Migration = {
  id: '0005_exchange',
  sql: `
-- By what way messages to a counterpart leave. A counterpart without a row is off-network: 'manual'.
CREATE TABLE peer (
  state text NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  transport text NOT NULL CHECK (transport IN ('in-process', 'manual')),
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (state, counterpart)
);

-- Private keys, wrapped by a secret that the database does not hold. A hosted State is one that has a key here.
CREATE TABLE signing_key (
  state text NOT NULL,
  kid text NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  PRIMARY KEY (state, kid)
);

CREATE TABLE thread (
  state text NOT NULL,
  id uuid NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  opened_by text NOT NULL CHECK (opened_by IN ('own', 'counterpart')),
  opened_at timestamptz NOT NULL,
  sent_seq integer NOT NULL DEFAULT 0,
  received_seq integer NOT NULL DEFAULT 0,
  -- The message that could not be handled; those after it wait.
  parked_seq integer,
  parked_code text,
  parked_reason text,
  parked_at timestamptz,
  PRIMARY KEY (state, id)
) WITH (fillfactor = 80);

-- Messages sealed here. bytes and signature never change: a retry sends what was stored.
CREATE TABLE outbox_message (
  state text NOT NULL,
  id uuid NOT NULL,
  thread_id uuid NOT NULL,
  seq integer NOT NULL,
  ack integer NOT NULL,
  counterpart text NOT NULL,
  type text NOT NULL,
  measure integer,
  bytes bytea NOT NULL,
  sha256 bytea NOT NULL,
  signature text NOT NULL,
  transport text NOT NULL CHECK (transport IN ('in-process', 'manual')),
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'to-dispatch', 'dispatched')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  lease_until timestamptz,
  lease_token uuid,
  last_code text,
  last_reason text,
  receipt jsonb,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  -- Of a message sent by hand.
  channel text,
  dispatched_at timestamptz,
  dispatched_by uuid,
  dispatch_reference text,
  PRIMARY KEY (state, id),
  UNIQUE (state, thread_id, seq)
);
CREATE INDEX outbox_message_due ON outbox_message (state, next_attempt_at) WHERE status = 'pending';

-- Messages taken in, one per thread and seq. 'waiting': an earlier one is missing or parked.
CREATE TABLE inbox_message (
  state text NOT NULL,
  id uuid NOT NULL,
  thread_id uuid NOT NULL,
  seq integer NOT NULL,
  ack integer NOT NULL,
  counterpart text NOT NULL,
  type text NOT NULL,
  measure integer,
  bytes bytea NOT NULL,
  sha256 bytea NOT NULL,
  signature text,
  provenance text NOT NULL CHECK (provenance IN ('exchange', 'transcribed')),
  transcription_id uuid,
  status text NOT NULL CHECK (status IN ('applied', 'waiting', 'parked')),
  code text,
  reason text,
  receipt jsonb NOT NULL,
  received_at timestamptz NOT NULL,
  applied_at timestamptz,
  PRIMARY KEY (state, id),
  UNIQUE (state, thread_id, seq),
  CHECK ((provenance = 'exchange') = (signature IS NOT NULL)),
  CHECK ((provenance = 'transcribed') = (transcription_id IS NOT NULL))
);

-- A verified message that contradicts what was taken in or sent before. Kept whole: it is the proof.
CREATE TABLE message_alarm (
  state text NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('same-id', 'same-seq', 'ack-ahead')),
  message_id uuid NOT NULL,
  thread_id uuid NOT NULL,
  seq integer NOT NULL,
  counterpart text NOT NULL,
  bytes bytea NOT NULL,
  sha256 bytea NOT NULL,
  signature text NOT NULL,
  raised_at timestamptz NOT NULL,
  PRIMARY KEY (state, id),
  -- The same contradiction repeated by a retrying sender is one alarm.
  UNIQUE (state, message_id, sha256, kind)
);

-- What officials typed from a letter of an off-network State, until a second person confirms it.
CREATE TABLE transcription (
  state text NOT NULL,
  id uuid NOT NULL,
  thread_id uuid NOT NULL,
  opens_thread boolean NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  type text NOT NULL,
  measure integer,
  -- Number the letter itself bears, if any.
  seq integer,
  ack integer NOT NULL,
  body bytea NOT NULL,
  dated_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  channel text NOT NULL,
  document_id uuid,
  document_sha256 text NOT NULL,
  status text NOT NULL CHECK (status IN ('proposed', 'confirmed', 'declined')),
  proposed_by uuid NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by uuid,
  decided_at timestamptz,
  decline_reason text,
  message_id uuid,
  PRIMARY KEY (state, id),
  CHECK (status <> 'confirmed' OR (decided_by <> proposed_by AND message_id IS NOT NULL))
);
CREATE INDEX transcription_thread ON transcription (state, thread_id);
CREATE INDEX transcription_open ON transcription (state, proposed_at) WHERE status = 'proposed';

CALL protect_state_table('peer');
CALL protect_state_table('signing_key');
CALL protect_state_table('thread');
CALL protect_state_table('outbox_message');
CALL protect_state_table('inbox_message');
CALL protect_state_table('message_alarm');
CALL protect_state_table('transcription');

-- What was sealed, received or typed is never rewritten: UPDATE is granted on the columns that tell its fate only.
GRANT SELECT, INSERT, UPDATE ON peer TO comity_app;
GRANT SELECT ON peer TO comity_worker;
GRANT SELECT, INSERT ON signing_key TO comity_app;
GRANT UPDATE (retired_at) ON signing_key TO comity_app;
GRANT SELECT ON signing_key TO comity_worker;
GRANT SELECT, INSERT, UPDATE ON thread TO comity_app, comity_worker;
GRANT SELECT, INSERT ON outbox_message, inbox_message TO comity_app, comity_worker;
GRANT UPDATE (transport, status, attempts, next_attempt_at, lease_until, lease_token, last_code, last_reason, receipt,
  settled_at, channel, dispatched_at, dispatched_by, dispatch_reference) ON outbox_message TO comity_app, comity_worker;
GRANT UPDATE (status, code, reason, applied_at) ON inbox_message TO comity_app, comity_worker;
GRANT SELECT ON message_alarm TO comity_app;
GRANT SELECT, INSERT ON message_alarm TO comity_worker;
GRANT SELECT, INSERT ON transcription TO comity_app;
GRANT UPDATE (status, decided_by, decided_at, decline_reason, message_id) ON transcription TO comity_app;

-- The operator sees delivery and lag of every State: no type of act, no thread, no reason, no byte of content.
GRANT SELECT (state, counterpart, transport, changed_at) ON peer TO comity_operator;
GRANT SELECT (state, id, counterpart, transport, status, attempts, next_attempt_at, lease_until, last_code, created_at,
  settled_at) ON outbox_message TO comity_operator;
GRANT SELECT (state, id, counterpart, provenance, status, code, received_at, applied_at) ON inbox_message TO comity_operator;
GRANT SELECT (state, id, counterpart, kind, raised_at) ON message_alarm TO comity_operator;
CREATE POLICY operator_view ON peer FOR SELECT TO comity_operator USING (true);
CREATE POLICY operator_view ON outbox_message FOR SELECT TO comity_operator USING (true);
CREATE POLICY operator_view ON inbox_message FOR SELECT TO comity_operator USING (true);
CREATE POLICY operator_view ON message_alarm FOR SELECT TO comity_operator USING (true);

CREATE VIEW operator_peer WITH (security_invoker = true) AS
  SELECT state, counterpart, transport, changed_at FROM peer;
CREATE VIEW operator_outbox WITH (security_invoker = true) AS
  SELECT state, id, counterpart, transport, status, attempts, next_attempt_at, lease_until, last_code, created_at, settled_at
  FROM outbox_message;
CREATE VIEW operator_inbox WITH (security_invoker = true) AS
  SELECT state, id, counterpart, provenance, status, code, received_at, applied_at FROM inbox_message;
CREATE VIEW operator_alarm WITH (security_invoker = true) AS
  SELECT state, id, counterpart, kind, raised_at FROM message_alarm;
GRANT SELECT ON operator_peer, operator_outbox, operator_inbox, operator_alarm TO comity_operator;
`,
};

import type { Migration } from '../migration.js';

/** Files of requests: the letter, its measures, every event, terms, attachments. One State's side only; no shared row. */
export const requests: Migration = {
  id: '0006_requests',
  sql: `
CREATE TABLE request_file (
  state text NOT NULL,
  -- Given by the requesting State; both files and the thread of messages go by it. All they share.
  id uuid NOT NULL,
  side text NOT NULL CHECK (side IN ('requesting', 'requested')),
  counterpart text NOT NULL CHECK (counterpart <> state),
  own_reference text NOT NULL,
  counterpart_reference text,
  subject text NOT NULL,
  -- Derived from letter and measures by overallOf(); kept for lists.
  overall text NOT NULL,
  content jsonb NOT NULL,
  -- The letter's statechart: chart, version, value, context.
  letter jsonb NOT NULL,
  particulars jsonb NOT NULL,
  -- Instrument -> version of its profile, pinned at transmission.
  profiles jsonb NOT NULL,
  training boolean NOT NULL,
  confidential boolean NOT NULL,
  urgent boolean NOT NULL,
  supplements uuid,
  -- Accounts that drafted or submitted: none of them may transmit.
  drafted_by uuid[] NOT NULL,
  -- Hash of what is asked about: a second request alike is flagged, never refused.
  likeness text NOT NULL,
  possible_duplicate_of uuid,
  -- Rises with content and legal state only; receipts and readings leave it.
  version integer NOT NULL,
  event_seq integer NOT NULL,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  transmitted_at timestamptz,
  PRIMARY KEY (state, id),
  UNIQUE (state, own_reference)
) WITH (fillfactor = 70);

-- The list: newest change first, keyset on (changed_at, id); covering, so that a page of a million files costs no more.
CREATE INDEX request_file_list ON request_file (state, changed_at DESC, id DESC)
  INCLUDE (side, counterpart, own_reference, counterpart_reference, subject, overall, confidential, urgent, version, created_at, transmitted_at, training);
CREATE INDEX request_file_overall ON request_file (state, overall, changed_at DESC, id DESC);
CREATE INDEX request_file_counterpart ON request_file (state, counterpart, changed_at DESC, id DESC);
-- Both filters at once: else a combination that few files have is searched for among all of the counterpart's.
CREATE INDEX request_file_counterpart_overall ON request_file (state, counterpart, overall, changed_at DESC, id DESC);
CREATE INDEX request_file_likeness ON request_file (state, counterpart, likeness);
CREATE INDEX request_file_counterpart_reference ON request_file (state, counterpart_reference) WHERE counterpart_reference IS NOT NULL;

CREATE TABLE measure (
  state text NOT NULL,
  file_id uuid NOT NULL,
  no integer NOT NULL CHECK (no >= 1),
  form text NOT NULL,
  content jsonb NOT NULL,
  chart jsonb NOT NULL,
  outcome text,
  particulars jsonb NOT NULL,
  PRIMARY KEY (state, file_id, no)
) WITH (fillfactor = 70);

-- Everything that happened in a file, with the facts it was decided on: replaying gives the same states.
CREATE TABLE file_event (
  state text NOT NULL,
  file_id uuid NOT NULL,
  seq integer NOT NULL,
  measure integer,
  type text NOT NULL,
  source text NOT NULL CHECK (source IN ('official', 'counterpart', 'clock', 'node')),
  account_id uuid,
  authority_id text,
  provenance text,
  at timestamptz NOT NULL,
  payload jsonb NOT NULL,
  facts jsonb NOT NULL,
  -- What of ours a message crossed, on the same subject.
  crossed text[] NOT NULL,
  rule text,
  message_id uuid,
  sent jsonb NOT NULL,
  letter_state text NOT NULL,
  measure_state text,
  noted text,
  -- The feed of changes is ordered by transaction, since a later number may commit first.
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (state, file_id, seq)
);
CREATE INDEX file_event_feed ON file_event (state, xact, file_id, seq);

CREATE TABLE deadline (
  state text NOT NULL,
  id uuid NOT NULL,
  file_id uuid NOT NULL,
  measure integer,
  code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('legal', 'agreed', 'suggested', 'internal')),
  due_at timestamptz NOT NULL,
  working text NOT NULL,
  rule text,
  -- The event the clock fires through advance(); null for terms that are only shown and reported on.
  fires text,
  status text NOT NULL CHECK (status IN ('open', 'ended', 'fired')),
  set_at timestamptz NOT NULL,
  settled_at timestamptz,
  PRIMARY KEY (state, id)
);
CREATE INDEX deadline_due ON deadline (state, due_at) WHERE status = 'open' AND fires IS NOT NULL;
CREATE INDEX deadline_file ON deadline (state, file_id);

CREATE TABLE attachment (
  state text NOT NULL,
  id uuid NOT NULL,
  file_id uuid NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  origin text NOT NULL CHECK (origin IN ('own', 'counterpart')),
  -- Copied to this State's own store and hashed there.
  verified boolean NOT NULL,
  added_by uuid,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (state, id)
);
CREATE INDEX attachment_file ON attachment (state, file_id);

CALL protect_state_table('request_file');
CALL protect_state_table('measure');
CALL protect_state_table('file_event');
CALL protect_state_table('deadline');
CALL protect_state_table('attachment');

GRANT SELECT, INSERT, UPDATE ON request_file, deadline TO comity_app, comity_worker;
-- A draft's measures may be removed again.
GRANT SELECT, INSERT, UPDATE, DELETE ON measure TO comity_app, comity_worker;
GRANT SELECT, INSERT ON file_event TO comity_app, comity_worker;
GRANT SELECT, INSERT, DELETE ON attachment TO comity_app, comity_worker;
GRANT UPDATE (verified) ON attachment TO comity_app, comity_worker;

-- The operator sees how many deadlines are due and how late, not of what.
GRANT SELECT (state, id, kind, due_at, status, settled_at) ON deadline TO comity_operator;
CREATE POLICY operator_view ON deadline FOR SELECT TO comity_operator USING (true);
CREATE VIEW operator_deadline WITH (security_invoker = true) AS
  SELECT state, id, kind, due_at, status, settled_at FROM deadline;
GRANT SELECT ON operator_deadline TO comity_operator;
`,
};

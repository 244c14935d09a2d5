import type { Migration } from '../migration.js';

/**
 * Each State's log: entries, the head of each subject's chain, and the contents that entries commit to.
 *
 * Nobody may change or delete an entry; positions in the State's tree will stand in a table of their own. The columns
 * beside `bytes` repeat what the bytes say, to be found by; verifiers trust the bytes alone.
 */
export const audit: Migration = {
  id: '0004_audit',
  sql: `
CREATE TABLE audit_entry (
  state text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  id uuid NOT NULL,
  -- Compared by bytes, so that an export has one order on every server.
  subject text COLLATE "C" NOT NULL CHECK (subject ~ '^((file|account):[0-9a-f-]{36}|peer:[A-Z]{2}|node)$'),
  seq integer NOT NULL,
  type text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  account_id uuid,
  -- Named by an entry of another subject; a file's own entries are found by their subject.
  request_id uuid,
  bytes bytea NOT NULL,
  leaf_hash bytea NOT NULL,
  prev_hash bytea,
  PRIMARY KEY (state, id),
  UNIQUE (state, subject, seq),
  CHECK (seq >= 1 AND (seq = 1) = (prev_hash IS NULL)),
  CHECK (octet_length(prev_hash) = 32),
  CHECK (leaf_hash = sha256('\\x00'::bytea || bytes))
);
CREATE INDEX audit_entry_by_time ON audit_entry (state, at, id);
CREATE INDEX audit_entry_by_type ON audit_entry (state, type, at, id);
CREATE INDEX audit_entry_by_account ON audit_entry (state, account_id, at, id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_entry_by_request ON audit_entry (state, request_id) WHERE request_id IS NOT NULL;
CALL protect_state_table('audit_entry');
GRANT SELECT, INSERT ON audit_entry TO comity_app, comity_worker;

-- seq 0 without a hash: the row was made to be locked, and its first entry comes in the same transaction.
CREATE TABLE audit_chain (
  state text NOT NULL,
  subject text COLLATE "C" NOT NULL,
  seq integer NOT NULL CHECK (seq >= 0),
  leaf_hash bytea CHECK (octet_length(leaf_hash) = 32),
  PRIMARY KEY (state, subject),
  CHECK ((seq = 0) = (leaf_hash IS NULL))
) WITH (fillfactor = 80);
CALL protect_state_table('audit_chain');
GRANT SELECT, INSERT ON audit_chain TO comity_app, comity_worker;
GRANT UPDATE (seq, leaf_hash) ON audit_chain TO comity_app, comity_worker;

-- A head moves one entry at a time; standing still is what the lock of a new row does.
CREATE FUNCTION audit_chain_moved_wrongly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the head of an audit chain moves by one entry, not from % to %', OLD.seq, NEW.seq
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_chain_moves_by_one BEFORE UPDATE ON audit_chain FOR EACH ROW
  WHEN (NEW.seq <> OLD.seq + 1 AND (NEW.seq, NEW.leaf_hash) IS DISTINCT FROM (OLD.seq, OLD.leaf_hash))
  EXECUTE FUNCTION audit_chain_moved_wrongly();

-- Personal content with its salt. Erasing the two leaves the entry and its commitment as they are.
CREATE TABLE audit_content (
  state text NOT NULL,
  entry_id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  salt bytea NOT NULL CHECK (octet_length(salt) = 16),
  content bytea NOT NULL,
  PRIMARY KEY (state, entry_id, name)
);
CALL protect_state_table('audit_content');
GRANT SELECT, INSERT ON audit_content TO comity_app, comity_worker;

-- For the operator: how much each State has logged, never about whom.
CREATE POLICY operator_view ON audit_chain FOR SELECT TO comity_operator USING (true);
GRANT SELECT (state, seq) ON audit_chain TO comity_operator;
CREATE VIEW operator_audit_log WITH (security_invoker = true) AS
  SELECT state, count(*) AS subjects, coalesce(sum(seq), 0)::bigint AS entries FROM audit_chain GROUP BY state;
GRANT SELECT ON operator_audit_log TO comity_operator;
`,
};

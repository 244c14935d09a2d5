import type { Migration } from '../migration.js';

/**
 * Each State's tree over its entries (RFC 6962): which place each entry has, full tiles, the head, signed checkpoints.
 *
 * An act leaves a mark that its entry has no place yet; one integrator per State gives the places, under the lock of
 * the head's row. Nobody may change or delete a row but the worker the head, which only grows; marks go by themselves.
 */
export const log: Migration = {
  id: '0008_log',
  sql: `
-- Entries without a place. Acts of one State write rows of their own here, so none waits for another.
CREATE TABLE audit_pending (
  state text NOT NULL,
  entry_id uuid NOT NULL,
  PRIMARY KEY (state, entry_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CALL protect_state_table('audit_pending');
GRANT SELECT, INSERT ON audit_pending TO comity_app, comity_worker;

CREATE TABLE audit_position (
  state text NOT NULL,
  -- From 0, without gaps.
  position bigint NOT NULL CHECK (position >= 0),
  entry_id uuid NOT NULL,
  PRIMARY KEY (state, position),
  UNIQUE (state, entry_id)
);
CALL protect_state_table('audit_position');
GRANT SELECT ON audit_position TO comity_app;
GRANT SELECT, INSERT ON audit_position TO comity_worker;

-- A mark goes when its entry has its place, and by no other way: no role has the right to delete one.
CREATE FUNCTION audit_unmark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM audit_pending p USING placed WHERE p.state = placed.state AND p.entry_id = placed.entry_id;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_position_unmarks AFTER INSERT ON audit_position REFERENCING NEW TABLE AS placed
  FOR EACH STATEMENT EXECUTE FUNCTION audit_unmark();

-- Full tiles by the layout of C2SP tlog-tiles; partial ones follow from the entries and the roots of the tiles below.
CREATE TABLE audit_tile (
  state text NOT NULL,
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
  -- Over all hashes of the tile: the one that stands for it in the level above.
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  PRIMARY KEY (state, level, index)
);
-- Hashes do not compress: trying to would cost time at each tile.
ALTER TABLE audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CALL protect_state_table('audit_tile');
GRANT SELECT ON audit_tile TO comity_app;
GRANT SELECT, INSERT ON audit_tile TO comity_worker;

CREATE TABLE audit_head (
  state text NOT NULL PRIMARY KEY,
  size bigint NOT NULL CHECK (size >= 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  -- When it was committed, and the key that is to sign it: whoever signs it, signs the same.
  at timestamptz NOT NULL CHECK (at = date_trunc('second', at, 'UTC')),
  kid text CHECK ((size = 0) = (kid IS NULL))
);
CALL protect_state_table('audit_head');
GRANT SELECT ON audit_head TO comity_app;
GRANT SELECT, INSERT ON audit_head TO comity_worker;
GRANT UPDATE (size, root, at, kid) ON audit_head TO comity_worker;

CREATE FUNCTION audit_head_shrank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the head of a log only grows: not from % to %', OLD.size, NEW.size
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head FOR EACH ROW
  WHEN (NEW.size <= OLD.size OR NEW.at < OLD.at) EXECUTE FUNCTION audit_head_shrank();

CREATE TABLE audit_checkpoint (
  state text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  -- C2SP signed-note, as handed out.
  note text NOT NULL,
  -- Verifies it; the directory says whether it is the State's key.
  key text NOT NULL,
  PRIMARY KEY (state, size)
);
CALL protect_state_table('audit_checkpoint');
GRANT SELECT ON audit_checkpoint TO comity_app;
GRANT SELECT, INSERT ON audit_checkpoint TO comity_worker;

-- For the operator: how far each State's log is, never what of.
CREATE POLICY operator_view ON audit_pending FOR SELECT TO comity_operator USING (true);
GRANT SELECT (state) ON audit_pending TO comity_operator;
CREATE POLICY operator_view ON audit_head FOR SELECT TO comity_operator USING (true);
GRANT SELECT (state, size, at) ON audit_head TO comity_operator;
CREATE POLICY operator_view ON audit_checkpoint FOR SELECT TO comity_operator USING (true);
GRANT SELECT (state, size) ON audit_checkpoint TO comity_operator;
CREATE VIEW operator_log_head WITH (security_invoker = true) AS
  SELECT state, coalesce(h.size, 0) AS size, h.at,
    coalesce((SELECT max(c.size) FROM audit_checkpoint c WHERE c.state = s.state), 0) AS signed,
    (SELECT count(*) FROM audit_pending p WHERE p.state = s.state) AS pending
  FROM (SELECT DISTINCT state FROM audit_chain) s LEFT JOIN audit_head h USING (state);
GRANT SELECT ON operator_log_head TO comity_operator;
`,
  // Entries of before have no place either.
  eachState: [{ table: 'audit_entry', change: 'INSERT INTO audit_pending (state, entry_id) SELECT state, id FROM audit_entry' }],
};

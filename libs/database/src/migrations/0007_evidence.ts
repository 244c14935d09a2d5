import type { Migration } from '../migration.js';

/** Packages of evidence and the files in them. The bytes lie in the blob store, under their SHA-256. */
export const evidence: Migration = {
  id: '0007_evidence',
  sql: `
-- The sender's and the receiver's package have one id, and are two rows of two States.
CREATE TABLE evidence_package (
  state text NOT NULL,
  id uuid NOT NULL,
  request_id uuid NOT NULL,
  measure integer NOT NULL CHECK (measure > 0),
  direction text NOT NULL CHECK (direction IN ('sent', 'received')),
  status text NOT NULL CHECK (status IN ('open', 'sealed', 'transmitted', 'received', 'verified', 'disputed')),
  counterpart text NOT NULL CHECK (counterpart <> state),
  opened_at timestamptz NOT NULL,
  opened_by uuid,
  procedure text,
  -- Canonical bytes, never changed once written.
  manifest bytea,
  manifest_sha256 bytea,
  sealed_at timestamptz,
  sealed_by uuid,
  transmitted_at timestamptz,
  verified_at timestamptz,
  -- What the last verification found wrong: 'evidence.hash-mismatch' or 'evidence.missing'.
  fault text,
  PRIMARY KEY (state, id),
  CHECK (status = 'open' OR (manifest IS NOT NULL AND manifest_sha256 IS NOT NULL)),
  -- What came by hand is filled and sealed like what is sent.
  CHECK (CASE direction WHEN 'sent' THEN status IN ('open', 'sealed', 'transmitted', 'disputed')
    ELSE status IN ('open', 'sealed', 'received', 'verified', 'disputed') END)
);
CREATE INDEX evidence_package_request ON evidence_package (state, request_id, measure);
CREATE INDEX evidence_package_to_verify ON evidence_package (state, opened_at) WHERE status = 'received' AND fault IS NULL;

CREATE TABLE evidence_item (
  state text NOT NULL,
  package_id uuid NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL CHECK (size >= 0),
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  -- 'stored': here since it was uploaded; 'expected': named by a manifest, not here yet; then what verification found.
  status text NOT NULL CHECK (status IN ('stored', 'expected', 'verified', 'mismatch', 'missing')),
  stored_at timestamptz,
  stored_by uuid,
  PRIMARY KEY (state, package_id, number),
  CONSTRAINT evidence_item_name UNIQUE (state, package_id, name),
  FOREIGN KEY (state, package_id) REFERENCES evidence_package (state, id)
);

CALL protect_state_table('evidence_package');
CALL protect_state_table('evidence_item');

-- Neither what was collected nor a manifest is ever rewritten or deleted.
GRANT SELECT, INSERT ON evidence_package, evidence_item TO comity_app, comity_worker;
GRANT UPDATE (status, procedure, manifest, manifest_sha256, sealed_at, sealed_by, transmitted_at, verified_at, fault)
  ON evidence_package TO comity_app, comity_worker;
GRANT UPDATE (status, stored_at) ON evidence_item TO comity_app, comity_worker;
`,
};

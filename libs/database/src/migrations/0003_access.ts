import type { Migration } from '../migration.js';

/** Accounts of officials, and the answers kept under Idempotency-Key. */
export const access: Migration = {
  id: '0003_access',
  sql: `
CREATE TABLE account (
  state text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),
  id uuid NOT NULL,
  username text NOT NULL CHECK (username ~ '^[a-z0-9][a-z0-9._-]{1,62}$'),
  password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
  authority_id text,
  roles text[] NOT NULL CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['case-officer', 'central-authority',
    'competent-authority', 'point-of-contact', 'auditor', 'administrator', 'operator']),
  status text NOT NULL CHECK (status IN ('active', 'suspended')),
  -- Grows with status, roles and password; a token made under an older version is refused.
  version integer NOT NULL,
  failed_sign_ins integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (state, id),
  CONSTRAINT account_username UNIQUE (state, username),
  FOREIGN KEY (state, authority_id) REFERENCES authority (state, id),
  -- The node itself (ZZ) has operators and nothing else; no State has one.
  CHECK ((state = 'ZZ') = (roles = ARRAY['operator'])),
  CHECK ((state = 'ZZ') = (authority_id IS NULL)),
  CHECK (NOT 'operator' = ANY (roles) OR cardinality(roles) = 1),
  -- Who reads the record, or keeps the accounts, has no hand in cases.
  CHECK (cardinality(roles) = 1 OR NOT roles && ARRAY['auditor', 'administrator'])
);
CALL protect_state_table('account');
GRANT SELECT, INSERT ON account TO comity_app;
GRANT UPDATE (password_hash, roles, status, version, failed_sign_ins, locked_until, changed_at) ON account TO comity_app;

CREATE TABLE idempotency_key (
  state text NOT NULL,
  account_id uuid NOT NULL,
  route text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  body_hash text NOT NULL,
  status smallint,
  body text,
  headers jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (state, account_id, route, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (state, created_at);
CALL protect_state_table('idempotency_key');
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO comity_app;
GRANT SELECT, DELETE ON idempotency_key TO comity_worker;
`,
};

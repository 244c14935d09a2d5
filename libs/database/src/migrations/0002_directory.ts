import type { Migration } from '../migration.js';

const fact = `
  valid_from date NOT NULL,
  valid_to date,
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
  as_of date NOT NULL,
  verified boolean NOT NULL`;
const factCheck = `CHECK (valid_to IS NULL OR valid_to >= valid_from)`;

/** Everybody reads; only the State a row speaks for writes it. `column` holds that State. */
const shared = (table: string, column: string): string => `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY read_all ON ${table} FOR SELECT USING (true);
CREATE POLICY insert_own ON ${table} FOR INSERT WITH CHECK (${column} = current_setting('comity.state', true));
CREATE POLICY update_own ON ${table} FOR UPDATE USING (${column} = current_setting('comity.state', true))
  WITH CHECK (${column} = current_setting('comity.state', true));
GRANT SELECT ON ${table} TO comity_app, comity_worker, comity_operator;
GRANT INSERT ON ${table} TO comity_app;`;

/**
 * Directory of States: shared reference, every fact dated (valid_to is the first day it no longer holds) and sourced.
 * Facts are ended, never deleted or rewritten: what was true on the day of a request must stay readable.
 */
export const directory: Migration = {
  id: '0002_directory',
  sql: `
CREATE TABLE state (
  code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2}$' AND code <> 'ZZ'),
  hosted boolean NOT NULL,
  ${fact},
  ${factCheck}
);
${shared('state', 'code')}
GRANT UPDATE (hosted, valid_to, source, as_of, verified) ON state TO comity_app;

CREATE TABLE authority (
  state text NOT NULL REFERENCES state (code),
  id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('central', 'competent', 'issuing', 'point-of-contact')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
  time_zone text NOT NULL,
  languages text[] NOT NULL,
  networks text[] NOT NULL DEFAULT '{}',
  territory text,
  ${fact},
  PRIMARY KEY (state, id),
  CHECK (id ~ ('^' || state || '-[a-z0-9-]{1,60}$')),
  ${factCheck}
);
${shared('authority', 'state')}
GRANT UPDATE (valid_to, source, as_of, verified) ON authority TO comity_app;

CREATE TABLE accepted_language (
  state text NOT NULL REFERENCES state (code),
  language text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  ${fact},
  PRIMARY KEY (state, language, valid_from),
  ${factCheck}
);
${shared('accepted_language', 'state')}
GRANT UPDATE (valid_to, source, as_of, verified) ON accepted_language TO comity_app;

-- Which authority does what: under which instrument, at which stage, where. NULL stands for any.
CREATE TABLE competence (
  state text NOT NULL,
  id uuid NOT NULL,
  authority_id text NOT NULL,
  instrument text,
  stage text NOT NULL CHECK (stage IN ('issue', 'transmit', 'receive', 'decide', 'execute')),
  form text,
  territory text,
  ${fact},
  PRIMARY KEY (state, id),
  FOREIGN KEY (state, authority_id) REFERENCES authority (state, id),
  ${factCheck}
);
${shared('competence', 'state')}
GRANT UPDATE (valid_to, source, as_of, verified) ON competence TO comity_app;

-- Public keys that verify a State's messages and checkpoints. Instants, since a key may be withdrawn within a day.
CREATE TABLE state_key (
  state text NOT NULL REFERENCES state (code),
  kid text NOT NULL CHECK (length(kid) BETWEEN 1 AND 200),
  jwk jsonb NOT NULL CHECK (NOT jwk ? 'd'),
  valid_from timestamptz NOT NULL,
  valid_to timestamptz,
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
  as_of date NOT NULL,
  verified boolean NOT NULL,
  PRIMARY KEY (state, kid),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
${shared('state_key', 'state')}
GRANT UPDATE (valid_to, source, as_of, verified) ON state_key TO comity_app;

-- A treaty applied where it is not in force. It holds for the file of the State that recorded it, and for no other.
CREATE TABLE arrangement (
  recorded_state text NOT NULL REFERENCES state (code),
  id uuid NOT NULL,
  requesting text NOT NULL CHECK (requesting ~ '^[A-Z]{2}$'),
  requested text NOT NULL CHECK (requested ~ '^[A-Z]{2}$' AND requested <> requesting),
  instrument text NOT NULL CHECK (length(instrument) BETWEEN 1 AND 100),
  mode text NOT NULL CHECK (mode IN ('training', 'arrangement')),
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
  recorded_by text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  PRIMARY KEY (recorded_state, id),
  UNIQUE (recorded_state, requesting, requested, instrument, mode, valid_from),
  CHECK (recorded_state IN (requesting, requested)),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
${shared('arrangement', 'recorded_state')}
GRANT UPDATE (valid_to) ON arrangement TO comity_app;
`,
};

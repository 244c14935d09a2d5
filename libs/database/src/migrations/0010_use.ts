import type { Migration } from '../migration.js';

/**
 * What becomes of evidence that was furnished: consents asked for and answered (UNCC 40(19), 36(3); Budapest 28), in the
 * files of both States, and the uses and onward transfers that the requesting State made. An auditor lists them across files.
 */
export const use: Migration = {
  id: '0010_use',
  sql: `
CREATE TABLE use_consent (
  state text NOT NULL,
  file_id uuid NOT NULL,
  measure integer NOT NULL,
  -- From 1 for each measure, alike in both files.
  no integer NOT NULL CHECK (no >= 1),
  counterpart text NOT NULL CHECK (counterpart <> state),
  kind text NOT NULL CHECK (kind IN ('other-use', 'onward-transfer')),
  purpose text NOT NULL,
  proceeding text NOT NULL,
  data text NOT NULL,
  personal_data boolean NOT NULL,
  destination_state text,
  destination_organisation text,
  -- Asked to be given in writing.
  in_writing boolean NOT NULL,
  asked_at timestamptz NOT NULL,
  answer text CHECK (answer IN ('granted', 'declined')),
  answered_at timestamptz,
  conditions jsonb,
  limited_to text,
  reasons text,
  granted_in_writing boolean,
  -- Of the written consent.
  reference text,
  PRIMARY KEY (state, file_id, measure, no),
  CHECK ((answer IS NULL) = (answered_at IS NULL)),
  CHECK ((kind = 'onward-transfer') = (destination_state IS NOT NULL OR destination_organisation IS NOT NULL))
);
CREATE INDEX use_consent_list ON use_consent (state, asked_at DESC, file_id DESC, measure DESC, no DESC);

CREATE TABLE data_use (
  state text NOT NULL,
  id uuid NOT NULL,
  file_id uuid NOT NULL,
  measure integer NOT NULL,
  counterpart text NOT NULL CHECK (counterpart <> state),
  kind text NOT NULL CHECK (kind IN ('use', 'onward-transfer', 'exculpatory-disclosure')),
  purpose text,
  proceeding text NOT NULL,
  data text NOT NULL,
  personal_data boolean,
  destination_state text,
  destination_organisation text,
  -- The consent it rests on, and the notice of an exculpatory disclosure.
  consent_no integer,
  notice_no integer,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid,
  PRIMARY KEY (state, id),
  CHECK ((kind = 'onward-transfer') = (destination_state IS NOT NULL OR destination_organisation IS NOT NULL))
);
CREATE INDEX data_use_list ON data_use (state, recorded_at DESC, id DESC);
CREATE INDEX data_use_file ON data_use (state, file_id);

CALL protect_state_table('use_consent');
CALL protect_state_table('data_use');

-- What was asked is never rewritten; its answer is added once.
GRANT SELECT, INSERT ON use_consent, data_use TO comity_app, comity_worker;
GRANT UPDATE (answer, answered_at, conditions, limited_to, reasons, granted_in_writing, reference) ON use_consent TO comity_app, comity_worker;
`,
};

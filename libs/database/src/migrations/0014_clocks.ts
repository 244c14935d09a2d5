import type { Migration } from '../migration.js';

/** What deadlines still owe: who set them and why, whose turn it is to fire them, reminders, the alarms they raise, and calendars. */
export const clocks: Migration = {
  id: '0014_clocks',
  sql: `
ALTER TABLE deadline
  -- In the words of who set it: custody limit, date of trial.
  ADD COLUMN reason text,
  -- Agreed deadlines: how the two States agreed, by a consultation or by a record with its reference.
  ADD COLUMN agreement jsonb,
  -- The official who set it; null where an act set it.
  ADD COLUMN set_by uuid,
  -- A worker has taken it until then; one that died gives it back by the passing of time.
  ADD COLUMN leased_until timestamptz,
  ADD CONSTRAINT deadline_agreement CHECK (agreement IS NULL OR kind = 'agreed');
CREATE INDEX deadline_open ON deadline (state, due_at, id) WHERE status = 'open';

-- One reminder at most for each deadline: the row goes when it is raised as an alarm or no longer needed.
CREATE TABLE reminder (
  state text NOT NULL,
  deadline_id uuid NOT NULL,
  -- Kind of alarm, of the register in libs/requests/src/domain/alarms.ts.
  alarm text NOT NULL,
  -- When the deadline is due; how long before it the alarm is raised is a setting, read when it is looked for.
  due_at timestamptz NOT NULL,
  -- There was no cause when it was last looked at: not before then.
  not_before timestamptz,
  PRIMARY KEY (state, deadline_id)
);
CREATE INDEX reminder_due ON reminder (state, alarm, due_at, deadline_id) INCLUDE (not_before);

-- At most one for each deadline, whose id it bears: so none is raised twice.
CREATE TABLE alarm (
  state text NOT NULL,
  deadline_id uuid NOT NULL,
  file_id uuid NOT NULL,
  measure integer,
  kind text NOT NULL,
  raised_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('raised', 'acknowledged', 'ended')),
  -- Steps of escalation taken, whom the last one called, and when the next is due.
  step integer NOT NULL DEFAULT 0,
  called jsonb,
  next_step_at timestamptz,
  settled_by uuid,
  settled_at timestamptz,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (state, deadline_id),
  CHECK ((status = 'raised') = (settled_at IS NULL))
);
CREATE INDEX alarm_list ON alarm (state, status, raised_at DESC, deadline_id DESC);
CREATE INDEX alarm_step ON alarm (state, next_step_at) WHERE next_step_at IS NOT NULL;
CREATE INDEX alarm_feed ON alarm (state, xact, deadline_id);

-- What was done about deadlines and alarms outside of the statecharts: for the file and the feed of changes.
CREATE TABLE clock_event (
  state text NOT NULL,
  id uuid NOT NULL,
  file_id uuid NOT NULL,
  measure integer,
  deadline_id uuid NOT NULL,
  type text NOT NULL CHECK (type IN ('DEADLINE_SET', 'DEADLINE_ENDED', 'ALARM_ESCALATED', 'ALARM_ACKNOWLEDGED')),
  source text NOT NULL CHECK (source IN ('official', 'clock')),
  account_id uuid,
  at timestamptz NOT NULL,
  detail jsonb NOT NULL,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (state, id)
);
CREATE INDEX clock_event_feed ON clock_event (state, xact, id);
CREATE INDEX clock_event_file ON clock_event (state, file_id);

-- What a State sets otherwise than the register proposes.
CREATE TABLE alarm_setting (
  state text NOT NULL,
  kind text NOT NULL,
  enabled boolean NOT NULL,
  -- In the kind's own unit: days before, hours before, minutes after.
  lead integer NOT NULL CHECK (lead BETWEEN 0 AND 10000),
  step_minutes integer NOT NULL CHECK (step_minutes BETWEEN 1 AND 10000),
  version integer NOT NULL,
  changed_by uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (state, kind)
);

-- Working days of an authority, for the period its list of holidays covers. Of no use until an administrator confirms it.
CREATE TABLE authority_calendar (
  state text NOT NULL,
  id uuid NOT NULL,
  authority_id text NOT NULL,
  -- ISO weekdays, 1 Monday to 7 Sunday.
  weekend integer[] NOT NULL CHECK (weekend <@ ARRAY[1, 2, 3, 4, 5, 6, 7] AND cardinality(weekend) < 7),
  holidays jsonb NOT NULL,
  covers_from date NOT NULL,
  covers_to date NOT NULL,
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
  as_of date NOT NULL,
  recorded_by uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  confirmed_by uuid,
  confirmed_at timestamptz,
  PRIMARY KEY (state, id),
  FOREIGN KEY (state, authority_id) REFERENCES authority (state, id),
  CHECK (covers_to >= covers_from),
  CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
CREATE INDEX authority_calendar_of ON authority_calendar (state, authority_id, confirmed_at DESC);

CALL protect_state_table('reminder');
CALL protect_state_table('alarm');
CALL protect_state_table('clock_event');
CALL protect_state_table('alarm_setting');
CALL protect_state_table('authority_calendar');

GRANT SELECT, INSERT, UPDATE, DELETE ON reminder TO comity_app, comity_worker;
GRANT SELECT, INSERT, UPDATE ON alarm TO comity_app, comity_worker;
GRANT SELECT, INSERT ON clock_event TO comity_app, comity_worker;
GRANT SELECT, INSERT, UPDATE ON alarm_setting TO comity_app;
GRANT SELECT ON alarm_setting TO comity_worker;
GRANT SELECT, INSERT ON authority_calendar TO comity_app;
GRANT UPDATE (confirmed_by, confirmed_at) ON authority_calendar TO comity_app;
GRANT SELECT ON authority_calendar TO comity_worker;
`,
  // Deadlines that stood open before there were reminders get theirs.
  eachState: [
    {
      table: 'deadline',
      where: `status = 'open' AND fires IS NULL`,
      change: `INSERT INTO reminder (state, deadline_id, alarm, due_at)
        SELECT state, id, CASE WHEN code = 'preservation' THEN 'preservation-ends' ELSE kind || '-due' END, due_at FROM deadline
        WHERE status = 'open' AND fires IS NULL`,
    },
  ],
};

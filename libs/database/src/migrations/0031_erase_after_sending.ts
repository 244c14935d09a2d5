import type { Migration } from '../migration.js';

/** Nothing of a request is erased while a message of it is on its way: the other State would get an empty one, and none after it. */
export const eraseAfterSending: Migration = {
  id: '0031_erase_after_sending',
  sql: `
CREATE OR REPLACE FUNCTION erasure_asks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM legal_hold h WHERE h.state = NEW.state AND h.file_id = NEW.file_id AND h.lifted_at IS NULL) THEN
    RAISE EXCEPTION 'a hold is on the request' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF EXISTS (SELECT FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
    WHERE m.state = NEW.state AND m.file_id = NEW.file_id AND still_runs(f.side, m.form, m.chart)) THEN
    RAISE EXCEPTION 'data are still preserved on the request, or a person is away' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF EXISTS (SELECT FROM outbox_message o WHERE o.state = NEW.state AND o.thread_id = NEW.file_id AND o.status IN ('pending', 'to-dispatch')) THEN
    RAISE EXCEPTION 'a message of the request is still on its way' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
END $$;
`,
};

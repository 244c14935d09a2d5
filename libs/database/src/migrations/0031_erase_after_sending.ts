import type { Migration } from '../migration.js';

/** Nothing of a request is erased while a message of it is on its way: the other State would get an empty one, and none after it. */
export const eraseAfterSending: Migration = {
  id: '0031_erase_after_sending',
  sql: `
CREATE FUNCTION erasure_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM outbox_message o WHERE o.state = NEW.state AND o.thread_id = NEW.file_id AND o.status IN ('pending', 'to-dispatch')) THEN
    RAISE EXCEPTION 'a message of the request is still on its way' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER erasure_item_waits BEFORE UPDATE OF erased_at ON erasure_item FOR EACH ROW EXECUTE FUNCTION erasure_waits();
`,
};

import type { Migration } from '../migration.js';

/**
 * What was written of uses and consents goes with the letter; kinds, answers, dates and numbers stay, so that the register
 * still tells that a consent was asked for and given. Only erase_content() sets the mark that this follows.
 */
export const eraseUses: Migration = {
  id: '0019_erase_uses',
  sql: `
CREATE FUNCTION erase_uses() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE use_consent c SET purpose = 'erased', proceeding = 'erased', data = 'erased', limited_to = NULL, reasons = NULL, reference = NULL, conditions = NULL,
    destination_organisation = CASE WHEN c.destination_organisation IS NOT NULL THEN 'erased' END
    WHERE c.state = NEW.state AND c.file_id = NEW.file_id;
  UPDATE data_use u SET purpose = CASE WHEN u.purpose IS NOT NULL THEN 'erased' END, proceeding = 'erased', data = 'erased',
    destination_organisation = CASE WHEN u.destination_organisation IS NOT NULL THEN 'erased' END
    WHERE u.state = NEW.state AND u.file_id = NEW.file_id;
  RETURN NULL;
END $$;
CREATE TRIGGER erasure_item_erases_uses AFTER UPDATE OF erased_at ON erasure_item FOR EACH ROW
  WHEN (NEW.kind = 'letter' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION erase_uses();
`,
};

import type { Migration } from '../migration.js';

/** A request by letter that was declined opened no file, so erase_content() finds none; its own words and scan go by this. */
export const eraseDeclinedLetter: Migration = {
  id: '0023_erase_declined_letter',
  sql: `
CREATE FUNCTION erase_declined_letter(the_erasure uuid, the_thread uuid, the_kind text, now_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  s text := current_setting('comity.state', true);
  n integer := 0;
BEGIN
  PERFORM FROM transcription t WHERE t.state = s AND t.thread_id = the_thread AND t.opens_thread FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM request_file f WHERE f.state = s AND f.id = the_thread)
    OR EXISTS (SELECT FROM transcription t WHERE t.state = s AND t.thread_id = the_thread AND t.status <> 'declined') THEN
    RAISE EXCEPTION 'no letter was declined that opened no request' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF NOT EXISTS (SELECT FROM erasure e WHERE e.state = s AND e.id = the_erasure AND e.status = 'confirmed' AND e.decided_by <> e.proposed_by) THEN
    RAISE EXCEPTION 'two persons have not agreed to this erasure' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  UPDATE erasure_item i SET erased_at = now_at WHERE i.state = s AND i.erasure_id = the_erasure AND i.file_id = the_thread AND i.kind = the_kind AND i.erased_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'not part of this erasure, or done already' USING ERRCODE = 'integrity_constraint_violation'; END IF;

  CASE the_kind
  WHEN 'correspondence' THEN
    UPDATE transcription t SET body = '{}', decline_reason = NULL WHERE t.state = s AND t.thread_id = the_thread AND t.status = 'declined';
    GET DIAGNOSTICS n = ROW_COUNT;
  WHEN 'attachments' THEN
    INSERT INTO erased_blob (state, sha256, erasure_id)
      SELECT s, t.document_sha256, the_erasure FROM transcription t WHERE t.state = s AND t.thread_id = the_thread AND t.status = 'declined' ON CONFLICT DO NOTHING;
    UPDATE transcription t SET erased_at = now_at WHERE t.state = s AND t.thread_id = the_thread AND t.status = 'declined';
    GET DIAGNOSTICS n = ROW_COUNT;
  END CASE;
  DELETE FROM idempotency_key k WHERE k.state = s AND (position(the_thread::text IN k.route) > 0 OR position(the_thread::text IN coalesce(k.body, '')) > 0);
  DELETE FROM erased_blob b WHERE b.state = s AND b.erasure_id = the_erasure AND b.removed_at IS NULL AND (
    EXISTS (SELECT FROM attachment a WHERE a.state = s AND a.sha256 = b.sha256 AND a.erased_at IS NULL)
    OR EXISTS (SELECT FROM transcription t WHERE t.state = s AND t.document_sha256 = b.sha256 AND t.erased_at IS NULL)
    OR EXISTS (SELECT FROM evidence_item i WHERE i.state = s AND i.sha256 = decode(b.sha256, 'hex') AND i.erased_at IS NULL));
  RETURN n;
END $$;
GRANT EXECUTE ON FUNCTION erase_declined_letter TO comity_app;
`,
};

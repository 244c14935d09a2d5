import type { Migration } from '../migration.js';

/**
 * What a measure was told keeps its shape when its words go: times, numbers and codes. Consents and notices have their
 * number in it, and acts go on to be done and told in a closed request. And nothing is erased on which data are still
 * being preserved, or a person is still away, although the request was closed for want of reply about something else.
 */
export const eraseWords: Migration = {
  id: '0024_erase_words',
  sql: `
-- Texts become a word, but for times, ids, States, and the codes under these names. People write an answer too: there only codes count.
CREATE FUNCTION without_words(told jsonb, name text DEFAULT '') RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
BEGIN
  CASE jsonb_typeof(told)
  WHEN 'object' THEN RETURN (SELECT coalesce(jsonb_object_agg(m.key, without_words(m.value, m.key)), '{}') FROM jsonb_each(told) m);
  WHEN 'array' THEN RETURN (SELECT coalesce(jsonb_agg(without_words(i.value, name) ORDER BY i.n), '[]') FROM jsonb_array_elements(told) WITH ORDINALITY AS i (value, n));
  WHEN 'string' THEN
    IF told #>> '{}' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))?$' OR told #>> '{}' ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
      OR (name = 'state' AND told #>> '{}' ~ '^[A-Z]{2}$')
      OR (name = 'answer' AND told #>> '{}' IN ('granted', 'declined', 'accepted', 'extended', 'ordered'))
      OR (name IN ('kind', 'result', 'outcome', 'ground', 'openedBy', 'onwardTransfer', 'leads', 'to') AND told #>> '{}' ~ '^[a-z][a-z-]{0,39}$')
      OR (name IN ('act', 'type') AND told #>> '{}' ~ '^[A-Z][A-Z_]{0,59}$')
      OR (name = 'code' AND told #>> '{}' ~ '^[a-z-]+([.][a-z-]+)+$') THEN RETURN told; END IF;
    RETURN '"erased"';
  ELSE RETURN told;
  END CASE;
END $$;

-- What is preserved is so by the requested State; a person is away for both.
CREATE FUNCTION still_runs(side text, form text, chart jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((side = 'requested' AND form = 'preservation' AND chart->'value'->>'main' IN ('ordered', 'secured', 'extensionAsked')) OR chart->'value'->>'person' IN ('inCustody', 'present', 'mayLeave'), false)
$$;
GRANT EXECUTE ON FUNCTION still_runs TO comity_app;

-- Asked of a request that has a file and of a letter that was declined alike.
CREATE FUNCTION erasure_asks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM legal_hold h WHERE h.state = NEW.state AND h.file_id = NEW.file_id AND h.lifted_at IS NULL) THEN
    RAISE EXCEPTION 'a hold is on the request' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF EXISTS (SELECT FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
    WHERE m.state = NEW.state AND m.file_id = NEW.file_id AND still_runs(f.side, m.form, m.chart)) THEN
    RAISE EXCEPTION 'data are still preserved on the request, or a person is away' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER erasure_item_asks BEFORE UPDATE OF erased_at ON erasure_item FOR EACH ROW EXECUTE FUNCTION erasure_asks();

CREATE OR REPLACE FUNCTION erase_content(the_erasure uuid, the_file uuid, the_kind text, now_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  s text := current_setting('comity.state', true);
  n integer := 0;
  m integer := 0;
BEGIN
  PERFORM FROM request_file f WHERE f.state = s AND f.id = the_file AND f.letter->'value'->>'main' IN ('closed', 'closedForWantOfReply', 'abandoned') FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'the request is open, or there is none' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF NOT EXISTS (SELECT FROM erasure e WHERE e.state = s AND e.id = the_erasure AND e.status = 'confirmed' AND e.decided_by <> e.proposed_by) THEN
    RAISE EXCEPTION 'two persons have not agreed to this erasure' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF EXISTS (SELECT FROM legal_hold h WHERE h.state = s AND h.file_id = the_file AND h.lifted_at IS NULL) THEN
    RAISE EXCEPTION 'a hold is on the request' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  UPDATE erasure_item i SET erased_at = now_at WHERE i.state = s AND i.erasure_id = the_erasure AND i.file_id = the_file AND i.kind = the_kind AND i.erased_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'not part of this erasure, or done already' USING ERRCODE = 'integrity_constraint_violation'; END IF;

  CASE the_kind
  WHEN 'letter' THEN
    UPDATE request_file f SET subject = 'erased', content = '{"offences":[],"persons":[]}', particulars = without_words(f.particulars), likeness = 'erased' WHERE f.state = s AND f.id = the_file;
    UPDATE measure x SET particulars = without_words(x.particulars), content = jsonb_strip_nulls(jsonb_build_object('form', x.form, 'items', '[]'::jsonb, 'legalBases', coalesce(x.content->'legalBases', '[]'),
      'dataClass', x.content->'dataClass', 'followsPreservation', x.content->'followsPreservation')) WHERE x.state = s AND x.file_id = the_file;
    -- Codes, times and ids of an act stay: what was refused on which ground. What people wrote goes.
    UPDATE file_event e SET payload = (SELECT coalesce(jsonb_object_agg(p.key, p.value), '{}') FROM jsonb_each(e.payload) p
        WHERE p.key IN ('ground', 'outcome', 'result', 'from', 'until', 'term', 'packageId', 'messageId') AND jsonb_typeof(p.value) = 'string'),
      facts = jsonb_build_object('v', e.facts->'v', 'at', e.facts->'at', 'instrument', e.facts->'instrument', 'form', e.facts->'form'), sent = (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', q->'id', 'seq', q->'seq', 'type', q->'type', 'measure', q->'measure')), '[]') FROM jsonb_array_elements(e.sent) q)
      WHERE e.state = s AND e.file_id = the_file;
    GET DIAGNOSTICS n = ROW_COUNT;
    UPDATE deadline d SET reason = NULL, agreement = d.agreement - 'reference' WHERE d.state = s AND d.file_id = the_file;
    UPDATE legal_hold h SET reason = '' WHERE h.state = s AND h.file_id = the_file AND h.reason <> '';
    UPDATE clock_event c SET detail = '{}' WHERE c.state = s AND c.file_id = the_file;
  WHEN 'correspondence' THEN
    UPDATE outbox_message o SET bytes = '', last_reason = NULL, dispatch_reference = NULL WHERE o.state = s AND o.thread_id = the_file;
    GET DIAGNOSTICS n = ROW_COUNT;
    UPDATE inbox_message i SET bytes = '', reason = NULL WHERE i.state = s AND i.thread_id = the_file;
    GET DIAGNOSTICS m = ROW_COUNT;
    n := n + m;
    UPDATE message_alarm a SET bytes = '' WHERE a.state = s AND a.thread_id = the_file;
    UPDATE thread t SET parked_reason = NULL WHERE t.state = s AND t.id = the_file;
    UPDATE transcription t SET body = '{}', decline_reason = NULL WHERE t.state = s AND t.thread_id = the_file;
  WHEN 'attachments' THEN
    INSERT INTO erased_blob (state, sha256, erasure_id)
      SELECT s, a.sha256, the_erasure FROM attachment a WHERE a.state = s AND a.file_id = the_file
      UNION SELECT s, t.document_sha256, the_erasure FROM transcription t WHERE t.state = s AND t.thread_id = the_file ON CONFLICT DO NOTHING;
    UPDATE attachment a SET name = 'erased', media_type = 'application/octet-stream', erased_at = now_at WHERE a.state = s AND a.file_id = the_file;
    GET DIAGNOSTICS n = ROW_COUNT;
    UPDATE transcription t SET erased_at = now_at WHERE t.state = s AND t.thread_id = the_file;
  WHEN 'evidence' THEN
    INSERT INTO erased_blob (state, sha256, erasure_id)
      SELECT DISTINCT s, encode(i.sha256, 'hex'), the_erasure FROM evidence_item i JOIN evidence_package p ON p.state = i.state AND p.id = i.package_id
      WHERE p.state = s AND p.request_id = the_file ON CONFLICT DO NOTHING;
    UPDATE evidence_item i SET name = 'erased-' || i.number, media_type = 'application/octet-stream', erased_at = now_at FROM evidence_package p
      WHERE i.state = s AND p.state = s AND p.id = i.package_id AND p.request_id = the_file;
    GET DIAGNOSTICS n = ROW_COUNT;
    -- Its hash stays: whoever holds the manifest can show that it is this one.
    UPDATE evidence_package p SET manifest = CASE WHEN p.manifest IS NULL THEN NULL ELSE ''::bytea END, procedure = NULL WHERE p.state = s AND p.request_id = the_file;
  WHEN 'log' THEN
    DELETE FROM audit_content c USING audit_entry e WHERE c.state = s AND e.state = s AND e.id = c.entry_id AND (e.subject = 'file:' || the_file OR e.request_id = the_file);
    GET DIAGNOSTICS n = ROW_COUNT;
  END CASE;
  -- Answers kept for a repeated act say what the act said.
  DELETE FROM idempotency_key k WHERE k.state = s AND (position(the_file::text IN k.route) > 0 OR position(the_file::text IN coalesce(k.body, '')) > 0);
  -- What another request, or another kind of this one, still refers to stays in the store.
  DELETE FROM erased_blob b WHERE b.state = s AND b.erasure_id = the_erasure AND b.removed_at IS NULL AND (
    EXISTS (SELECT FROM attachment a WHERE a.state = s AND a.sha256 = b.sha256 AND a.erased_at IS NULL)
    OR EXISTS (SELECT FROM transcription t WHERE t.state = s AND t.document_sha256 = b.sha256 AND t.erased_at IS NULL)
    OR EXISTS (SELECT FROM evidence_item i WHERE i.state = s AND i.sha256 = decode(b.sha256, 'hex') AND i.erased_at IS NULL));
  RETURN n;
END $$;
`,
};

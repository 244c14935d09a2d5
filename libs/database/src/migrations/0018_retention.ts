import type { Migration } from '../migration.js';

/**
 * How long each State keeps which content, and its erasure by two persons.
 *
 * No role gets a right to change or delete what was recorded. Content goes by one function of the tables' owner, which
 * asks the rows themselves: confirmed by another than who proposed it, the request closed, no hold on it. Entries of the
 * log, events, messages' hashes and signatures stay as they are; what they speak of is gone.
 */
export const retention: Migration = {
  id: '0018_retention',
  sql: `
CREATE TABLE retention_period (
  state text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('letter', 'correspondence', 'attachments', 'evidence', 'log')),
  set_at timestamptz NOT NULL,
  -- From the last change of the closed request; NULL: kept until said otherwise.
  days integer CHECK (days BETWEEN 0 AND 36500),
  reason text NOT NULL,
  set_by uuid NOT NULL,
  PRIMARY KEY (state, kind, set_at)
);
CREATE TABLE legal_hold (
  state text NOT NULL,
  id uuid NOT NULL,
  file_id uuid NOT NULL,
  reason text NOT NULL,
  placed_by uuid NOT NULL,
  placed_at timestamptz NOT NULL,
  lifted_by uuid,
  lifted_at timestamptz,
  PRIMARY KEY (state, id)
);
CREATE INDEX legal_hold_open ON legal_hold (state, file_id) WHERE lifted_at IS NULL;
CREATE TABLE erasure (
  state text NOT NULL,
  id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('proposed', 'confirmed', 'declined')),
  proposed_by uuid NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by uuid,
  decided_at timestamptz,
  PRIMARY KEY (state, id),
  CHECK ((status = 'proposed') = (decided_by IS NULL)),
  CHECK (status <> 'confirmed' OR decided_by <> proposed_by)
);
CREATE TABLE erasure_item (
  state text NOT NULL,
  erasure_id uuid NOT NULL,
  file_id uuid NOT NULL,
  kind text NOT NULL,
  erased_at timestamptz,
  PRIMARY KEY (state, erasure_id, file_id, kind)
);
CREATE INDEX erasure_item_done ON erasure_item (state, file_id, kind) WHERE erased_at IS NOT NULL;
-- Bytes in the store that nothing refers to any more; the row stays when they are gone.
CREATE TABLE erased_blob (
  state text NOT NULL,
  sha256 text NOT NULL,
  erasure_id uuid NOT NULL,
  removed_at timestamptz,
  PRIMARY KEY (state, sha256, erasure_id)
);
CREATE INDEX erased_blob_left ON erased_blob (state) WHERE removed_at IS NULL;
CALL protect_state_table('retention_period');
CALL protect_state_table('legal_hold');
CALL protect_state_table('erasure');
CALL protect_state_table('erasure_item');
CALL protect_state_table('erased_blob');
GRANT SELECT, INSERT ON retention_period, legal_hold, erasure, erasure_item TO comity_app;
GRANT UPDATE (lifted_by, lifted_at) ON legal_hold TO comity_app;
GRANT UPDATE (status, decided_by, decided_at) ON erasure TO comity_app;
GRANT SELECT ON erased_blob TO comity_app, comity_worker;
GRANT UPDATE (removed_at) ON erased_blob TO comity_app, comity_worker;

-- A decision is made once.
CREATE FUNCTION erasure_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an erasure is decided once' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER erasure_decided_once BEFORE UPDATE ON erasure FOR EACH ROW WHEN (OLD.status <> 'proposed') EXECUTE FUNCTION erasure_decided();
CREATE TRIGGER legal_hold_lifted_once BEFORE UPDATE ON legal_hold FOR EACH ROW WHEN (OLD.lifted_at IS NOT NULL AND NEW.reason = OLD.reason) EXECUTE FUNCTION erasure_decided();

ALTER TABLE attachment ADD COLUMN erased_at timestamptz;
ALTER TABLE evidence_item ADD COLUMN erased_at timestamptz;
ALTER TABLE transcription ADD COLUMN erased_at timestamptz;

CREATE FUNCTION erase_content(the_erasure uuid, the_file uuid, the_kind text, now_at timestamptz) RETURNS integer
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
    UPDATE request_file f SET subject = 'erased', content = '{"offences":[],"persons":[]}', particulars = '{}', likeness = 'erased' WHERE f.state = s AND f.id = the_file;
    UPDATE measure x SET particulars = '{}', content = jsonb_strip_nulls(jsonb_build_object('form', x.form, 'items', '[]'::jsonb, 'legalBases', coalesce(x.content->'legalBases', '[]'),
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
GRANT EXECUTE ON FUNCTION erase_content TO comity_app;
`,
};

import type { Migration } from '../migration.js';

/**
 * What the questions of auditors are found by. Each index holds rare rows only, so that the acts of every day pay
 * nothing for it: refusals among all events, two kinds of terms among all terms, transcriptions.
 */
export const questions: Migration = {
  id: '0017_questions',
  sql: `
CREATE INDEX file_event_refusal ON file_event (state, at, file_id, seq)
  WHERE type IN ('REFUSE', 'REFUSED') OR (type = 'DECIDE_TRANSMISSION' AND payload->>'outcome' = 'denied');
-- With the ground first: else one that few refusals have is searched for among all of them.
CREATE INDEX file_event_refusal_ground ON file_event (state, (payload->>'ground'), at, file_id, seq)
  WHERE type IN ('REFUSE', 'REFUSED') OR (type = 'DECIDE_TRANSMISSION' AND payload->>'outcome' = 'denied');
CREATE INDEX deadline_question ON deadline (state, code, due_at, id) WHERE code IN ('suggested', 'preservation');
CREATE INDEX transcription_list ON transcription (state, proposed_at, id);
`,
};

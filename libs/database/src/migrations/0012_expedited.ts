import type { Migration } from '../migration.js';

/** Whether a request asks for the expedited track (UNCC 44, Budapest 31(3)), for lists; the list's index covers it. */
export const expedited: Migration = {
  id: '0012_expedited',
  sql: `
ALTER TABLE request_file ADD COLUMN expedited boolean NOT NULL DEFAULT false;
DROP INDEX request_file_list;
CREATE INDEX request_file_list ON request_file (state, changed_at DESC, id DESC)
  INCLUDE (side, counterpart, own_reference, counterpart_reference, subject, overall, confidential, urgent, version, created_at, transmitted_at, training, expedited);
CREATE INDEX request_file_expedited ON request_file (state, changed_at DESC, id DESC) WHERE expedited;
`,
};

/** One row of the feed: `key` and `seq` order what one transaction did. */
export interface ChangeRow {
  xact: string;
  key: string;
  fileId: string;
  seq: number;
  type: string;
  measure: number | null;
  source: string;
  at: Date;
  deadlineId: string | null;
  alarm: string | null;
}

// A transaction still under way could commit behind the reader's back: so only what is older than all of them.
const SETTLED = `xact < pg_snapshot_xmin(pg_current_snapshot())`;

/**
 * What happened in the files of a State after a cursor: events of the statecharts, alarms raised, and what was done about
 * deadlines and alarms besides. Each branch goes through an index of its own in the same order, so that a page reads a page
 * of each at most. An alarm and a clock event stand alone under their ids, with the number 0.
 */
export const CHANGES = `
  (SELECT xact::text AS xact, file_id AS key, file_id AS "fileId", seq, type, measure, source, at, NULL::uuid AS "deadlineId", NULL AS alarm, xact AS x
   FROM file_event e WHERE state = $1 AND (xact, file_id, seq) > ($2::xid8, $3::uuid, $4::integer) AND ${SETTLED} ORDER BY e.xact, file_id, seq LIMIT $5)
  UNION ALL
  (SELECT xact::text, deadline_id, file_id, 0, 'ALARM_RAISED', measure, 'clock', raised_at, deadline_id, kind, xact
   FROM alarm a WHERE state = $1 AND (xact, deadline_id) > ($2::xid8, $3::uuid) AND ${SETTLED} ORDER BY a.xact, deadline_id LIMIT $5)
  UNION ALL
  (SELECT xact::text, id, file_id, 0, type, measure, source, at, deadline_id, CASE WHEN type LIKE 'ALARM%' THEN detail->>'kind' END, xact
   FROM clock_event c WHERE state = $1 AND (xact, id) > ($2::xid8, $3::uuid) AND ${SETTLED} ORDER BY c.xact, id LIMIT $5)
  ORDER BY x, key, seq LIMIT $5`;

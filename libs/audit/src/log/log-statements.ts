/** Prepared statements of the tree. bigint columns come as float8: exact up to 2**53, and numbers in Node. */
type Statement = readonly [name: string, text: string];

export const LOG_DUE: Statement = [
  'log_due',
  `SELECT EXISTS (SELECT FROM audit_pending WHERE state = $1) AS pending,
     EXISTS (SELECT FROM audit_head h WHERE h.state = $1 AND h.size > 0 AND NOT EXISTS (
       SELECT FROM audit_checkpoint c WHERE c.state = h.state AND c.size = h.size)) AS unsigned`,
];

export const FIRST_HEAD: Statement = [
  'log_first_head',
  `INSERT INTO audit_head (state, size, root, at) VALUES ($1, 0, $2, $3) ON CONFLICT (state) DO NOTHING`,
];

export const LOCK_HEAD: Statement = [
  'log_lock_head',
  `SELECT size::float8 AS size, root, at FROM audit_head WHERE state = $1 FOR UPDATE`,
];

export const LAST_POSITION: Statement = [
  'log_last_position',
  `SELECT max(position)::float8 AS last FROM audit_position WHERE state = $1`,
];

export const LAST_CHECKPOINT: Statement = [
  'log_last_checkpoint',
  `SELECT size::float8 AS size, note, key FROM audit_checkpoint WHERE state = $1 ORDER BY audit_checkpoint.size DESC LIMIT 1`,
];

export const CHECKPOINT: Statement = [
  'log_checkpoint',
  `SELECT size::float8 AS size, note, key FROM audit_checkpoint WHERE state = $1 AND size = $2::bigint`,
];

// What is pending is asked for anew each time: a mark at which an earlier integration passed by, because its
// transaction was still open, is found by the next.
export const PENDING: Statement = [
  'log_pending',
  `SELECT p.entry_id AS id, e.leaf_hash AS leaf, e.leaf_hash = sha256('\\x00'::bytea || e.bytes) AS sound
   FROM audit_pending p LEFT JOIN audit_entry e ON e.state = p.state AND e.id = p.entry_id
   WHERE p.state = $1 ORDER BY p.entry_id LIMIT $2`,
];

export const LEAVES: Statement = [
  'log_leaves',
  `SELECT e.leaf_hash AS hash FROM audit_position p JOIN audit_entry e ON e.state = p.state AND e.id = p.entry_id
   WHERE p.state = $1 AND p.position >= $2::bigint AND p.position < $3::bigint ORDER BY p.position`,
];

export const TILE_ROOTS: Statement = [
  'log_tile_roots',
  `SELECT root AS hash FROM audit_tile
   WHERE state = $1 AND level = $2 AND index >= $3::bigint AND index < $4::bigint ORDER BY index`,
];

export const TILES: Statement = [
  'log_tiles',
  `SELECT t.level, t.index::float8 AS index, t.hashes FROM unnest($2::smallint[], $3::bigint[]) AS w (level, index)
   JOIN audit_tile t ON t.state = $1 AND t.level = w.level AND t.index = w.index`,
];

export const ADD_POSITIONS: Statement = [
  'log_add_positions',
  `INSERT INTO audit_position (state, position, entry_id)
   SELECT $1, $2::bigint + e.n - 1, e.id FROM unnest($3::uuid[]) WITH ORDINALITY AS e (id, n)`,
];

export const ADD_TILES: Statement = [
  'log_add_tiles',
  `INSERT INTO audit_tile (state, level, index, hashes, root)
   SELECT $1, t.* FROM unnest($2::smallint[], $3::bigint[], $4::bytea[], $5::bytea[]) AS t`,
];

export const MOVE_HEAD: Statement = [
  'log_move_head',
  `UPDATE audit_head SET size = $2::bigint, root = $3, at = $4, kid = $5 WHERE state = $1`,
];

export const HEAD_TO_SIGN: Statement = [
  'log_head_to_sign',
  `SELECT h.size::float8 AS size, h.root, h.at, h.kid FROM audit_head h
   WHERE h.state = $1 AND h.size > 0 AND NOT EXISTS (
     SELECT FROM audit_checkpoint c WHERE c.state = h.state AND c.size = h.size)`,
];

export const ADD_CHECKPOINT: Statement = [
  'log_add_checkpoint',
  `INSERT INTO audit_checkpoint (state, size, note, key) VALUES ($1, $2::bigint, $3, $4) ON CONFLICT (state, size) DO NOTHING`,
];

export const PLACE: Statement = [
  'log_place',
  `SELECT e.id, e.subject, e.seq, e.leaf_hash AS leaf, p.position::float8 AS position
   FROM audit_entry e LEFT JOIN audit_position p ON p.state = e.state AND p.entry_id = e.id
   WHERE e.state = $1 AND e.id = $2`,
];

export const BUNDLE: Statement = [
  'log_bundle',
  `SELECT e.bytes FROM audit_position p JOIN audit_entry e ON e.state = p.state AND e.id = p.entry_id
   WHERE p.state = $1 AND p.position >= $2::bigint AND p.position < $3::bigint ORDER BY p.position`,
];

export const LOG_STATUS: Statement = [
  'log_status',
  `SELECT coalesce((SELECT size FROM audit_head WHERE state = $1), 0)::float8 AS size,
     (SELECT count(*) FROM audit_pending WHERE state = $1)::float8 AS pending`,
];

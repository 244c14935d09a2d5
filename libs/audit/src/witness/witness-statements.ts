/** Prepared statements of the witness. bigint columns come as float8: exact up to 2**53, and numbers in Node. */
type Statement = readonly [name: string, text: string];

/** Locks the counterpart's row whether it is there or not. */
export const LOCK_PEER: Statement = [
  'witness_lock_peer',
  `INSERT INTO witness_peer (state, counterpart) VALUES ($1, $2)
   ON CONFLICT (state, counterpart) DO UPDATE SET asked = witness_peer.asked RETURNING asked`,
];

export const SET_ASKED: Statement = [
  'witness_asked',
  `UPDATE witness_peer SET asked = $3 WHERE state = $1 AND counterpart = $2 AND asked <> $3`,
];

// What contradicted counts once the contradiction was settled: the log is then followed from there on.
export const KNOWN: Statement = [
  'witness_known',
  `SELECT s.seq::float8 AS seq, s.size::float8 AS size, s.root, s.digest, s.note, s.seen_at AS at FROM witness_seen s
   WHERE s.state = $1 AND s.counterpart = $2 AND (s.verdict = 'seen' OR (s.verdict = 'contradicts' AND NOT EXISTS (
     SELECT FROM witness_alarm a WHERE a.state = s.state AND a.counterpart = s.counterpart AND a.log = 'counterpart' AND a.settled_at IS NULL)))
   ORDER BY s.seq DESC LIMIT 1`,
];

// Another root that was seen for this size. What was seen before a contradiction was settled is of a history that is not followed any more.
export const OTHER_ROOT: Statement = [
  'witness_other_root',
  `SELECT s.seq::float8 AS seq, s.size::float8 AS size, s.root, s.digest, s.note, s.seen_at AS at FROM witness_seen s
   WHERE s.state = $1 AND s.counterpart = $2 AND s.size = $3::bigint AND s.root <> $4 AND s.verdict <> 'contradicts' AND s.seen_at > ALL (
     SELECT a.settled_at FROM witness_alarm a WHERE a.state = s.state AND a.counterpart = s.counterpart AND a.log = 'counterpart' AND a.settled_at IS NOT NULL)
   ORDER BY s.verdict = 'seen' DESC, s.seq LIMIT 1`,
];

export const ADD_SEEN: Statement = [
  'witness_add_seen',
  `INSERT INTO witness_seen (state, counterpart, seq, digest, size, root, note, key, bytes, signature, verdict, seen_at)
   VALUES ($1, $2, $3::bigint, $4, $5::bigint, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
];

export const RAISE: Statement = [
  'witness_raise',
  `INSERT INTO witness_alarm (state, id, counterpart, log, kind, known_seq, known_note, shown_seq, shown_note, raised_at)
   VALUES ($1, $2, $3, $4, $5, $6::bigint, $7, $8::bigint, $9, $10)
   ON CONFLICT (state, counterpart, log) WHERE settled_at IS NULL DO NOTHING RETURNING id`,
];

export const LAST_SHOWN: Statement = [
  'witness_last_shown',
  `SELECT w.seq::float8 AS seq, w.size::float8 AS size, w.bytes, w.signature FROM witness_shown w
   WHERE w.state = $1 AND w.counterpart = $2 ORDER BY w.seq DESC LIMIT 1`,
];

export const LAST_ACK: Statement = [
  'witness_last_ack',
  `SELECT a.size::float8 AS size, a.note FROM witness_ack a
   WHERE a.state = $1 AND a.counterpart = $2 ORDER BY a.seq DESC LIMIT 1`,
];

export const ADD_SHOWN: Statement = [
  'witness_add_shown',
  `INSERT INTO witness_shown (state, counterpart, seq, size, bytes, signature, shown_at)
   VALUES ($1, $2, $3::bigint, $4::bigint, $5, $6, $7) ON CONFLICT (state, counterpart, seq) DO NOTHING RETURNING seq`,
];

export const ADD_ACK: Statement = [
  'witness_add_ack',
  `INSERT INTO witness_ack (state, counterpart, size, seq, note, key, confirmed_at)
   VALUES ($1, $2, $3::bigint, $4::bigint, $5, $6, $7) ON CONFLICT (state, counterpart, seq) DO NOTHING`,
];

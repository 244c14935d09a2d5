/** Prepared statements of the log: [name, text]. Parameters in the order of the columns they name. */
type Statement = readonly [name: string, text: string];

export const CHAIN_HEAD: Statement = [
  'audit_chain_head',
  `SELECT seq, leaf_hash FROM audit_chain WHERE state = $1 AND subject = $2 FOR NO KEY UPDATE`,
];

/** Locks a chain's row whether it is there or not: of two that come first, one waits and reads what the other left. */
export const CHAIN_LOCK: Statement = [
  'audit_chain_lock',
  `INSERT INTO audit_chain (state, subject, seq) VALUES ($1, $2, 0)
   ON CONFLICT (state, subject) DO UPDATE SET seq = audit_chain.seq
   RETURNING seq, leaf_hash`,
];

// The entry's number comes out of the chain's row: where that did not move as the entry says, it is NULL and the
// statement fails. So nobody has to await the answer; it travels together with COMMIT. The mark that the entry has no
// place in the tree yet goes with it: a row of its own, for which nobody waits.
const insertEntry = `, mark AS (INSERT INTO audit_pending (state, entry_id) VALUES ($1, $6))
  INSERT INTO audit_entry
    (state, subject, seq, leaf_hash, prev_hash, id, type, at, account_id, request_id, bytes)
  SELECT $1, $2, (SELECT seq FROM chain), $4, $5, $6, $7, $8, $9, $10, $11`;

export const APPEND_FIRST: Statement = [
  'audit_append_first',
  `WITH chain AS (
     INSERT INTO audit_chain (state, subject, seq, leaf_hash) VALUES ($1, $2, $3, $4) RETURNING seq)${insertEntry}`,
];

export const APPEND_NEXT: Statement = [
  'audit_append_next',
  `WITH chain AS (
     UPDATE audit_chain SET leaf_hash = $4,
       seq = CASE WHEN seq = $3 - 1 AND leaf_hash IS NOT DISTINCT FROM $5 THEN $3 END
     WHERE state = $1 AND subject = $2 RETURNING seq)${insertEntry}`,
];

export const ADD_CONTENT: Statement = [
  'audit_add_content',
  `INSERT INTO audit_content (state, entry_id, name, salt, content)
   SELECT $1, $2, c.name, c.salt, c.content FROM unnest($3::text[], $4::bytea[], $5::bytea[]) AS c (name, salt, content)`,
];

export const LAST_ACT: Statement = [
  'audit_last_act',
  `SELECT type, account_id, at FROM audit_entry
   WHERE state = $1 AND subject = $2 AND type <> ALL ($3) ORDER BY seq DESC LIMIT 1`,
];

import { canonicalJson, sha256Hex } from '@comity/kernel';

/** One step forward of the schema. Its text never changes once released: its hash is recorded where it ran. */
export interface Migration {
  /** `NNNN_name`, the number giving the order. */
  id: string;
  /** Hand-written statements, run by the owner in one transaction together with `eachState`. */
  sql: string;
  /** Changes of rows in tables walled off by State, run after `sql`. */
  eachState?: readonly StateStep[];
}

/** A change of rows that is made State by State, since a forced policy hides other States' rows from the owner too. */
export interface StateStep {
  table: string;
  /** Condition that names the rows to touch, for example `status = 'new'`; absent: all rows. */
  where?: string;
  /** UPDATE or DELETE touching exactly those rows. It sees one State at a time. */
  change: string;
}

/** SHA-256 (hex) of all that a migration does. */
export function migrationHash(m: Migration): string {
  return sha256Hex(m.eachState ? canonicalJson({ sql: m.sql, eachState: m.eachState }) : m.sql);
}

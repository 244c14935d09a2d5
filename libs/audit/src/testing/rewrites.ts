import type { TestDatabase } from '../../../../test/support/database.js';
import { entryBytes, leafHash, readEntry, type Entry } from '../entry.js';
import { EMPTY_ROOT } from '../tree/hash.js';

/** A log as the one who rewrites it holds it: its entries in the order of their places. */
export type Pages = Entry[];

interface StoredEntry {
  bytes: Buffer;
}

export async function readPages(db: TestDatabase, state: string): Promise<Pages> {
  const rows = await db.asSuperuser<StoredEntry>(
    `SELECT e.bytes FROM audit_position p JOIN audit_entry e ON e.state = p.state AND e.id = p.entry_id WHERE p.state = $1 ORDER BY p.position`, [state]);
  return rows.map(({ bytes }) => readEntry(bytes.toString('utf8')));
}

const TABLES = ['audit_entry', 'audit_chain', 'audit_content', 'audit_pending', 'audit_position', 'audit_tile', 'audit_head', 'audit_checkpoint'];

/** Makes chains and leaf hashes anew, so that nothing in the log itself tells of the change. */
export function rechain(pages: Pages): { entry: Entry; bytes: Buffer; leaf: Buffer }[] {
  const heads = new Map<string, { seq: number; leaf: Buffer }>();
  return pages.map((old) => {
    const head = heads.get(old.subject);
    const entry = { ...old, seq: (head?.seq ?? 0) + 1, prev: head?.leaf.toString('hex') ?? null };
    const bytes = entryBytes(entry);
    const leaf = leafHash(bytes);
    heads.set(entry.subject, { seq: entry.seq, leaf });
    return { entry, bytes, leaf };
  });
}

/**
 * Replaces a State's whole log as the superuser: entries, chains, marks; tree and checkpoints are gone, to be made and
 * signed anew by the State's own integrator with its own key. The strongest there is short of the counterparts' help.
 */
export async function rewriteLog(db: TestDatabase, state: string, pages: Pages): Promise<void> {
  const made = rechain(pages);
  const wipe = TABLES.map((table) => `DELETE FROM ${table} WHERE state = '${state}'`).join('; ');
  await db.asSuperuser(`SET session_replication_role = replica; ${wipe};
    INSERT INTO audit_head (state, size, root, at) VALUES ('${state}', 0, '\\x${EMPTY_ROOT.toString('hex')}', '2027-01-01T00:00:00Z')`);
  const column = <T>(of: (one: (typeof made)[number]) => T): T[] => made.map(of);
  await db.asSuperuser(
    `INSERT INTO audit_entry (state, id, subject, seq, type, at, account_id, request_id, bytes, leaf_hash, prev_hash)
     SELECT $1, e.* FROM unnest($2::uuid[], $3::text[], $4::integer[], $5::text[], $6::timestamptz[], $7::uuid[], $8::uuid[], $9::bytea[], $10::bytea[], $11::bytea[]) AS e`,
    [state, column(({ entry }) => entry.id), column(({ entry }) => entry.subject), column(({ entry }) => entry.seq), column(({ entry }) => entry.type),
      column(({ entry }) => entry.at), column(() => null), column(() => null), column(({ bytes }) => bytes), column(({ leaf }) => leaf),
      column(({ entry }) => (entry.prev === null ? null : Buffer.from(entry.prev, 'hex')))]);
  await db.asSuperuser(
    `INSERT INTO audit_chain (state, subject, seq, leaf_hash)
     SELECT DISTINCT ON (subject) state, subject, seq, leaf_hash FROM audit_entry WHERE state = $1 ORDER BY subject, seq DESC`, [state]);
  // Places are given in the order of ids, which is that of the pages.
  await db.asSuperuser(`INSERT INTO audit_pending (state, entry_id) SELECT state, id FROM audit_entry WHERE state = $1`, [state]);
}

/** What is done to a log of which a counterpart has seen a checkpoint of `witnessed` entries. */
export interface Attack {
  name: string;
  /** @param random below n. @returns the log after it */
  change(pages: Pages, witnessed: number, random: (below: number) => number): Pages;
}

const without = (pages: Pages, from: number, count: number): Pages => [...pages.slice(0, from), ...pages.slice(from + count)];

export const ATTACKS: readonly Attack[] = [
  { name: 'tail deleted', change: (pages, witnessed, random) => pages.slice(0, 1 + random(witnessed - 1)) },
  { name: 'middle deleted', change: (pages, witnessed, random) => without(pages, random(witnessed - 1), 1 + random(3)) },
  {
    name: 'two swapped',
    change: (pages, witnessed, random) => {
      const [a, b] = [random(witnessed), random(witnessed - 1)];
      const [i, j] = [a, b >= a ? b + 1 : b];
      const swapped = [...pages];
      // Their ids stay in their places, since places follow ids: what is said moves.
      [swapped[i], swapped[j]] = [{ ...pages[j]!, id: pages[i]!.id }, { ...pages[i]!, id: pages[j]!.id }];
      return swapped;
    },
  },
  {
    name: 'one rewritten with the key',
    change: (pages, witnessed, random) => {
      const chosen = random(witnessed);
      return pages.map((page, n) => (n === chosen ? { ...page, body: { ...page.body, measures: 99 } } : page));
    },
  },
];

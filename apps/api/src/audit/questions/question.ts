import type { Tx } from '@comity/database';
import type { CursorKey, CursorPart } from '../../http/paging.js';
import type { Cell } from './csv.js';

/** A question of auditors: how its answer is read page by page, and what a line of CSV holds. */
export interface Question<F, R> {
  /** As in its address, and in the entry that says it was asked. */
  name: string;
  /** What of a row is the cursor's key: one part for each of `shape`. */
  keyOf(row: R): CursorKey;
  shape: readonly CursorPart[];
  page(tx: Tx, filter: F, after: (string | number)[] | undefined, limit: number): Promise<R[]>;
  /** Columns of CSV, in order. */
  columns: readonly string[];
  cells(row: R): Cell[];
  /** Members that name an account: answered with its user name beside it. */
  accounts?: readonly (keyof R & string)[];
}

/** Columns that are members of the row: lists come as words with `between` them, a space unless they are sentences. */
export function plainly<R extends object>(columns: readonly (keyof R & string)[], between = ' '): { columns: readonly string[]; cells(row: R): Cell[] } {
  return { columns, cells: (row) => columns.map((name) => { const value = row[name] as Cell | string[]; return Array.isArray(value) ? value.join(between) : value; }) };
}

import type { Tx } from '@comity/database';

/** User names of accounts of the transaction's State, by id; an id without an account has none. Who may see them, the caller decides. */
export async function accountNames(tx: Tx, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await tx.prepared<{ id: string; username: string }>(
    'access_account_names', 'SELECT id, username FROM account WHERE state = $1 AND id = ANY ($2::uuid[])', [tx.state, wanted]);
  return new Map(rows.map(({ id, username }) => [id, username]));
}

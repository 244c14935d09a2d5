import type { Tx } from '@comity/database';

export interface StoredContent {
  entry_id: string;
  name: string;
  salt: Buffer;
  /** Canonical bytes, as committed to. */
  content: Buffer;
}

/** Contents still present of these entries, by entry id, in order of name. */
export async function readContents(tx: Tx, entryIds: readonly string[]): Promise<Map<string, StoredContent[]>> {
  const found = new Map<string, StoredContent[]>();
  if (entryIds.length === 0) return found;
  const rows = await tx.query<StoredContent>(
    `SELECT entry_id, name, salt, content FROM audit_content
     WHERE state = $1 AND entry_id = ANY ($2::uuid[]) ORDER BY entry_id, name`,
    [tx.state, entryIds],
  );
  for (const row of rows) {
    const list = found.get(row.entry_id);
    if (list) list.push(row);
    else found.set(row.entry_id, [row]);
  }
  return found;
}

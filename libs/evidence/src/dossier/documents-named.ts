import type { Tx } from '@comity/database';
import type { Outbox } from '@comity/exchange';
import { namesDocuments, readJson, type Withheld } from './withheld.js';

/**
 * What names the documents of a request, as a dossier that withholds them names it in turn: nothing else may be left out
 * under that word. A message is signed as a whole, and what an entry commits to is opened as a whole.
 * @returns `withheld`, with `message:<id>` and `entry:<id>` of each where documents are withheld
 */
export async function withDocuments(tx: Tx, outbox: Outbox, requestId: string, withheld: Withheld): Promise<Withheld> {
  if (!withheld.part('attachments')) return withheld;
  const named: string[] = [];
  for (const { id } of await outbox.messages(tx, requestId)) {
    const { bytes } = await outbox.onRecord(tx, id);
    if (namesDocuments(readJson(bytes)['body'])) named.push(`message:${id}`);
  }
  const contents = await tx.query<{ id: string; content: Buffer }>(
    `SELECT e.id, c.content FROM audit_entry e JOIN audit_content c ON c.state = e.state AND c.entry_id = e.id WHERE e.state = $1 AND e.subject = $2 AND c.name = 'payload'`,
    [tx.state, `file:${requestId}`],
  );
  named.push(...contents.filter(({ content }) => namesDocuments(readJson(content))).map(({ id }) => `entry:${id}`));
  return withheld.and(named);
}

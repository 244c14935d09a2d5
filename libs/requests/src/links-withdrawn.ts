import type { AuditLog, EntryActor } from '@comity/audit';
import type { Tx } from '@comity/database';
import { ringAgain } from './clocks/call-terms.js';
import { mainState } from './domain/index.js';
import { awaitFormalRequestAgain } from './emergencies.js';
import type { OpenFile } from './files.js';
import type { RequestsSettings } from './settings.js';

/**
 * What a measure that was just withdrawn had settled is open again: an emergency awaits its formal request, and a preservation
 * that ends soon its request. Called once the withdrawal is written.
 */
export async function linksWithdrawn(
  tx: Tx, audit: AuditLog, { row, measures }: OpenFile, before: OpenFile, actor: EntryActor, at: Date, { formalRequestDays }: RequestsSettings,
): Promise<void> {
  const standing = (no: number): boolean => before.measures.some((m) => m.no === no && mainState(m.chart) !== 'withdrawn');
  const withdrawn = measures.filter(({ no, chart }) => mainState(chart) === 'withdrawn' && standing(no));
  const links = withdrawn.flatMap(({ content: { followsEmergency, followsPreservation } }) => [
    ...(followsEmergency ? [{ ...followsEmergency, emergency: true }] : []), ...(followsPreservation ? [{ ...followsPreservation, emergency: false }] : []),
  ]);
  // In order of id, as every act locks the files its measures follow (linked.ts).
  for (const { emergency, ...link } of links.sort((a, b) => (a.requestId < b.requestId ? -1 : 1))) {
    if (emergency) await awaitFormalRequestAgain(tx, audit, link, row, actor, at, formalRequestDays);
    else await ringAgain(tx, audit, link, row.counterpart, actor, at);
  }
}

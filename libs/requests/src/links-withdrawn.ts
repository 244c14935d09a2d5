import type { AuditLog, EntryActor } from '@comity/audit';
import type { Tx } from '@comity/database';
import { ringAgain } from './clocks/preservation-alarm.js';
import { mainState } from './domain/index.js';
import { awaitFormalRequestAgain } from './emergencies.js';
import { LAPSED, NOTHING_FOLLOWS, type OpenFile } from './files.js';
import type { RequestsSettings } from './settings.js';

/**
 * What a measure that was just withdrawn had settled is open again: an emergency awaits its formal request, and a preservation
 * that ends soon its request. So does the preservation where the measure was refused or ended without data, or the letter was
 * closed for want of reply. Called once the end is written.
 */
export async function linksWithdrawn(
  tx: Tx, audit: AuditLog, { row, measures }: OpenFile, before: OpenFile, actor: EntryActor, at: Date, { formalRequestDays }: RequestsSettings,
): Promise<void> {
  const nowIn = (mains: readonly string[]): OpenFile['measures'] =>
    measures.filter(({ no, chart }) => mains.includes(mainState(chart)) && before.measures.some((m) => m.no === no && !mains.includes(mainState(m.chart))));
  const lapsed = isLapsed(row) && !isLapsed(before.row) ? measures.filter(({ chart }) => !NOTHING_FOLLOWS.includes(mainState(chart))) : [];
  const links = [
    ...nowIn(['withdrawn']).flatMap(({ content: { followsEmergency } }) => (followsEmergency ? [{ ...followsEmergency, emergency: true }] : [])),
    // The disclosure of a path quiets nothing.
    ...[...nowIn(NOTHING_FOLLOWS), ...lapsed].flatMap(({ form, content: { followsPreservation } }) => (followsPreservation && form !== 'preserved-traffic-data' ? [{ ...followsPreservation, emergency: false }] : [])),
  ];
  // In order of id, as every act locks the files its measures follow (linked.ts).
  for (const { emergency, ...link } of links.sort((a, b) => (a.requestId < b.requestId ? -1 : 1))) {
    if (emergency) await awaitFormalRequestAgain(tx, audit, link, row, actor, at, formalRequestDays);
    else await ringAgain(tx, audit, link, row, actor, at);
  }
}

const isLapsed = ({ letter }: OpenFile['row']): boolean => mainState(letter) === LAPSED;

import type { AuditLog, EntryActor } from '@comity/audit';
import type { Tx } from '@comity/database';
import { ringAgain } from './clocks/preservation-alarm.js';
import { mainState, requestUndelivered } from './domain/index.js';
import { awaitFormalRequestAgain } from './emergencies.js';
import { LAPSED, NOTHING_FOLLOWS, type OpenFile } from './files.js';
import type { RequestsSettings } from './settings.js';

/**
 * What a measure that was just withdrawn had settled is open again: an emergency awaits its formal request, and a preservation
 * that ends soon its request. So does the preservation where the measure was refused or ended without data, or the letter was
 * closed for want of reply; both where the letter could not be delivered (UNCC 42(8), practice:formal-request). Called once the end is written.
 */
export async function linksWithdrawn(
  tx: Tx, audit: AuditLog, { row, measures }: OpenFile, before: OpenFile, actor: EntryActor, at: Date, { formalRequestDays }: RequestsSettings,
): Promise<void> {
  const nowIn = (mains: readonly string[]): OpenFile['measures'] =>
    measures.filter(({ no, chart }) => mains.includes(mainState(chart)) && before.measures.some((m) => m.no === no && !mains.includes(mainState(m.chart))));
  const standing = measures.filter(({ chart }) => !NOTHING_FOLLOWS.includes(mainState(chart)));
  const undelivered = requestUndelivered(row.particulars) && !requestUndelivered(before.row.particulars) ? standing : [];
  const lapsed = isLapsed(row) && !isLapsed(before.row) ? standing : [];
  const formal = (those: OpenFile['measures'], lost: 'withdrawn' | 'undelivered') => those.flatMap(({ content: { followsEmergency } }) => (followsEmergency ? [{ ...followsEmergency, lost }] : []));
  const links = [
    ...formal(nowIn(['withdrawn']), 'withdrawn'),
    ...formal(undelivered, 'undelivered'),
    // The disclosure of a path quiets nothing.
    ...[...nowIn(NOTHING_FOLLOWS), ...lapsed, ...undelivered].flatMap(({ form, content: { followsPreservation } }) => (followsPreservation && form !== 'preserved-traffic-data' ? [{ ...followsPreservation, lost: undefined }] : [])),
  ];
  // In order of id, as every act locks the files its measures follow (linked.ts).
  for (const { lost, ...link } of links.sort((a, b) => (a.requestId < b.requestId ? -1 : 1))) {
    if (lost) await awaitFormalRequestAgain(tx, audit, { ...link, lost }, row, actor, at, formalRequestDays);
    else await ringAgain(tx, audit, link, row, actor, at);
  }
}

const isLapsed = ({ letter }: OpenFile['row']): boolean => mainState(letter) === LAPSED;

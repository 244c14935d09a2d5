import type { Side } from '@comity/kernel';
import { FINAL_MEASURE_STATES, type ChartState, type FileState, type MeasureContext } from '../../libs/requests/src/domain/index.js';

/** A file's key in the search: its states, and of its memory what can still matter. */
export function fileKey(file: FileState, whole = false): string {
  return JSON.stringify([
    file.side, file.letter.value, file.letter.context,
    file.measures.map((m) => [m.state.value, whole ? m.state.context : live(file.side, m.state)]),
  ]);
}

/**
 * Dead variables are left out: `secured` is read by no rule, the flags of the main dialogue by none once the measure is
 * past them, and the requesting State's rules read none but where a postponement resumes to. A test explores with
 * everything kept, too, and finds the same.
 */
function live(side: Side, { chart, value, context }: ChartState): unknown {
  const c = context as MeasureContext;
  const review = [c.reviewDue === true, c.reviewObjected === true];
  if (chart === 'network-query') return [];
  if (chart === 'spontaneous-information') return [c.consents, c.notices];
  if (chart === 'emergency-disclosure') return [...review, c.consents, c.notices, c.senderVerified, ...(side === 'requested' ? [c.consulted, c.conditionsPending, c.conditionsTried] : [])];
  if (chart === 'preservation') return [...review, c.secured, c.warnings, c.releaseNoticed, c.noLongerRequired, c.askedLate, side === 'requested' && c.consulted];
  if (chart === 'preserved-traffic-data') return [c.consents, c.notices, side === 'requested' && [...review, c.consulted]];
  const main = value['main']!;
  const use = [c.consents, c.notices];
  if (side === 'requesting') return [use, c.narrowed, c.resumeTo];
  if (FINAL_MEASURE_STATES.has(main)) return [use, c.narrowed];
  return [
    use, c.narrowed, c.resumeTo, c.consulted, c.conditionsPending, c.conditionsTried, c.costsPending, c.confidentialityHeld,
    ...(['granted', 'postponed'].includes(main) || chart === 'mutual-legal-assistance' ? [c.assigned, c.authorised] : []),
    ...(['executed', 'released'].includes(main) ? [c.holds] : []),
  ];
}

import type { LetterContext, MeasureContext } from './machine-parts.js';
import type { ChartState } from './machines.js';

export const OUTCOMES = [
  'transmitted-in-full',
  'transmitted-in-part',
  'disclosed',
  'no-data-found',
  'cannot-be-executed',
  'refused',
  'postponed',
  'withdrawn',
  'referred',
  'released',
  'answered',
  'not-answered',
  'taken-in',
  'returned',
  'abandoned',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Main states that no act of either State leads out of. */
export const FINAL_MEASURE_STATES: ReadonlySet<string> = new Set([
  'completed', 'noDataFound', 'cannotBeExecuted', 'refused', 'referred', 'withdrawn', 'preservationReleased', 'answered', 'notAnswered', 'returned', 'abandoned',
]);

export const mainState = (state: ChartState): string => state.value['main']!;

/** Main states of a letter that has not left the requesting State, or never will. */
export const UNSENT: readonly string[] = ['draft', 'inReview', 'abandoned'];

/** Whether a letter in that main state has left the requesting State. */
/** A closed letter that goes on, since a measure in it was asked for anew (decision 42). */
export const takenUp = (before: ChartState, after: ChartState): boolean => mainState(before) === 'closed' && mainState(after) !== 'closed';

export const isSent = (main: string): boolean => !UNSENT.includes(main);

/** What has become of a measure; null while it is open. A postponed measure has that outcome until it is resumed. */
export function outcomeOf(measure: ChartState): Outcome | null {
  switch (mainState(measure)) {
    case 'completed':
      if (measure.chart === 'preserved-traffic-data') return 'disclosed';
      if (measure.chart === 'spontaneous-information') return 'taken-in';
      return (measure.context as MeasureContext).narrowed ? 'transmitted-in-part' : 'transmitted-in-full';
    case 'noDataFound': return 'no-data-found';
    case 'cannotBeExecuted': return 'cannot-be-executed';
    case 'refused': return 'refused';
    case 'postponed': return 'postponed';
    case 'withdrawn': return 'withdrawn';
    case 'referred': return 'referred';
    case 'preservationReleased': return 'released';
    case 'answered': return 'answered';
    case 'notAnswered': return 'not-answered';
    case 'returned': return 'returned';
    case 'abandoned': return 'abandoned';
    default: return null;
  }
}

/** Main states in which what was furnished is with the State that uses it; information sent without a request is from the first. */
const HELD: Partial<Record<ChartState['chart'], readonly string[]>> = { 'spontaneous-information': ['received', 'completed'], 'preserved-traffic-data': ['pathReceived', 'completed'] };

/** Evidence is with the requesting State; until it disputes the receipt, it may be used. */
export const holdsEvidence = (measure: ChartState): boolean => (HELD[measure.chart] ?? ['evidenceReceived', 'completed']).includes(mainState(measure));

export const isFinal = (measure: ChartState): boolean => FINAL_MEASURE_STATES.has(mainState(measure));

export const OVERALL_STATES = [
  'draft', 'in-review', 'abandoned', 'transmitted', 'received', 'acknowledged', 'in-progress',
  'withdrawing', 'withdrawn', 'answered', 'closed-for-want-of-reply', 'closed',
] as const;
export type Overall = (typeof OVERALL_STATES)[number];

/** The state of the whole request, derived: partial grants and refusals are the normal case. */
export function overallOf(letter: ChartState, measures: readonly ChartState[]): Overall {
  const main = mainState(letter);
  switch (main) {
    case 'draft': return 'draft';
    case 'inReview': return 'in-review';
    case 'abandoned': return 'abandoned';
    case 'closed': return 'closed';
    case 'closedForWantOfReply': return 'closed-for-want-of-reply';
  }
  if (measures.length > 0 && measures.every((m) => mainState(m) === 'withdrawn')) return 'withdrawn';
  if (measures.length > 0 && measures.every(isFinal)) return 'answered';
  // Once the other State has answered, what could not be withdrawn goes on, and both files say so.
  if ((letter.context as LetterContext).withdrawalAsked && measures.some((m) => mainState(m) === 'withdrawing')) return 'withdrawing';
  const started = measures.some((m) => !['draft', 'requested', 'sent', 'received'].includes(mainState(m)));
  if (started) return 'in-progress';
  return main as 'transmitted' | 'received' | 'acknowledged';
}

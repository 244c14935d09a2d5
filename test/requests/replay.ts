import { decide, initialState, type Act, type ChartName, type Facts, type FileState } from '@comity/requests';
import type { Side } from '@comity/kernel';

/** A row of `file_event`, as far as decisions need it. */
export interface StoredEvent {
  seq: number;
  measure: number | null;
  type: string;
  source: 'official' | 'counterpart' | 'clock' | 'node';
  payload: Record<string, unknown>;
  facts: Facts;
  crossed: string[];
}

/**
 * A file's state from its events alone: the initial state, and every stored event decided again on its stored facts.
 * @throws Error at the first event that is refused now although it was done then
 */
export function replay(side: Side, forms: readonly { no: number; form: string }[], events: readonly StoredEvent[]): FileState {
  // Measures that an event opened are made by that event again.
  const opened = events.filter(({ type }) => type === 'OPEN_DISCLOSURE' || type === 'DISCLOSURE_OPENED').length;
  let file: FileState = {
    side,
    letter: initialState('letter', side),
    measures: forms.slice(0, forms.length - opened).map(({ no, form }) => {
      return { no, state: initialState(form as ChartName, side) };
    }),
  };
  for (const { seq, measure, type, source, payload, facts, crossed } of events) {
    // What the node reports on a file is decided on as the clock's acts are: neither speaks for a State.
    const act: Act = { type, measure, payload, source: source === 'node' ? 'clock' : source, crossed };
    const decision = decide(file, act, facts);
    if (!decision.ok) throw new Error(`event ${seq}, ${type}, was done and is refused in replay: ${decision.refusals.map((r) => r.code).join(', ')}`);
    file = decision.file;
  }
  return file;
}

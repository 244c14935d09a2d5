import { profile } from '@comity/treaty';
import { decide, fileFacts, type FileState } from './decide.js';
import type { Facts } from './machine-parts.js';
import { initialState, type ChartState } from './machines.js';

const standing = (main: string, resumeTo: string | null = null): FileState => {
  const measure = initialState('stored-data', 'requesting');
  const state: ChartState = { ...measure, value: { ...measure.value, main }, context: { ...measure.context, resumeTo } as ChartState['context'] };
  const letter = initialState('letter', 'requesting');
  return { side: 'requesting', letter: { ...letter, value: { ...letter.value, main: 'transmitted' } }, measures: [{ no: 1, state }] };
};
/** Where the measure stands after the message, or why it may not. */
function after(file: FileState, type: string, transcribed: boolean, payload: Record<string, unknown> = {}): string {
  const facts: Facts = {
    v: 1, at: '2026-11-03T09:12:40.000Z', instrument: { id: 'uncc-2024', version: profile('uncc-2024').version }, form: 'stored-data', requestedState: 'VN', conventionOffence: true,
    ...fileFacts(file, 1), ...(transcribed && { transcribed }),
  };
  const decision = decide(file, { type, measure: 1, payload, source: 'counterpart' }, facts);
  return decision.ok ? decision.file.measures[0]!.state.value['main']! : decision.refusals[0]!.code;
}

describe('what a letter tells of a measure', () => {
  it.each([
    ['NO_DATA_FOUND', 'noDataFound'], ['CANNOT_BE_EXECUTED', 'cannotBeExecuted'], ['REFUSED', 'refused'], ['REFERRED', 'referred'], ['POSTPONED', 'postponed'],
    ['EXECUTED', 'executed'], ['TRANSMISSION_DECIDED', 'released'], ['EVIDENCE_TRANSMITTED', 'evidenceReceived'],
  ])('%s alone implies the steps before it', (type, state) => {
    expect(after(standing('requested'), type, true)).toBe(state);
  });

  it('told late changes nothing, and undoes no outcome', () => {
    for (const state of ['executing', 'released', 'evidenceReceived', 'completed', 'refused', 'noDataFound', 'withdrawn']) expect(after(standing(state), 'EXAMINATION_BEGUN', true)).toBe(state);
  });

  it('that contradicts the outcome is left to people', () => {
    for (const type of ['EXECUTED', 'TRANSMISSION_DECIDED', 'EVIDENCE_TRANSMITTED', 'REFUSED']) expect(after(standing('noDataFound'), type, true)).toBe('event.not-possible-now');
  });

  it('leads out of a postponement where it lies beyond it, and not where it came before', () => {
    expect(after(standing('postponed', 'underExamination'), 'GRANTED', true)).toBe('granted');
    expect(after(standing('postponed', 'granted'), 'GRANTED', true)).toBe('postponed');
    expect(after(standing('postponed', 'executing'), 'EXECUTION_BEGUN', true)).toBe('postponed');
    expect(after(standing('postponed', 'executing'), 'NO_DATA_FOUND', true)).toBe('noDataFound');
  });

  it('is told by a node step by step: what it leaves out is a fault, and is not guessed', () => {
    for (const type of ['GRANTED', 'NO_DATA_FOUND', 'EXECUTED', 'TRANSMISSION_DECIDED', 'EVIDENCE_TRANSMITTED']) expect(after(standing('requested'), type, false)).toBe('event.not-possible-now');
    expect(after(standing('completed'), 'EXAMINATION_BEGUN', false)).toBe('event.not-possible-now');
    expect(after(standing('requested'), 'REFUSED', false)).toBe('refused');
  });
});

import { FINAL_MEASURE_STATES } from '../domain/index.js';
import { ANSWERED_STATES } from './case-questions.js';

describe('measures that count as answered', () => {
  it('are all that have their outcome, of every form, and those whose answer the other State has still to confirm', () => {
    expect([...FINAL_MEASURE_STATES].filter((state) => !ANSWERED_STATES.includes(state))).toEqual([]);
    expect(ANSWERED_STATES).toEqual(expect.arrayContaining(['evidenceTransmitted', 'secured', 'pathDisclosed']));
    expect(ANSWERED_STATES).not.toContain('underExamination');
  });
});

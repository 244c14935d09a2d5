import { confidentiality, conditions, consultation, costs } from './dialogues.js';
import { freshMeasure, noted, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import type { EvidenceForm } from './stored-data.requested.machine.js';
import { afterwards, byLetter, told as toldByLetter, type Steps } from './told-by-letter.js';
import { freshUse } from './use-memory.js';
import { use } from './use.js';

const withdraw = to('withdrawing', { send: 'WITHDRAWAL_REQUESTED' });

const outcomes = {
  REFUSED: to('refused'),
  REFERRED: to('referred'),
};

const lettersOf = (secures: boolean): Steps => ({
  order: ['requested', 'underExamination', 'granted', 'executing', 'executed', 'released', 'evidenceReceived'],
  steps: {
    EXAMINATION_BEGUN: { target: 'underExamination' },
    GRANTED: { target: 'granted' },
    EXECUTION_BEGUN: { target: 'executing' },
    EXECUTED: { target: 'executed' },
    HOLD_PLACED: { target: 'executed', change: ['holdIsPlaced'] },
    HOLD_LIFTED: { target: 'executed', change: ['holdIsLifted'] },
    TRANSMISSION_DECIDED: { target: 'released', change: ['outcomeIsNoted'] },
  },
  ends: {
    NO_DATA_FOUND: { target: 'noDataFound', until: 'executing' },
    CANNOT_BE_EXECUTED: { target: 'cannotBeExecuted', until: 'executing' },
    POSTPONED: { target: 'postponed', change: ['resumesToExamination'], until: 'requested' },
    REFUSED: { target: 'refused', until: 'released' },
    EVIDENCE_TRANSMITTED: { target: 'evidenceReceived', until: 'released' },
  },
  aside: [...(secures ? ['SECURED'] : []), 'ASSIGNED', 'AUTHORISED', 'POSTPONED', 'RESUMED'],
});

const partsOf = (secures: boolean) => {
  const steps = lettersOf(secures);
  const letters = (name: string, on: Record<string, unknown>) => byLetter(name, on, steps);
  const ended = (until = 'released') => ({ on: afterwards(until, steps) });
  const secured = secures ? { SECURED: noted } : {};
  /** What the requested State may tell along the way without a change of state here. */
  const told = { ...secured, ASSIGNED: noted, AUTHORISED: noted };
  return { letters, ended, secured, told };
};

const follow = (id: string, { letters, ended, secured, told }: ReturnType<typeof partsOf>, beside?: Record<string, unknown>) => statechart({
  id,
  type: 'parallel',
  context: { ...freshMeasure('requesting'), ...freshUse() },
  states: {
    main: {
      initial: 'draft',
      // May follow evidence that crossed the withdrawal, whatever has become of that evidence since.
      on: { WITHDRAWAL_TOO_LATE: noted },
      states: {
        draft: { on: { LETTER_TRANSMITTED: to('requested'), LETTER_ABANDONED: to('abandoned') } },
        requested: {
          on: letters('requested', { ...told, ...outcomes, EXAMINATION_BEGUN: to('underExamination'), WITHDRAW_MEASURE: withdraw }),
        },
        underExamination: {
          on: letters('underExamination', { ...told, ...outcomes, GRANTED: to('granted'), POSTPONED: to('postponed', { change: ['resumesToExamination'] }), WITHDRAW_MEASURE: withdraw }),
        },
        granted: {
          on: letters('granted', { ...told, ...outcomes, EXECUTION_BEGUN: to('executing'), POSTPONED: to('postponed', { change: ['resumesToGranted'] }), WITHDRAW_MEASURE: withdraw }),
        },
        executing: {
          on: letters('executing', {
            ...told,
            ...outcomes,
            EXECUTED: to('executed'),
            NO_DATA_FOUND: to('noDataFound'),
            CANNOT_BE_EXECUTED: to('cannotBeExecuted'),
            POSTPONED: to('postponed', { change: ['resumesToExecuting'] }),
            WITHDRAW_MEASURE: withdraw,
          }),
        },
        executed: {
          on: letters('executed', {
            ...outcomes,
            HOLD_PLACED: to(undefined, { change: ['holdIsPlaced'] }),
            HOLD_LIFTED: to(undefined, { change: ['holdIsLifted'] }),
            TRANSMISSION_DECIDED: to('released', { change: ['outcomeIsNoted'] }),
            WITHDRAW_MEASURE: withdraw,
          }),
        },
        released: {
          on: letters('released', {
            HOLD_PLACED: to('executed', { change: ['holdIsPlaced'] }),
            EVIDENCE_TRANSMITTED: to('evidenceReceived'),
            // Decided anew after a hold that nobody wrote of.
            TRANSMISSION_DECIDED: toldByLetter(undefined, ['outcomeIsNoted']),
            WITHDRAW_MEASURE: withdraw,
          }),
        },
        evidenceReceived: {
          on: letters('evidenceReceived', {
            CONFIRM_RECEIPT: to('completed', { rules: ['receiptVerified'], send: 'RECEIPT_CONFIRMED' }),
            DISPUTE_RECEIPT: to('released', { send: 'RECEIPT_DISPUTED' }),
          }),
        },
        postponed: {
          on: letters('postponed', {
            ...outcomes,
            ...secured,
            EXAMINATION_BEGUN: toldByLetter(undefined),
            GRANTED: [toldByLetter('granted', ['hasResumed'], 'isTranscribedFromExamination'), toldByLetter(undefined)],
            EXECUTION_BEGUN: [toldByLetter('executing', ['hasResumed'], 'isTranscribedBeforeExecution'), toldByLetter(undefined)],
            RESUMED: [
              to('underExamination', { when: 'backToExamination', change: ['hasResumed'] }),
              to('granted', { when: 'backToGranted', change: ['hasResumed'] }),
              to('executing', { when: 'backToExecuting', change: ['hasResumed'] }),
            ],
            WITHDRAW_MEASURE: withdraw,
          }),
        },
        // Until the requested State answers, what it had already sent still counts where it is final; the rest is noted.
        withdrawing: {
          on: {
            ...told,
            ...outcomes,
            EXAMINATION_BEGUN: noted,
            GRANTED: noted,
            EXECUTION_BEGUN: noted,
            EXECUTED: noted,
            POSTPONED: noted,
            RESUMED: noted,
            HOLD_PLACED: to(undefined, { change: ['holdIsPlaced'] }),
            HOLD_LIFTED: to(undefined, { change: ['holdIsLifted'] }),
            TRANSMISSION_DECIDED: to(undefined, { change: ['outcomeIsNoted'] }),
            NO_DATA_FOUND: to('noDataFound'),
            CANNOT_BE_EXECUTED: to('cannotBeExecuted'),
            EVIDENCE_TRANSMITTED: to('evidenceReceived'),
            WITHDRAWAL_CONFIRMED: to('withdrawn'),
          },
        },
        completed: ended(),
        noDataFound: ended('executing'),
        cannotBeExecuted: ended('executing'),
        refused: ended(),
        referred: ended('granted'),
        withdrawn: ended(),
        abandoned: {},
      },
    },
    consultation: consultation('requesting'),
    conditions: conditions('requesting'),
    costs: costs('requesting'),
    confidentiality: confidentiality('requesting'),
    use: use('requesting'),
    ...beside,
  },
});

/**
 * A measure that furnishes evidence, in the file of the requesting State: it follows what the requested State reports,
 * and acts where the treaty gives it a say. Built for the same forms as evidenceRequested.
 */
export const evidenceRequesting = (id: string, { secures, beside }: EvidenceForm) => follow(id, partsOf(secures), beside);

/** A measure for stored electronic data (UNCC 44; Budapest 31) in the file of the requesting State. */
export const storedDataRequesting = evidenceRequesting('stored-data.requesting', { secures: true });

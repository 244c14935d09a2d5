import { confidentiality, conditions, consultation, costs } from './dialogues.js';
import { freshMeasure, noted, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { freshUse } from './use-memory.js';
import { use } from './use.js';

const withdraw = to('withdrawing', { send: 'WITHDRAWAL_REQUESTED' });

/** What the requested State may tell along the way without a change of state here. */
const told = { SECURED: noted, ASSIGNED: noted, AUTHORISED: noted };

const outcomes = {
  REFUSED: to('refused'),
  REFERRED: to('referred'),
};

/**
 * A measure for stored electronic data (UNCC 44; Budapest 31) in the file of the requesting State: it follows what
 * the requested State reports, and acts where the treaty gives it a say.
 */
export const storedDataRequesting = statechart({
  id: 'stored-data.requesting',
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
          on: { ...told, ...outcomes, EXAMINATION_BEGUN: to('underExamination'), WITHDRAW_MEASURE: withdraw },
        },
        underExamination: {
          on: { ...told, ...outcomes, GRANTED: to('granted'), POSTPONED: to('postponed', { change: ['resumesToExamination'] }), WITHDRAW_MEASURE: withdraw },
        },
        granted: {
          on: { ...told, ...outcomes, EXECUTION_BEGUN: to('executing'), POSTPONED: to('postponed', { change: ['resumesToGranted'] }), WITHDRAW_MEASURE: withdraw },
        },
        executing: {
          on: {
            ...told,
            ...outcomes,
            EXECUTED: to('executed'),
            NO_DATA_FOUND: to('noDataFound'),
            CANNOT_BE_EXECUTED: to('cannotBeExecuted'),
            POSTPONED: to('postponed', { change: ['resumesToExecuting'] }),
            WITHDRAW_MEASURE: withdraw,
          },
        },
        executed: {
          on: {
            ...outcomes,
            HOLD_PLACED: to(undefined, { change: ['holdIsPlaced'] }),
            HOLD_LIFTED: to(undefined, { change: ['holdIsLifted'] }),
            TRANSMISSION_DECIDED: to('released', { change: ['outcomeIsNoted'] }),
            WITHDRAW_MEASURE: withdraw,
          },
        },
        released: {
          on: {
            HOLD_PLACED: to('executed', { change: ['holdIsPlaced'] }),
            EVIDENCE_TRANSMITTED: to('evidenceReceived'),
            WITHDRAW_MEASURE: withdraw,
          },
        },
        evidenceReceived: {
          on: {
            CONFIRM_RECEIPT: to('completed', { rules: ['receiptVerified'], send: 'RECEIPT_CONFIRMED' }),
            DISPUTE_RECEIPT: to('released', { send: 'RECEIPT_DISPUTED' }),
          },
        },
        postponed: {
          on: {
            ...outcomes,
            SECURED: noted,
            RESUMED: [
              to('underExamination', { when: 'backToExamination', change: ['hasResumed'] }),
              to('granted', { when: 'backToGranted', change: ['hasResumed'] }),
              to('executing', { when: 'backToExecuting', change: ['hasResumed'] }),
            ],
            WITHDRAW_MEASURE: withdraw,
          },
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
        completed: {},
        noDataFound: {},
        cannotBeExecuted: {},
        refused: {},
        referred: {},
        withdrawn: {},
        abandoned: {},
      },
    },
    consultation: consultation('requesting'),
    conditions: conditions('requesting'),
    costs: costs('requesting'),
    confidentiality: confidentiality('requesting'),
    use: use('requesting'),
  },
});

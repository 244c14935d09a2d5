import type { Side } from '@comity/kernel';
import { conditions, consultation } from './dialogues.js';
import { ALONE, dutyReview } from './duty.js';
import { freshMeasure, noted, notedIf, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { told } from './told-by-letter.js';
import { freshUse } from './use-memory.js';
import { use } from './use.js';

/**
 * Disclosure in an emergency (UNCC 41(3)(e), 2(o)), both sides. Obtaining the data may begin at once; nothing is disclosed
 * before the sender was called back over a number from the directory. A formal request follows. What was disclosed is used,
 * and goes on to others, as evidence is (40(19), 36(3)).
 */
const context = (side: Side) => ({ ...freshMeasure(side), ...freshUse(), senderVerified: false, reviewDue: false, reviewObjected: false });

const refuse = to('refused', { rules: ['letterOpen', 'refusalAllowed'], send: 'REFUSED' });
const withdrawn = to('withdrawn', { send: 'WITHDRAWAL_CONFIRMED' });
const tooLate = to(undefined, { send: 'WITHDRAWAL_TOO_LATE' });
const ended = { on: { WITHDRAWAL_REQUESTED: tooLate } };

const CALLED = ['letterOpen', 'measureOpen', 'callBackOverDirectory', 'callBackTimely'];
const confirmed = to('confirmed', { rules: CALLED, when: 'callBackConfirmed', send: 'CALL_BACK_CONFIRMED', change: ['senderIsVerified'] });
const denied = to('denied', { rules: CALLED, when: 'callBackDenied', send: 'CALL_BACK_DENIED', change: ['senderIsNotVerified'] });
const notReached = (target?: string) => to(target, { rules: CALLED, when: 'callBackNotReached', send: 'CALL_BACK_NOT_REACHED' });
const called = { RECORD_CALL_BACK: [confirmed, denied, notReached('notReached')] };
/** A call that nobody answered takes nothing away from one that was answered. */
const calledAgain = { RECORD_CALL_BACK: [confirmed, denied, notReached()] };

const callBackRequested = { initial: 'none', states: { none: { on: called }, notReached: { on: called }, confirmed: { on: calledAgain }, denied: { on: calledAgain } } };

const calledThere = { rules: ['callBackTold'] };
const answered = { CALL_BACK_CONFIRMED: to('confirmed', calledThere), CALL_BACK_DENIED: to('denied', calledThere) };
const notReachedThere = notedIf('callBackTold');
const callBackRequesting = {
  initial: 'none',
  states: {
    none: { on: { ...answered, CALL_BACK_NOT_REACHED: to('notReached', calledThere) } },
    notReached: { on: { ...answered, CALL_BACK_NOT_REACHED: notReachedThere } },
    confirmed: { on: { ...answered, CALL_BACK_NOT_REACHED: notReachedThere } },
    denied: { on: { ...answered, CALL_BACK_NOT_REACHED: notReachedThere } },
  },
};

export const emergencyRequested = statechart({
  id: 'emergency-disclosure.requested',
  type: 'parallel',
  context: context('requested'),
  states: {
    main: {
      initial: 'received',
      on: dutyReview,
      states: {
        received: {
          on: {
            // No acknowledgement, no examination first: hours count.
            ORDER_DISCLOSURE: to('ordered', { rules: ['letterOpen'], send: 'DISCLOSURE_ORDERED', change: [ALONE] }),
            REFUSE: refuse,
            REFER: to('referred', { rules: ['letterOpen'], send: 'REFERRED' }),
            WITHDRAWAL_REQUESTED: withdrawn,
          },
        },
        ordered: {
          on: {
            DISCLOSE: to('evidenceTransmitted', {
              rules: ['letterOpen', 'emergencyStated', 'senderVerified', 'conditionsAnswered', 'notObjected', 'packageSealed', 'formalRequestAhead'],
              send: 'EVIDENCE_TRANSMITTED',
              change: [ALONE],
            }),
            REPORT_EXECUTION: [
              to('noDataFound', { rules: ['letterOpen'], when: 'noDataFound', send: 'NO_DATA_FOUND' }),
              to('cannotBeExecuted', { rules: ['letterOpen'], when: 'cannotBeExecuted', send: 'CANNOT_BE_EXECUTED' }),
            ],
            REFUSE: refuse,
            WITHDRAWAL_REQUESTED: withdrawn,
          },
        },
        evidenceTransmitted: { on: { RECEIPT_CONFIRMED: to('completed'), RECEIPT_DISPUTED: to('ordered'), WITHDRAWAL_REQUESTED: tooLate } },
        completed: {},
        noDataFound: ended,
        cannotBeExecuted: ended,
        refused: ended,
        referred: ended,
        withdrawn: {},
      },
    },
    consultation: consultation('requested'),
    conditions: conditions('requested'),
    callBack: callBackRequested,
    use: use('requested'),
  },
});

const withdraw = to('withdrawing', { send: 'WITHDRAWAL_REQUESTED' });
const outcomes = { REFUSED: to('refused'), NO_DATA_FOUND: to('noDataFound'), CANNOT_BE_EXECUTED: to('cannotBeExecuted') };
/** By letter (told-by-letter.ts): the order is implied by what it led to, and noted where it is told late. */
const untold = { NO_DATA_FOUND: told('noDataFound'), CANNOT_BE_EXECUTED: told('cannotBeExecuted'), EVIDENCE_TRANSMITTED: told('evidenceReceived') };
const late = { DISCLOSURE_ORDERED: told(undefined) };
const past = { on: late };

export const emergencyRequesting = statechart({
  id: 'emergency-disclosure.requesting',
  type: 'parallel',
  context: context('requesting'),
  states: {
    main: {
      initial: 'draft',
      // May follow evidence that crossed the withdrawal, whatever has become of that evidence since.
      on: { ...dutyReview, WITHDRAWAL_TOO_LATE: noted },
      states: {
        draft: { on: { LETTER_TRANSMITTED: to('requested', { change: [ALONE] }), LETTER_ABANDONED: to('abandoned') } },
        requested: { on: { ...untold, REFUSED: to('refused'), REFERRED: to('referred'), DISCLOSURE_ORDERED: to('ordered'), WITHDRAW_MEASURE: withdraw } },
        ordered: { on: { ...outcomes, ...late, REFERRED: told('referred'), EVIDENCE_TRANSMITTED: to('evidenceReceived'), WITHDRAW_MEASURE: withdraw } },
        evidenceReceived: {
          on: {
            ...late,
            CONFIRM_RECEIPT: to('completed', { rules: ['receiptVerified'], send: 'RECEIPT_CONFIRMED' }),
            DISPUTE_RECEIPT: to('ordered', { send: 'RECEIPT_DISPUTED' }),
          },
        },
        withdrawing: {
          on: { ...outcomes, REFERRED: to('referred'), DISCLOSURE_ORDERED: noted, EVIDENCE_TRANSMITTED: to('evidenceReceived'), WITHDRAWAL_CONFIRMED: to('withdrawn') },
        },
        completed: past,
        noDataFound: past,
        cannotBeExecuted: past,
        refused: past,
        referred: {},
        withdrawn: past,
        abandoned: {},
      },
    },
    consultation: consultation('requesting'),
    conditions: conditions('requesting'),
    callBack: callBackRequesting,
    use: use('requesting'),
  },
});

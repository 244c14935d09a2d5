import type { Side } from '@comity/kernel';
import { consultation } from './dialogues.js';
import { ALONE, dutyReview } from './duty.js';
import { freshMeasure, noted, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { freshUse } from './use-memory.js';
import { told } from './told-by-letter.js';
import { use } from './use.js';

/**
 * Expedited disclosure of preserved traffic data (UNCC 43; Budapest 30), both sides. Opened by the requested State from
 * a preservation, or asked for in a letter; disclosed or withheld at once, without admission or a second decision. What
 * was disclosed is used, and goes on to the third State, as evidence is (UNCC 40(19), 36(3)).
 */
const context = (side: Side) => ({ ...freshMeasure(side), ...freshUse() });
const tooLate = to(undefined, { send: 'WITHDRAWAL_TOO_LATE' });
const ended = { on: { WITHDRAWAL_REQUESTED: tooLate } };

export const preservedTrafficRequested = statechart({
  id: 'preserved-traffic-data.requested',
  type: 'parallel',
  context: context('requested'),
  states: {
    main: {
      initial: 'received',
      states: {
        received: {
          on: {
            DISCLOSE_PATH: to('pathDisclosed', { rules: ['letterOpen', 'pathIdentifies'], send: 'PATH_DISCLOSED', change: [ALONE] }),
            // Withheld, wholly: on the grounds of 43(2) only, with reasons.
            REFUSE: to('refused', { rules: ['letterOpen', 'refusalAllowed'], send: 'REFUSED' }),
            REPORT_EXECUTION: [
              to('noDataFound', { rules: ['letterOpen'], when: 'noDataFound', send: 'NO_DATA_FOUND' }),
              to('cannotBeExecuted', { rules: ['letterOpen'], when: 'cannotBeExecuted', send: 'CANNOT_BE_EXECUTED' }),
            ],
            REFER: to('referred', { rules: ['letterOpen'], send: 'REFERRED' }),
            WITHDRAWAL_REQUESTED: to('withdrawn', { send: 'WITHDRAWAL_CONFIRMED' }),
          },
        },
        pathDisclosed: { on: { ...dutyReview, PATH_CONFIRMED: to('completed'), WITHDRAWAL_REQUESTED: tooLate } },
        completed: { on: { ...dutyReview, WITHDRAWAL_REQUESTED: tooLate } },
        noDataFound: ended,
        cannotBeExecuted: ended,
        refused: ended,
        referred: ended,
        withdrawn: {},
      },
    },
    consultation: consultation('requested'),
    use: use('requested'),
  },
});

const withdraw = to('withdrawing', { send: 'WITHDRAWAL_REQUESTED' });
const answers = {
  PATH_DISCLOSED: to('pathReceived', { rules: ['pathTold'] }),
  REFUSED: to('refused'),
  NO_DATA_FOUND: to('noDataFound'),
  CANNOT_BE_EXECUTED: to('cannotBeExecuted'),
  REFERRED: to('referred'),
};
const past = { on: { WITHDRAWAL_TOO_LATE: noted } };
/** The requesting State's own affair: it stays possible when the letter is closed, since the third State is another's. */
const follow = [
  to(undefined, { rules: ['pathCanBeFollowed'], when: 'pathLeadsHome', effect: 'recordHomecoming' }),
  to(undefined, { rules: ['pathCanBeFollowed'], when: 'pathLeadsOn', effect: 'openThirdStateRequest' }),
];

export const preservedTrafficRequesting = statechart({
  id: 'preserved-traffic-data.requesting',
  type: 'parallel',
  context: context('requesting'),
  states: {
    main: {
      initial: 'draft',
      states: {
        draft: { on: { LETTER_TRANSMITTED: to('requested'), LETTER_ABANDONED: to('abandoned') } },
        requested: { on: { ...answers, WITHDRAW_MEASURE: withdraw } },
        withdrawing: { on: { ...answers, WITHDRAWAL_CONFIRMED: to('withdrawn'), WITHDRAWAL_TOO_LATE: told(undefined) } },
        pathReceived: { on: { CONFIRM_PATH: to('completed', { send: 'PATH_CONFIRMED' }), FOLLOW_PATH: follow, WITHDRAWAL_TOO_LATE: noted } },
        completed: { on: { FOLLOW_PATH: follow, WITHDRAWAL_TOO_LATE: noted } },
        noDataFound: past,
        cannotBeExecuted: past,
        refused: past,
        referred: past,
        withdrawn: {},
        abandoned: {},
      },
    },
    consultation: consultation('requesting'),
    use: use('requesting'),
  },
});

import { freshMeasure, noted, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { freshUse } from './use-memory.js';
import { use } from './use.js';

/**
 * Information sent without a request (UNCC 40(4)-(5); Budapest 26). The State that sends it stands where a requesting
 * State stands, though it asks for nothing; the one that receives it confirms it, and is bound by its limits from receipt
 * on, or sends it back. So the dialogue on use has its sides the other way round: the receiver asks for consent.
 */
const tooLate = to(undefined, { send: 'WITHDRAWAL_TOO_LATE' });

/** In the file of the State that receives it. */
export const informationRequested = statechart({
  id: 'spontaneous-information.requested',
  type: 'parallel',
  context: { ...freshMeasure('requested'), ...freshUse() },
  states: {
    main: {
      initial: 'received',
      states: {
        received: {
          on: {
            CONFIRM_INFORMATION: to('completed', { rules: ['letterOpen'], send: 'INFORMATION_CONFIRMED' }),
            RETURN_INFORMATION: to('returned', { rules: ['letterOpen'], send: 'INFORMATION_RETURNED' }),
            // Taken back before anybody looked at it.
            WITHDRAWAL_REQUESTED: to('withdrawn', { send: 'WITHDRAWAL_CONFIRMED' }),
          },
        },
        completed: { on: { WITHDRAWAL_REQUESTED: tooLate } },
        returned: { on: { WITHDRAWAL_REQUESTED: tooLate } },
        withdrawn: {},
      },
    },
    use: use('requesting'),
  },
});

const answers = { INFORMATION_CONFIRMED: to('completed'), INFORMATION_RETURNED: to('returned') };
const past = { on: { WITHDRAWAL_TOO_LATE: noted } };

/** In the file of the State that sends it. */
export const informationRequesting = statechart({
  id: 'spontaneous-information.requesting',
  type: 'parallel',
  context: { ...freshMeasure('requesting'), ...freshUse() },
  states: {
    main: {
      initial: 'draft',
      states: {
        draft: { on: { LETTER_TRANSMITTED: to('sent'), LETTER_ABANDONED: to('abandoned') } },
        sent: { on: { ...answers, WITHDRAW_MEASURE: to('withdrawing', { send: 'WITHDRAWAL_REQUESTED' }) } },
        withdrawing: { on: { ...answers, WITHDRAWAL_CONFIRMED: to('withdrawn') } },
        completed: past,
        returned: past,
        withdrawn: {},
        abandoned: {},
      },
    },
    use: use('requested'),
  },
});

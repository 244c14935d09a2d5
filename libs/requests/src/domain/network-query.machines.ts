import { freshMeasure, noted, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { told } from './told-by-letter.js';

/**
 * A question of one point of contact to another (UNCC 41(3)(a)-(d), 42(2); Budapest 35(1)): technical advice, where data
 * or a provider are, legal information, where a suspect is. Asked, then answered, not answered with reasons, referred
 * or withdrawn. Nothing is decided on, so there is no refusal and no consultation.
 */
const tooLate = to(undefined, { send: 'WITHDRAWAL_TOO_LATE' });
const ended = { on: { WITHDRAWAL_REQUESTED: tooLate } };

export const networkQueryRequested = statechart({
  id: 'network-query.requested',
  type: 'parallel',
  context: freshMeasure('requested'),
  states: {
    main: {
      initial: 'received',
      states: {
        received: {
          on: {
            ANSWER_QUERY: to('answered', { rules: ['letterOpen'], send: 'QUERY_ANSWERED' }),
            DECLINE_QUERY: to('notAnswered', { rules: ['letterOpen'], send: 'QUERY_NOT_ANSWERED' }),
            REFER: to('referred', { rules: ['letterOpen'], send: 'REFERRED' }),
            WITHDRAWAL_REQUESTED: to('withdrawn', { send: 'WITHDRAWAL_CONFIRMED' }),
          },
        },
        answered: ended,
        notAnswered: ended,
        referred: ended,
        withdrawn: {},
      },
    },
  },
});

const outcomes = { QUERY_ANSWERED: to('answered'), QUERY_NOT_ANSWERED: to('notAnswered'), REFERRED: to('referred') };
const past = { on: { WITHDRAWAL_TOO_LATE: noted } };

export const networkQueryRequesting = statechart({
  id: 'network-query.requesting',
  type: 'parallel',
  context: freshMeasure('requesting'),
  states: {
    main: {
      initial: 'draft',
      states: {
        draft: { on: { LETTER_TRANSMITTED: to('requested'), LETTER_ABANDONED: to('abandoned') } },
        requested: { on: { ...outcomes, WITHDRAW_MEASURE: to('withdrawing', { send: 'WITHDRAWAL_REQUESTED' }) } },
        withdrawing: { on: { ...outcomes, WITHDRAWAL_CONFIRMED: to('withdrawn'), WITHDRAWAL_TOO_LATE: told(undefined) } },
        answered: past,
        notAnswered: past,
        referred: past,
        withdrawn: {},
        abandoned: {},
      },
    },
  },
});

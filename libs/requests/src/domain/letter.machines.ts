import { noted, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { told } from './told-by-letter.js';

/** A letter may say that a case is closed whose measures have no outcome here: what came of them is told first. */
const closedThere = to('closed', { rules: ['outcomesTold'] });
const withdraw = to(undefined, { rules: ['anyWithdrawable'], change: ['withdrawalIsAsked'], effect: 'withdrawMeasures' });

const writing = { SEND_CORRESPONDENCE: to(undefined, { rules: ['letterSent'], send: 'CORRESPONDENCE' }), CORRESPONDENCE: noted };
/** A request that came to the wrong desk is taken in and forwarded, with notice (practice; UNCC 40(12)). */
const correspondenceRequested = { initial: 'open', states: { open: { on: { ...writing, FORWARD: to(undefined, { rules: ['letterOpen', 'otherDesk'], send: 'FORWARDED' }) } } } };
const correspondenceRequesting = { initial: 'open', states: { open: { on: { ...writing, FORWARDED: noted } } } };

/** Receipts are transport; only a message that is dead or rejected shows on the file, until an official has dealt with it. */
const delivery = {
  initial: 'inOrder',
  states: {
    inOrder: { on: { DELIVERY_FAILED: to('failed') } },
    failed: {
      on: {
        DELIVERY_FAILED: noted,
        RESEND: to('inOrder', { rules: ['notRecalled'], effect: 'resend' }),
        CHANGE_CHANNEL: to('inOrder', { rules: ['notRecalled'], effect: 'changeChannel' }),
      },
    },
  },
};

/**
 * The letter's own small statecharts, one a side: drafting, review, transmission, acknowledgement, information
 * (40(16)), status (40(26)), closing. What becomes of the assistance asked for is the measures' affair.
 */
export const letterRequesting = statechart({
  id: 'letter.requesting',
  type: 'parallel',
  context: { side: 'requesting', noticeGiven: false, withdrawalAsked: false, replyDue: false },
  states: {
    main: {
      initial: 'draft',
      states: {
        draft: {
          on: {
            SUBMIT_FOR_REVIEW: to('inReview', { rules: ['withinDuty'] }),
            TRANSMIT: to('transmitted', { rules: ['onDuty', 'complete'], send: 'REQUESTED', effect: 'transmitMeasures' }),
            ABANDON: to('abandoned', { rules: ['withinDuty'], effect: 'abandonMeasures' }),
          },
        },
        inReview: {
          on: {
            RETURN_FOR_CHANGES: to('draft'),
            TRANSMIT: to('transmitted', { rules: ['withinDuty', 'fourEyes', 'complete'], send: 'REQUESTED', effect: 'transmitMeasures' }),
            ABANDON: to('abandoned', { rules: ['withinDuty'], effect: 'abandonMeasures' }),
          },
        },
        transmitted: {
          on: {
            ACKNOWLEDGED: to('acknowledged'),
            // By letter, what follows the acknowledgement implies it.
            CLOSURE_NOTICED: told('acknowledged', ['noticeIsGiven']),
            CLOSED_FOR_WANT_OF_REPLY: told('closedForWantOfReply', ['noticeIsCleared']),
            REOPENED: told('acknowledged'),
            WITHDRAW: [
              // Rejected at the other State's door, and nobody there knows of it: it ends here, and is never sent again.
              to('closed', { rules: ['requestNeverArrived'], when: 'requestNeverArrived', change: ['withdrawalIsAsked', 'requestIsRecalled'], effect: 'recall' }),
              withdraw,
            ],
            CLOSE: to('closed', { rules: ['allMeasuresFinal', 'nobodyAway'], send: 'CLOSED' }),
            CLOSED: closedThere,
          },
        },
        acknowledged: {
          on: {
            WITHDRAW: withdraw,
            ACKNOWLEDGED: told(undefined),
            REOPENED: told(undefined),
            CLOSURE_NOTICED: to(undefined, { change: ['noticeIsGiven'] }),
            CLOSED_FOR_WANT_OF_REPLY: to('closedForWantOfReply', { change: ['noticeIsCleared'] }),
            CLOSE: to('closed', { rules: ['allMeasuresFinal', 'nobodyAway'], send: 'CLOSED' }),
            CLOSED: closedThere,
          },
        },
        // Not a refusal: the reply still owed reopens it (practice).
        closedForWantOfReply: {
          on: {
            REOPENED: to('acknowledged'),
            ACKNOWLEDGED: told(undefined),
            CLOSURE_NOTICED: told(undefined),
            CLOSED_FOR_WANT_OF_REPLY: told(undefined),
            WITHDRAW: withdraw,
            CLOSE: to('closed', { rules: ['allMeasuresFinal', 'nobodyAway'], send: 'CLOSED' }),
            CLOSED: closedThere,
          },
        },
        closed: {
          on: { CLOSED: noted, ACKNOWLEDGED: noted, CLOSURE_NOTICED: noted, CLOSED_FOR_WANT_OF_REPLY: noted, REOPENED: noted },
        },
        abandoned: {},
      },
    },
    information: {
      initial: 'none',
      states: {
        none: { on: { INFORMATION_REQUESTED: to('asked') } },
        asked: { on: { PROVIDE_INFORMATION: to('answered', { rules: ['withinDuty'], send: 'INFORMATION_PROVIDED', change: ['noticeIsCleared'] }) } },
        answered: { on: { INFORMATION_REQUESTED: to('asked') } },
      },
    },
    status: {
      initial: 'none',
      states: {
        none: { on: { QUERY_STATUS: to('queried', { rules: ['letterOpen'], send: 'STATUS_QUERIED' }) } },
        queried: { on: { STATUS_ANSWERED: to('none') } },
      },
    },
    correspondence: correspondenceRequesting,
    delivery,
  },
});

export const letterRequested = statechart({
  id: 'letter.requested',
  type: 'parallel',
  context: { side: 'requested', noticeGiven: false, withdrawalAsked: false, replyDue: false },
  states: {
    main: {
      initial: 'awaited',
      states: {
        // The file is opened by the message itself, so that it too comes through decide().
        awaited: { on: { REQUESTED: to('received') } },
        received: {
          on: {
            ACKNOWLEDGE: to('acknowledged', { send: 'ACKNOWLEDGED' }),
            CLOSED: closedThere,
          },
        },
        acknowledged: {
          on: {
            GIVE_NOTICE_OF_CLOSURE: to(undefined, { rules: ['replyOutstanding', 'termAhead'], send: 'CLOSURE_NOTICED', change: ['noticeIsGiven'] }),
            CLOSE_FOR_WANT_OF_REPLY: to('closedForWantOfReply', {
              rules: ['replyOutstanding', 'noticeGiven', 'noticeTermPassed', 'nobodyConsulted'],
              send: 'CLOSED_FOR_WANT_OF_REPLY',
              change: ['noticeIsCleared'],
            }),
            CLOSE: to('closed', { rules: ['allMeasuresFinal', 'nobodyAway'], send: 'CLOSED' }),
            CLOSED: closedThere,
          },
        },
        closedForWantOfReply: {
          on: { REOPEN: to('acknowledged', { send: 'REOPENED' }), CLOSED: to('closed') },
        },
        // Closed before a new preservation was known, which the requesting State asked for in a letter that it held open.
        closed: { on: { CLOSED: noted, MEASURE_BEGUN_ANEW: to('acknowledged', { change: ['noticeIsCleared'] }) } },
      },
    },
    information: {
      initial: 'none',
      states: {
        none: { on: { REQUEST_INFORMATION: to('asked', { rules: ['withinDuty', 'letterOpen', 'acknowledgedOrUrgent'], send: 'INFORMATION_REQUESTED', change: ['replyIsDue'] }) } },
        asked: { on: { INFORMATION_PROVIDED: to('answered', { change: ['replyHasCome', 'noticeIsCleared'] }) } },
        answered: { on: { REQUEST_INFORMATION: to('asked', { rules: ['withinDuty', 'letterOpen', 'acknowledgedOrUrgent'], send: 'INFORMATION_REQUESTED', change: ['replyIsDue'] }) } },
      },
    },
    status: {
      initial: 'none',
      states: {
        none: { on: { STATUS_QUERIED: to('queried') } },
        queried: { on: { ANSWER_STATUS: to('none', { send: 'STATUS_ANSWERED' }) } },
      },
    },
    correspondence: correspondenceRequested,
    delivery,
  },
});

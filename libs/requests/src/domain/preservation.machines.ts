import type { Side } from '@comity/kernel';
import { consultation } from './dialogues.js';
import { ALONE, dutyReview } from './duty.js';
import { freshMeasure, noted, notedIf, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { told } from './told-by-letter.js';

/**
 * Expedited preservation (UNCC 42(1); Budapest 29), both sides. Data once secured are released by an official's act only,
 * after notice and never by the clock; a request that continues the preservation keeps it until it is decided and done.
 */
const context = (side: Side) => ({ ...freshMeasure(side), warnings: [], releaseNoticed: false, noLongerRequired: false, askedLate: false });

/** UNCC 43(1): found while preserving, that a provider in another State took part. */
const disclose = { OPEN_DISCLOSURE: to(undefined, { rules: ['letterOpen'], send: 'DISCLOSURE_OPENED', effect: 'openDisclosure' }) };
/** What one custodian has secured; a warning about another one holds nothing up. */
const SECURED = ['letterOpen', 'notWarnedAtLarge', 'notWarnedOfThis', 'periodLongEnough', 'custodianNew'];
/** One more custodian, with a period of its own. */
const another = { REPORT_SECURED: to(undefined, { rules: SECURED, send: 'DATA_SECURED', change: [ALONE] }) };
/** One of several custodians has nothing: the others' data, or reports, stand. */
const nothing = { REPORT_CUSTODIAN_WITHOUT_DATA: to(undefined, { rules: ['letterOpen', 'custodianOutstanding'], send: 'CUSTODIAN_WITHOUT_DATA', change: [ALONE] }) };
const refuse = to('refused', { rules: ['letterOpen', 'refusalAllowed'], send: 'REFUSED' });
const refer = to('referred', { rules: ['letterOpen'], send: 'REFERRED' });
const withdrawn = to('withdrawn', { send: 'WITHDRAWAL_CONFIRMED' });
const tooLate = to(undefined, { send: 'WITHDRAWAL_TOO_LATE' });
const ended = { on: { WITHDRAWAL_REQUESTED: tooLate } };
const notExecuted = [
  to('noDataFound', { rules: ['letterOpen'], when: 'noDataFound', send: 'NO_DATA_FOUND' }),
  to('cannotBeExecuted', { rules: ['letterOpen'], when: 'cannotBeExecuted', send: 'CANNOT_BE_EXECUTED' }),
];

const warn = { WARN: to('warned', { rules: ['letterOpen', 'measureOpen'], send: 'PRESERVATION_WARNED', change: ['warningIsGiven', ALONE] }) };
const DECIDED = { change: ['warningIsDecided'] };

/** UNCC 42(7): what will not secure the data, or endangers the investigation, is told; the requesting State decides. */
const warningRequested = {
  initial: 'none',
  states: {
    none: { on: warn },
    // Another custodian may give another reason.
    warned: {
      on: { ...warn, EXECUTION_INSISTED: [to('decided', { ...DECIDED, rules: ['warningStands'], when: 'lastWarningStands' }), to(undefined, { ...DECIDED, rules: ['warningStands'], when: 'moreWarningsStand' })] },
    },
    decided: { on: warn },
  },
};
const warnedThere = { PRESERVATION_WARNED: to('warned', { change: ['warningIsGiven'] }) };
const insist = { rules: ['letterOpen', 'measureOpen', 'warningStands'], send: 'EXECUTION_INSISTED', change: ['warningIsDecided', ALONE] };
const warningRequesting = {
  initial: 'none',
  states: {
    none: { on: warnedThere },
    warned: { on: { ...warnedThere, INSIST_ON_EXECUTION: [to('decided', { ...insist, when: 'lastWarningStands' }), to(undefined, { ...insist, when: 'moreWarningsStand' })] } },
    decided: { on: warnedThere },
  },
};

export const preservationRequested = statechart({
  id: 'preservation.requested',
  type: 'parallel',
  context: context('requested'),
  states: {
    main: {
      initial: 'received',
      on: dutyReview,
      states: {
        received: {
          on: {
            // No acknowledgement, no examination first: taken at once (42(4)).
            ORDER_PRESERVATION: to('ordered', { rules: ['letterOpen', 'warningDecided'], send: 'PRESERVATION_ORDERED', change: [ALONE] }),
            REFUSE: refuse,
            REFER: refer,
            WITHDRAWAL_REQUESTED: withdrawn,
          },
        },
        ordered: {
          on: {
            ...disclose,
            ...nothing,
            REPORT_SECURED: to('secured', { rules: SECURED, send: 'DATA_SECURED', change: ['isSecured', ALONE] }),
            REPORT_EXECUTION: notExecuted,
            REFUSE: refuse,
            WITHDRAWAL_REQUESTED: withdrawn,
          },
        },
        secured: {
          on: {
            ...disclose,
            ...another,
            ...nothing,
            GIVE_NOTICE_OF_RELEASE: to(undefined, { rules: ['letterOpen', 'termAhead', 'noLinkedMeasureWaits'], send: 'RELEASE_NOTICED', change: ['releaseIsNoticed'] }),
            RELEASE: [
              to('withdrawn', { rules: ['noLinkedMeasureWaits'], when: 'noLongerRequired', send: 'WITHDRAWAL_CONFIRMED', change: ['isReleased'] }),
              to('preservationReleased', { rules: ['noLinkedMeasureWaits', 'periodEnded', 'releaseNoticed', 'releaseTermPassed'], when: 'stillRequired', send: 'RELEASED', change: ['isReleased'] }),
            ],
            // Asked after a withdrawal, the data are wanted after all: nothing is let go before it is answered, and then after notice.
            EXTENSION_REQUESTED: to('extensionAsked', { rules: ['datedInPeriod'], change: ['isRequiredAgain'] }),
            // The data are still there: an official lets them go, and that confirms the withdrawal.
            WITHDRAWAL_REQUESTED: to(undefined, { change: ['isNoLongerRequired'] }),
            // Asked after the period, but the data are still there: they stay secured while it is answered.
            NEW_PRESERVATION_REQUESTED: to('extensionAsked', { rules: ['datedAfterPeriod'], change: ['isRequiredAgain', 'releaseIsNotNoticed', 'wasAskedLate'] }),
          },
        },
        // Asked in time (42(9)), or late as a new preservation of data still there (42(1)): answered before anything is released.
        extensionAsked: {
          on: {
            ...disclose,
            ...another,
            ...nothing,
            EXTEND: to('secured', { rules: ['letterOpen', 'extensionLonger', 'renewalLongEnough'], send: 'EXTENDED', change: ['releaseIsNotNoticed', 'isAnsweredLate', ALONE] }),
            DECLINE_EXTENSION: to('secured', { rules: ['letterOpen', 'renewalRefusable'], send: 'EXTENSION_DECLINED', change: ['isAnsweredLate', ALONE] }),
            WITHDRAWAL_REQUESTED: to('secured', { change: ['isNoLongerRequired', 'isAnsweredLate'] }),
          },
        },
        preservationReleased: { on: { EXTENSION_REQUESTED: notedIf('datedInPeriod'), WITHDRAWAL_REQUESTED: tooLate, NEW_PRESERVATION_REQUESTED: to('received', { change: ['releaseIsNotNoticed', 'isNotSecured'] }) } },
        noDataFound: ended,
        cannotBeExecuted: ended,
        refused: ended,
        referred: ended,
        withdrawn: {},
      },
    },
    consultation: consultation('requested'),
    warning: warningRequested,
  },
});

const withdraw = to('withdrawing', { send: 'WITHDRAWAL_REQUESTED', change: ['isNotSecured'] });
const disclosure = { DISCLOSURE_OPENED: to(undefined, { effect: 'openDisclosure' }) };
const early = { REFUSED: to('refused'), REFERRED: to('referred') };
const notExecutedThere = { NO_DATA_FOUND: to('noDataFound'), CANNOT_BE_EXECUTED: to('cannotBeExecuted') };
/** By letter (told-by-letter.ts): steps left untold are implied, and what is told late is noted. */
const ordering = { PRESERVATION_ORDERED: told(undefined), CUSTODIAN_WITHOUT_DATA: told(undefined) };
const late = { ...ordering, DATA_SECURED: told(undefined, [], undefined, ['periodTold']), RELEASE_NOTICED: told(undefined) };
const untold = {
  NO_DATA_FOUND: told('noDataFound'), CANNOT_BE_EXECUTED: told('cannotBeExecuted'),
};
const past = { on: { WITHDRAWAL_TOO_LATE: noted } };
const pastOrder = { on: { ...past.on, ...ordering } };
/** A letter dated before a new preservation was asked for tells of the one before, and moves nothing. */
const released = [told(undefined, [], 'isTranscribedOfOne', ['releaseTold']), to('preservationReleased', { rules: ['releaseTold'], when: 'tellsOfThis' }), told(undefined, [], undefined, ['releaseTold'])];
const reportThere = notedIf('periodTold');
/** By letter what a custodian has secured may have been told before; that it has nothing contradicts it. */
const withoutData = { CUSTODIAN_WITHOUT_DATA: notedIf('custodianNotSecured') };
const renewed = { rules: ['letterOpen', 'extensionLonger'], send: 'NEW_PRESERVATION_REQUESTED', change: ['releaseIsNotNoticed', 'isNotSecured', ALONE] };
/** Not too late to be of use: asked after the period, it is a new preservation of the same data (practice). */
const renew = to('requested', renewed);
// Not while a request for the data is pending: it keeps them already, and a new preservation could be refused.
const ask = [
  to('extensionAsked', { rules: ['letterOpen', 'extensionLonger'], when: 'periodRuns', send: 'EXTENSION_REQUESTED', change: [ALONE] }),
  to('requested', { ...renewed, rules: ['letterOpen', 'notKeptByRequest', 'extensionLonger'], when: 'periodIsOver' }),
];
const noticed = { RELEASE_NOTICED: to(undefined, { change: ['releaseIsNoticed'] }) };

export const preservationRequesting = statechart({
  id: 'preservation.requesting',
  type: 'parallel',
  context: context('requesting'),
  states: {
    main: {
      initial: 'draft',
      on: dutyReview,
      states: {
        draft: { on: { LETTER_TRANSMITTED: to('requested', { change: [ALONE] }), LETTER_ABANDONED: to('abandoned') } },
        requested: {
          // After a new preservation was asked for, what was sent before may still come; of data still there it is answered like an extension.
          on: {
            ...early, ...untold, ...disclosure, ...withoutData,
            EXTENDED: to('secured', { rules: ['keptOnRecord', 'extensionTold'], change: ['isSecured'] }), EXTENSION_DECLINED: to('secured', { rules: ['keptOnRecord'], change: ['isSecured'] }),
            DATA_SECURED: [told('secured', ['isSecured'], 'isTranscribedOfThis', ['periodTold']), reportThere], PRESERVATION_ORDERED: [to('ordered', { when: 'tellsOfThis' }), told(undefined)],
            RELEASE_NOTICED: noted, WITHDRAWAL_TOO_LATE: noted, WITHDRAW_MEASURE: withdraw,
            // Of data of before, it leaves the new preservation to be answered.
            RELEASED: [told('preservationReleased', [], 'isTranscribedOfNothingSecured'), told(undefined)],
          },
        },
        ordered: { on: { ...disclosure, ...withoutData, RELEASE_NOTICED: told(undefined), RELEASED: [told('preservationReleased', [], 'isTranscribedOfThis'), told(undefined)], REFUSED: to('refused'), REFERRED: told('referred'), EXTENDED: told(undefined, [], undefined, ['keptOnRecord']), ...notExecutedThere,
            DATA_SECURED: [to('secured', { when: 'tellsOfThis', rules: ['periodTold'], change: ['isSecured'] }), told(undefined, [], undefined, ['periodTold'])], WITHDRAW_MEASURE: withdraw } },
        secured: { on: { ...disclosure, ...noticed, ...withoutData, DATA_SECURED: reportThere, PRESERVATION_ORDERED: told(undefined), EXTENDED: told(undefined, ['releaseIsNotNoticed'], undefined, ['extensionTold']), RELEASED: released, REQUEST_EXTENSION: ask, WITHDRAW_MEASURE: withdraw } },
        extensionAsked: {
          on: {
            ...disclosure,
            ...noticed,
            ...withoutData,
            DATA_SECURED: reportThere,
            PRESERVATION_ORDERED: told(undefined),
            EXTENDED: to('secured', { rules: ['extensionTold'], change: ['releaseIsNotNoticed'] }),
            EXTENSION_DECLINED: to('secured'),
            RELEASED: released,
            WITHDRAW_MEASURE: withdraw,
          },
        },
        withdrawing: {
          on: { ...early, ...disclosure, ...notExecutedThere, ...withoutData, RELEASE_NOTICED: noted, WITHDRAWAL_TOO_LATE: noted, PRESERVATION_ORDERED: noted, DATA_SECURED: reportThere, EXTENDED: notedIf('keptOnRecord', 'extensionTold'), EXTENSION_DECLINED: noted, RELEASED: released, WITHDRAWAL_CONFIRMED: to('withdrawn') },
        },
        preservationReleased: { on: { ...late, REQUEST_EXTENSION: renew, WITHDRAWAL_TOO_LATE: noted } },
        noDataFound: pastOrder,
        cannotBeExecuted: pastOrder,
        refused: pastOrder,
        referred: past,
        withdrawn: { on: late },
        abandoned: {},
      },
    },
    consultation: consultation('requesting'),
    warning: warningRequesting,
  },
});

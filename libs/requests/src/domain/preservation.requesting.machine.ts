import { consultation } from './dialogues.js';
import { ALONE, dutyReview } from './duty.js';
import { freshPreservation, noted, notedIf, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { told, toldIf } from './told-by-letter.js';

const withdraw = to('withdrawing', { send: 'WITHDRAWAL_REQUESTED', change: ['isNotSecured'] });
const disclosure = { DISCLOSURE_OPENED: to(undefined, { effect: 'openDisclosure' }) };
const early = { REFUSED: to('refused'), REFERRED: to('referred') };
const notExecutedThere = { NO_DATA_FOUND: to('noDataFound'), CANNOT_BE_EXECUTED: to('cannotBeExecuted') };
/** By letter (told-by-letter.ts): steps left untold are implied, and what is told late is noted. */
const ordering = {
  PRESERVATION_ORDERED: told(undefined),
  CUSTODIAN_WITHOUT_DATA: told(undefined),
  // UNCC 43(1): the finding outlives the data it was made on.
  DISCLOSURE_OPENED: to(undefined, { rules: ['letterOpen'], when: 'isTranscribed', effect: 'openDisclosure' }),
};
const late = { ...ordering, DATA_SECURED: toldIf('periodTold'), RELEASE_NOTICED: told(undefined) };
const untold = { NO_DATA_FOUND: told('noDataFound'), CANNOT_BE_EXECUTED: told('cannotBeExecuted') };
const past = { on: { WITHDRAWAL_TOO_LATE: noted } };
const pastOrder = { on: { ...past.on, ...ordering } };
/** A letter dated before a new preservation was asked for tells of the one before, and moves nothing. */
const released = [
  told(undefined, [], 'isTranscribedOfOne', ['releaseTold']),
  to('preservationReleased', { rules: ['releaseTold'], when: 'releasesThis' }),
  toldIf('releaseTold'),
];
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

/**
 * Expedited preservation (UNCC 42(1); Budapest 29), the requesting State's side. What a State without a node tells of it
 * comes in any order, and letters say which preservation they tell of by their dates (decision 39).
 */
export const preservationRequesting = statechart({
  id: 'preservation.requesting',
  type: 'parallel',
  context: freshPreservation('requesting'),
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
            EXTENDED: to('secured', { rules: ['keptOnRecord', 'extensionTold'], change: ['isSecured'] }),
            EXTENSION_DECLINED: to('secured', { rules: ['keptOnRecord'], change: ['isSecured'] }),
            DATA_SECURED: [told('secured', ['isSecured'], 'isTranscribedOfThis', ['periodTold']), reportThere],
            PRESERVATION_ORDERED: [to('ordered', { when: 'tellsOfThis' }), told(undefined)],
            RELEASE_NOTICED: noted,
            WITHDRAWAL_TOO_LATE: noted,
            WITHDRAW_MEASURE: withdraw,
            // Of data of before, it leaves the new preservation to be answered.
            RELEASED: [told('preservationReleased', [], 'isTranscribedOfNothingSecured'), told(undefined)],
          },
        },
        ordered: {
          on: {
            ...disclosure, ...notExecutedThere, ...withoutData,
            REFUSED: to('refused'),
            REFERRED: told('referred'),
            DATA_SECURED: [to('secured', { when: 'tellsOfThis', rules: ['periodTold'], change: ['isSecured'] }), toldIf('periodTold')],
            EXTENDED: toldIf('keptOnRecord'),
            RELEASE_NOTICED: told(undefined),
            RELEASED: [told('preservationReleased', [], 'isTranscribedOfThis'), told(undefined)],
            WITHDRAW_MEASURE: withdraw,
          },
        },
        secured: {
          on: {
            ...disclosure, ...noticed, ...withoutData,
            DATA_SECURED: reportThere,
            PRESERVATION_ORDERED: told(undefined),
            EXTENDED: told(undefined, ['releaseIsNotNoticed'], undefined, ['extensionTold']),
            RELEASED: released,
            REQUEST_EXTENSION: ask,
            WITHDRAW_MEASURE: withdraw,
          },
        },
        extensionAsked: {
          on: {
            ...disclosure, ...noticed, ...withoutData,
            DATA_SECURED: reportThere,
            PRESERVATION_ORDERED: told(undefined),
            EXTENDED: to('secured', { rules: ['extensionTold'], change: ['releaseIsNotNoticed'] }),
            EXTENSION_DECLINED: to('secured'),
            RELEASED: released,
            WITHDRAW_MEASURE: withdraw,
          },
        },
        withdrawing: {
          on: {
            ...early, ...disclosure, ...notExecutedThere, ...withoutData,
            PRESERVATION_ORDERED: noted,
            DATA_SECURED: reportThere,
            EXTENDED: notedIf('keptOnRecord', 'extensionTold'),
            EXTENSION_DECLINED: noted,
            RELEASE_NOTICED: noted,
            RELEASED: released,
            WITHDRAWAL_CONFIRMED: to('withdrawn'),
            WITHDRAWAL_TOO_LATE: noted,
          },
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

import { consultation } from './dialogues.js';
import { ALONE, dutyReview } from './duty.js';
import { freshPreservation, notedIf, to } from './machine-parts.js';
import { statechart } from './statechart.js';

/** UNCC 43(1): found while preserving, that a provider in another State took part. */
const disclose = { OPEN_DISCLOSURE: to(undefined, { rules: ['letterOpen'], send: 'DISCLOSURE_OPENED', effect: 'openDisclosure', change: [ALONE] }) };
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
const decided = { rules: ['warningStands'], change: ['warningIsDecided'] };

/** UNCC 42(7): what will not secure the data, or endangers the investigation, is told; the requesting State decides. */
const warningRequested = {
  initial: 'none',
  states: {
    none: { on: warn },
    // Another custodian may give another reason.
    warned: { on: { ...warn, EXECUTION_INSISTED: [to('decided', { ...decided, when: 'lastWarningStands' }), to(undefined, { ...decided, when: 'moreWarningsStand' })] } },
    decided: { on: warn },
  },
};

/**
 * Expedited preservation (UNCC 42(1); Budapest 29), the requested State's side. Data once secured are released by an
 * official's act only, after notice and never by the clock; a request that continues the preservation keeps it until it is
 * decided and done.
 */
export const preservationRequested = statechart({
  id: 'preservation.requested',
  type: 'parallel',
  context: freshPreservation('requested'),
  states: {
    main: {
      initial: 'received',
      on: dutyReview,
      states: {
        received: {
          on: {
            // No acknowledgement, no examination first: taken at once (42(4)), and not held up by a warning about others.
            ORDER_PRESERVATION: to('ordered', { rules: ['letterOpen', 'notWarnedAtLarge', 'warningDecided'], send: 'PRESERVATION_ORDERED', change: [ALONE] }),
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
              to('preservationReleased', { rules: ['letterOpen', 'noLinkedMeasureWaits', 'periodEnded', 'releaseNoticed', 'releaseTermPassed'], when: 'stillRequired', send: 'RELEASED', change: ['isReleased'] }),
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
        preservationReleased: { on: { EXTENSION_REQUESTED: notedIf('datedInPeriod'), WITHDRAWAL_REQUESTED: tooLate, NEW_PRESERVATION_REQUESTED: to('received', { rules: ['letterCanGrow'], change: ['releaseIsNotNoticed', 'isNotSecured'], effect: 'takeLetterUp' }) } },
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


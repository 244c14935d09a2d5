import { confidentiality, conditions, consultation, costs } from './dialogues.js';
import { freshMeasure, to } from './machine-parts.js';
import { statechart } from './statechart.js';
import { freshUse } from './use-memory.js';
import { use } from './use.js';

const OPEN = ['letterOpen', 'letterAcknowledged'];

const refuse = to('refused', {
  rules: [...OPEN, 'refusalAllowed'],
  send: 'REFUSED',
});

const postpone = (change: string) =>
  to('postponed', { rules: [...OPEN, 'postponementAllowed', 'postponementReasoned'], send: 'POSTPONED', change: [change] });

const refer = to('referred', { rules: OPEN, send: 'REFERRED' });

const secure = to(undefined, { rules: ['letterOpen', 'securedNotAhead'], send: 'SECURED', change: ['isSecured'] });
const securing = (secures: boolean) => (secures ? { SECURE: secure } : {});

/** What tells the forms that furnish evidence apart. */
export interface EvidenceForm {
  /** Electronic data, secured before the measure is executed. */
  secures: boolean;
  /** Dialogues of the form's own, each a region. */
  beside?: Record<string, unknown>;
}

/** A withdrawal is always answered, so that both files end alike. */
const withdrawn = to('withdrawn', { send: 'WITHDRAWAL_CONFIRMED' });
const tooLate = to(undefined, { send: 'WITHDRAWAL_TOO_LATE' });

const ended = { on: { WITHDRAWAL_REQUESTED: tooLate } };

/**
 * A measure that furnishes evidence, in the file of the requested State. Forms with the same life are built here;
 * only one for electronic data has something to secure before it is executed (UNCC 44).
 * State names are append-only; raise the version in machines.ts with a migration when the shape changes.
 */
export const evidenceRequested = (id: string, { secures, beside }: EvidenceForm) => statechart({
  id,
  type: 'parallel',
  context: { ...freshMeasure('requested'), ...freshUse() },
  states: {
    main: {
      initial: 'received',
      on: { WITHDRAWAL_REQUESTED: { ...withdrawn, target: '.withdrawn' } },
      states: {
        received: {
          on: {
            EXAMINE: to('underExamination', { rules: OPEN, send: 'EXAMINATION_BEGUN' }),
            REFER: refer,
            ...securing(secures),
          },
        },
        underExamination: {
          on: {
            GRANT: to('granted', { rules: [...OPEN, 'conditionsAnswered', 'confidentialityDecided'], send: 'GRANTED' }),
            REFUSE: refuse,
            POSTPONE: postpone('resumesToExamination'),
            REFER: refer,
            ...securing(secures),
          },
        },
        granted: {
          on: {
            ASSIGN: to(undefined, { rules: OPEN, send: 'ASSIGNED', change: ['isAssigned'] }),
            AUTHORISE: to(undefined, { rules: [...OPEN, 'assigned'], send: 'AUTHORISED', change: ['isAuthorised'] }),
            BEGIN_EXECUTION: to('executing', {
              rules: [...OPEN, 'assigned', 'authorised', 'costsAnswered', 'confidentialityDecided'],
              send: 'EXECUTION_BEGUN',
            }),
            REFUSE: refuse,
            POSTPONE: postpone('resumesToGranted'),
            REFER: refer,
            ...securing(secures),
          },
        },
        executing: {
          on: {
            REPORT_EXECUTION: [
              to('executed', { rules: OPEN, when: 'dataObtained', send: 'EXECUTED' }),
              to('noDataFound', { rules: OPEN, when: 'noDataFound', send: 'NO_DATA_FOUND' }),
              to('cannotBeExecuted', { rules: OPEN, when: 'cannotBeExecuted', send: 'CANNOT_BE_EXECUTED' }),
            ],
            ...securing(secures),
            REFUSE: refuse,
            POSTPONE: postpone('resumesToExecuting'),
          },
        },
        // The second decision: executed at home, not yet decided whether the evidence goes abroad.
        executed: {
          on: {
            PLACE_HOLD: to(undefined, { rules: [...OPEN, 'holdNotOpen'], send: 'HOLD_PLACED', change: ['holdIsPlaced'] }),
            LIFT_HOLD: to(undefined, { rules: [...OPEN, 'anyHoldOpen', 'holdOpen'], send: 'HOLD_LIFTED', change: ['holdIsLifted'] }),
            DECIDE_TRANSMISSION: [
              to('released', {
                rules: [...OPEN, 'noOpenHolds', 'conditionsAnswered', 'confidentialityDecided'],
                when: 'releasedOrNarrowed',
                send: 'TRANSMISSION_DECIDED',
                change: ['outcomeIsNoted'],
              }),
              { ...refuse, guard: { type: 'allowed', params: { rules: [...OPEN, 'refusalAllowed'], when: 'denied' } } },
            ],
          },
        },
        released: {
          on: {
            PLACE_HOLD: to('executed', { rules: [...OPEN, 'holdNotOpen'], send: 'HOLD_PLACED', change: ['holdIsPlaced'] }),
            TRANSMIT_EVIDENCE: to('evidenceTransmitted', {
              rules: [...OPEN, 'conditionsAnswered', 'confidentialityDecided', 'packageSealed'],
              send: 'EVIDENCE_TRANSMITTED',
            }),
          },
        },
        evidenceTransmitted: {
          on: {
            RECEIPT_CONFIRMED: to('completed'),
            RECEIPT_DISPUTED: to('released'),
            WITHDRAWAL_REQUESTED: tooLate,
          },
        },
        postponed: {
          on: {
            RESUME: [
              to('underExamination', { rules: OPEN, when: 'backToExamination', send: 'RESUMED', change: ['hasResumed'] }),
              to('granted', { rules: OPEN, when: 'backToGranted', send: 'RESUMED', change: ['hasResumed'] }),
              to('executing', { rules: [...OPEN, 'confidentialityDecided'], when: 'backToExecuting', send: 'RESUMED', change: ['hasResumed'] }),
            ],
            REFUSE: refuse,
            ...securing(secures),
          },
        },
        completed: ended,
        noDataFound: ended,
        cannotBeExecuted: ended,
        refused: ended,
        referred: ended,
        withdrawn: ended,
      },
    },
    consultation: consultation('requested'),
    conditions: conditions('requested'),
    costs: costs('requested'),
    confidentiality: confidentiality('requested'),
    use: use('requested'),
    ...beside,
  },
});

/** A measure for stored electronic data (UNCC 44, 40(3)(d); Budapest 31) in the file of the requested State. */
export const storedDataRequested = evidenceRequested('stored-data.requested', { secures: true });

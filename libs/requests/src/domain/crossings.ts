import type { Side } from '@comity/kernel';
import { MESSAGES } from './messages.js';

/**
 * Messages crossed when the received one was decided without knowledge of one we had sent (its `ack` is below that
 * one's `seq`); never by clocks. `apply`: it takes effect as if it had not crossed, since the statecharts of both
 * sides lead to the same end. `noted`: it is recorded and changes nothing, since ours governs.
 */
export type Verdict = 'apply' | 'noted';

export type MessageClass = keyof typeof CLASSES;

export const CLASSES = {
  request: ['REQUESTED'],
  acknowledgement: ['ACKNOWLEDGED'],
  question: ['INFORMATION_REQUESTED', 'STATUS_QUERIED'],
  answer: ['INFORMATION_PROVIDED', 'STATUS_ANSWERED'],
  closureNotice: ['CLOSURE_NOTICED'],
  closure: ['CLOSED_FOR_WANT_OF_REPLY'],
  reopening: ['REOPENED'],
  closed: ['CLOSED'],
  correspondence: ['CORRESPONDENCE', 'FORWARDED'],
  progress: [
    'EXAMINATION_BEGUN', 'SECURED', 'GRANTED', 'POSTPONED', 'RESUMED', 'ASSIGNED', 'AUTHORISED', 'EXECUTION_BEGUN',
    'EXECUTED', 'HOLD_PLACED', 'HOLD_LIFTED', 'TRANSMISSION_DECIDED', 'PRESERVATION_ORDERED', 'DATA_SECURED', 'CUSTODIAN_WITHOUT_DATA', 'RELEASE_NOTICED', 'DISCLOSURE_OPENED',
    'DISCLOSURE_ORDERED', 'CALL_BACK_CONFIRMED', 'CALL_BACK_DENIED', 'CALL_BACK_NOT_REACHED',
  ],
  outcome: ['REFUSED', 'REFERRED', 'NO_DATA_FOUND', 'CANNOT_BE_EXECUTED', 'QUERY_ANSWERED', 'QUERY_NOT_ANSWERED', 'INFORMATION_CONFIRMED', 'INFORMATION_RETURNED'],
  release: ['RELEASED'],
  renewal: ['NEW_PRESERVATION_REQUESTED'],
  extension: ['EXTENSION_REQUESTED'],
  extended: ['EXTENDED'],
  extensionDeclined: ['EXTENSION_DECLINED'],
  evidence: ['EVIDENCE_TRANSMITTED', 'PATH_DISCLOSED'],
  receipt: ['RECEIPT_CONFIRMED', 'RECEIPT_DISPUTED', 'PATH_CONFIRMED'],
  withdrawal: ['WITHDRAWAL_REQUESTED'],
  withdrawalAnswer: ['WITHDRAWAL_CONFIRMED', 'WITHDRAWAL_TOO_LATE'],
  offer: ['CONDITIONS_OFFERED', 'COSTS_RAISED', 'CONFIDENTIALITY_CANNOT_BE_KEPT', 'PRESERVATION_WARNED'],
  offerAnswer: ['CONDITIONS_ACCEPTED', 'CONDITIONS_DECLINED', 'COSTS_ACCEPTED', 'COSTS_DECLINED', 'CONFIDENTIALITY_WAIVED', 'EXECUTION_INSISTED'],
  consentQuestion: ['USE_CONSENT_REQUESTED', 'EXCULPATORY_DISCLOSURE_NOTIFIED'],
  consentAnswer: ['USE_CONSENT_GRANTED', 'USE_CONSENT_DECLINED'],
  person: [
    'PERSON_CONSENTED', 'PERSON_NOT_CONSENTED', 'PERSON_HANDED_OVER', 'CUSTODY_LIFTED', 'PERSON_RETURNED', 'PERSON_ARRIVED',
    'PRESENCE_NO_LONGER_REQUIRED', 'PERSON_DEPARTED', 'SAFE_CONDUCT_ENDED',
  ],
  consultationOpening: ['CONSULTATION_OPENED'],
  consultationAgreement: ['CONSULTATION_AGREED'],
  consultationEnd: ['CONSULTATION_ENDED'],
  consultationLapse: ['CONSULTATION_LAPSED'],
} as const;

interface Row {
  /** Whose file it is decided in; absent for both. */
  side?: Side;
  received: readonly MessageClass[];
  /** What of ours it crossed. */
  sent: readonly MessageClass[];
  /** Only while the consultation stands so here; a pair must have a row without this, too. */
  while?: 'openedHere';
  /** Only of what a node sends: a letter's own rules ask more. */
  ofNodes?: true;
  verdict: Verdict;
  why: string;
}

const LETTER = ['request', 'acknowledgement', 'question', 'answer', 'closureNotice', 'closure', 'reopening', 'closed', 'correspondence'] as const;
const MAIN = ['progress', 'outcome', 'release', 'renewal', 'evidence', 'receipt', 'withdrawal', 'withdrawalAnswer'] as const;
const OFFERS = ['offer', 'offerAnswer', 'extension', 'extended', 'extensionDeclined'] as const;
const USE = ['consentQuestion', 'consentAnswer'] as const;
const PERSON = ['person'] as const;
const CLOSINGS = ['consultationAgreement', 'consultationEnd', 'consultationLapse'] as const;
const CONSULTATION = ['consultationOpening', ...CLOSINGS] as const;

/** The first row that fits decides; a pair that no row fits is an error, found by the model check and by a test. */
export const CROSSINGS: readonly Row[] = [
  { side: 'requesting', received: ['release'], sent: ['renewal'], verdict: 'noted',
    why: 'decided before our new preservation was known, which begins anew and governs (practice to UNCC 42(9))' },
  { side: 'requesting', received: ['closed'], sent: ['renewal'], ofNodes: true, verdict: 'noted',
    why: 'closed before our new preservation was known, which takes the letter up again there (practice to UNCC 42(9))' },
  { side: 'requested', received: ['consultationOpening'], sent: ['consultationOpening'], verdict: 'noted',
    why: 'both States opened at once: the opening of the requested State governs, which must consult (UNCC 40(28))' },
  { side: 'requesting', received: ['consultationOpening'], sent: ['consultationOpening'], verdict: 'apply',
    why: 'both States opened at once: the opening of the requested State governs (UNCC 40(28))' },
  { received: CLOSINGS, sent: ['consultationOpening'], while: 'openedHere', verdict: 'noted',
    why: 'decided without knowledge of our opening, which stands: so it closes an earlier consultation' },
  { received: CLOSINGS, sent: ['consultationOpening'], verdict: 'apply',
    why: 'our opening no longer stands, theirs governed: so it closes theirs' },
  { received: ['consultationOpening'], sent: CLOSINGS, verdict: 'apply',
    why: 'our closing was of the earlier consultation; this opens another' },
  { received: ['consultationAgreement'], sent: ['consultationEnd'], verdict: 'noted',
    why: 'a disagreement declared stands over an agreement given at the same time: nobody is bound unheard' },
  { received: ['consultationEnd'], sent: ['consultationAgreement'], verdict: 'apply',
    why: 'a disagreement declared stands over an agreement given at the same time' },
  { received: ['consultationAgreement'], sent: ['consultationLapse'], verdict: 'noted',
    why: 'the term had lapsed before the agreement was known; a new consultation may be opened at once' },
  { received: ['consultationLapse'], sent: ['consultationAgreement'], verdict: 'apply',
    why: 'the term had lapsed before the agreement was known' },
  { received: ['consultationEnd', 'consultationLapse'], sent: ['consultationEnd', 'consultationLapse'], verdict: 'apply',
    why: 'both closed it without agreement' },
  { received: ['consultationAgreement'], sent: ['consultationAgreement'], verdict: 'apply', why: 'only the State that did not open can agree' },
  { received: CONSULTATION, sent: [...LETTER, ...MAIN, ...OFFERS], verdict: 'apply',
    why: 'a consultation runs beside the main dialogue (UNCC 40(28): at any time)' },
  { received: ['withdrawal'], sent: [...MAIN, ...LETTER, ...OFFERS, ...CONSULTATION], verdict: 'apply',
    why: 'a withdrawal is always answered: confirmed, or too late where the outcome was already sent (UNCC 40(26))' },
  { received: MAIN.filter((c) => c !== 'withdrawal'), sent: ['withdrawal'], verdict: 'apply',
    why: 'what was decided before our withdrawal was known counts where it is final; the rest is noted until the withdrawal is answered' },
  { received: MAIN.filter((c) => c !== 'withdrawal'), sent: [...MAIN.filter((c) => c !== 'withdrawal'), ...LETTER, ...OFFERS, ...CONSULTATION], verdict: 'apply',
    why: 'main acts alternate between the States; side dialogues and the letter do not bear on them' },
  { received: OFFERS, sent: [...LETTER, ...MAIN, ...OFFERS, ...CONSULTATION], verdict: 'apply',
    why: 'offers and their answers alternate, each kind in a region of its own' },
  { side: 'requesting', received: ['closureNotice'], sent: ['answer'], verdict: 'noted',
    why: 'notice was given before our answer was known; it falls with the answer' },
  { side: 'requesting', received: ['closure'], sent: ['answer'], verdict: 'apply',
    why: 'the letter was closed before our answer was known; the answer is on file and the requested State may reopen' },
  { received: LETTER, sent: [...LETTER, ...MAIN, ...OFFERS, ...CONSULTATION], verdict: 'apply',
    why: 'a letter that is closed stays closed, whatever crosses but a new preservation (above); questions and answers alternate' },
  { received: USE, sent: [...USE, ...LETTER, ...MAIN, ...OFFERS, ...CONSULTATION], verdict: 'apply',
    why: 'each consent has its number, so that answers meet their question whatever else crosses; use is settled beside the measure, and after it (UNCC 40(19), 36(3))' },
  { received: [...LETTER, ...MAIN, ...OFFERS, ...CONSULTATION], sent: USE, verdict: 'apply',
    why: 'what was asked or said of later use bears on nothing that was decided without it' },
  { received: PERSON, sent: [...PERSON, ...USE, ...LETTER, ...MAIN, ...OFFERS, ...CONSULTATION], verdict: 'apply',
    why: 'it tells where a person is, which is so whatever was written meanwhile; a consent taken back, or custody lifted, too late is noted by the statechart (UNCC 40(9), 40(10))' },
  { received: [...USE, ...LETTER, ...MAIN, ...OFFERS, ...CONSULTATION], sent: PERSON, verdict: 'apply',
    why: 'where a person is bears on nothing that was decided without knowing it' },
];

const CLASS_OF = new Map<string, MessageClass>(
  Object.entries(CLASSES).flatMap(([name, types]) => types.map((type) => [type, name as MessageClass] as const)),
);

export function classOf(type: string): MessageClass | undefined {
  return CLASS_OF.get(type);
}

/** The row that decides, or nothing when the table has none. */
export function crossing(side: Side, received: string, sent: string, consultation?: string, table: readonly Row[] = CROSSINGS): Row | undefined {
  const r = classOf(received);
  const s = classOf(sent);
  if (!r || !s) return undefined;
  return table.find((row) => (row.side ?? side) === side && (row.while ?? consultation) === consultation && row.received.includes(r) && row.sent.includes(s));
}

export type CrossingRow = Row;

/** Whether a message on one subject crosses one on another: a letter's own messages bear on all its measures. `null` is the letter. */
export const crosses = (received: number | null, sent: number | null): boolean => received === null || received === sent;

/** Every pair that can cross in the file of `side`: what the other side may send against what we may have sent. */
export function possiblePairs(side: Side): { received: string; sent: string }[] {
  const other: Side = side === 'requesting' ? 'requested' : 'requesting';
  const by = (from: Side) => Object.entries(MESSAGES).filter(([, m]) => m.from === from || m.from === 'both').map(([type]) => type);
  return by(other).flatMap((received) => by(side).map((sent) => ({ received, sent })));
}

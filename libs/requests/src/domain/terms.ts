import type { Json, Side } from '@comity/kernel';
import type { DeadlineKind } from '@comity/treaty';
import type { Secured } from './custodians.js';
import type { Refusal } from './machine-parts.js';
import { actNameOf } from './particulars.js';
import { HOLD_KINDS } from './payloads.js';

/** A term to be kept in the file; those that fire an event do so through advance(), as the clock. */
export interface Term {
  code: string;
  kind: DeadlineKind;
  /** RFC 3339. */
  dueAt: string;
  /** How it came about: "stated when the consultation was opened". */
  working: string;
  rule?: string;
  /** The event the clock fires when it is due; absent for terms that are only shown and reported on. */
  fires?: string;
  /** In the words of who set it. */
  reason?: string;
}

type Payload = Record<string, Json>;

/**
 * Terms that an act, or the message of one, sets. `here`: done in this file, not told by the other State.
 * @param rule the rule of the file's profile that the act rests on
 */
export function termsSetBy(type: string, payload: Payload, here: boolean, rule?: string): Term[] {
  const name = actNameOf(type);
  const at = (member: string) => payload[member] as string | undefined;
  switch (name) {
    case 'OPEN_CONSULTATION':
      return [{ code: 'consultation', kind: 'agreed', dueAt: at('term')!, working: 'stated when the consultation was opened', ...(rule !== undefined && { rule }), ...(here && { fires: 'LAPSE_CONSULTATION' }) }];
    case 'GIVE_NOTICE_OF_CLOSURE':
      return [{ code: 'closure', kind: 'internal', dueAt: at('term')!, working: 'stated in the notice of closure' }];
    case 'REQUEST_INFORMATION':
      return at('by') ? [{ code: 'information', kind: 'internal', dueAt: at('by')!, working: 'stated when information was asked for' }] : [];
    case 'POSTPONE':
      return at('until') ? [{ code: 'postponement', kind: 'internal', dueAt: at('until')!, working: 'stated when the measure was postponed' }] : [];
    case 'AUTHORISE':
      return at('remedyUntil') ? [{ code: 'remedy', kind: 'internal', dueAt: at('remedyUntil')!, working: 'remedy open until then' }] : [];
    case 'PLACE_HOLD':
      return at('until') ? [{ code: holdTerm(payload), kind: 'internal', dueAt: at('until')!, working: `stated when the hold was placed: ${at('kind')!}` }] : [];
    case 'REPORT_SECURED':
      return [{ code: 'preservation', kind: 'legal', dueAt: at('until')!, working: `${spanOfDays(at('from')!, at('until')!)}, secured${rule ? `; ${rule}` : ''}`, ...(rule !== undefined && { rule }) }];
    case 'EXTEND':
      return [{ code: 'preservation', kind: 'agreed', dueAt: at('until')!, working: `${at('before') ? `from ${utc(at('before')!)} ` : ''}to ${utc(at('until')!)}, extended${rule ? `; ${rule}` : ''}`, ...(rule !== undefined && { rule }) }];
    case 'DISCLOSE':
    case 'TRANSMIT_EVIDENCE':
      return at('formalRequestBy') ? [{ code: 'formal-request', kind: 'internal', dueAt: at('formalRequestBy')!, working: 'stated when the data were disclosed; practice:formal-request', rule: 'practice:formal-request' }] : [];
    case 'HAND_OVER_PERSON':
      return at('returnBy') ? [{ code: 'return-of-person', kind: 'agreed', dueAt: at('returnBy')!, working: 'stated when the person was handed over', ...(rule !== undefined && { rule }) }] : [];
    case 'GIVE_NOTICE_OF_RELEASE':
      return [{ code: 'release', kind: 'internal', dueAt: at('term')!, working: 'stated in the notice of release' }];
    default:
      return [];
  }
}

/** Each kind of hold is lifted by itself, and so has a term of its own. */
const holdTerm = ({ kind }: Payload): string => `hold-${String(kind)}`;
export const HOLD_TERMS: readonly string[] = HOLD_KINDS.map((kind) => holdTerm({ kind }));

/** Members by which an act gives somebody time. */
const GIVES_TIME: Record<string, string> = { REQUEST_INFORMATION: 'by', POSTPONE: 'until', PLACE_HOLD: 'until' };

/** A slip of the pen in the year would keep the letter open for good: no act takes the day back. */
const MOST_FOR_A_REPLY_MS = 366 * 86_400_000;

/** Why an act's own term is none: it has passed already, or no one would wait that long. Asked of officials only; what the other State tells is taken as it comes. */
export function ownTermProblems(type: string, payload: Record<string, unknown>, at: Date): Refusal[] {
  const member = GIVES_TIME[type];
  const term = member === undefined ? undefined : payload[member];
  if (typeof term !== 'string') return [];
  if (type === 'REQUEST_INFORMATION' && Date.parse(term) > at.getTime() + MOST_FOR_A_REPLY_MS) {
    return [{ code: 'term.too-far', detail: 'More than a year is given for the reply, and the letter cannot be closed for want of it before: give an earlier day, or leave it out.', pointer: `/${member}` }];
  }
  if (Date.parse(term) > at.getTime()) return [];
  return [{ code: 'term.passed', detail: 'The term has passed already; give a time that lies ahead, or leave it out.', pointer: `/${member}` }];
}

/** RFC 3339. */
export const hoursAfter = (from: Date, hours: number): string => new Date(from.getTime() + hours * 3_600_000).toISOString();

/** Reports, extensions and releases of one custodian's data set the term of every custodian anew: each has its own period. */
export const setsPeriods = (type: string, payload: Payload): boolean => ['REPORT_SECURED', 'EXTEND', ...(payload['custodian'] === undefined ? [] : ['RELEASE'])].includes(actNameOf(type));

/** One term for each custodian; the names are told where there are several. */
export function periodTerms(custodians: readonly Secured[], rule?: string): Term[] {
  return custodians.map(({ custodian, from, until, extended, before }) => {
    const [type, payload] = extended ? (['EXTEND', { until, ...(before !== undefined && { before }) }] as const) : (['REPORT_SECURED', { from, until }] as const);
    const [term] = termsSetBy(type, payload, true, rule);
    return custodians.length === 1 || custodian === '' ? term! : { ...term!, working: `${custodian}: ${term!.working}` };
  });
}

const utc = (time: string): string => new Date(time).toISOString();

/** `60 days from …`, or both ends where the days are not whole: what is shown must add up. */
function spanOfDays(from: string, until: string): string {
  const days = (Date.parse(until) - Date.parse(from)) / 86_400_000;
  return Number.isInteger(days) ? `${days} days from ${utc(from)}` : `from ${utc(from)} to ${utc(until)}`;
}

const ENDS: Record<string, readonly string[]> = {
  // A new one takes the place of what still stands open.
  OPEN_CONSULTATION: ['consultation'],
  GIVE_NOTICE_OF_CLOSURE: ['closure'],
  AGREE_IN_CONSULTATION: ['consultation'],
  END_CONSULTATION_WITHOUT_AGREEMENT: ['consultation'],
  LAPSE_CONSULTATION: ['consultation'],
  PROVIDE_INFORMATION: ['information', 'closure'],
  CLOSE_FOR_WANT_OF_REPLY: ['closure'],
  REOPEN: ['closure'],
  DISCLOSE: ['formal-request', 'emergency-answer'],
  TRANSMIT_EVIDENCE: ['formal-request', 'emergency-answer'],
  CONFIRM_DUTY_ACT: ['duty-review', 'duty-review-missed', 'duty-objection'],
  OBJECT_TO_DUTY_ACT: ['duty-review', 'duty-review-missed'],
  WITHDRAW_MEASURE: ['duty-objection', 'call'],
  REFUSE: ['duty-objection', 'call'],
  RESUME: ['postponement'],
  // What is recorded anew takes the place of the remedy before; the decision answers it.
  AUTHORISE: ['remedy'],
  DECIDE_TRANSMISSION: ['remedy'],
  REPORT_SECURED: ['preservation'],
  EXTEND: ['preservation', 'release', 'call'],
  DECLINE_EXTENSION: ['call'],
  REQUEST_EXTENSION: ['call'],
  GIVE_NOTICE_OF_RELEASE: ['release'],
  RETURN_PERSON: ['return-of-person'],
  LIFT_CUSTODY: ['return-of-person'],
  RECORD_DEPARTURE: ['safe-conduct-end'],
  END_SAFE_CONDUCT: ['safe-conduct-end'],
  RELEASE: ['preservation', 'release', 'grace', 'duty-objection'],
};

/** Code of the term that {@link senderDeniedTerm} sets. */
const SENDER_DENIED = 'sender-denied';

/** Codes of terms that closing the letter does not end: a review that is due or was missed, a formal request that is awaited, and data disclosed to a sender who denied the request. */
export const OUTLIVE_THE_LETTER: readonly string[] = ['duty-review', 'duty-review-missed', 'formal-request', SENDER_DENIED];

/** Of a preservation that begins, also anew after another, by its order or by a report without one. */
const BEGINNINGS = ['ORDER_PRESERVATION', 'REPORT_SECURED'];

/**
 * Codes of the open terms that an act or message ends, and the messages sent with it.
 * @param begins a preservation begins with it (beginsAnew)
 * @param payload tells which hold is lifted
 */
export function termsEndedBy(type: string, sent: readonly string[] = [], begins = false, payload: Payload = {}): readonly string[] {
  if (actNameOf(type) === 'LIFT_HOLD') return [holdTerm(payload)];
  if (begins && BEGINNINGS.includes(actNameOf(type))) return ['preservation', 'release', 'call'];
  // Asked anew, of data still there: the notice of their release falls. An extension asked for in time leaves it as it is.
  const renewed = [type, ...sent].includes('NEW_PRESERVATION_REQUESTED') ? ['release'] : [];
  // An objection within one's own house is not settled by what the other State says.
  const settled = (ENDS[actNameOf(type)] ?? []).filter((code) => code !== 'duty-objection' || type === actNameOf(type));
  // The last call counts.
  const calledAgain = [type, ...sent].some((message) => message === 'CALL_BACK_CONFIRMED' || message === 'CALL_BACK_DENIED') ? [SENDER_DENIED] : [];
  return [...settled, ...renewed, ...calledAgain];
}

/** Main states in which data disclosed in an emergency are with the requesting State. */
const DISCLOSED: ReadonlySet<string> = new Set(['evidenceTransmitted', 'evidenceReceived', 'completed']);

/**
 * Set in both files where the sender of an emergency, called back again, denies a request whose data have gone out
 * (practice to UNCC 41(3)(e)): due at once, and open until a later call confirms it or an official ends it.
 * @param told the act or message, and the messages sent with it
 * @param main state of the measure
 */
export function senderDeniedTerm(told: readonly string[], main: string, at: Date): Term | undefined {
  if (!told.includes('CALL_BACK_DENIED') || !DISCLOSED.has(main)) return undefined;
  const working = `at once, ${at.toISOString()}: the sender, called back, denied the request, and the data had been disclosed; find out who has them; practice:call-back`;
  return { code: SENDER_DENIED, kind: 'internal', dueAt: at.toISOString(), working, rule: 'practice:call-back' };
}

/** Who spoke: an act's own side, a message's other side. */
export const sideOf = (own: Side, here: boolean): Side => (here ? own : own === 'requesting' ? 'requested' : 'requesting');

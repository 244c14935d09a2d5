import type { Side } from '@comity/kernel';
import type { AssistanceKind, Form } from '@comity/treaty';
import type { UseContext, UseFacts } from './use-memory.js';
import type { PathFacts } from './path.js';

/** Why an act may not be done: the law's reason or the state's. `rule` is the profile's rule id where there is one. */
export interface Refusal {
  code: string;
  detail: string;
  rule?: string;
  /** Whether the rule obliges, or the house steers by it. */
  force?: 'binding' | 'practice';
  /** JSON pointer into the act's payload, where the payload is at fault. */
  pointer?: string;
}

/** Of a message taken in that gives time, where it came so late that the day written leaves less than was given; RFC 3339. */
export interface CameLate {
  on: string;
  /** Until when the time given runs. */
  until: string;
}

/**
 * What a decision may depend on besides state and event: loaded under the file's lock, stored with the event,
 * so that the same (state, event, facts) always gives the same answer. Version 1.
 */
export interface Facts {
  v: 1;
  /** The act's one clock reading, RFC 3339 UTC. */
  at: string;
  /** The profile the file pinned, whose rules the refusals cite: id and version. */
  instrument: { id: string; version: string };
  /** Form of the measure acted on; the first measure's for acts on the letter. */
  form: Form;
  requestedState: string;
  /** Whether an offence of the letter is one the instrument itself lists. */
  conventionOffence: boolean;
  letterState: string;
  /** The letter may carry more work: transmitted or acknowledged. */
  letterOpen: boolean;
  letterAcknowledged: boolean;
  /** The letter has left the requesting State: neither a draft nor abandoned. */
  letterSent: boolean;
  allMeasuresFinal: boolean;
  /** The measure acted on has its outcome; absent for acts on the letter. */
  measureFinal?: boolean;
  /** The evidence of the measure acted on is with the requesting State, and its receipt not answered. */
  handedOver?: true;
  /** Whether the letter asked that it be kept confidential; absent for acts on the letter. */
  confidentialityAsked?: boolean;
  /** At least one measure could still be withdrawn. */
  anyWithdrawable: boolean;
  /** The official who acts is among those who drafted or submitted (four eyes). */
  actorDrafted?: boolean;
  /** What the letter still lacks and blocks transmission, by the completeness check. */
  lacking?: Refusal[];
  /** Evidence package named in the payload. */
  evidencePackage?: { sealed: boolean; files: number; sealedAt?: string };
  /** When it was decided that less than all is transmitted, RFC 3339, where that decision stands. */
  narrowedAt?: string;
  /** What the hash check of the received package said. */
  receipt?: 'pending' | 'verified' | 'mismatch';
  noticeTermPassed?: boolean;
  /** Of the letter: by when the additional information was asked for that has not come, RFC 3339. */
  replyBy?: string;
  /** Preservation: the period reported or extended has ended. */
  periodOver?: boolean;
  /** Preservation: the periods of all custodians have ended. */
  lastPeriodOver?: boolean;
  /** Preservation: custodians that have reported, by the names they were reported under, each with its end. */
  custodians?: Record<string, string>;
  /** Preservation: custodians named in the order that have not reported. */
  outstanding?: string[];
  /** Preservation: custodians whom the warnings that stand are about, '' for one that names none. */
  warnedOf?: string[];
  /** Preservation: the other State has told that the data were released. */
  released?: boolean;
  /** Of a letter that is transcribed: its own date, RFC 3339. */
  dated?: string;
  /** Preservation: since when what each custodian secured is kept by what was told or agreed last, RFC 3339. */
  keptSince?: Record<string, string>;
  /** Preservation: the letter that is transcribed is dated before a new preservation was asked for: it tells of the one before. */
  ofEarlierPreservation?: boolean;
  /** Preservation: the letter that is transcribed is dated after all periods had ended. */
  datedAfterPeriod?: boolean;
  /** Preservation: the term given in the notice of release has passed. */
  releaseTermPassed?: boolean;
  /** End of the preservation period as it stands, RFC 3339. */
  preservedUntil?: string;
  /** Measures of one's own files that continue this preservation: one awaits its decision, or is granted and awaits its data, or a refusal's grace period runs. */
  linked?: 'none' | 'waiting' | 'granted' | 'grace' | 'over';
  /** Preservation: a letter that asks for the data, or for more time, has come and waits for the second person who confirms its transcription. */
  letterWaits?: boolean;
  consultationTermPassed?: boolean;
  /** A consultation that this State opened on a measure of the letter is open. */
  consults?: boolean;
  /** When the time that the notice of closure or of release gives has run, RFC 3339; absent while it waits. */
  noticeRunsUntil?: string;
  /** Of a message taken in that gives time. */
  cameLate?: CameLate;
  /** Own messages that a term rests on and that have not left the house: no term runs against who cannot know of it. */
  notLeft?: string[];
  /** Evidence of the measure is with the requesting State; absent for acts on the letter. */
  evidenceHeld?: boolean;
  /** The letter of request was rejected at the other State's door, and has not been sent again: it has no file there. */
  requestRejected?: boolean;
  /** The message was typed from a letter: it may leave out steps before it, and come after later ones. */
  transcribed?: boolean;
  /** The use that is to be recorded. */
  use?: UseFacts;
  /** The official is of the 24/7 desk, and the measures acted on are all of forms that one duty officer may send or order alone. */
  duty?: boolean;
  /** The official is of the 24/7 desk and not of the central authority. */
  dutyOnly?: boolean;
  /** The act is done by one duty officer alone: a second person reviews it by `reviewBy`. */
  alone?: boolean;
  reviewBy?: string;
  /** The official is among those whose act alone waits for review. */
  actedAlone?: boolean;
  /** Objections of second persons that stand, to what duty officers did alone. */
  objections?: number;
  /** Emergency: the directory holds the number called, for the sender's point of contact on the day of the call. */
  callBackHeld?: boolean;
  /** When the request came, RFC 3339. */
  receivedAt?: string;
  /** Emergency: by when the formal request is awaited where the act says nothing; absent once it has come. */
  formalRequestBy?: string;
  /** Emergency: neither its contents nor later information state and prove it. */
  emergencyUnstated?: boolean;
  /** Emergency: its formal request was sent before the data came. */
  formalRequestMade?: boolean;
  /** Preservation: when the request was sent, or is dated, RFC 3339. */
  requestedAt?: string;
  /** Preservation: the notice of release was given before the decision on the request that continued it, or before data were reported that it does not speak of. */
  noticeOutdated?: boolean;
  /** What closed consultations were about; absent where none is told of. */
  consultedOn?: string[];
  /** The desk at which the letter is now, and the authority there that it was forwarded to, if named. */
  desk?: string;
  deskAuthority?: string;
  /** Preserved traffic data: where the disclosed path leads. */
  path?: PathFacts;
  /** Mutual legal assistance: the kind asked for. */
  assistance?: AssistanceKind;
  /** Whether the government records asked for are open to the public. */
  records?: 'public' | 'not-public';
  /** End of the safe conduct of a person who may leave, RFC 3339. */
  safeConductUntil?: string;
  /** A person of one of the letter's measures is in the other State, with safe conduct or in custody. */
  personAway?: boolean;
}

/** Whether the periods of all custodians have ended; facts of before several were told apart know one period only. */
export const periodsOver = ({ lastPeriodOver, periodOver }: Facts): boolean => (lastPeriodOver ?? periodOver) === true;

export type EventSource = 'official' | 'counterpart' | 'clock';

/** What goes into a statechart: an UPPER_CASE verb, its payload and the facts. */
export interface MachineEvent {
  type: string;
  payload: Record<string, unknown>;
  facts: Facts;
}

export interface RuleInput {
  context: MeasureContext | LetterContext;
  event: MachineEvent;
}

/** UNCC 42(7): a warning stands until the requesting State decides on it. */
export type WarningStatus = 'standing' | 'decided';

/** Finite on purpose: everything a transition depends on, nothing that is only told (see particulars.ts). */
export interface MeasureContext extends UseContext {
  side: Side;
  /** A consultation on this measure was opened and has closed since. */
  consulted: boolean;
  conditionsPending: boolean;
  /** Conditions were offered and answered. */
  conditionsTried: boolean;
  costsPending: boolean;
  confidentialityHeld: boolean;
  assigned: boolean;
  authorised: boolean;
  secured: boolean;
  /** Kinds of the holds that are open, sorted. */
  holds: string[];
  narrowed: boolean;
  /** Where RESUME leads back to. */
  resumeTo: string | null;
  /** Preservation only: the warnings under 42(7), by their number less one. */
  warnings?: WarningStatus[];
  releaseNoticed?: boolean;
  /** The requesting State has withdrawn; the data are still secured. */
  noLongerRequired?: boolean;
  /** An extension was asked for after all periods: it is a new preservation of data still secured, and not answered yet. */
  askedLate?: boolean;
  /** Emergency only: the sender confirmed when called back. */
  senderVerified?: boolean;
  /** One duty officer acted alone, and nobody has reviewed it yet. */
  reviewDue?: boolean;
  /** A second person objected to it. */
  reviewObjected?: boolean;
}

/** A measure's memory at its beginning, in the same order for every form: it is stored, and compared as text in tests. */
export function freshMeasure(side: Side): MeasureContext {
  return {
    side,
    consulted: false,
    conditionsPending: false,
    conditionsTried: false,
    costsPending: false,
    confidentialityHeld: false,
    assigned: false,
    authorised: false,
    secured: false,
    holds: [],
    narrowed: false,
    resumeTo: null,
  };
}

/** A preservation's memory at its beginning. */
export const freshPreservation = (side: Side): MeasureContext => ({ ...freshMeasure(side), warnings: [], releaseNoticed: false, noLongerRequired: false, askedLate: false });

export interface LetterContext {
  side: Side;
  noticeGiven: boolean;
  withdrawalAsked: boolean;
  /** Additional information was asked for and has not come. */
  replyDue: boolean;
  /** The letter never arrived and was withdrawn: it is not sent again. */
  recalled?: boolean;
}

/** One branch of a transition: taken when its rules refuse nothing and `when` holds. */
export interface Branch {
  target?: string;
  /** Names in rules.ts; each answers a refusal or nothing. */
  rules?: string[];
  /** A plain question that chooses between branches of one event; never a refusal. */
  when?: string;
  /** The message the act sends to the other State. */
  send?: string;
  /** Something other than a message that the service does, names in effects of decide.ts. */
  effect?: string;
  /** Context changes, names in changes.ts. */
  change?: string[];
}

/** A transition in xstate's own form, written once for every machine. */
export function to(target: string | undefined, branch: Omit<Branch, 'target'> = {}): Record<string, unknown> {
  const actions: unknown[] = [
    ...(branch.change ?? []),
    ...(branch.send ? [{ type: 'send', params: { message: branch.send } }] : []),
    ...(branch.effect ? [{ type: 'effect', params: { effect: branch.effect } }] : []),
  ];
  return {
    ...(target !== undefined && { target }),
    guard: { type: 'allowed', params: { rules: branch.rules ?? [], when: branch.when ?? null } },
    actions,
  };
}

/**
 * The event is understood in this state and changes nothing (the crossing table or the treaty says why).
 * It carries the empty action `note`, since xstate's can() counts a transition without target and actions as forbidden.
 */
export const noted: Record<string, unknown> = { ...to(undefined), actions: ['note'] };

/** As {@link noted}, where no rule refuses. */
export const notedIf = (...rules: string[]): Record<string, unknown> => ({ ...to(undefined, { rules }), actions: ['note'] });

import { assign } from 'xstate';
import { periodsOver, type LetterContext, type MachineEvent, type MeasureContext } from './machine-parts.js';
import { tellsOfEarlier } from './preservation-facts.js';
import type { ConsentStatus } from './use-memory.js';
import { afterDecision, standingNumbers } from './warnings.js';

/** Questions that choose between the branches of one event; they refuse nothing. */
export const QUESTIONS: Record<string, (context: MeasureContext & LetterContext, event: MachineEvent) => boolean> = {
  dataObtained: (_, { payload }) => payload['result'] === 'data-obtained',
  noDataFound: (_, { payload }) => payload['result'] === 'no-data-found',
  cannotBeExecuted: (_, { payload }) => payload['result'] === 'cannot-be-executed',
  denied: (_, { payload }) => payload['outcome'] === 'denied',
  releasedOrNarrowed: (_, { payload }) => payload['outcome'] === 'released' || payload['outcome'] === 'narrowed',
  // The State that opened a consultation may end it before its term, but has then not heard the other (40(28)).
  termHasPassed: (_, { facts }) => facts.consultationTermPassed === true,
  periodRuns: (_, { facts }) => !periodsOver(facts),
  periodIsOver: (_, { facts }) => periodsOver(facts),
  pathLeadsHome: (_, { facts }) => facts.path?.leads === 'home',
  pathLeadsOn: (_, { facts }) => facts.path?.leads !== 'home',
  noLongerRequired: (context) => context.noLongerRequired === true,
  stillRequired: (context) => context.noLongerRequired !== true,
  lastConsentAsked: ({ consents = [] }) => consents.filter((status) => status === 'asked').length <= 1,
  moreConsentsAsked: ({ consents = [] }) => consents.filter((status) => status === 'asked').length > 1,
  lastWarningStands: (context) => standingNumbers(context).length <= 1,
  moreWarningsStand: (context) => standingNumbers(context).length > 1,
  requestNeverArrived: (_, { facts }) => facts.requestRejected === true,
  isTranscribed: (_, { facts }) => facts.transcribed === true,
  // Of letters only: what a node sends is in order.
  tellsOfThis: (_, { facts }) => facts.ofEarlierPreservation !== true,
  isTranscribedOfThis: (_, { facts }) => facts.transcribed === true && facts.ofEarlierPreservation !== true,
  releasesThis: (_, event) => !tellsOfEarlier(event),
  isTranscribedOfOne: (_, { facts, payload }) => facts.transcribed === true && payload['custodian'] !== undefined && Object.keys(facts.custodians ?? {}).length > 1,
  isTranscribedOfNothingSecured: (_, { facts }) => facts.transcribed === true && facts.preservedUntil === undefined,
  isTranscribedFromExamination: (context, { facts }) => facts.transcribed === true && context.resumeTo === 'underExamination',
  isTranscribedBeforeExecution: (context, { facts }) => facts.transcribed === true && context.resumeTo !== 'executing',
  callBackConfirmed: (_, { payload }) => payload['result'] === 'confirmed',
  callBackDenied: (_, { payload }) => payload['result'] === 'denied',
  callBackNotReached: (_, { payload }) => payload['result'] === 'not-reached',
  consentIsGiven: (_, { payload }) => payload['decision'] === 'given',
  consentIsRefused: (_, { payload }) => payload['decision'] === 'refused',
  backToExamination: (context) => context.resumeTo === 'underExamination',
  backToGranted: (context) => context.resumeTo === 'granted',
  backToExecuting: (context) => context.resumeTo === 'executing',
};

/** Questions that only a payload answers: until one is given, each of their branches may be taken. */
export const ASKED_OF_PAYLOAD: ReadonlySet<string> = new Set([
  'dataObtained', 'noDataFound', 'cannotBeExecuted', 'denied', 'releasedOrNarrowed', 'callBackConfirmed', 'callBackDenied', 'callBackNotReached', 'consentIsGiven', 'consentIsRefused',
]);

const consentAnswered = (status: ConsentStatus) =>
  assign(({ context, event }: { context: MeasureContext; event: MachineEvent }) => ({
    consents: (context.consents ?? []).map((before, i) => (i + 1 === event.payload['consent'] ? status : before)),
  }));

const set = (patch: Partial<MeasureContext & LetterContext>) => assign(() => patch);

/** Every change of context a transition may name. */
export const CHANGES = {
  noticeIsGiven: set({ noticeGiven: true }),
  noticeIsCleared: set({ noticeGiven: false }),
  replyIsDue: set({ replyDue: true }),
  replyHasCome: set({ replyDue: false }),
  withdrawalIsAsked: set({ withdrawalAsked: true }),
  requestIsRecalled: set({ recalled: true }),
  consultationRuns: set({ consulted: false }),
  consultationHasClosed: set({ consulted: true }),
  conditionsArePending: set({ conditionsPending: true }),
  conditionsAreAnswered: set({ conditionsPending: false, conditionsTried: true }),
  costsArePending: set({ costsPending: true }),
  costsAreAnswered: set({ costsPending: false }),
  confidentialityIsHeld: set({ confidentialityHeld: true }),
  confidentialityIsDecided: set({ confidentialityHeld: false }),
  isAssigned: set({ assigned: true }),
  isAuthorised: set({ authorised: true }),
  isSecured: set({ secured: true }),
  isNotSecured: set({ secured: false }),
  isReleased: set({ secured: false, releaseNoticed: false }),
  warningIsGiven: assign(({ context }: { context: MeasureContext }) => ({ warnings: [...(context.warnings ?? []), 'standing' as const] })),
  warningIsDecided: assign(({ context, event }: { context: MeasureContext; event: MachineEvent }) => ({ warnings: afterDecision(context, event) })),
  releaseIsNoticed: set({ releaseNoticed: true }),
  releaseIsNotNoticed: set({ releaseNoticed: false }),
  isNoLongerRequired: set({ noLongerRequired: true }),
  isRequiredAgain: set({ noLongerRequired: false }),
  wasAskedLate: set({ askedLate: true }),
  isAnsweredLate: set({ askedLate: false }),
  senderIsVerified: set({ senderVerified: true }),
  senderIsNotVerified: set({ senderVerified: false }),
  // What is due first: an objection to an earlier act outlives the confirmation of a later one, and each is taken back by itself.
  reviewIsConfirmed: assign(({ context, event }: { context: MeasureContext; event: MachineEvent }) =>
    context.reviewDue ? { reviewDue: false } : { reviewObjected: (event.facts.objections ?? 1) > 1 }),
  reviewIsObjected: set({ reviewDue: false, reviewObjected: true }),
  // Left alone otherwise, so that what others did does not count as reviewed.
  reviewFallsDue: assign(({ event }: { event: MachineEvent }) => (event.facts.alone === true ? { reviewDue: true } : {})),
  holdIsPlaced: assign(({ context, event }: { context: MeasureContext; event: MachineEvent }) => ({
    holds: [...new Set([...context.holds, String(event.payload['kind'])])].sort(),
  })),
  holdIsLifted: assign(({ context, event }: { context: MeasureContext; event: MachineEvent }) => ({
    holds: context.holds.filter((kind) => kind !== event.payload['kind']),
  })),
  outcomeIsNoted: assign(({ event }: { event: MachineEvent }) => ({ narrowed: event.payload['outcome'] === 'narrowed' })),
  consentIsAsked: assign(({ context }: { context: MeasureContext }) => ({ consents: [...(context.consents ?? []), 'asked' as const] })),
  consentIsGranted: consentAnswered('granted'),
  consentIsDeclined: consentAnswered('declined'),
  disclosureIsNotified: assign(({ context }: { context: MeasureContext }) => ({ notices: (context.notices ?? 0) + 1 })),
  resumesToExamination: set({ resumeTo: 'underExamination' }),
  resumesToGranted: set({ resumeTo: 'granted' }),
  resumesToExecuting: set({ resumeTo: 'executing' }),
  hasResumed: set({ resumeTo: null }),
} as const;

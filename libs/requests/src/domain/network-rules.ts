import type { LetterContext, MeasureContext } from './machine-parts.js';
import { refuse, time, type ListedRule } from './rule-parts.js';

/** Rules of the 24/7 network: the duty officer alone, the call-back, the formal request to follow, the right desk. */
export const NETWORK_RULES = {
  onDuty: {
    check: (_: LetterContext, { facts }) =>
      facts.duty ? null : refuse('request.not-reviewed', 'Submit it for review first: only a duty officer sends a draft alone, and only preservation, emergencies and queries of the 24/7 network.', 'duty-officer', facts),
  },
  withinDuty: {
    check: (_: LetterContext, { facts }) =>
      facts.dutyOnly && !facts.duty
        ? refuse('duty.not-this-form', 'A duty officer drafts and transmits preservation, emergencies and queries of the 24/7 network; the rest is for case officers and the central authority.', 'duty-officer', facts)
        : null,
  },
  emergencyStated: {
    check: (_: MeasureContext, { facts }) =>
      facts.emergencyUnstated ? refuse('emergency.not-stated', 'The request neither states nor proves the emergency: ask for additional information first.', 'emergency', facts) : null,
  },
  senderVerified: {
    check: (context: MeasureContext, { facts }) =>
      context.senderVerified ? null : refuse('call-back.missing', 'Call the sender back over a number the directory holds for its point of contact, and record that it confirmed, before anything is disclosed.', 'call-back', facts),
  },
  callBackOverDirectory: {
    payload: true,
    check: (_: MeasureContext, { facts }) =>
      facts.callBackHeld ? null : refuse('call-back.not-in-directory', "The directory holds no such number for the sender's point of contact on that day. Use one of /directory/contact-points, never one from the request.", 'call-back', facts, '/number'),
  },
  callBackTimely: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => {
      const calledAt = time(payload['calledAt']);
      if (calledAt > Date.parse(facts.at)) return refuse('call-back.in-future', 'The call cannot have been made yet.', undefined, undefined, '/calledAt');
      return facts.receivedAt !== undefined && calledAt < Date.parse(facts.receivedAt)
        ? refuse('call-back.before-request', 'The call was made before the request came; call again about this request.', 'call-back', facts, '/calledAt')
        : null;
    },
  },
  formalRequestAhead: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) =>
      time(payload['formalRequestBy']) <= Date.parse(facts.at) ? refuse('term.passed', 'The term for the formal request has passed already; give the other State time.', undefined, undefined, '/formalRequestBy') : null,
  },
  notObjected: {
    check: (context: MeasureContext, { facts }) =>
      context.reviewObjected ? refuse('duty.objected', "A second person objected to what the duty officer did. Refuse or end the measure, or have the act confirmed.", 'duty-officer', facts) : null,
  },
  reviewDue: {
    check: (context: MeasureContext) => (context.reviewDue ? null : refuse('duty.no-review-due', 'No act of a duty officer waits for review.')),
  },
  reviewOutstanding: {
    check: (context: MeasureContext) => (context.reviewDue || context.reviewObjected ? null : refuse('duty.no-review-due', 'No act of a duty officer waits for review.')),
  },
  secondPerson: {
    check: (_: MeasureContext, { facts }) =>
      facts.actedAlone ? refuse('four-eyes.same-person', 'Someone else must review what you did alone.', 'duty-officer', facts) : null,
  },
  otherDesk: {
    payload: true,
    check: (_: LetterContext, { facts, payload }) =>
      facts.desk === payload['to'] && (payload['authority'] === undefined || payload['authority'] === facts.deskAuthority)
        ? refuse('forward.same-desk', `The request is at this desk already: ${String(payload['to'])}. Name the authority, where another one of its kind is meant.`, 'referral', facts, '/to')
        : null,
  },
} satisfies Record<string, ListedRule>;

import type { Role, Side } from '@comity/kernel';

/** What an event acts on: the letter as a whole, or one of its measures. */
export type EventSubject = 'letter' | 'measure';

export interface EventPermission {
  event: string;
  on: EventSubject;
  side: Side;
  roles: readonly Role[];
}

const ca: readonly Role[] = ['central-authority'];
const drafters: readonly Role[] = ['case-officer', 'central-authority'];
const desk: readonly Role[] = ['central-authority', 'point-of-contact'];
/** Whoever is awake: preservation does not wait for the morning (UNCC 41(1), 42(4)). */
const duty: readonly Role[] = ['central-authority', 'competent-authority', 'point-of-contact'];
const drafting: readonly Role[] = [...drafters, 'point-of-contact'];
const executing: readonly Role[] = ['central-authority', 'competent-authority'];

/**
 * Who may fire which event, per side. An event or a side that is not here may be fired by nobody.
 * Auditor, administrator and operator are in no row on purpose: the first reads, the second keeps accounts,
 * the third belongs to no State.
 */
const TABLE: Record<EventSubject, Partial<Record<Side | 'both', Record<string, readonly Role[]>>>> = {
  letter: {
    requesting: {
      SUBMIT_FOR_REVIEW: drafting,
      RETURN_FOR_CHANGES: ca,
      // The desk sends only what one duty officer may send alone (rules withinDuty and onDuty).
      TRANSMIT: desk,
      ABANDON: drafting,
      WITHDRAW: ca,
      QUERY_STATUS: desk,
      PROVIDE_INFORMATION: desk,
      CLOSE: ca,
    },
    requested: {
      ACKNOWLEDGE: desk,
      // Where one duty officer may act (rule withinDuty): a defect of form is completed at night as well (42(6)).
      REQUEST_INFORMATION: desk,
      ANSWER_STATUS: ca,
      FORWARD: desk,
      GIVE_NOTICE_OF_CLOSURE: ca,
      CLOSE_FOR_WANT_OF_REPLY: ca,
      REOPEN: ca,
      CLOSE: ca,
    },
    both: {
      RESEND: ca,
      CHANGE_CHANNEL: ca,
      SEND_CORRESPONDENCE: ca,
    },
  },
  measure: {
    requesting: {
      WITHDRAW_MEASURE: ca,
      ACCEPT_CONDITIONS: ca,
      DECLINE_CONDITIONS: ca,
      PROCEED_WITHOUT_CONFIDENTIALITY: ca,
      ACCEPT_COSTS: ca,
      DECLINE_COSTS: ca,
      CONFIRM_RECEIPT: ca,
      DISPUTE_RECEIPT: ca,
      INSIST_ON_EXECUTION: desk,
      REQUEST_EXTENSION: desk,
      CONFIRM_PATH: desk,
      // Also at night: of the request to the third State the desk drafts what one duty officer may send alone.
      FOLLOW_PATH: drafting,
      // Who receives the person says so; what ends safe conduct or custody is for the central authority.
      RECORD_ARRIVAL: drafters,
      RECORD_DEPARTURE: drafters,
      RELEASE_FROM_PRESENCE: ca,
      END_SAFE_CONDUCT: ca,
      RETURN_PERSON: ca,
    },
    requested: {
      RECORD_CALL_BACK: desk,
      ORDER_DISCLOSURE: duty,
      DISCLOSE: desk,
      ANSWER_QUERY: desk,
      DECLINE_QUERY: desk,
      EXAMINE: ca,
      ORDER_PRESERVATION: duty,
      REPORT_SECURED: duty,
      REPORT_CUSTODIAN_WITHOUT_DATA: duty,
      WARN: duty,
      OPEN_DISCLOSURE: duty,
      DISCLOSE_PATH: duty,
      EXTEND: desk,
      DECLINE_EXTENSION: desk,
      GIVE_NOTICE_OF_RELEASE: ca,
      RELEASE: ca,
      GRANT: ca,
      OFFER_CONDITIONS: ca,
      REFUSE: ca,
      POSTPONE: ca,
      RESUME: ca,
      ASSIGN: ca,
      REFER: ca,
      DECIDE_TRANSMISSION: ca,
      REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT: executing,
      RAISE_COSTS: executing,
      AUTHORISE: executing,
      SECURE: executing,
      BEGIN_EXECUTION: executing,
      REPORT_EXECUTION: executing,
      PLACE_HOLD: executing,
      LIFT_HOLD: executing,
      TRANSMIT_EVIDENCE: ca,
      CONFIRM_INFORMATION: ca,
      RETURN_INFORMATION: ca,
      RECORD_CONSENT: executing,
      HAND_OVER_PERSON: ca,
      LIFT_CUSTODY: ca,
    },
    both: {
      // A second person of the central authority; the 24/7 desk does not review itself.
      CONFIRM_DUTY_ACT: ca,
      OBJECT_TO_DUTY_ACT: ca,
      // By whoever holds the evidence, or the information sent without a request.
      REQUEST_USE_CONSENT: ca,
      GRANT_USE_CONSENT: ca,
      DECLINE_USE_CONSENT: ca,
      // Who uses it records the use.
      RECORD_USE: drafters,
      NOTIFY_EXCULPATORY_DISCLOSURE: ca,
      OPEN_CONSULTATION: ca,
      AGREE_IN_CONSULTATION: ca,
      END_CONSULTATION_WITHOUT_AGREEMENT: ca,
    },
  },
};

/** The table above, one row per event and side. */
export const EVENT_PERMISSIONS: readonly EventPermission[] = (['letter', 'measure'] as const).flatMap((on) =>
  (['requesting', 'requested', 'both'] as const).flatMap((where) =>
    Object.entries(TABLE[on][where] ?? {}).flatMap(([event, roles]) =>
      (where === 'both' ? (['requesting', 'requested'] as const) : [where]).map((side) => ({ event, on, side, roles })),
    ),
  ),
);

const BY_SIDE: ReadonlyMap<Side, ReadonlyMap<string, readonly Role[]>> = new Map([
  ['requesting', rolesByEvent('requesting')],
  ['requested', rolesByEvent('requested')],
]);

function rolesByEvent(side: Side): ReadonlyMap<string, readonly Role[]> {
  return new Map(EVENT_PERMISSIONS.filter((row) => row.side === side).map((row) => [row.event, row.roles]));
}

/** Roles that may fire the event on that side; none for an unknown event or side. */
export function rolesFor(side: Side, event: string): readonly Role[] {
  return BY_SIDE.get(side)?.get(event) ?? [];
}

/** Whether one of the roles may fire the event on that side. Unknown role, side or event: no. */
export function mayFire(roles: readonly Role[], side: Side, event: string): boolean {
  const allowed = rolesFor(side, event);
  return roles.some((role) => allowed.includes(role));
}

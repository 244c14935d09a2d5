import type { Side } from '@comity/kernel';
import { noted, to } from './machine-parts.js';
import { told } from './told-by-letter.js';

/**
 * A person who goes to the requesting State to help there, of free will (UNCC 40(3)(k), 40(29)) or out of detention
 * (40(9)-(11)): a dialogue beside the main one. Nobody goes without consent on record; safe conduct ends by an official's
 * act, never by the clock alone; what is said of a person who is away stays possible after the measure has its outcome.
 */
export function personAway(side: Side): Record<string, unknown> {
  return side === 'requesting' ? requesting : requested;
}

/** Refused, and shown as blocked with its reason. */
const unconsented = (kind: 'personComesFreely' | 'personIsDetained') => to(undefined, { rules: [kind, 'consentOnRecord'] });
const arrive = to('present', { rules: ['personComesFreely', 'momentNotAhead'], send: 'PERSON_ARRIVED' });
const leave = to('departed', { rules: ['momentNotAhead'], send: 'PERSON_DEPARTED' });
const endSafeConduct = (...rules: string[]) => to('safeConductEnded', { rules, send: 'SAFE_CONDUCT_ENDED' });

/** Consent given or taken back while the person arrived: the person is there. */
const saidBefore = { PERSON_CONSENTED: noted, PERSON_NOT_CONSENTED: noted };

const requesting = {
  initial: 'none',
  states: {
    none: { on: { RECORD_ARRIVAL: unconsented('personComesFreely'), PERSON_CONSENTED: to('consented'), PERSON_NOT_CONSENTED: to('notConsented'), PERSON_HANDED_OVER: told('inCustody') } },
    notConsented: { on: { RECORD_ARRIVAL: unconsented('personComesFreely'), PERSON_CONSENTED: to('consented'), PERSON_NOT_CONSENTED: noted, PERSON_HANDED_OVER: told('inCustody') } },
    consented: {
      on: {
        RECORD_ARRIVAL: arrive,
        PERSON_CONSENTED: told(undefined),
        // Consent may be taken back as long as the person has not gone.
        PERSON_NOT_CONSENTED: to('notConsented'),
        PERSON_HANDED_OVER: to('inCustody'),
      },
    },
    // 40(10): kept in custody, unless the State that handed the person over lifts it, and returned.
    inCustody: {
      on: {
        RETURN_PERSON: to('returned', { rules: ['momentNotAhead'], send: 'PERSON_RETURNED' }),
        CUSTODY_LIFTED: to('present'),
        PERSON_CONSENTED: told(undefined),
      },
    },
    present: {
      on: {
        RELEASE_FROM_PRESENCE: to('mayLeave', { rules: ['safeConductLongEnough'], send: 'PRESENCE_NO_LONGER_REQUIRED' }),
        RECORD_DEPARTURE: leave,
        ...saidBefore,
      },
    },
    // 40(29): 15 consecutive days in which the person could leave.
    mayLeave: { on: { RECORD_DEPARTURE: leave, END_SAFE_CONDUCT: endSafeConduct('safeConductOver'), ...saidBefore } },
    // 40(29): a person who left and comes back of free will.
    departed: { on: { END_SAFE_CONDUCT: endSafeConduct(), ...saidBefore } },
    returned: { on: { CUSTODY_LIFTED: noted, PERSON_CONSENTED: told(undefined) } },
    safeConductEnded: { on: saidBefore },
  },
};

const refuseConsent = to('notConsented', { rules: ['letterOpen', 'personAwaited'], when: 'consentIsRefused', send: 'PERSON_NOT_CONSENTED' });
const consent = { RECORD_CONSENT: [to('consented', { rules: ['letterOpen', 'personAwaited'], when: 'consentIsGiven', send: 'PERSON_CONSENTED' }), refuseConsent] };

const requested = {
  initial: 'none',
  states: {
    none: { on: { ...consent, HAND_OVER_PERSON: unconsented('personIsDetained') } },
    // Taken back while the person arrived: the person is there.
    notConsented: { on: { ...consent, HAND_OVER_PERSON: unconsented('personIsDetained'), PERSON_ARRIVED: to('present') } },
    consented: {
      on: {
        RECORD_CONSENT: refuseConsent,
        HAND_OVER_PERSON: to('inCustody', { rules: ['letterOpen', 'measureOpen', 'personIsDetained', 'authorised', 'notPostponed', 'momentNotAhead'], send: 'PERSON_HANDED_OVER' }),
        PERSON_ARRIVED: to('present'),
      },
    },
    inCustody: { on: { LIFT_CUSTODY: to('present', { send: 'CUSTODY_LIFTED' }), PERSON_RETURNED: to('returned') } },
    // Custody was lifted while the person was being returned.
    present: { on: { PRESENCE_NO_LONGER_REQUIRED: to('mayLeave'), PERSON_DEPARTED: to('departed'), PERSON_RETURNED: to('returned') } },
    mayLeave: { on: { PERSON_DEPARTED: to('departed'), SAFE_CONDUCT_ENDED: to('safeConductEnded') } },
    departed: { on: { SAFE_CONDUCT_ENDED: to('safeConductEnded') } },
    returned: {},
    safeConductEnded: {},
  },
};

/** The person is in the other State, with safe conduct or in custody. */
export const AWAY: ReadonlySet<string> = new Set(['inCustody', 'present', 'mayLeave']);

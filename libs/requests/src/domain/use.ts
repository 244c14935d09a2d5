import type { Side } from '@comity/kernel';
import type { RuleKind } from '@comity/treaty';
import { to } from './machine-parts.js';
import type { ConsentStatus, UseContext, UseFacts } from './use-memory.js';

/**
 * UNCC 40(19), 36(3); Budapest 28: use of what was furnished. A dialogue beside the main one that begins when evidence
 * has come, and goes on after measure and letter are closed: consent to another use or to an onward transfer is asked
 * and given or declined, each under its number; uses are recorded; exculpatory disclosure is notified.
 */
export function use(side: Side): Record<string, unknown> {
  return side === 'requesting' ? requesting : requested;
}

const answer = (change: string) => [
  to('answered', { rules: ['consentAsked'], when: 'lastConsentAsked', change: [change] }),
  to(undefined, { rules: ['consentAsked'], when: 'moreConsentsAsked', change: [change] }),
];
const answering = (change: string, send: string) => [
  to('answered', { rules: ['consentAsked'], when: 'lastConsentAsked', send, change: [change] }),
  to(undefined, { rules: ['consentAsked'], when: 'moreConsentsAsked', send, change: [change] }),
];

const own = {
  REQUEST_USE_CONSENT: to('asked', { rules: ['evidenceHeld'], send: 'USE_CONSENT_REQUESTED', change: ['consentIsAsked'] }),
  // Without an effect on the statechart; xstate counts a transition without target and actions as forbidden.
  RECORD_USE: { ...to(undefined, { rules: ['evidenceHeld', 'useCovered'] }), actions: ['note'] },
  NOTIFY_EXCULPATORY_DISCLOSURE: to(undefined, { rules: ['evidenceHeld', 'disclosureTold'], send: 'EXCULPATORY_DISCLOSURE_NOTIFIED', change: ['disclosureIsNotified'] }),
};

const requesting = {
  initial: 'unasked',
  states: {
    unasked: { on: own },
    asked: { on: { ...own, USE_CONSENT_GRANTED: answer('consentIsGranted'), USE_CONSENT_DECLINED: answer('consentIsDeclined') } },
    answered: { on: own },
  },
};

const heard = {
  USE_CONSENT_REQUESTED: to('asked', { change: ['consentIsAsked'] }),
  EXCULPATORY_DISCLOSURE_NOTIFIED: to(undefined, { change: ['disclosureIsNotified'] }),
};

const requested = {
  initial: 'unasked',
  states: {
    unasked: { on: heard },
    asked: {
      on: {
        ...heard,
        GRANT_USE_CONSENT: answering('consentIsGranted', 'USE_CONSENT_GRANTED'),
        DECLINE_USE_CONSENT: answering('consentIsDeclined', 'USE_CONSENT_DECLINED'),
      },
    },
    answered: { on: heard },
  },
};

export interface UseFault {
  code: string;
  detail: string;
  pointer: string;
  /** Which rule of the profile stands in the way; absent where only the payload is at fault. */
  kind?: RuleKind;
}

const MISFITS: Record<Exclude<NonNullable<UseFacts['consent']>, 'fits'>, string> = {
  'other-kind': 'it was given for another kind of use',
  'other-proceeding': 'it was given for another proceeding',
  'other-destination': 'it was given for another destination',
  'other-data': 'it does not cover personal data',
};

/** Why a use may not be made; nothing where the letter, a consent or a notice covers it. */
export function useFault({ consents = [], notices = 0 }: UseContext, facts: UseFacts | undefined, payload: Record<string, unknown>): UseFault | null {
  const [consent, notice] = [payload['consent'] as number | undefined, payload['notice'] as number | undefined];
  const transfer = payload['kind'] === 'onward-transfer';
  if (notice !== undefined && notice > notices) return { code: 'use.notice-unknown', pointer: '/notice', detail: `There is no notice ${notice} of exculpatory disclosure on this measure.` };
  const kind = limitOn(facts, payload);
  // Exculpatory information goes to an accused in a proceeding, never to another State.
  if (kind === undefined || (notice !== undefined && !transfer)) return consent === undefined ? null : consentFault(consents, consent, facts, kind);
  if (consent !== undefined) return consentFault(consents, consent, facts, kind);
  return {
    code: 'use.without-consent', kind, pointer: transfer ? '/destination' : '/proceeding',
    detail: transfer
      ? 'Before the data go on to another State or an organization, ask the State that sent them (REQUEST_USE_CONSENT), and name the consent granted.'
      : 'This is not the proceeding the letter states. Ask the State that sent the data for its consent first (REQUEST_USE_CONSENT), and name the consent granted.',
  };
}

/** The rule that stands in the way of a use until it is consented to. */
function limitOn(facts: UseFacts | undefined, payload: Record<string, unknown>): RuleKind | undefined {
  if (payload['kind'] === 'onward-transfer' && payload['personalData'] === true && !facts?.authorised) return 'onward-transfer';
  // Without facts nothing is known of it, and so it is not covered.
  return facts === undefined || (facts.other && facts.limited) ? 'use-limitation' : undefined;
}

function consentFault(consents: readonly ConsentStatus[], no: number, facts: UseFacts | undefined, kind: RuleKind | undefined): UseFault | null {
  const status = consents[no - 1];
  const by = kind && { kind };
  if (status !== 'granted') {
    return { code: 'use.consent-not-granted', pointer: '/consent', detail: status === undefined ? `Consent ${no} was never asked for.` : `Consent ${no} is ${status}.`, ...by };
  }
  if (facts?.consent === 'fits') return null;
  return { code: 'use.outside-consent', pointer: '/consent', detail: `Consent ${no} does not cover this: ${facts?.consent ? MISFITS[facts.consent] : 'it is not on record'}.`, ...by };
}

import { demoNumber } from '../../config/demo/states.js';
import type { World } from './model-files.js';

/** A payload of an act, and what of the world it needs or meets. */
export interface Variant {
  payload: Record<string, unknown>;
  /** Bytes to be collected first: a package, sealed or not. */
  needs?: 'sealed' | 'unsealed';
  world?: World;
}

const later = (at: Date, minutes: number): string => new Date(at.getTime() + minutes * 60_000).toISOString();
const DAY = 1440;
const only = (payload: Record<string, unknown>): Variant[] => [{ payload }];
const REASONS = 'Reasons of the decision';
const PERSON = { before: 'District court', informedOf: 'Purpose and length of the stay' };
const leg = (state: string) => ({ ip: '198.51.100.7', protocol: 'tcp', time: '2026-10-30T18:04:11Z', precision: 'second', provider: 'A provider of relays', state });
const use = { purpose: 'Trial', data: 'Disk images', personalData: true };
const stated = 'Pre-trial investigation of unlawful access';
const elsewhere = 'Another proceeding';

/** What of an act is tried: classes of payloads that the statecharts tell apart, and some that are refused. */
export const VARIANTS: Record<string, (about: { at: Date; requesting: string; requested: string }) => Variant[]> = {
  RETURN_FOR_CHANGES: () => only({ note: 'Add the period' }),
  ABANDON: () => only({ note: 'No longer needed' }),
  WITHDRAW: () => only({ reason: 'No longer required' }),
  WITHDRAW_MEASURE: () => only({ reason: 'No longer required' }),
  QUERY_STATUS: () => only({ question: 'How far is it?' }),
  ANSWER_STATUS: () => only({ answer: 'Before the court' }),
  REQUEST_INFORMATION: ({ at }) => [{ payload: { items: [{ question: 'Which account?' }] } }, { payload: { items: [{ question: 'Which account?' }], by: later(at, 12) } }],
  PROVIDE_INFORMATION: () => only({ answer: 'The account of the renter' }),
  GIVE_NOTICE_OF_CLOSURE: ({ at }) => [{ payload: { term: later(at, 10), reason: 'No reply' } }, { payload: { term: later(at, -10), reason: 'No reply' } }],
  SEND_CORRESPONDENCE: () => only({ subject: 'A question', text: 'Could we speak on the telephone?' }),
  FORWARD: () => [{ payload: { to: 'central-authority', reasons: 'Its affair' } }, { payload: { to: 'point-of-contact', reasons: 'Its affair' } }],
  ORDER_PRESERVATION: () => [{ payload: { custodian: 'A hosting provider' } }, { payload: { custodians: ['A hosting provider', 'Another provider'] } }],
  REPORT_CUSTODIAN_WITHOUT_DATA: () => ['A hosting provider', 'A third provider'].map((custodian) => ({ payload: { custodian, explanation: 'Its logs are gone' } })),
  REPORT_SECURED: ({ at }) => [
    { payload: { from: later(at, 0), until: later(at, 61 * DAY) } }, { payload: { from: later(at, 0), until: later(at, 61 * DAY), custodian: 'Another provider' } },
    { payload: { from: later(at, 0), until: later(at, 59 * DAY) } },
  ],
  WARN: () => [{ payload: { kind: 'will-not-secure', explanation: 'The provider would tell its customer' } }, { payload: { kind: 'threatens-confidentiality', custodian: 'Another provider', explanation: 'It tells its customers' } }],
  INSIST_ON_EXECUTION: () => [{ payload: {} }, { payload: { warning: 1 } }, { payload: { warning: 2 } }],
  EXTEND: ({ at }) => [{ payload: { until: later(at, 130 * DAY) } }, { payload: { until: later(at, 1) } }],
  DECLINE_EXTENSION: () => [{ payload: { reasons: REASONS } }, { payload: { ground: 'persecution', reasons: REASONS } }],
  REQUEST_EXTENSION: ({ at }) => only({ until: later(at, 130 * DAY), reasons: REASONS }),
  GIVE_NOTICE_OF_RELEASE: ({ at }) => only({ term: later(at, 10), reason: 'The period is over' }),
  RECORD_CALL_BACK: ({ at, requesting }) => [
    ...['confirmed', 'denied', 'not-reached'].map((result) => ({ payload: { number: demoNumber(requesting, '41'), calledAt: later(at, 0), result, spokeWith: 'The duty officer' }, world: { callBackHeld: true } })),
    { payload: { number: '+999000', calledAt: later(at, 0), result: 'confirmed', spokeWith: 'The duty officer' } },
  ],
  DISCLOSE: () => [{ payload: {}, needs: 'sealed' }, { payload: {}, needs: 'unsealed' }],
  TRANSMIT_EVIDENCE: () => [{ payload: {}, needs: 'sealed' }, { payload: {}, needs: 'unsealed' }],
  ANSWER_QUERY: () => only({ answer: 'A provider in the capital' }),
  DECLINE_QUERY: () => only({ reasons: REASONS }),
  OBJECT_TO_DUTY_ACT: () => only({ reasons: REASONS }),
  OPEN_DISCLOSURE: () => only({ finding: 'A provider abroad took part' }),
  DISCLOSE_PATH: ({ requesting, requested }) => [{ payload: { path: [leg('SG')] } }, { payload: { path: [leg(requesting)] } }, { payload: { path: [leg(requested)] } }],
  FOLLOW_PATH: () => only({ forms: ['preservation'] }),
  OFFER_CONDITIONS: () => [{ payload: { conditions: [{ kind: 'use', text: 'For this proceeding only' }] } }, { payload: { conditions: [{ kind: 'return', text: 'To be returned' }] } }],
  DECLINE_CONDITIONS: () => only({ reasons: REASONS }),
  REFUSE: () => ['persecution', 'political-offence', 'essential-interests', 'bank-secrecy'].map((ground) => ({ payload: { ground, reasons: REASONS } })),
  POSTPONE: () => [{ payload: { reasons: REASONS } }, { payload: {} }],
  REFER: () => only({ authority: 'Another authority', reasons: REASONS }),
  ASSIGN: () => only({ authority: 'Executing authority' }),
  AUTHORISE: () => only({ body: 'Court', remedyOpen: false }),
  REPORT_EXECUTION: () => ['data-obtained', 'no-data-found', 'cannot-be-executed'].map((result) => ({ payload: { result, explanation: 'As reported' } })),
  PLACE_HOLD: () => ['appeal', 'privilege'].map((kind) => ({ payload: { kind, reason: 'Lodged today' } })),
  LIFT_HOLD: () => ['appeal', 'privilege'].map((kind) => ({ payload: { kind } })),
  DECIDE_TRANSMISSION: () => [
    { payload: { outcome: 'released' } }, { payload: { outcome: 'narrowed', narrowedTo: 'Logs only' } },
    { payload: { outcome: 'denied', ground: 'persecution', reasons: REASONS } }, { payload: { outcome: 'denied', ground: 'political-offence', reasons: REASONS } },
  ],
  REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT: () => only({ explanation: 'The law has the customer told' }),
  RAISE_COSTS: () => only({ estimate: { amount: '9000', currency: 'USD' }, explanation: 'Many disks' }),
  DECLINE_COSTS: () => only({ reasons: REASONS }),
  DISPUTE_RECEIPT: () => only({ reason: 'A disk is missing' }),
  RETURN_INFORMATION: () => only({ reasons: REASONS }),
  REQUEST_USE_CONSENT: () => [
    { payload: { ...use, kind: 'other-use', proceeding: elsewhere } }, { payload: { ...use, kind: 'onward-transfer', proceeding: elsewhere, destination: { state: 'SG' } } },
  ],
  GRANT_USE_CONSENT: () => [1, 2].map((consent) => ({ payload: { consent } })),
  DECLINE_USE_CONSENT: () => [1, 2].map((consent) => ({ payload: { consent, reasons: REASONS } })),
  RECORD_USE: () => [
    { payload: { ...use, kind: 'use', proceeding: stated } }, { payload: { ...use, kind: 'use', proceeding: elsewhere } }, { payload: { ...use, kind: 'use', proceeding: elsewhere, consent: 1 } },
    { payload: { ...use, kind: 'onward-transfer', proceeding: elsewhere, destination: { state: 'SG' }, consent: 2 } },
  ],
  NOTIFY_EXCULPATORY_DISCLOSURE: () => only({ proceeding: elsewhere, data: 'A log', explanation: 'It shows that the accused was elsewhere' }),
  OPEN_CONSULTATION: ({ at }) => [{ payload: { subject: 'conditions', proposal: 'Conditions', term: later(at, 10) } }, { payload: { subject: 'refusal', proposal: 'Conditions', term: later(at, -10) } }],
  RECORD_CONSENT: () => [{ payload: { ...PERSON, decision: 'given' } }, { payload: { ...PERSON, decision: 'refused' } }],
  HAND_OVER_PERSON: ({ at }) => [{ payload: { happenedAt: later(at, 0) } }, { payload: { happenedAt: later(at, 1) } }],
  LIFT_CUSTODY: () => only({ reason: 'Sentence served' }),
  RETURN_PERSON: ({ at }) => only({ happenedAt: later(at, 0) }),
  RECORD_ARRIVAL: ({ at }) => only({ happenedAt: later(at, 0) }),
  RECORD_DEPARTURE: ({ at }) => only({ happenedAt: later(at, 0) }),
  RELEASE_FROM_PRESENCE: ({ at }) => [{ payload: { informedAt: later(at, 0) } }, { payload: { informedAt: later(at, 0), until: later(at, 14 * DAY) } }],
  END_SAFE_CONDUCT: () => only({ explanation: 'Stayed of own free will' }),
};

/** Everything else takes no payload, or needs none. */
export const variantsOf = (type: string, about: { at: Date; requesting: string; requested: string }): Variant[] => VARIANTS[type]?.(about) ?? [{ payload: {} }];

import type { Side } from '@comity/kernel';
import type { RuleKind } from '@comity/treaty';
import { PATH } from './path.js';
import { choice, CONDITION_KINDS, consentNumber, CONSULTATION_SUBJECTS, flag, GROUND, HOLD_KINDS, instant, list, measureNumber, nothing, object, onlyTransfers, stateCode, text, USE, USE_CONSENT, USE_CONSENT_GIVEN, uuid, type Schema } from './payloads.js';

/** What an official can do to a letter or a measure. */
export interface ActDefinition {
  sides: readonly Side[];
  on: 'letter' | 'measure';
  label: string;
  /** Kind of rule the act rests on (the profile says which of its rules answers to it); absent for the house's own order. */
  kind?: RuleKind;
  payload: Schema;
  /** Members of the payload that stay in one's own file. */
  keeps?: readonly string[];
}

const requesting = ['requesting'] as const;
const requested = ['requested'] as const;
const both = ['requesting', 'requested'] as const;

const letter = (sides: readonly Side[], label: string, payload: Schema = nothing, kind?: RuleKind): ActDefinition => ({
  sides, on: 'letter', label, payload, ...(kind && { kind }), keeps: ['note'],
});
const measure = (sides: readonly Side[], label: string, payload: Schema = nothing, kind?: RuleKind, keeps: string[] = []): ActDefinition => ({
  sides, on: 'measure', label, payload, ...(kind && { kind }), keeps: ['note', ...keeps],
});
const note = text(2000);
const attachments = list(uuid, 20, 0);

/** Every act, in the order an official would meet it. */
export const ACTS: Record<string, ActDefinition> = {
  SUBMIT_FOR_REVIEW: letter(requesting, 'Submit for review'),
  RETURN_FOR_CHANGES: letter(requesting, 'Return for changes', object({ note }, ['note'])),
  TRANSMIT: letter(requesting, 'Transmit to the requested State', nothing, 'central-authority'),
  ABANDON: letter(requesting, 'Abandon the draft', object({ note }, ['note'])),
  WITHDRAW: letter(requesting, 'Withdraw the whole letter', object({ reason: text(2000), note }, ['reason']), 'no-longer-required'),
  QUERY_STATUS: letter(requesting, 'Ask for the status', object({ question: text(2000), note }), 'status'),
  PROVIDE_INFORMATION: letter(requesting, 'Give the additional information', object({ answer: text(20_000), attachments, note }, ['answer']), 'additional-information'),
  ACKNOWLEDGE: letter(requested, 'Acknowledge receipt', object({ reference: text(100), contact: text(500), note })),
  REQUEST_INFORMATION: letter(requested, 'Ask for additional information', object({
    items: list(object({ measure: measureNumber, question: text(2000) }, ['question'])), by: instant, note,
  }, ['items']), 'additional-information'),
  ANSWER_STATUS: letter(requested, 'Answer the status query', object({ answer: text(5000), note }, ['answer']), 'status'),
  GIVE_NOTICE_OF_CLOSURE: letter(requested, 'Give notice of closure for want of reply', object({ term: instant, reason: text(2000), note }, ['term', 'reason'])),
  CLOSE_FOR_WANT_OF_REPLY: letter(requested, 'Close for want of reply'),
  REOPEN: letter(requested, 'Reopen', object({ reason: text(2000), note })),
  CLOSE: letter(both, 'Close the letter'),
  SEND_CORRESPONDENCE: letter(both, 'Write to the other central authority', object({ subject: text(300), text: text(20_000), attachments, note }, ['subject', 'text'])),
  FORWARD: letter(requested, 'Forward to the right desk, with notice', object({ to: choice('central-authority', 'point-of-contact'), authority: text(300), reasons: text(2000), note }, ['to', 'reasons']), 'referral'),
  RESEND: letter(both, 'Send the failed message again', object({ messageId: uuid, note }, ['messageId'])),
  CHANGE_CHANNEL: letter(both, 'Send the failed message by another channel', object({ messageId: uuid, note }, ['messageId'])),

  ORDER_PRESERVATION: measure(requested, 'Order the preservation', object({ custodian: text(300), custodians: list(text(300), 50), note }), 'preservation'),
  REPORT_SECURED: measure(requested, 'Report what a custodian has secured, from and until', object({ from: instant, until: instant, custodian: text(300), what: text(2000), note }, ['from', 'until']), 'preservation-period'),
  REPORT_CUSTODIAN_WITHOUT_DATA: measure(requested, 'Report that one of several custodians holds no data, or cannot secure them', object({ custodian: text(300), explanation: text(5000), note }, ['custodian', 'explanation']), 'preservation'),
  WARN: measure(requested, 'Warn: preservation will not secure the data, or endangers the investigation', object({
    kind: choice('will-not-secure', 'threatens-confidentiality', 'prejudices-investigation'), custodian: text(300), explanation: text(5000), note,
  }, ['kind', 'explanation']), 'preservation-warning'),
  EXTEND: measure(requested, 'Extend the preservation', object({ until: instant, custodian: text(300), note }, ['until']), 'preservation-extension'),
  DECLINE_EXTENSION: measure(requested, 'Decline the extension; asked for after the period, on a ground only', object({ ground: GROUND, reasons: text(5000), note }, ['reasons']), 'preservation-extension'),
  GIVE_NOTICE_OF_RELEASE: measure(requested, 'Give notice of release', object({ term: instant, reason: text(2000), note }, ['term', 'reason']), 'preservation-period'),
  RELEASE: measure(requested, 'Release the data from preservation', nothing, 'preservation-period'),
  INSIST_ON_EXECUTION: measure(requesting, 'Have it executed despite the warning', object({ warning: { type: 'integer', minimum: 1, maximum: 1000 }, note }), 'preservation-warning'),
  REQUEST_EXTENSION: measure(requesting, 'Ask for an extension; after the period, for a new preservation', object({ until: instant, reasons: text(5000), note }, ['until', 'reasons']), 'preservation-extension'),
  RECORD_CALL_BACK: measure(requested, 'Record that the sender was called back', {
    ...object({ number: text(60), calledAt: instant, result: choice('confirmed', 'denied', 'not-reached'), spokeWith: text(300), note }, ['number', 'calledAt', 'result']),
    if: { properties: { result: { const: 'not-reached' } } },
    else: { required: ['spokeWith'] },
  }, 'call-back', ['number', 'spokeWith']),
  ORDER_DISCLOSURE: measure(requested, 'Order that the data be obtained for the emergency', object({ custodian: text(300), note }), 'emergency'),
  DISCLOSE: measure(requested, 'Disclose the data to avert the emergency', object({ packageId: uuid, formalRequestBy: instant, note }, ['packageId']), 'emergency'),
  ANSWER_QUERY: measure(requested, 'Answer the query', object({ answer: text(20_000), note }, ['answer']), 'network-query'),
  DECLINE_QUERY: measure(requested, 'Say that the query cannot be answered', object({ reasons: text(5000), note }, ['reasons']), 'network-query'),
  CONFIRM_DUTY_ACT: measure(both, 'Confirm what the duty officer did alone', nothing, 'duty-officer'),
  OBJECT_TO_DUTY_ACT: measure(both, 'Object to what the duty officer did alone', object({ reasons: text(5000), note }, ['reasons']), 'duty-officer'),
  OPEN_DISCLOSURE: measure(requested, 'Open the disclosure of preserved traffic data: a provider in another State took part', object({ finding: text(5000), note }, ['finding']), 'path-disclosure'),
  DISCLOSE_PATH: measure(requested, 'Disclose the path: what identifies the provider in another State', object({
    path: PATH, explanation: text(5000), onwardTransfer: choice('authorised', 'ask-first'), useLimits: text(5000), note,
  }, ['path']), 'path-disclosure'),
  CONFIRM_PATH: measure(requesting, 'Confirm receipt of the path', nothing, 'receipt'),
  FOLLOW_PATH: measure(requesting, 'Follow the path: open the request to the third State, or record that it leads home', object({
    state: stateCode, entries: list({ type: 'integer', minimum: 1, maximum: 200 }, 200), forms: list(choice('preservation', 'stored-data'), 2), note,
  }), 'path-disclosure'),
  EXAMINE: measure(requested, 'Begin the preliminary examination'),
  SECURE: measure(requested, 'Secure the data urgently', object({ securedAt: instant, explanation: text(2000), note }), 'evidence'),
  OFFER_CONDITIONS: measure(requested, 'Offer conditions', object({
    conditions: list(object({ kind: choice(...CONDITION_KINDS), text: text(5000), signatory: text(300) }, ['kind', 'text'])), note,
  }, ['conditions']), 'conditions'),
  GRANT: measure(requested, 'Admit: grant the measure', object({
    procedure: object({ followed: flag, explanation: text(2000) }, ['followed']), note,
  }), 'execution'),
  REFUSE: measure(requested, 'Refuse', object({ ground: GROUND, reasons: text(), organ: text(300), note }, ['ground']), 'reasons'),
  POSTPONE: measure(requested, 'Postpone', object({ reasons: text(), until: instant, note }), 'postponement'),
  RESUME: measure(requested, 'Resume'),
  REFER: measure(requested, 'Refer to another authority', object({ authority: text(300), reasons: text(2000), note }, ['authority', 'reasons']), 'referral'),
  ASSIGN: measure(requested, 'Assign to a competent authority', object({ authority: text(300), territory: text(200), note }, ['authority']), 'central-authority'),
  AUTHORISE: measure(requested, 'Record the authorisation', object({
    body: text(300), reference: text(200), remedyOpen: flag, remedyUntil: instant, note,
  }, ['body', 'remedyOpen']), 'safeguards', ['reference']),
  BEGIN_EXECUTION: measure(requested, 'Begin execution', nothing, 'execution'),
  REPORT_EXECUTION: measure(requested, 'Report the execution', {
    ...object({ result: choice('data-obtained', 'no-data-found', 'cannot-be-executed'), explanation: text(5000), note }, ['result']),
    if: { properties: { result: { const: 'data-obtained' } } },
    else: { required: ['explanation'] },
  }, 'execution'),
  PLACE_HOLD: measure(requested, 'Place a hold on transmission', object({ kind: choice(...HOLD_KINDS), reason: text(2000), until: instant, note }, ['kind', 'reason']), 'safeguards', ['reason']),
  LIFT_HOLD: measure(requested, 'Lift a hold', object({ kind: choice(...HOLD_KINDS), reason: text(2000), note }, ['kind']), 'safeguards', ['reason']),
  DECIDE_TRANSMISSION: measure(requested, 'Decide on transmission', {
    ...object({ outcome: choice('released', 'narrowed', 'denied'), narrowedTo: text(2000), ground: GROUND, reasons: text(), organ: text(300), note }, ['outcome']),
    allOf: [
      { if: { properties: { outcome: { const: 'denied' } } }, then: { required: ['ground'] } },
      { if: { properties: { outcome: { const: 'narrowed' } } }, then: { required: ['narrowedTo'] } },
    ],
  }, 'transmission-decision'),
  TRANSMIT_EVIDENCE: measure(requested, 'Transmit the evidence', object({ packageId: uuid, note }, ['packageId']), 'transmission-decision'),
  REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT: measure(requested, 'Report that confidentiality cannot be kept', object({ explanation: text(5000), note }, ['explanation']), 'confidentiality-lost'),
  RAISE_COSTS: measure(requested, 'Raise substantial or extraordinary costs', object({
    estimate: object({ amount: { type: 'string', pattern: '^\\d{1,12}(\\.\\d{1,2})?$' }, currency: { type: 'string', pattern: '^[A-Z]{3}$' } }, ['amount', 'currency']),
    explanation: text(5000), note,
  }, ['estimate', 'explanation']), 'costs'),

  ACCEPT_CONDITIONS: measure(requesting, 'Accept the conditions', nothing, 'conditions'),
  DECLINE_CONDITIONS: measure(requesting, 'Decline the conditions', object({ reasons: text(5000), note }), 'conditions'),
  ACCEPT_COSTS: measure(requesting, 'Accept the costs', nothing, 'costs'),
  DECLINE_COSTS: measure(requesting, 'Decline the costs', object({ reasons: text(5000), note }), 'costs'),
  PROCEED_WITHOUT_CONFIDENTIALITY: measure(requesting, 'Go on without confidentiality', nothing, 'confidentiality-hold'),
  CONFIRM_RECEIPT: measure(requesting, 'Confirm receipt of the evidence', nothing, 'receipt'),
  DISPUTE_RECEIPT: measure(requesting, 'Dispute the receipt', object({ reason: text(2000), note }, ['reason'])),
  WITHDRAW_MEASURE: measure(requesting, 'Withdraw the measure', object({ reason: text(2000), note }, ['reason']), 'no-longer-required'),

  CONFIRM_INFORMATION: measure(requested, 'Confirm the information: its limits bind', nothing, 'spontaneous-information'),
  RETURN_INFORMATION: measure(requested, 'Send the information back: its limits cannot be kept', object({ reasons: text(5000), note }, ['reasons']), 'spontaneous-information'),

  REQUEST_USE_CONSENT: measure(both, 'Ask for consent to another use, or to an onward transfer', onlyTransfers(object({ ...USE_CONSENT, note }, USE_CONSENT_GIVEN)), 'use-limitation'),
  GRANT_USE_CONSENT: measure(both, 'Grant the consent asked for', object({
    consent: consentNumber, limitedTo: text(2000), inWriting: flag, reference: text(200), note,
    conditions: list(object({ kind: choice(...CONDITION_KINDS), text: text(5000), signatory: text(300) }, ['kind', 'text'])),
  }, ['consent']), 'use-limitation'),
  DECLINE_USE_CONSENT: measure(both, 'Decline the consent asked for', object({ consent: consentNumber, reasons: text(5000), note }, ['consent', 'reasons']), 'use-limitation'),
  RECORD_USE: measure(both, 'Record a use of the evidence, or its onward transfer', onlyTransfers(object({
    kind: choice('use', 'onward-transfer'), ...USE, consent: consentNumber, notice: consentNumber, note,
  }, ['kind', 'purpose', 'proceeding', 'data', 'personalData'])), 'use-limitation'),
  NOTIFY_EXCULPATORY_DISCLOSURE: measure(both, 'Give notice of exculpatory disclosure', {
    ...object({ proceeding: text(500), data: text(5000), explanation: text(5000), disclosedAt: instant, whyNotBefore: text(2000), note }, ['proceeding', 'data', 'explanation']),
    dependentRequired: { disclosedAt: ['whyNotBefore'], whyNotBefore: ['disclosedAt'] },
  }, 'use-limitation'),

  RECORD_CONSENT: measure(requested, 'Record whether the person consents to go', object({
    decision: choice('given', 'refused'), before: text(300), informedOf: text(5000), note,
  }, ['decision', 'before', 'informedOf']), 'transfer-of-person'),
  HAND_OVER_PERSON: measure(requested, 'Hand over the detained person', object({ happenedAt: instant, returnBy: instant, terms: text(5000), note }, ['happenedAt']), 'transfer-of-person'),
  LIFT_CUSTODY: measure(requested, 'Agree that the person handed over be set free', object({ reason: text(2000), note }, ['reason']), 'custody-of-person'),
  RETURN_PERSON: measure(requesting, 'Record that the person was returned in custody', object({ happenedAt: instant, note }, ['happenedAt']), 'custody-of-person'),
  RECORD_ARRIVAL: measure(requesting, 'Record that the person has arrived', object({ happenedAt: instant, note }, ['happenedAt']), 'safe-conduct'),
  RELEASE_FROM_PRESENCE: measure(requesting, 'Tell the person that the presence is no longer required: safe conduct runs out', object({ informedAt: instant, until: instant, note }, ['informedAt']), 'safe-conduct'),
  RECORD_DEPARTURE: measure(requesting, 'Record that the person has left', object({ happenedAt: instant, note }, ['happenedAt']), 'safe-conduct'),
  END_SAFE_CONDUCT: measure(requesting, 'Record that safe conduct has ended: the person stayed, or came back', object({ explanation: text(5000), note }, ['explanation']), 'safe-conduct'),

  OPEN_CONSULTATION: measure(both, 'Open a consultation', object({
    subject: choice(...CONSULTATION_SUBJECTS), proposal: text(10_000), term: instant, note,
  }, ['subject', 'proposal', 'term']), 'consultation'),
  AGREE_IN_CONSULTATION: measure(both, 'Agree to what was proposed', object({ terms: text(10_000), note }), 'consultation'),
  END_CONSULTATION_WITHOUT_AGREEMENT: measure(both, 'End the consultation without agreement', object({ reasons: text(10_000), note }), 'consultation'),
};

/** What the clock does on its own: nothing that ends a measure. */
export const CLOCK_ACTS: Record<string, { on: 'letter' | 'measure' }> = { LAPSE_CONSULTATION: { on: 'measure' }, MISS_DUTY_REVIEW: { on: 'measure' } };

/** What the node itself reports on a file. */
export const NODE_ACTS: Record<string, { on: 'letter' }> = { DELIVERY_FAILED: { on: 'letter' } };

import { ACTS } from './acts.js';
import { choice, consentNumber, instant, list, measureNumber, object, onlyTransfers, text, USE_CONSENT, USE_CONSENT_GIVEN, uuid, type Schema } from './payloads.js';

/** A kind of message between two States: which acts send it, and how its body is checked on arrival. */
export interface MessageDefinition {
  on: 'letter' | 'measure';
  from: 'requesting' | 'requested' | 'both';
  /** Acts (or the clock's) that send it; [] for answers the statechart gives by itself. */
  sentBy: readonly string[];
  /** Past sentence for the timeline. */
  label: string;
  /** JSON Schema of the body beyond what the sending act's payload says. */
  body?: Schema;
}

const file: Schema = object(
  { id: uuid, name: text(255), mediaType: text(120), size: { type: 'integer', minimum: 0 }, sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
  ['name', 'size', 'sha256'],
);
/** Most documents one message names: as many as a request may have of one's own, since its letter names them all. */
export const MAX_DOCUMENTS = 1000;
export const FILES = list(file, MAX_DOCUMENTS, 0);

const one = (on: 'letter' | 'measure', from: MessageDefinition['from'], sentBy: string | readonly string[], label: string, body?: Schema): MessageDefinition => ({
  on, from, sentBy: typeof sentBy === 'string' ? [sentBy] : sentBy, label, ...(body && { body }),
});

/** What came of a call-back, by the message that tells it. */
export const CALL_BACK_RESULTS: Readonly<Record<string, string>> = { CALL_BACK_CONFIRMED: 'confirmed', CALL_BACK_DENIED: 'denied', CALL_BACK_NOT_REACHED: 'not-reached' };

/** The message itself says what came of the call, and a letter may leave its hour out. */
const CALLED_BACK = object({ calledAt: instant, result: choice(...Object.values(CALL_BACK_RESULTS)) });

export const MESSAGES: Record<string, MessageDefinition> = {
  REQUESTED: one('letter', 'requesting', 'TRANSMIT', 'The letter of request was transmitted'),
  ACKNOWLEDGED: one('letter', 'requested', 'ACKNOWLEDGE', 'Receipt was acknowledged'),
  INFORMATION_REQUESTED: one('letter', 'requested', 'REQUEST_INFORMATION', 'Additional information was asked for'),
  INFORMATION_PROVIDED: one('letter', 'requesting', 'PROVIDE_INFORMATION', 'Additional information was given'),
  STATUS_QUERIED: one('letter', 'requesting', 'QUERY_STATUS', 'The status was asked for'),
  STATUS_ANSWERED: one('letter', 'requested', 'ANSWER_STATUS', 'The status query was answered'),
  CLOSURE_NOTICED: one('letter', 'requested', 'GIVE_NOTICE_OF_CLOSURE', 'Notice of closure for want of reply was given'),
  CLOSED_FOR_WANT_OF_REPLY: one('letter', 'requested', 'CLOSE_FOR_WANT_OF_REPLY', 'The letter was closed for want of reply'),
  REOPENED: one('letter', 'requested', 'REOPEN', 'The letter was reopened'),
  CLOSED: one('letter', 'both', 'CLOSE', 'The letter was closed'),
  FORWARDED: one('letter', 'requested', 'FORWARD', 'The request was taken in and forwarded to the right desk'),
  CORRESPONDENCE: one('letter', 'both', 'SEND_CORRESPONDENCE', 'A letter between the central authorities'),

  PRESERVATION_ORDERED: one('measure', 'requested', 'ORDER_PRESERVATION', 'The preservation was ordered'),
  DATA_SECURED: one('measure', 'requested', 'REPORT_SECURED', 'The data are secured, from and until'),
  CUSTODIAN_WITHOUT_DATA: one('measure', 'requested', 'REPORT_CUSTODIAN_WITHOUT_DATA', 'One of several custodians holds no data, or cannot secure them'),
  PRESERVATION_WARNED: one('measure', 'requested', 'WARN', 'A warning on the preservation was given'),
  EXECUTION_INSISTED: one('measure', 'requesting', 'INSIST_ON_EXECUTION', 'Execution is wanted despite the warning'),
  EXTENSION_REQUESTED: one('measure', 'requesting', 'REQUEST_EXTENSION', 'An extension was asked for'),
  NEW_PRESERVATION_REQUESTED: one('measure', 'requesting', 'REQUEST_EXTENSION', 'After the period, a new preservation was asked for'),
  EXTENDED: one('measure', 'requested', 'EXTEND', 'The preservation was extended'),
  EXTENSION_DECLINED: one('measure', 'requested', 'DECLINE_EXTENSION', 'The extension was declined'),
  RELEASE_NOTICED: one('measure', 'requested', 'GIVE_NOTICE_OF_RELEASE', 'Notice of release was given'),
  RELEASED: one('measure', 'requested', 'RELEASE', 'The data were released from preservation', object({ custodian: text(300) })),
  // `opens`: number of the new measure in both files; the next one where a letter of a State without a node does not say.
  DISCLOSURE_OPENED: one('measure', 'requested', 'OPEN_DISCLOSURE', 'A provider in another State was found: the disclosure of the path was opened', object({ finding: text(5000), opens: measureNumber }, ['finding'])),
  PATH_DISCLOSED: one('measure', 'requested', 'DISCLOSE_PATH', 'The path of the traffic was disclosed'),
  PATH_CONFIRMED: one('measure', 'requesting', 'CONFIRM_PATH', 'Receipt of the path was confirmed'),

  CALL_BACK_CONFIRMED: one('measure', 'requested', 'RECORD_CALL_BACK', 'The sender was called back and confirmed the request', CALLED_BACK),
  CALL_BACK_DENIED: one('measure', 'requested', 'RECORD_CALL_BACK', 'The sender was called back and denied the request', CALLED_BACK),
  CALL_BACK_NOT_REACHED: one('measure', 'requested', 'RECORD_CALL_BACK', 'The sender was called back and not reached', CALLED_BACK),
  DISCLOSURE_ORDERED: one('measure', 'requested', 'ORDER_DISCLOSURE', 'It was ordered that the data be obtained for the emergency'),
  QUERY_ANSWERED: one('measure', 'requested', 'ANSWER_QUERY', 'The query was answered'),
  QUERY_NOT_ANSWERED: one('measure', 'requested', 'DECLINE_QUERY', 'The query cannot be answered'),
  EXAMINATION_BEGUN: one('measure', 'requested', 'EXAMINE', 'The preliminary examination began'),
  SECURED: one('measure', 'requested', 'SECURE', 'The data were secured'),
  CONDITIONS_OFFERED: one('measure', 'requested', 'OFFER_CONDITIONS', 'Conditions were offered'),
  CONDITIONS_ACCEPTED: one('measure', 'requesting', 'ACCEPT_CONDITIONS', 'The conditions were accepted and bind'),
  CONDITIONS_DECLINED: one('measure', 'requesting', 'DECLINE_CONDITIONS', 'The conditions were declined'),
  GRANTED: one('measure', 'requested', 'GRANT', 'The measure was granted'),
  REFUSED: one('measure', 'requested', ['REFUSE', 'DECIDE_TRANSMISSION'], 'The measure was refused'),
  POSTPONED: one('measure', 'requested', 'POSTPONE', 'The measure was postponed'),
  RESUMED: one('measure', 'requested', 'RESUME', 'The measure was resumed'),
  REFERRED: one('measure', 'requested', 'REFER', 'The measure was referred to another authority'),
  ASSIGNED: one('measure', 'requested', 'ASSIGN', 'The measure was assigned to a competent authority'),
  AUTHORISED: one('measure', 'requested', 'AUTHORISE', 'The measure was authorised'),
  EXECUTION_BEGUN: one('measure', 'requested', 'BEGIN_EXECUTION', 'Execution began'),
  EXECUTED: one('measure', 'requested', 'REPORT_EXECUTION', 'The measure was executed'),
  NO_DATA_FOUND: one('measure', 'requested', 'REPORT_EXECUTION', 'No data were found'),
  CANNOT_BE_EXECUTED: one('measure', 'requested', 'REPORT_EXECUTION', 'The measure cannot be executed'),
  HOLD_PLACED: one('measure', 'requested', 'PLACE_HOLD', 'A hold was placed on transmission'),
  HOLD_LIFTED: one('measure', 'requested', 'LIFT_HOLD', 'A hold on transmission was lifted'),
  TRANSMISSION_DECIDED: one('measure', 'requested', 'DECIDE_TRANSMISSION', 'Transmission was decided'),
  EVIDENCE_TRANSMITTED: one('measure', 'requested', ['TRANSMIT_EVIDENCE', 'DISCLOSE'], 'The evidence was transmitted'),
  CONFIDENTIALITY_CANNOT_BE_KEPT: one('measure', 'requested', 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT', 'Confidentiality cannot be kept'),
  CONFIDENTIALITY_WAIVED: one('measure', 'requesting', 'PROCEED_WITHOUT_CONFIDENTIALITY', 'The measure goes on without confidentiality'),
  COSTS_RAISED: one('measure', 'requested', 'RAISE_COSTS', 'Costs were raised'),
  COSTS_ACCEPTED: one('measure', 'requesting', 'ACCEPT_COSTS', 'The costs were accepted'),
  COSTS_DECLINED: one('measure', 'requesting', 'DECLINE_COSTS', 'The costs were declined'),
  RECEIPT_CONFIRMED: one('measure', 'requesting', 'CONFIRM_RECEIPT', 'Receipt of the evidence was confirmed'),
  RECEIPT_DISPUTED: one('measure', 'requesting', 'DISPUTE_RECEIPT', 'Receipt of the evidence was disputed'),
  WITHDRAWAL_REQUESTED: one('measure', 'requesting', ['WITHDRAW_MEASURE', 'WITHDRAW'], 'The measure was withdrawn', object({ reason: text(2000) })),
  WITHDRAWAL_CONFIRMED: one('measure', 'requested', [], 'The withdrawal was confirmed', object({})),
  WITHDRAWAL_TOO_LATE: one('measure', 'requested', [], 'The withdrawal came too late', object({})),
  INFORMATION_CONFIRMED: one('measure', 'requested', 'CONFIRM_INFORMATION', 'The information was confirmed, and its limits bind'),
  INFORMATION_RETURNED: one('measure', 'requested', 'RETURN_INFORMATION', 'The information was sent back'),
  USE_CONSENT_REQUESTED: one('measure', 'both', 'REQUEST_USE_CONSENT', 'Consent to another use or an onward transfer was asked for', onlyTransfers(object({ ...USE_CONSENT, consent: consentNumber }, USE_CONSENT_GIVEN))),
  USE_CONSENT_GRANTED: one('measure', 'both', 'GRANT_USE_CONSENT', 'Consent was granted'),
  USE_CONSENT_DECLINED: one('measure', 'both', 'DECLINE_USE_CONSENT', 'Consent was declined'),
  EXCULPATORY_DISCLOSURE_NOTIFIED: one('measure', 'both', 'NOTIFY_EXCULPATORY_DISCLOSURE', 'Notice of exculpatory disclosure was given'),
  PERSON_CONSENTED: one('measure', 'requested', 'RECORD_CONSENT', 'The person consented to go'),
  PERSON_NOT_CONSENTED: one('measure', 'requested', 'RECORD_CONSENT', 'The person did not consent to go'),
  PERSON_HANDED_OVER: one('measure', 'requested', 'HAND_OVER_PERSON', 'The detained person was handed over'),
  CUSTODY_LIFTED: one('measure', 'requested', 'LIFT_CUSTODY', 'It was agreed that the person be set free'),
  PERSON_RETURNED: one('measure', 'requesting', 'RETURN_PERSON', 'The person was returned in custody'),
  PERSON_ARRIVED: one('measure', 'requesting', 'RECORD_ARRIVAL', 'The person arrived'),
  PRESENCE_NO_LONGER_REQUIRED: one('measure', 'requesting', 'RELEASE_FROM_PRESENCE', 'The person was told that the presence is no longer required'),
  PERSON_DEPARTED: one('measure', 'requesting', 'RECORD_DEPARTURE', 'The person left'),
  SAFE_CONDUCT_ENDED: one('measure', 'requesting', 'END_SAFE_CONDUCT', 'Safe conduct ended'),
  CONSULTATION_OPENED: one('measure', 'both', 'OPEN_CONSULTATION', 'A consultation was opened'),
  CONSULTATION_AGREED: one('measure', 'both', 'AGREE_IN_CONSULTATION', 'The consultation closed by agreement'),
  CONSULTATION_ENDED: one('measure', 'both', 'END_CONSULTATION_WITHOUT_AGREEMENT', 'The consultation closed without agreement'),
  CONSULTATION_LAPSED: one('measure', 'both', 'LAPSE_CONSULTATION', 'The consultation lapsed', object({})),
};

/** What of an act's payload the message carries: everything but what one's own file keeps. */
export function disclosed(act: string, payload: Record<string, unknown>): Record<string, unknown> {
  const keeps = new Set(ACTS[act]?.keeps ?? []);
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !keeps.has(name)));
}

import { CHARTS, CROSSINGS, type Law } from '../../libs/requests/src/domain/index.js';
import type { Model, ModelAct } from './joint-model.js';

const REASONS = 'reasons';
const law: Law = { charts: CHARTS, crossings: CROSSINGS };
const measure = (type: string, payload?: Record<string, unknown>, facts?: ModelAct['facts']): ModelAct => ({ type, on: 'measure', ...(payload && { payload }), ...(facts && { facts }) });
const letter = (type: string, payload?: Record<string, unknown>, facts?: ModelAct['facts']): ModelAct => ({ type, on: 'letter', ...(payload && { payload }), ...(facts && { facts }) });

/** The main dialogue of a stored-data measure; payloads stand for their classes. */
const main = {
  requesting: [
    measure('WITHDRAW_MEASURE'),
    measure('CONFIRM_RECEIPT', {}, { receipt: 'verified' }),
    measure('CONFIRM_RECEIPT', {}, { receipt: 'mismatch' }),
    measure('DISPUTE_RECEIPT'),
  ],
  requested: [
    measure('EXAMINE'),
    measure('SECURE'),
    measure('GRANT'),
    measure('REFUSE', { ground: 'persecution', reasons: REASONS }),
    measure('REFUSE', { ground: 'persecution' }),
    measure('REFUSE', { ground: 'essential-interests', reasons: REASONS }),
    measure('REFUSE', { ground: 'bank-secrecy', reasons: REASONS }),
    measure('REFUSE', { ground: 'fiscal-matters-alone', reasons: REASONS }),
    measure('POSTPONE', { reasons: REASONS }),
    measure('POSTPONE', {}),
    measure('RESUME'),
    measure('REFER'),
    measure('ASSIGN'),
    measure('AUTHORISE'),
    measure('BEGIN_EXECUTION'),
    measure('REPORT_EXECUTION', { result: 'data-obtained' }),
    measure('REPORT_EXECUTION', { result: 'no-data-found' }),
    measure('REPORT_EXECUTION', { result: 'cannot-be-executed' }),
    measure('PLACE_HOLD', { kind: 'appeal' }),
    measure('LIFT_HOLD', { kind: 'appeal' }),
    measure('DECIDE_TRANSMISSION', { outcome: 'released' }),
    measure('DECIDE_TRANSMISSION', { outcome: 'narrowed' }),
    measure('DECIDE_TRANSMISSION', { outcome: 'denied', ground: 'persecution', reasons: REASONS }),
    measure('DECIDE_TRANSMISSION', { outcome: 'denied', ground: 'essential-interests', reasons: REASONS }),
    measure('TRANSMIT_EVIDENCE', {}, { evidencePackage: { sealed: true, files: 1 } }),
  ],
};

/** One side dialogue at a time joins the main one; they share nothing but flags that only block (see independence.spec). */
const side: Record<string, typeof main> = {
  consultation: {
    requesting: [measure('OPEN_CONSULTATION'), measure('AGREE_IN_CONSULTATION'), measure('END_CONSULTATION_WITHOUT_AGREEMENT'), { type: 'LAPSE_CONSULTATION', on: 'measure', source: 'clock' }],
    requested: [measure('OPEN_CONSULTATION'), measure('AGREE_IN_CONSULTATION'), measure('END_CONSULTATION_WITHOUT_AGREEMENT'), { type: 'LAPSE_CONSULTATION', on: 'measure', source: 'clock' }],
  },
  conditions: {
    requesting: [measure('ACCEPT_CONDITIONS'), measure('DECLINE_CONDITIONS')],
    requested: [measure('OFFER_CONDITIONS')],
  },
  costs: {
    requesting: [measure('ACCEPT_COSTS'), measure('DECLINE_COSTS')],
    requested: [measure('RAISE_COSTS')],
  },
  confidentiality: {
    requesting: [measure('PROCEED_WITHOUT_CONFIDENTIALITY')],
    requested: [measure('REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT')],
  },
  information: {
    requesting: [letter('PROVIDE_INFORMATION')],
    requested: [letter('REQUEST_INFORMATION')],
  },
  status: {
    requesting: [letter('QUERY_STATUS')],
    requested: [letter('ANSWER_STATUS')],
  },
};

const closing = {
  requesting: [letter('CLOSE'), letter('WITHDRAW')],
  requested: [letter('CLOSE')],
};

/** The letter from draft to closed, with a measure that only runs a short way, so that its end can be reached. */
const letterActs = {
  requesting: [
    letter('SUBMIT_FOR_REVIEW'), letter('RETURN_FOR_CHANGES'), letter('ABANDON'),
    letter('TRANSMIT', {}, { actorDrafted: false }), letter('TRANSMIT', {}, { actorDrafted: true }),
    letter('PROVIDE_INFORMATION'), letter('QUERY_STATUS'), letter('SEND_CORRESPONDENCE'),
    ...closing.requesting,
    measure('WITHDRAW_MEASURE'),
  ],
  requested: [
    letter('ACKNOWLEDGE'), letter('REQUEST_INFORMATION'), letter('ANSWER_STATUS'),
    letter('GIVE_NOTICE_OF_CLOSURE'), letter('CLOSE_FOR_WANT_OF_REPLY', {}, { noticeTermPassed: true }), letter('CLOSE_FOR_WANT_OF_REPLY', {}, { noticeTermPassed: false }),
    letter('REOPEN'),
    ...closing.requested,
    measure('EXAMINE'), measure('REFUSE', { ground: 'persecution', reasons: REASONS }),
  ],
};

const join = (...parts: { requesting: ModelAct[]; requested: ModelAct[] }[]) => ({
  requesting: parts.flatMap((p) => p.requesting),
  requested: parts.flatMap((p) => p.requested),
});

/** Every model of the check. `bound` is the number of messages a channel holds. */
export function models(bound = 3, maxStates = 2_000_000): Model[] {
  const one = (name: string, acts: Model['acts'], fromAcknowledged = true): Model => ({ name, form: 'stored-data', law, acts, bound, fromAcknowledged, maxStates });
  return [
    ...Object.entries(side).map(([name, acts]) => one(`stored-data: main with ${name}`, join(main, acts))),
    one('stored-data: main with closing of the letter', join(main, closing)),
    one('letter: from draft to closed', letterActs, false),
  ];
}

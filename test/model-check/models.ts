import { profile } from '@comity/treaty';
import { CHARTS, CROSSINGS, type Law } from '../../libs/requests/src/domain/index.js';
import type { Model, ModelAct } from './model.js';
import { disclosing, opening } from './models-of-paths.js';
import { PAST, SHORT } from './properties.js';

type Acts = Model['acts'];

const REASONS = 'reasons';
const act = (on: ModelAct['on']) => (type: string, payload?: Record<string, unknown>, facts?: ModelAct['facts'], source?: ModelAct['source']): ModelAct => ({
  type, on, ...(payload && { payload }), ...(facts && { facts }), ...(source && { source }),
});
const measure = act('measure');
const letter = act('letter');

/** The main dialogue of a stored-data measure; payloads stand for their classes. */
const mainWith = (ground: string): Acts => ({
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
    measure('REFUSE', { ground, reasons: REASONS }),
    measure('REFUSE', { ground }),
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
    measure('DECIDE_TRANSMISSION', { outcome: 'denied', ground, reasons: REASONS }),
    measure('DECIDE_TRANSMISSION', { outcome: 'denied', ground: 'essential-interests', reasons: REASONS }),
    measure('TRANSMIT_EVIDENCE', {}, { evidencePackage: { sealed: true, files: 1 } }),
    measure('TRANSMIT_EVIDENCE', {}, { evidencePackage: { sealed: false, files: 1 } }),
  ],
});

const consulting: ModelAct[] = [
  measure('OPEN_CONSULTATION'),
  measure('OPEN_CONSULTATION', { term: PAST }),
  measure('AGREE_IN_CONSULTATION'),
  measure('END_CONSULTATION_WITHOUT_AGREEMENT'),
  measure('END_CONSULTATION_WITHOUT_AGREEMENT', {}, { consultationTermPassed: true }),
  measure('LAPSE_CONSULTATION', {}, {}, 'clock'),
];

/** One side dialogue at a time joins the main one; they share nothing but named flags (see independence.spec.ts). */
const side: Record<string, Acts> = {
  consultation: { requesting: consulting, requested: consulting },
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

const closing: Acts = {
  requesting: [letter('CLOSE'), letter('WITHDRAW')],
  requested: [letter('CLOSE')],
};

const wantOfReply: Acts = {
  requesting: [],
  requested: [
    letter('GIVE_NOTICE_OF_CLOSURE', { term: '2026-12-01T00:00:00.000Z' }), letter('GIVE_NOTICE_OF_CLOSURE', { term: PAST }),
    letter('CLOSE_FOR_WANT_OF_REPLY', {}, { noticeTermPassed: true }), letter('CLOSE_FOR_WANT_OF_REPLY', {}, { noticeTermPassed: false }),
    letter('REOPEN'),
  ],
};

const drafting: Acts = {
  requesting: [
    letter('SUBMIT_FOR_REVIEW'), letter('RETURN_FOR_CHANGES'), letter('ABANDON'),
    letter('TRANSMIT', {}, { actorDrafted: false }), letter('TRANSMIT', {}, { actorDrafted: true }),
    letter('TRANSMIT', {}, { lacking: [{ code: 'facts.missing', detail: 'Summarise the facts.' }] }),
  ],
  requested: [letter('ACKNOWLEDGE')],
};

/** A measure that only runs a short way, so that the letter's end can be reached. */
const shortMeasure: Acts = {
  requesting: [measure('WITHDRAW_MEASURE')],
  requested: [measure('EXAMINE'), measure('REFUSE', { ground: 'persecution', reasons: REASONS })],
};

/** Expedited preservation; the facts that differ stand for a period that runs or is over, and for a request that continues it. */
const preserving: Acts = {
  requesting: [measure('WITHDRAW_MEASURE')],
  requested: [
    measure('ORDER_PRESERVATION'),
    measure('REPORT_SECURED', { from: '2026-11-03T09:12:40.000Z', until: '2027-01-02T09:12:40.000Z' }),
    measure('REPORT_SECURED', { from: '2026-11-03T09:12:40.000Z', until: SHORT }),
    measure('REPORT_EXECUTION', { result: 'no-data-found' }),
    measure('REPORT_EXECUTION', { result: 'cannot-be-executed' }),
    measure('REFUSE', { ground: 'persecution', reasons: REASONS }),
    measure('REFUSE', { ground: 'essential-interests', reasons: REASONS }),
    measure('REFUSE', { ground: 'persecution' }),
    measure('REFUSE', { ground: 'dual-criminality-absent', reasons: REASONS }),
    measure('REFUSE', { ground: 'not-in-conformity', reasons: REASONS }),
    measure('REFUSE', { ground: 'bank-secrecy', reasons: REASONS }),
    measure('REFER'),
    measure('GIVE_NOTICE_OF_RELEASE'),
    measure('RELEASE', {}, { periodOver: true, releaseTermPassed: true, linked: 'none' }),
    measure('RELEASE', {}, { periodOver: true, releaseTermPassed: true, linked: 'waiting' }),
    measure('RELEASE', {}, { periodOver: true, releaseTermPassed: true, linked: 'granted' }),
    measure('RELEASE', {}, { periodOver: true, releaseTermPassed: true, linked: 'grace' }),
    measure('RELEASE', {}, { periodOver: true, releaseTermPassed: false, linked: 'none' }),
    measure('RELEASE', {}, { periodOver: false, releaseTermPassed: true, linked: 'over' }),
  ],
};
const extending: Acts = {
  requesting: [measure('REQUEST_EXTENSION', {}, { periodOver: false }), measure('REQUEST_EXTENSION', {}, { periodOver: true })],
  requested: [measure('EXTEND', { until: '2027-03-02T09:12:40.000Z' }), measure('DECLINE_EXTENSION')],
};
const warning: Acts = { requesting: [measure('INSIST_ON_EXECUTION')], requested: [measure('WARN')] };

/** Failed deliveries move no message of the model: what the letter says of them is checked, not the transport. */
const failing: ModelAct[] = [letter('DELIVERY_FAILED', {}, {}, 'clock'), letter('RESEND'), letter('CHANGE_CHANNEL')];
const delivery: Acts = { requesting: failing, requested: failing };
const correspondence: Acts = { requesting: [letter('SEND_CORRESPONDENCE')], requested: [letter('SEND_CORRESPONDENCE')] };

const join = (...parts: Acts[]): Acts => ({
  requesting: parts.flatMap((p) => p.requesting),
  requested: parts.flatMap((p) => p.requested),
});

export interface CheckOptions {
  /** Messages a channel holds. */
  bound: number;
  maxStates: number;
  law?: Law;
  whole?: boolean;
}

/** Every model of the check. */
export function models({ bound, maxStates, law = { charts: CHARTS, crossings: CROSSINGS }, whole = false }: CheckOptions): Model[] {
  const one = (name: string, acts: Acts, more: Partial<Model> = {}): Model => ({
    name, form: 'stored-data', law, acts, bound, fromAcknowledged: true, maxStates, whole, end: 'outcome',
    instrument: { id: 'uncc-2024', version: profile('uncc-2024').version }, ...more,
  });
  const main = mainWith('persecution');
  const budapest = { instrument: { id: 'budapest-2001', version: profile('budapest-2001').version } };
  const fromDraft = { fromAcknowledged: false, end: 'closed' } as const;
  return [
    ...Object.entries(side).map(([name, acts]) => one(`stored-data: main with ${name}`, join(main, acts))),
    one('stored-data: main with closing of the letter', join(main, closing), { end: 'closed' }),
    one('stored-data: main with closing for want of reply', join(main, side['information']!, wantOfReply, closing), { end: 'closed' }),
    one('stored-data under Budapest: main with closing of the letter', join(mainWith('political-offence'), closing), { ...budapest, end: 'closed' }),
    one('stored-data under Budapest: main with conditions', join(mainWith('political-offence'), side['conditions']!), budapest),
    one('preservation: main with consultation', join(preserving, { requesting: consulting, requested: consulting }), { form: 'preservation' }),
    one('preservation: main with extension', join(preserving, extending), { form: 'preservation' }),
    one('preservation: main with warning', join(preserving, warning), { form: 'preservation' }),
    one('preservation: main with extension, warning and closing', join(preserving, extending, warning, closing), { form: 'preservation', end: 'closed' }),
    one('preservation: from draft', join(drafting, preserving, closing), { form: 'preservation', ...fromDraft }),
    one('preserved-traffic-data: main with consultation', join(disclosing('persecution'), { requesting: consulting, requested: consulting }), { form: 'preserved-traffic-data' }),
    one('preserved-traffic-data: main with closing of the letter', join(disclosing('persecution'), closing), { form: 'preserved-traffic-data', end: 'closed' }),
    one('preserved-traffic-data: from draft', join(drafting, disclosing('persecution'), closing), { form: 'preserved-traffic-data', ...fromDraft }),
    one('preserved-traffic-data under Budapest: main with closing', join(disclosing('political-offence'), closing), { ...budapest, form: 'preserved-traffic-data', end: 'closed' }),
    one('preservation: a disclosure opened from it', join(preserving, extending, opening, closing), { form: 'preservation', end: 'closed' }),
    one('letter: from draft to closed', join(drafting, shortMeasure, side['information']!, side['status']!, wantOfReply, closing), fromDraft),
    one('letter: correspondence', join(drafting, shortMeasure, correspondence, closing), fromDraft),
    one('letter: deliveries that fail', join(drafting, shortMeasure, delivery, closing), fromDraft),
  ];
}

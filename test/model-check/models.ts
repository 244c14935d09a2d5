import { profile, type AssistanceKind } from '@comity/treaty';
import { CHARTS, CROSSINGS, mainState, type FileState, type Law, type MeasureContext } from '../../libs/requests/src/domain/index.js';
import type { Model, ModelAct } from './model.js';
import { disclosing, opening } from './models-of-paths.js';
import { CONSENTS, PAST, SHORT, SHORT_STAY } from './properties.js';

type Acts = Model['acts'];

const REASONS = 'reasons';
const act = (on: ModelAct['on']) => (type: string, payload?: Record<string, unknown>, facts?: ModelAct['facts'], source?: ModelAct['source']): ModelAct => ({
  type, on, ...(payload && { payload }), ...(facts && { facts }), ...(source && { source }),
});
const measure = act('measure');
const letter = act('letter');

const memory = (file: FileState): MeasureContext => file.measures[0]!.state.context as MeasureContext;

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
    measure('REPORT_CUSTODIAN_WITHOUT_DATA', { custodian: 'B' }, { outstanding: ['A', 'B'] }),
    measure('REPORT_CUSTODIAN_WITHOUT_DATA', { custodian: 'B' }, { outstanding: ['B'] }),
    measure('REPORT_EXECUTION', { result: 'no-data-found' }),
    measure('REPORT_EXECUTION', { result: 'cannot-be-executed' }),
    measure('REFUSE', { ground: 'persecution', reasons: REASONS }),
    measure('REFUSE', { ground: 'essential-interests', reasons: REASONS }),
    measure('REFUSE', { ground: 'persecution' }),
    measure('REFUSE', { ground: 'dual-criminality-absent', reasons: REASONS }),
    measure('REFUSE', { ground: 'not-in-conformity', reasons: REASONS }),
    measure('REFUSE', { ground: 'bank-secrecy', reasons: REASONS }),
    measure('REFER'),
    measure('GIVE_NOTICE_OF_RELEASE'), measure('GIVE_NOTICE_OF_RELEASE', { term: PAST }),
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
  requested: [
    measure('EXTEND', { until: '2027-03-02T09:12:40.000Z' }), measure('EXTEND', { until: SHORT }), measure('DECLINE_EXTENSION'),
    measure('DECLINE_EXTENSION', { ground: 'persecution', reasons: REASONS }), measure('DECLINE_EXTENSION', { ground: 'bank-secrecy', reasons: REASONS }),
  ],
};
/** Warnings are numbered, as consents are. */
const warnings = (f: FileState): number => memory(f).warnings?.length ?? 0;
const warning: Acts = { requesting: [measure('INSIST_ON_EXECUTION', { warning: 1 })], requested: [{ ...measure('WARN'), only: (f) => warnings(f) < 1 }] };
const warningTwice: Acts = {
  requesting: [1, 2].map((no) => measure('INSIST_ON_EXECUTION', { warning: no })), requested: [{ ...measure('WARN'), only: (f) => warnings(f) < 2 }],
};

/** One duty officer alone; payloads stay at home. */
const ALONE = { duty: true, dutyOnly: true, alone: true, reviewBy: '2026-11-04T09:12:40.000Z' };
const dutyTransmitting: Acts = {
  requesting: [letter('TRANSMIT', {}, { actorDrafted: true, ...ALONE }), letter('TRANSMIT', {}, { dutyOnly: true }), letter('TRANSMIT', {}, { duty: true, lacking: [{ code: 'facts.missing', detail: 'Summarise the facts.' }] })],
  requested: [],
};
const reviewing: ModelAct[] = [
  measure('CONFIRM_DUTY_ACT'), measure('CONFIRM_DUTY_ACT', {}, { actedAlone: true }), measure('OBJECT_TO_DUTY_ACT'), measure('OBJECT_TO_DUTY_ACT', {}, { actedAlone: true }),
  measure('MISS_DUTY_REVIEW', {}, {}, 'clock'),
];
const dutyPreserving: Acts = {
  requesting: [...reviewing, measure('REQUEST_EXTENSION', {}, { periodOver: false, ...ALONE })],
  requested: [...reviewing, measure('ORDER_PRESERVATION', {}, ALONE), measure('REPORT_SECURED', { from: '2026-11-03T09:12:40.000Z', until: '2027-01-02T09:12:40.000Z' }, ALONE), measure('EXTEND', { until: '2027-03-02T09:12:40.000Z' }, ALONE)],
};

const dutyWarning: Acts = { requesting: [...reviewing, measure('INSIST_ON_EXECUTION', { warning: 1 }, ALONE)], requested: [...reviewing, { ...measure('WARN', {}, ALONE), only: (f) => warnings(f) < 1 }] };

/** Disclosure in an emergency, with its call-back. */
const called = (result: string, callBackHeld: boolean, calledAt = '2026-11-03T09:00:00.000Z'): ModelAct => measure('RECORD_CALL_BACK', { result, calledAt }, { callBackHeld, receivedAt: '2026-11-03T08:00:00.000Z' });
const sealed = { evidencePackage: { sealed: true, files: 1 } };
const averting: Acts = {
  requesting: [measure('WITHDRAW_MEASURE'), measure('CONFIRM_RECEIPT', {}, { receipt: 'verified' }), measure('CONFIRM_RECEIPT', {}, { receipt: 'mismatch' }), measure('DISPUTE_RECEIPT')],
  requested: [
    called('confirmed', true), called('confirmed', false), called('confirmed', true, PAST), called('denied', true), called('not-reached', true),
    measure('ORDER_DISCLOSURE'),
    measure('DISCLOSE', {}, sealed),
    measure('DISCLOSE', { formalRequestBy: PAST }, sealed),
    measure('DISCLOSE', {}, { evidencePackage: { sealed: false, files: 1 } }),
    measure('REPORT_EXECUTION', { result: 'no-data-found' }),
    measure('REPORT_EXECUTION', { result: 'cannot-be-executed' }),
    measure('REFUSE', { ground: 'essential-interests', reasons: REASONS }),
    measure('REFUSE', { ground: 'essential-interests' }),
    measure('REFUSE', { ground: 'personal-data-law', reasons: REASONS }),
    measure('REFUSE', { ground: 'not-in-conformity', reasons: REASONS }),
    measure('REFUSE', { ground: 'bank-secrecy', reasons: REASONS }),
    measure('REFER'),
  ],
};
const dutyTracing: Acts = {
  requesting: [],
  requested: [...reviewing, measure('DISCLOSE_PATH', { path: [{ ip: '203.0.113.24', protocol: 'tcp', time: '2026-10-30T18:04:11Z', precision: 'second', provider: 'A provider', state: 'SG' }] }, ALONE)],
};
const dutyOpening: Acts = { requesting: [], requested: [...reviewing, { ...measure('OPEN_DISCLOSURE', { finding: 'found' }, ALONE), only: (f) => f.measures.length === 1 }] };
const dutyDisclosing: Acts = { requesting: reviewing, requested: [...reviewing, measure('ORDER_DISCLOSURE', {}, ALONE), measure('DISCLOSE', {}, { ...ALONE, ...sealed })] };

const querying: Acts = { requesting: [measure('WITHDRAW_MEASURE')], requested: [measure('ANSWER_QUERY'), measure('DECLINE_QUERY'), measure('REFER')] };
const forwarding: Acts = { requesting: [], requested: [letter('FORWARD', { to: 'central-authority' }, { desk: 'point-of-contact' }), letter('FORWARD', { to: 'central-authority' }, { desk: 'central-authority' })] };

/** Failed deliveries move no message of the model: what the letter says of them is checked, not the transport. */
const failing: ModelAct[] = [letter('DELIVERY_FAILED', {}, {}, 'clock'), letter('RESEND'), letter('CHANGE_CHANNEL')];
const delivery: Acts = { requesting: failing, requested: failing };
const correspondence: Acts = { requesting: [letter('SEND_CORRESPONDENCE')], requested: [letter('SEND_CORRESPONDENCE')] };

const asking = (payload: Record<string, unknown>): ModelAct => ({ ...measure('REQUEST_USE_CONSENT', payload), only: (f) => (memory(f).consents?.length ?? 0) < CONSENTS });
const once = (a: ModelAct): ModelAct => ({ ...a, only: (f) => (memory(f).notices ?? 0) < 1 });
const same = { other: false, limited: true };
const other = { other: true, limited: true };
/** What becomes of evidence, with two consents and one notice: uses of the letter's proceeding and of others, with and without what they rest on. */
const using: Acts = {
  requesting: [
    asking({ kind: 'other-use' }),
    measure('RECORD_USE', { kind: 'use' }, { use: same }),
    measure('RECORD_USE', { kind: 'use' }, { use: other }),
    measure('RECORD_USE', { kind: 'use', notice: 1 }, { use: other }),
    ...[1, 2].flatMap((consent) => [
      measure('RECORD_USE', { kind: 'use', consent }, { use: { ...other, consent: 'fits' } }),
      measure('RECORD_USE', { kind: 'use', consent }, { use: { ...other, consent: 'other-proceeding' } }),
      measure('RECORD_USE', { kind: 'onward-transfer', personalData: true, consent }, { use: { ...same, consent: 'fits' } }),
      measure('RECORD_USE', { kind: 'onward-transfer', personalData: true, consent }, { use: { ...same, consent: 'other-destination' } }),
    ]),
    measure('RECORD_USE', { kind: 'onward-transfer', personalData: true }, { use: same }),
    measure('RECORD_USE', { kind: 'onward-transfer', personalData: true, notice: 1 }, { use: same }),
    measure('RECORD_USE', { kind: 'onward-transfer', personalData: false }, { use: same }),
    measure('RECORD_USE', { kind: 'onward-transfer', personalData: false }, { use: other }),
    once(measure('NOTIFY_EXCULPATORY_DISCLOSURE')),
  ],
  requested: [1, 2].flatMap((consent) => [measure('GRANT_USE_CONSENT', { consent }), measure('DECLINE_USE_CONSENT', { consent })]),
};
/** Evidence comes soon or not at all, and the letter may close over it: what use of it asks for. */
const furnishing: Acts = {
  requesting: [measure('WITHDRAW_MEASURE'), measure('CONFIRM_RECEIPT', {}, { receipt: 'verified' }), measure('DISPUTE_RECEIPT')],
  requested: [
    measure('EXAMINE'), measure('GRANT'), measure('ASSIGN'), measure('AUTHORISE'), measure('BEGIN_EXECUTION'), measure('REPORT_EXECUTION', { result: 'data-obtained' }),
    measure('DECIDE_TRANSMISSION', { outcome: 'released' }), measure('TRANSMIT_EVIDENCE', {}, { evidencePackage: { sealed: true, files: 1 } }),
  ],
};

/** Information sent without a request. */
const informing: Acts = { requesting: [measure('WITHDRAW_MEASURE')], requested: [measure('CONFIRM_INFORMATION'), measure('RETURN_INFORMATION')] };

/** A person who goes to the other State: of free will, or out of detention. */
const going = (assistance: AssistanceKind): Acts => ({
  requesting: [
    measure('RECORD_ARRIVAL', {}, { assistance }),
    measure('RELEASE_FROM_PRESENCE', { informedAt: '2026-11-03T09:12:40.000Z' }, { assistance }),
    measure('RELEASE_FROM_PRESENCE', { informedAt: '2026-11-03T09:12:40.000Z', until: SHORT_STAY }, { assistance }),
    measure('RECORD_DEPARTURE', {}, { assistance }),
    measure('END_SAFE_CONDUCT', {}, { assistance, safeConductUntil: PAST }),
    measure('END_SAFE_CONDUCT', {}, { assistance, safeConductUntil: '2026-11-18T09:12:40.000Z' }),
    measure('RETURN_PERSON', {}, { assistance }),
  ],
  requested: [
    measure('RECORD_CONSENT', { decision: 'given' }, { assistance }),
    measure('RECORD_CONSENT', { decision: 'refused' }, { assistance }),
    measure('HAND_OVER_PERSON', {}, { assistance }),
    measure('LIFT_CUSTODY', {}, { assistance }),
  ],
});
/** As far as a person is handed over, or the measure is given up. */
const authorising: Acts = { requesting: [measure('WITHDRAW_MEASURE')], requested: [measure('RESUME'), measure('EXAMINE'), measure('GRANT'), measure('ASSIGN'), measure('AUTHORISE'), measure('REFUSE', { ground: 'persecution', reasons: REASONS })] };

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
  // Two at least, so that a letter can overtake another.
  const lettersOnly = { byLetter: true, bound: Math.max(2, bound) };
  return [
    ...Object.entries(side).map(([name, acts]) => one(`stored-data: main with ${name}`, join(main, acts))),
    one('stored-data: main with closing of the letter', join(main, closing), { end: 'closed' }),
    one('stored-data: main with closing for want of reply', join(main, side['information']!, wantOfReply, closing), { end: 'closed' }),
    one('stored-data: use of the evidence, two consents', join(furnishing, using, closing), { end: 'closed' }),
    one('stored-data: a State without a node, main', mainWith('political-offence'), { ...lettersOnly, ...budapest }),
    one('stored-data: a State without a node, want of reply', join(drafting, shortMeasure, side['information']!, wantOfReply, closing), {
      ...lettersOnly, ...fromDraft,
    }),
    one('stored-data under Budapest: main with closing of the letter', join(mainWith('political-offence'), closing), { ...budapest, end: 'closed' }),
    one('stored-data under Budapest: main with conditions', join(mainWith('political-offence'), side['conditions']!), budapest),
    one('preservation: a State without a node', preserving, { ...lettersOnly, form: 'preservation' }),
    one('preservation: a State without a node, extension', join(preserving, { ...extending, requesting: [{ ...measure('REQUEST_EXTENSION', {}, { periodOver: false }), only: (f) => mainState(f.measures[0]!.state) === 'secured' }] }), { ...lettersOnly, form: 'preservation' }),
    one('preservation: main with consultation', join(preserving, { requesting: consulting, requested: consulting }), { form: 'preservation' }),
    one('preservation: main with extension', join(preserving, extending), { form: 'preservation' }),
    one('preservation: main with two warnings', join(preserving, warningTwice), { form: 'preservation' }),
    one('preservation: main with warning by a duty officer alone', join(preserving, warning, dutyWarning), { form: 'preservation' }),
    one('preservation: main with extension, warning and closing', join(preserving, extending, warning, closing), { form: 'preservation', end: 'closed' }),
    one('preservation: from draft', join(drafting, preserving, closing), { form: 'preservation', ...fromDraft }),
    one('preserved-traffic-data: main with consultation', join(disclosing('persecution'), { requesting: consulting, requested: consulting }), { form: 'preserved-traffic-data' }),
    one('preserved-traffic-data: main with closing of the letter', join(disclosing('persecution'), closing), { form: 'preserved-traffic-data', end: 'closed' }),
    one('preserved-traffic-data: disclosed by a duty officer alone', join(disclosing('persecution'), dutyTracing), { form: 'preserved-traffic-data' }),
    one('preserved-traffic-data: its use, two consents', join(disclosing('persecution'), using, closing), { form: 'preserved-traffic-data', end: 'closed' }),
    one('preserved-traffic-data: from draft', join(drafting, disclosing('persecution'), closing), { form: 'preserved-traffic-data', ...fromDraft }),
    one('preserved-traffic-data under Budapest: main with closing', join(disclosing('political-offence'), closing), { ...budapest, form: 'preserved-traffic-data', end: 'closed' }),
    one('preservation: a disclosure opened from it', join(preserving, extending, opening, closing), { form: 'preservation', end: 'closed' }),
    one('preservation: a disclosure opened by a duty officer alone', join(preserving, opening, dutyOpening), { form: 'preservation' }),
    one('letter: from draft to closed', join(drafting, shortMeasure, side['information']!, side['status']!, wantOfReply, closing), fromDraft),
    one('preservation: main with extension and a duty officer alone', join(preserving, extending, dutyPreserving), { form: 'preservation' }),
    one('preservation: from draft by a duty officer alone', join(drafting, dutyTransmitting, preserving, extending, dutyPreserving, closing), { form: 'preservation', ...fromDraft }),
    one('emergency: a State without a node', averting, { ...lettersOnly, form: 'emergency-disclosure' }),
    one('emergency: main with consultation', join(averting, { requesting: consulting, requested: consulting }), { form: 'emergency-disclosure' }),
    one('emergency: main with conditions', join(averting, side['conditions']!), { form: 'emergency-disclosure' }),
    one('emergency: its use, two consents', join(averting, using, closing), { form: 'emergency-disclosure', end: 'closed' }),
    one('emergency: from draft by a duty officer alone', join(drafting, dutyTransmitting, averting, dutyDisclosing, closing), { form: 'emergency-disclosure', ...fromDraft }),
    one('network query: from draft', join(drafting, dutyTransmitting, querying, closing), { form: 'network-query', ...fromDraft }),
    one('real time: main', mainWith('not-available-in-similar-domestic-case'), { form: 'real-time-traffic' }),
    one('interception: main', mainWith('not-available-in-similar-domestic-case'), { form: 'interception' }),
    one('spontaneous information: from draft', join(drafting, informing, closing), { form: 'spontaneous-information', ...fromDraft }),
    one('spontaneous information: its use, two consents', join(informing, { requesting: using.requested, requested: using.requesting }, closing), { form: 'spontaneous-information', end: 'closed' }),
    one('spontaneous information: to a State without a node', informing, { ...lettersOnly, form: 'spontaneous-information' }),
    one('assistance: main', mainWith('persecution'), { form: 'mutual-legal-assistance' }),
    one('assistance: a person who appears of free will', join(authorising, going('voluntary-appearance'), closing), { form: 'mutual-legal-assistance', end: 'closed' }),
    one('assistance: a detained person', join(authorising, going('transfer-of-detained-person'), closing), { form: 'mutual-legal-assistance', end: 'closed' }),
    // The consultation that comes before a postponement lapses, so that the other State need not speak: the fewer states.
    one('assistance: a detained person, and a postponement', join(authorising, { requesting: [], requested: [measure('OPEN_CONSULTATION'), measure('LAPSE_CONSULTATION', {}, {}, 'clock'), measure('POSTPONE', { reasons: REASONS })] }, going('transfer-of-detained-person')), { form: 'mutual-legal-assistance' }),
    one('assistance: a person, and a State without a node', join(authorising, going('transfer-of-detained-person')), { ...lettersOnly, form: 'mutual-legal-assistance' }),
    one('assistance: an appearance, and a State without a node', join(shortMeasure, going('voluntary-appearance')), { ...lettersOnly, form: 'mutual-legal-assistance' }),
    one('letter: correspondence', join(drafting, shortMeasure, correspondence, forwarding, closing), fromDraft),
    one('letter: a request that was rejected, and is withdrawn', join(drafting, shortMeasure, { requesting: [...failing, letter('WITHDRAW', {}, { requestRejected: true })], requested: [] }, closing), fromDraft),
    one('letter: deliveries that fail', join(drafting, shortMeasure, delivery, closing), fromDraft),
  ];
}

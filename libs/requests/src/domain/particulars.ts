import type { Json, Side } from '@comity/kernel';
import { aboutEarlier, extended, hasBegunAnew, nothingHeld, ordered, released, reported, type Step } from './custodians.js';
import { reviewConfirmed, reviewMissed } from './duty.js';
import { CALL_BACK_RESULTS, MESSAGES } from './messages.js';
import { executionInsisted, warningGiven } from './warnings.js';

/**
 * What was said in the acts and messages of a letter or a measure, as an official wants to see it. Told, never
 * decided on by the statecharts (but for the terms that facts are read from).
 */
export type Particulars = Record<string, Json>;

type Payload = Record<string, Json>;

/** An act's name for what happened, whether done here or told by message. */
export function actNameOf(type: string): string {
  return MESSAGES[type]?.sentBy[0] ?? type;
}

const put = (name: string) => (p: Particulars, payload: Payload, at: string): Particulars => ({ ...p, [name]: { ...payload, at } });
const items = (p: Particulars, name: string): Payload[] => (p[name] as Payload[] | undefined) ?? [];

/** Changes the last item of a list that is still open (has no `closedAt`). */
const close = (p: Particulars, name: string, patch: Payload): Particulars => {
  const all = items(p, name);
  const last = all.findLastIndex((item) => item['closedAt'] === undefined);
  return last < 0 ? p : { ...p, [name]: all.map((item, i) => (i === last ? { ...item, ...patch } : item)) };
};

/** The answer to one consent, by its number; what was asked stays beside it. */
const answered = (p: Particulars, { consent, inWriting, note: _, ...said }: Payload, patch: Payload): Particulars => ({
  ...p,
  consents: items(p, 'consents').map((item) => (item['no'] === consent ? { ...item, ...said, ...(inWriting !== undefined && { grantedInWriting: inWriting }), ...patch } : item)),
});

const calledBack = (result?: string): Teller => (p, payload, at) => ({ ...p, callBacks: [...items(p, 'callBacks'), { ...(result !== undefined && { result }), ...payload, recordedAt: at }] });

type Teller = (p: Particulars, payload: Payload, at: string, by: Side, step?: Step) => Particulars;

const TELLERS: Record<string, Teller> = {
  ACKNOWLEDGE: put('acknowledgement'),
  REQUEST_INFORMATION: (p, payload, at) => ({ ...p, information: [...items(p, 'information'), { ...payload, askedAt: at }] }),
  PROVIDE_INFORMATION: (p, payload, at) => close(p, 'information', { ...payload, closedAt: at }),
  QUERY_STATUS: (p, payload, at) => ({ ...p, status: [...items(p, 'status'), { ...payload, askedAt: at }] }),
  ANSWER_STATUS: (p, payload, at) => close(p, 'status', { ...payload, closedAt: at }),
  GIVE_NOTICE_OF_CLOSURE: put('closureNotice'),
  CLOSE_FOR_WANT_OF_REPLY: put('closure'),
  CLOSE: put('closure'),
  REOPEN: ({ closure: _closed, closureNotice: _notice, ...p }, payload, at) => ({ ...p, reopening: { ...payload, at } }),
  WITHDRAW: put('withdrawal'),
  DELIVERY_FAILED: put('deliveryFailure'),
  RESEND: ({ deliveryFailure: _failed, ...p }) => p,
  CHANGE_CHANNEL: ({ deliveryFailure: _failed, ...p }) => p,

  FORWARD: (p, payload, at) => ({ ...p, forwardings: [...items(p, 'forwardings'), { ...payload, at }] }),
  RECORD_CALL_BACK: calledBack(),
  ...Object.fromEntries(Object.entries(CALL_BACK_RESULTS).map(([message, result]) => [message, calledBack(result)])),
  ORDER_DISCLOSURE: put('order'),
  DISCLOSE: put('evidence'),
  ANSWER_QUERY: put('answer'),
  DECLINE_QUERY: put('answer'),
  CONFIRM_DUTY_ACT: reviewConfirmed,
  OBJECT_TO_DUTY_ACT: (p, payload, at) => ({ ...p, dutyReview: { ...(p['dutyReview'] as Payload), ...payload, result: 'objected', reviewedAt: at } }),
  MISS_DUTY_REVIEW: (p, _, at) => reviewMissed(p, at),
  SECURE: put('securing'),
  ORDER_PRESERVATION: (p, payload, at, _, step) => ordered(p, payload, at, step),
  REPORT_SECURED: (p, payload, at, _, step) => reported(p, payload, at, step),
  REPORT_CUSTODIAN_WITHOUT_DATA: nothingHeld,
  WARN: warningGiven,
  INSIST_ON_EXECUTION: executionInsisted,
  REQUEST_EXTENSION: (p, payload, at) => ({ ...p, extensions: [...items(p, 'extensions'), { ...payload, askedAt: at }] }),
  EXTEND: (p, payload, at) => ({
    ...extended(close(p, 'extensions', { answer: 'extended', extendedUntil: payload['until']!, closedAt: at }), payload),
    releaseNotice: null,
  }),
  DECLINE_EXTENSION: (p, payload, at) => close(p, 'extensions', { ...payload, answer: 'declined', closedAt: at }),
  GIVE_NOTICE_OF_RELEASE: put('releaseNotice'),
  RELEASE: (p, payload, at, _, step) => released(p, payload, at, step),
  OPEN_DISCLOSURE: (p, { opens: _, ...payload }, at) => ({ ...p, disclosures: [...items(p, 'disclosures'), { ...payload, at }] }),
  DISCLOSE_PATH: put('disclosure'),
  CONFIRM_PATH: put('receipt'),
  FOLLOW_PATH: (p, { state, note }, at) => ({ ...p, followed: [...items(p, 'followed'), { ...(state !== undefined && { state }), ...(note !== undefined && { note }), at }] }),
  GRANT: put('grant'),
  REFUSE: put('refusal'),
  POSTPONE: put('postponement'),
  RESUME: ({ postponement: _over, ...p }) => p,
  REFER: put('referral'),
  ASSIGN: put('assignment'),
  AUTHORISE: put('authorisation'),
  REPORT_EXECUTION: put('execution'),
  DECIDE_TRANSMISSION: put('transmission'),
  TRANSMIT_EVIDENCE: put('evidence'),
  CONFIRM_RECEIPT: put('receipt'),
  DISPUTE_RECEIPT: put('receiptDispute'),
  WITHDRAW_MEASURE: put('withdrawal'),
  REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT: put('confidentiality'),
  PROCEED_WITHOUT_CONFIDENTIALITY: (p, _, at) => ({ ...p, confidentiality: { ...(p['confidentiality'] as Payload), waivedAt: at } }),
  RAISE_COSTS: (p, payload, at) => ({ ...p, costs: [...items(p, 'costs'), { ...payload, at }] }),
  ACCEPT_COSTS: (p, _, at) => close(p, 'costs', { answer: 'accepted', closedAt: at }),
  DECLINE_COSTS: (p, payload, at) => close(p, 'costs', { ...payload, answer: 'declined', closedAt: at }),
  RECORD_CONSENT: put('consent'),
  HAND_OVER_PERSON: put('handOver'),
  LIFT_CUSTODY: put('custodyLifted'),
  RETURN_PERSON: put('return'),
  RECORD_ARRIVAL: put('arrival'),
  RELEASE_FROM_PRESENCE: put('safeConduct'),
  RECORD_DEPARTURE: put('departure'),
  END_SAFE_CONDUCT: (p, payload, at) => ({ ...p, safeConduct: { ...(p['safeConduct'] as Payload | undefined), ...payload, endedAt: at } }),
  OFFER_CONDITIONS: (p, payload, at) => ({ ...p, conditions: [...items(p, 'conditions'), { ...payload, offeredAt: at }] }),
  ACCEPT_CONDITIONS: (p, _, at) => close(p, 'conditions', { answer: 'accepted', binding: true, closedAt: at }),
  DECLINE_CONDITIONS: (p, payload, at) => close(p, 'conditions', { ...payload, answer: 'declined', closedAt: at }),
  PLACE_HOLD: (p, payload, at) => ({ ...p, holds: [...items(p, 'holds'), { ...payload, placedAt: at }] }),
  LIFT_HOLD: (p, payload, at) => ({
    ...p,
    holds: items(p, 'holds').map((h) => (h['kind'] === payload['kind'] && h['closedAt'] === undefined ? { ...h, closedAt: at } : h)),
  }),
  CONFIRM_INFORMATION: put('confirmation'),
  RETURN_INFORMATION: put('return'),
  REQUEST_USE_CONSENT: (p, payload, at) => ({ ...p, consents: [...items(p, 'consents'), { ...payload, no: items(p, 'consents').length + 1, askedAt: at }] }),
  GRANT_USE_CONSENT: (p, payload, at) => answered(p, payload, { answer: 'granted', binding: true, answeredAt: at }),
  DECLINE_USE_CONSENT: (p, payload, at) => answered(p, payload, { answer: 'declined', answeredAt: at }),
  NOTIFY_EXCULPATORY_DISCLOSURE: (p, payload, at) => ({ ...p, disclosures: [...items(p, 'disclosures'), { ...payload, no: items(p, 'disclosures').length + 1, notifiedAt: at }] }),
  // One that still stands open was opened at the same time and gives way (see crossings.ts).
  OPEN_CONSULTATION: (p, payload, at, by, step) => ({
    ...p,
    consultations: [
      ...items(close(p, 'consultations', { result: 'gave-way', closedAt: at }), 'consultations'),
      { ...payload, openedBy: by, openedAt: at, ...(step?.timeRunsUntil !== undefined && { runsUntil: step.timeRunsUntil }) },
    ],
  }),
  AGREE_IN_CONSULTATION: (p, payload, at) => close(p, 'consultations', { ...payload, result: 'agreement', closedAt: at }),
  END_CONSULTATION_WITHOUT_AGREEMENT: (p, payload, at, by, step) => {
    const early = step?.termRuns === true && openConsultation(p)?.['openedBy'] === by;
    return close(p, 'consultations', { ...payload, result: 'disagreement', ...(early && { endedBeforeTerm: true }), closedAt: at });
  },
  LAPSE_CONSULTATION: (p, _, at) => close(p, 'consultations', { result: 'lapse', closedAt: at }),
};

/** Acts that tell of what is preserved, and may be told late of a preservation that another one followed. */
const ON_PRESERVED: ReadonlySet<string> = new Set(['ORDER_PRESERVATION', 'REPORT_SECURED', 'REPORT_CUSTODIAN_WITHOUT_DATA', 'EXTEND', 'DECLINE_EXTENSION', 'GIVE_NOTICE_OF_RELEASE', 'RELEASE']);

export const tellsOfPreserved = (type: string): boolean => ON_PRESERVED.has(actNameOf(type));

/** The particulars after an act or message; `by` is the side that spoke, `step` the measure's own. Pure. */
export function tell(particulars: Particulars, type: string, payload: Record<string, unknown>, at: string, by: Side, step?: Step): Particulars {
  const teller = TELLERS[type] ?? TELLERS[actNameOf(type)];
  if (teller && step?.ofEarlier && tellsOfPreserved(type)) {
    if (hasBegunAnew(particulars)) return aboutEarlier(particulars, (earlier) => teller(earlier, payload as Payload, at, by));
    // Kept anew since, and by the same preservation: there is nothing apart on record that it would be of.
    if (step.keptAnew) return particulars;
  }
  return teller ? teller(particulars, payload as Payload, at, by, step) : particulars;
}

/** The consultation that is open, if any. */
export function openConsultation(particulars: Particulars): Payload | undefined {
  return items(particulars, 'consultations').findLast((c) => c['closedAt'] === undefined);
}

/** Whether the time that the open consultation gives has run, if one is open: by the day written, or the later one where the other State's opening came late. */
export function consultationTermPassed(particulars: Particulars, at: Date): boolean {
  const { term, runsUntil = term } = (openConsultation(particulars) ?? {}) as { term?: string; runsUntil?: string };
  return runsUntil === undefined || Date.parse(runsUntil) <= at.getTime();
}

/**
 * What consultations that closed were about, other than one that gave way to the other State's (UNCC 40(28)). The State
 * that must consult has not heard the other where it ended its own before the term: that one was about nothing.
 */
export function consultedOn(particulars: Particulars): string[] | undefined {
  const closed = items(particulars, 'consultations').filter((c) => c['closedAt'] !== undefined && c['result'] !== 'gave-way');
  const heard = closed.filter((c) => !(c['endedBeforeTerm'] === true && c['openedBy'] === 'requested'));
  return closed.length === 0 ? undefined : heard.map((c) => String(c['subject']));
}

/** When it was decided that less than all is transmitted; absent where the last decision was another. */
export function narrowedAt(particulars: Particulars): string | undefined {
  const { outcome, at } = (particulars['transmission'] ?? {}) as { outcome?: string; at?: string };
  return outcome === 'narrowed' ? at : undefined;
}

/** Term given in the notice of release, if any. */
export function releaseTerm(particulars: Particulars): string | undefined {
  return (particulars['releaseNotice'] as Payload | null | undefined)?.['term'] as string | undefined;
}

/** By when the additional information was asked for that has not come, if a day was given. */
export function replyBy(particulars: Particulars): string | undefined {
  return items(particulars, 'information').findLast((i) => i['closedAt'] === undefined)?.['by'] as string | undefined;
}

/** Term given in the notice of closure, if any. */
export function noticeTerm(particulars: Particulars): string | undefined {
  return (particulars['closureNotice'] as Payload | undefined)?.['term'] as string | undefined;
}

/** The term given in the notice of closure, if any; the day given for the reply where that is later, since it was promised first. */
export function closureTerm(particulars: Particulars): string | undefined {
  const noticed = noticeTerm(particulars);
  const by = replyBy(particulars);
  return noticed !== undefined && by !== undefined && Date.parse(by) > Date.parse(noticed) ? by : noticed;
}

/** The letter of request could not be delivered, and was not sent again since. */
export const requestUndelivered = (particulars: Particulars): boolean => (particulars['deliveryFailure'] as { type?: string } | undefined)?.type === 'REQUESTED';

/** Rejections that contradict what the other State has taken in already, so that it may well have the letter. */
const MAY_HAVE_ARRIVED = ['message.same-id', 'message.same-seq', 'message.ack-ahead'];

/** The letter of request was rejected by the other State and not sent again since; silence is no rejection. */
export function requestRejected(particulars: Particulars): boolean {
  const { type, code } = (particulars['deliveryFailure'] ?? {}) as { type?: string; code?: string };
  return type === 'REQUESTED' && code !== undefined && code.startsWith('message.') && !MAY_HAVE_ARRIVED.includes(code);
}

import type { Law } from '../../libs/requests/src/domain/index.js';
import { explore } from './joint-model.js';
import { models } from './models.js';
import { branches, retargeted, unchanged, unhandled, unsent, withChart, withCrossings, withoutEffects, withoutRule } from './planted.js';
import { PROPERTIES } from './properties.js';

const REQUESTED = ['stored-data', 'requested'] as const;
const REQUESTING = ['stored-data', 'requesting'] as const;

const closingCounts = (): Law => withCrossings((rows) => rows.filter((r) => !(r.sent.includes('renewal') && r.received.includes('closed') && r.verdict === 'noted')));

/** What is spoilt, in which model it shows, and the property that must be found broken. */
const PLANTED: [error: string, model: string, property: string, law: () => Law][] = [
  ['a message nobody takes in', 'main with status', 'GRANTED arrives and is not handled',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'main', 'underExamination', 'GRANTED'))],
  ['a message not expected while a withdrawal is on its way', 'main with consultation', 'POSTPONED arrives and is not handled',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'main', 'withdrawing', 'POSTPONED'))],
  ['a withdrawal that is not answered', 'main with status', 'the files differ on the measure: withdrawing here and withdrawn there',
    () => withChart(...REQUESTED, (c) => unsent(c, 'main', '', 'WITHDRAWAL_REQUESTED'))],
  ['a withdrawal that undoes evidence already sent', 'main with status', 'WITHDRAWAL_CONFIRMED arrives and is not handled',
    () => withChart(...REQUESTED, (c) => unhandled(c, 'main', 'evidenceTransmitted', 'WITHDRAWAL_REQUESTED'))],
  ['a measure that cannot be withdrawn once it is postponed', 'main with consultation', 'UNCC 40(26): a measure cannot be withdrawn here',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'main', 'postponed', 'WITHDRAW_MEASURE'))],
  ['a refusal that no rule looks at: consultation', 'main with consultation', 'UNCC 40(28): refused under 40(21) without a closed consultation',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'granted', 'REFUSE', 'refusalAllowed'))],
  ['a refusal that no rule looks at: reasons', 'main with status', 'UNCC 40(25), Budapest 27(7): refused without reasons',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'executing', 'REFUSE', 'refusalAllowed'))],
  ['a refusal that no rule looks at: forbidden grounds', 'main with consultation', 'UNCC 40(23), 40(24), Budapest 25(4): refused on a forbidden ground',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'postponed', 'REFUSE', 'refusalAllowed'))],
  ['a postponement without the duty to consult', 'main with status', 'UNCC 40(28): postponed without a closed consultation',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'granted', 'POSTPONE', 'postponementAllowed'))],
  ['a postponement without reasons under Budapest', 'Budapest: main with closing', 'Budapest 27(7): postponed without reasons',
    () => withChart(...REQUESTED, (c) => {
      withoutRule(c, 'main', 'granted', 'POSTPONE', 'postponementReasoned');
    })],
  ['a postponement that nobody can end', 'main with consultation', 'UNCC 40(27): a postponed measure cannot be resumed here',
    () => withChart(...REQUESTED, (c) => unhandled(c, 'main', 'postponed', 'RESUME'))],
  ['a resumption that leads elsewhere in the other file', 'main with consultation', 'the files differ on the measure: executing here and granted there',
    () => withChart(...REQUESTED, (c) => {
      branches(c, 'main', 'postponed', 'RESUME').at(-1)!.target = 'granted';
    })],
  ['evidence sent without the second decision', 'main with status', 'evidence transmitted before a decision to release it stands',
    () => withChart(...REQUESTED, (c) => {
      c.states['main']!.states['executed']!.on!['TRANSMIT_EVIDENCE'] = branches(c, 'main', 'released', 'TRANSMIT_EVIDENCE');
    })],
  ['evidence released over a hold', 'main with status', 'UNCC 24(2): released while a hold is open',
    () => withChart(...REQUESTED, (c) => {
      for (const b of branches(c, 'main', 'executed', 'DECIDE_TRANSMISSION')) b.guard.params.rules = b.guard.params.rules.filter((r) => r !== 'noOpenHolds');
    })],
  ['a hold that does not stop a decision taken', 'main with status', 'evidence transmitted before a decision to release it stands',
    () => withChart(...REQUESTED, (c) => retargeted(c, 'main', 'released', 'PLACE_HOLD', 'released'))],
  ['two openings that nothing decides', 'main with consultation', 'CONSULTATION_OPENED arrives and is not handled',
    () => withCrossings((rows) => rows.filter((r) => !(r.side === 'requesting' && r.sent.includes('consultationOpening'))))],
  ['two openings, both of which give way', 'main with consultation', 'the files differ on the consultation',
    () => withCrossings((rows) => rows.map((r) => (r.side === 'requesting' && r.sent.includes('consultationOpening') ? { ...r, verdict: 'noted' as const } : r)))],
  ['a closing of the last consultation taken for one of this', 'main with consultation', 'the files differ on the consultation',
    () => withCrossings((rows) => rows.map((r) => (r.while === 'openedHere' ? { ...r, verdict: 'apply' as const } : r)))],
  ['an agreement that stands over a disagreement declared', 'main with consultation', 'the files differ on the consultation',
    () => withChart(...REQUESTING, (c) => {
      c.states['consultation']!.states['agreed']!.on!['CONSULTATION_ENDED'] = branches(c, 'consultation', 'none', 'CONSULTATION_ENDED');
    })],
  ['a consultation that counts although its opener closed it at once', 'main with consultation', 'UNCC 40(28): refused under 40(21) without a closed consultation',
    () => withChart(...REQUESTED, (c) => {
      for (const b of branches(c, 'consultation', 'openedHere', 'END_CONSULTATION_WITHOUT_AGREEMENT')) b.guard.params.when = null;
    })],
  ['a consultation remembered after another was opened', 'main with consultation', 'UNCC 40(28): refused under 40(21) without a closed consultation',
    () => withChart(...REQUESTED, (c) => {
      for (const state of ['agreed', 'withoutAgreement']) unchanged(c, 'consultation', state, 'OPEN_CONSULTATION', 'consultationRuns');
    })],
  ['a term already over', 'main with consultation', 'UNCC 40(28): consultation opened with a term already over',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'consultation', 'none', 'OPEN_CONSULTATION', 'termAhead'))],
  ['a grant while conditions are unanswered', 'main with conditions', 'practice to UNCC 40(28): granted or released while conditions are unanswered',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'underExamination', 'GRANT', 'conditionsAnswered'))],
  ['a grant while confidentiality is undecided', 'main with confidentiality', 'practice to UNCC 40(20), Budapest 27(8): gone on while confidentiality is undecided',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'underExamination', 'GRANT', 'confidentialityDecided'))],
  ['execution while costs are unanswered', 'main with costs', 'UNCC 40(30): executed while costs are unanswered',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'granted', 'BEGIN_EXECUTION', 'costsAnswered'))],
  ['execution without an authorisation', 'main with status', 'practice to UNCC 24(4): executed without an authorisation on record',
    () => withChart(...REQUESTED, (c) => withoutRule(c, 'main', 'granted', 'BEGIN_EXECUTION', 'authorised'))],
  ['a disputed receipt nobody takes in', 'main with status', 'RECEIPT_DISPUTED arrives and is not handled',
    () => withChart(...REQUESTED, (c) => unhandled(c, 'main', 'evidenceTransmitted', 'RECEIPT_DISPUTED'))],
  ['receipt confirmed whatever the hashes say', 'main with status', 'receipt confirmed of evidence whose hashes do not match',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'main', 'evidenceReceived', 'CONFIRM_RECEIPT', 'receiptVerified'))],
  ['a narrower release told as a full one', 'main with status', 'the files differ on what was released',
    () => withChart(...REQUESTING, (c) => unchanged(c, 'main', 'executed', 'TRANSMISSION_DECIDED', 'outcomeIsNoted'))],
  ['a letter closed over an open measure', 'main with closing of the letter', 'closed with an open measure',
    () => withChart('letter', 'requested', (c) => withoutRule(c, 'main', 'acknowledged', 'CLOSE', 'allMeasuresFinal'))],
  ['a letter that stays closed for want of reply', 'main with closing for want of reply', 'practice: a letter closed for want of reply cannot be reopened here',
    () => withChart('letter', 'requested', (c) => unhandled(c, 'main', 'closedForWantOfReply', 'REOPEN'))],
  ['closing for want of reply without notice', 'main with closing for want of reply', 'practice: closed for want of reply without notice, or before its term',
    () => withChart('letter', 'requested', (c) => withoutRule(c, 'main', 'acknowledged', 'CLOSE_FOR_WANT_OF_REPLY', 'noticeGiven'))],
  ['transmission by the one who drafted', 'letter: from draft', 'practice: transmitted by the one who drafted',
    () => withChart('letter', 'requesting', (c) => withoutRule(c, 'main', 'inReview', 'TRANSMIT', 'fourEyes'))],
  ['a letter that one State can no longer close', 'letter: from draft', 'CLOSED arrives and is not handled',
    () => withChart('letter', 'requested', (c) => unhandled(c, 'main', 'received', 'CLOSED'))],
  ['a use in another case without consent', 'use of the evidence', 'UNCC 40(19): used in another proceeding without a consent that covers it',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'use', 'unasked', 'RECORD_USE', 'useCovered'))],
  ['personal data sent on while consent is only asked for', 'use of the evidence', 'UNCC 36(3): personal data transferred onward without authorization',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'use', 'asked', 'RECORD_USE', 'useCovered'))],
  ['a consent declined and remembered as granted', 'use of the evidence', 'UNCC 40(19): used in another proceeding without a consent that covers it',
    () => withChart(...REQUESTING, (c) => {
      for (const b of branches(c, 'use', 'asked', 'USE_CONSENT_DECLINED')) b.actions = b.actions.map((a) => (a === 'consentIsDeclined' ? 'consentIsGranted' : a));
    })],
  ['a use of evidence that never came', 'use of the evidence', 'UNCC 40(19): use of evidence that is not there',
    () => withChart(...REQUESTING, (c) => withoutRule(c, 'use', 'unasked', 'RECORD_USE', 'evidenceHeld'))],
  ['a second warning nobody takes in', 'main with two warnings', 'PRESERVATION_WARNED arrives and is not handled',
    () => withChart('preservation', 'requesting', (c) => unhandled(c, 'warning', 'warned', 'PRESERVATION_WARNED'))],
  ['a decision on one warning taken for one on both', 'main with two warnings', 'the files differ on warning',
    () => withChart('preservation', 'requested', (c) => {
      branches(c, 'warning', 'warned', 'EXECUTION_INSISTED')[0]!.guard.params.when = null;
    })],
  ['data in an emergency nobody expects before the order', 'emergency: a State without a node', 'EVIDENCE_TRANSMITTED arrives and is not handled',
    () => withChart('emergency-disclosure', 'requesting', (c) => unhandled(c, 'main', 'requested', 'EVIDENCE_TRANSMITTED'))],
  ['an order told after the extension was asked for', 'State without a node, extension', 'PRESERVATION_ORDERED arrives and is not handled',
    () => withChart('preservation', 'requesting', (c) => unhandled(c, 'main', 'extensionAsked', 'PRESERVATION_ORDERED'))],
  ['a late request that begins anew while the data are there', 'main with extension', 'UNCC 42(8): data still secured, and given up otherwise than by their release',
    () => withChart('preservation', 'requested', (c) => retargeted(c, 'main', 'secured', 'NEW_PRESERVATION_REQUESTED', 'received'))],
  ['a new preservation shorter than the least period', 'main with extension', 'UNCC 42(8): a new preservation of data still there for less than 60 days',
    () => withChart('preservation', 'requested', (c) => withoutRule(c, 'main', 'extensionAsked', 'EXTEND', 'renewalLongEnough'))],
  ['a new preservation declined without a ground', 'main with extension', 'UNCC 40(21): a new preservation of data still there declined on no ground, or on one the treaty does not list',
    () => withChart('preservation', 'requested', (c) => withoutRule(c, 'main', 'extensionAsked', 'DECLINE_EXTENSION', 'renewalRefusable'))],
  ['a letter closed by both over a new preservation that was on its way', 'main with extension, warning and closing', 'both files are closed, and a measure has no outcome',
    () => ({ ...withChart('preservation', 'requested', (c) => withoutEffects(c, 'main', 'preservationReleased', 'NEW_PRESERVATION_REQUESTED')), crossings: closingCounts().crossings })],
  ['a closing that counts over a new preservation on its way', 'main with extension, warning and closing', 'the files differ on the letter: closed here and acknowledged there', () => closingCounts()],
  ['a new preservation in a letter closed before it was known, which stays closed', 'main with extension, warning and closing', 'the files differ on the letter: acknowledged here and closed there',
    () => withChart('preservation', 'requested', (c) => withoutEffects(c, 'main', 'preservationReleased', 'NEW_PRESERVATION_REQUESTED'))],
  ['a notice of release that is over when given', 'preservation: main with consultation', 'practice: notice of release with a term already over',
    () => withChart('preservation', 'requested', (c) => withoutRule(c, 'main', 'secured', 'GIVE_NOTICE_OF_RELEASE', 'termAhead'))],
  ['a consent declined that nobody takes in', 'use of the evidence', 'USE_CONSENT_DECLINED arrives and is not handled',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'use', 'asked', 'USE_CONSENT_DECLINED'))],
  ['a consent granted that its receiver forgets', 'use of the evidence', 'the files differ on the consents to use',
    () => withChart(...REQUESTING, (c) => unchanged(c, 'use', 'asked', 'USE_CONSENT_GRANTED', 'consentIsGranted'))],
  ['consent that can be asked for once only', 'use of the evidence', 'UNCC 40(19), 36(3): consent cannot be asked for here',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'use', 'answered', 'REQUEST_USE_CONSENT'))],
  ['an answer to the first consent that closes the question on the second', 'use of the evidence', 'UNCC 40(19), 36(3): consent cannot be granted here',
    () => withChart(...REQUESTED, (c) => {
      for (const b of branches(c, 'use', 'asked', 'DECLINE_USE_CONSENT')) if (b.target === 'answered') b.guard.params.when = null;
    })],
  ['a notice of disclosure that is not sent', 'use of the evidence', 'the files differ on notices of disclosure',
    () => withChart(...REQUESTING, (c) => unsent(c, 'use', 'unasked', 'NOTIFY_EXCULPATORY_DISCLOSURE'))],
  ['a consent asked for that no row of the crossing table knows', 'use of the evidence', 'USE_CONSENT_REQUESTED arrives and is not handled',
    () => withCrossings((rows) => rows.filter((r) => !r.received.includes('consentQuestion')))],
  ['an outcome by letter that waits for the steps before it', 'without a node, main', 'NO_DATA_FOUND arrives and is not handled',
    () => withChart(...REQUESTING, (c) => unhandled(c, 'main', 'requested', 'NO_DATA_FOUND'))],
  ['a letter that comes late and undoes the outcome', 'without a node, main', 'the files differ on the outcome: underExamination here and noDataFound there',
    () => withChart(...REQUESTING, (c) => retargeted(c, 'main', 'noDataFound', 'EXAMINATION_BEGUN', 'underExamination'))],
  ['a closing by letter that waits for the acknowledgement', 'without a node, want of reply', 'CLOSED_FOR_WANT_OF_REPLY arrives and is not handled',
    () => withChart('letter', 'requesting', (c) => unhandled(c, 'main', 'transmitted', 'CLOSED_FOR_WANT_OF_REPLY'))],
  ['a letter that was recalled and is sent again', 'rejected, and is withdrawn', 'a letter sent again that was recalled',
    () => withChart('letter', 'requesting', (c) => withoutRule(c, 'delivery', 'failed', 'RESEND', 'notRecalled'))],
  ['a way into a state that nothing leads out of', 'main with status', 'an end cannot be reached from here',
    () => withChart(...REQUESTED, (c) => {
      // Both files agree that execution failed to report; nobody can do anything about it.
      delete c.states['main']!.states['executing']!.on!['REPORT_EXECUTION'];
      for (const event of ['REFUSE', 'POSTPONE']) unhandled(c, 'main', 'executing', event);
      c.states['main']!.states['executing']!.on!['WITHDRAWAL_REQUESTED'] = branches(c, 'main', 'evidenceTransmitted', 'WITHDRAWAL_REQUESTED');
    })],
];

const EMERGENCY = ['emergency-disclosure', 'requested'] as const;

/** The 24/7 network: call-back, duty officer, queries. */
const PLANTED_IN_NETWORK: typeof PLANTED = [
  ['what an emergency furnished, sent on to anybody', 'emergency: its use', 'UNCC 36(3): personal data transferred onward without authorization',
    () => withChart('emergency-disclosure', 'requesting', (c) => withoutRule(c, 'use', 'unasked', 'RECORD_USE', 'useCovered'))],
  ['a disclosure without call-back', 'emergency: main with consultation', 'UNCC 41(3)(e): disclosed before the sender was verified by call-back',
    () => withChart(...EMERGENCY, (c) => withoutRule(c, 'main', 'ordered', 'DISCLOSE', 'senderVerified'))],
  ['a sender who denied and still counts as verified', 'emergency: main with consultation', 'UNCC 41(3)(e): disclosed before the sender was verified by call-back',
    () => withChart(...EMERGENCY, (c) => unchanged(c, 'callBack', 'confirmed', 'RECORD_CALL_BACK', 'senderIsNotVerified'))],
  ['a call-back over a number from the request', 'emergency: main with consultation', 'practice: called back over a number the directory does not hold',
    () => withChart(...EMERGENCY, (c) => withoutRule(c, 'callBack', 'none', 'RECORD_CALL_BACK', 'callBackOverDirectory'))],
  ['a call made before the request came', 'emergency: main with consultation', 'practice: called back before the request came',
    () => withChart(...EMERGENCY, (c) => withoutRule(c, 'callBack', 'none', 'RECORD_CALL_BACK', 'callBackTimely'))],
  ['a disclosure while conditions are unanswered', 'emergency: main with conditions', 'practice: disclosed while conditions are unanswered',
    () => withChart(...EMERGENCY, (c) => withoutRule(c, 'main', 'ordered', 'DISCLOSE', 'conditionsAnswered'))],
  ['a disclosure from a package that is open', 'emergency: main with consultation', 'evidence transmitted from a package that is not sealed',
    () => withChart(...EMERGENCY, (c) => withoutRule(c, 'main', 'ordered', 'DISCLOSE', 'packageSealed'))],
  ['an emergency refused on a forbidden ground', 'emergency: main with consultation', 'UNCC 40(23), 40(24), Budapest 25(4): refused on a forbidden ground',
    () => withChart(...EMERGENCY, (c) => withoutRule(c, 'main', 'received', 'REFUSE', 'refusalAllowed'))],
  ['a disclosure over an objection', 'emergency: from draft', 'practice: disclosed over the objection of a second person',
    () => withChart(...EMERGENCY, (c) => withoutRule(c, 'main', 'ordered', 'DISCLOSE', 'notObjected'))],
  ['a duty officer who reviews himself', 'preservation: from draft by a duty officer', 'practice: a duty officer reviewed what he did alone',
    () => withChart('preservation', 'requested', (c) => withoutRule(c, 'main', '', 'CONFIRM_DUTY_ACT', 'secondPerson'))],
  ['a duty officer who transmits any form', 'network query: from draft', 'practice: another form transmitted by a duty officer',
    () => withChart('letter', 'requesting', (c) => withoutRule(c, 'main', 'inReview', 'TRANSMIT', 'withinDuty'))],
  ['a draft that anybody transmits', 'letter: from draft', 'practice: transmitted from the draft by somebody not on duty',
    () => withChart('letter', 'requesting', (c) => withoutRule(c, 'main', 'draft', 'TRANSMIT', 'onDuty'))],
  ['an answer to a withdrawal that comes after a second one', 'emergency: main with conditions', 'WITHDRAWAL_TOO_LATE arrives and is not handled',
    () => withChart('emergency-disclosure', 'requesting', (c) => unhandled(c, 'main', '', 'WITHDRAWAL_TOO_LATE'))],
  ['a call-back the sender does not hear of', 'emergency: main with conditions', 'the files differ on callBack',
    () => withChart(...EMERGENCY, (c) => unsent(c, 'callBack', 'none', 'RECORD_CALL_BACK'))],
  ['a query that cannot be answered', 'network query: from draft', 'UNCC 41(3): a query cannot be answered here',
    () => withChart('network-query', 'requested', (c) => unhandled(c, 'main', 'received', 'ANSWER_QUERY'))],
  ['an answer that crosses a withdrawal', 'network query: from draft', 'QUERY_ANSWERED arrives and is not handled',
    () => withChart('network-query', 'requesting', (c) => unhandled(c, 'main', 'withdrawing', 'QUERY_ANSWERED'))],
];

describe('planted errors, in copies of the statecharts and of the crossing table', () => {
  it.each([...PLANTED, ...PLANTED_IN_NETWORK])('%s: caught in "%s" by "%s"', (_, name, property, law) => {
    const model = models({ bound: 1, maxStates: 200_000, law: law() }).find((m) => m.name.includes(name))!;
    const { violations } = explore({ ...model, until: property }, PROPERTIES);
    expect(violations.map((v) => v.property)).toContain(property);
    expect(violations.find((v) => v.property === property)!.trace.length).toBeGreaterThan(0);
  });

  it('a copy in which nothing is spoilt breaks nothing', () => {
    const model = models({ bound: 1, maxStates: 200_000, law: withChart(...REQUESTED, () => undefined) })[1]!;
    expect(explore(model, PROPERTIES).violations).toEqual([]);
  });
});

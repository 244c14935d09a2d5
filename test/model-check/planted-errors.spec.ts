import type { Law } from '../../libs/requests/src/domain/index.js';
import { explore } from './joint-model.js';
import { models } from './models.js';
import { branches, retargeted, unchanged, unhandled, unsent, withChart, withCrossings, withoutRule } from './planted.js';
import { PROPERTIES } from './properties.js';

const REQUESTED = ['stored-data', 'requested'] as const;
const REQUESTING = ['stored-data', 'requesting'] as const;

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
  ['a way into a state that nothing leads out of', 'main with status', 'an end cannot be reached from here',
    () => withChart(...REQUESTED, (c) => {
      // Both files agree that execution failed to report; nobody can do anything about it.
      delete c.states['main']!.states['executing']!.on!['REPORT_EXECUTION'];
      for (const event of ['REFUSE', 'POSTPONE']) unhandled(c, 'main', 'executing', event);
      c.states['main']!.states['executing']!.on!['WITHDRAWAL_REQUESTED'] = branches(c, 'main', 'evidenceTransmitted', 'WITHDRAWAL_REQUESTED');
    })],
];

describe('planted errors, in copies of the statecharts and of the crossing table', () => {
  it.each(PLANTED)('%s: caught in "%s" by "%s"', (_, name, property, law) => {
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

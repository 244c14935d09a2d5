import { postponementRules, preservationPeriodRules, profile, refusalRules, ruleFor, type Instrument, type RuleKind } from '@comity/treaty';
import { custodianProblems, latest, orderedIn, withoutDataProblems } from './custodians.js';
import { DUTY_FORMS } from './duty.js';
import { LETTER_RULES } from './letter-rules.js';
import { NETWORK_RULES } from './network-rules.js';
import { followProblems, pathProblems, pathToldProblems } from './path-rules.js';
import { PERSON_RULES } from './person-rules.js';
import { periodsOver, type Facts, type LetterContext, type MachineEvent, type MeasureContext, type Refusal } from './machine-parts.js';
import { RELEASE_RESTS_ON } from './time-given.js';
import { useFault } from './use.js';
import { decisionProblem, standingNumbers } from './warnings.js';

/**
 * Each rule answers why the act may not be done, or nothing. A statechart's guard is "no rule refuses", so that
 * "may it" and "why not" have one source. `payload: true` marks a rule that can only be asked once a payload is
 * given; it is left out when the possible acts are listed.
 */
export interface RuleDefinition {
  payload?: true;
  check(context: never, event: MachineEvent): Refusal | Refusal[] | null;
}

type Citation = Required<Pick<Refusal, 'rule' | 'force'>>;

const refuse = (code: string, detail: string, by?: Citation, pointer?: string): Refusal => ({
  code,
  detail,
  ...by,
  ...(pointer !== undefined && { pointer }),
});

const pinned = (facts: Facts): Instrument => profile(facts.instrument.id, facts.instrument.version);

/** The profile's rule that answers to a kind, with its force: a practice is never cited as law. */
const cited = (facts: Facts, kind: RuleKind): Citation | undefined => {
  const rule = ruleFor(pinned(facts), facts.form, kind);
  return rule && { rule: rule.id, force: rule.force };
};

/** A step of the house's own that no instrument asks for. */
/** What the profile's matrix has against refusing on the ground given. */
const groundProblems = ({ consulted, conditionsTried }: Pick<MeasureContext, 'consulted' | 'conditionsTried'>, facts: Facts, payload: Record<string, unknown>): Refusal[] =>
  refusalRules(pinned(facts), facts.form, written(payload['ground']), {
    reasons: written(payload['reasons']),
    consultationClosed: consulted && about(facts, 'refusal', 'conditions', 'scope'),
    conditionsTried,
    requested: facts.requestedState,
    conventionOffence: facts.conventionOffence,
    on: facts.at.slice(0, 10),
  }).map((r) => ({ ...r, pointer: r.code === 'reasons.required' ? '/reasons' : '/ground' }));
/** Whether a closed consultation was about one of these; where nothing is told of any, its being closed counts. */
const about = ({ consultedOn }: Facts, ...subjects: string[]): boolean => consultedOn === undefined || consultedOn.some((subject) => subjects.includes(subject));
const practice = (slug: string): Citation => ({ rule: `practice:${slug}`, force: 'practice' });

/** UNCC 42(7): the requesting State has not decided yet. */
const warned = (facts: Facts, more = ''): Refusal =>
  refuse('preservation.warning-undecided', `The requesting State was warned; wait for its decision whether to execute all the same. ${more}`.trim(), cited(facts, 'preservation-warning'));

const citationOf = ({ rule, force = 'binding' }: Refusal): Citation | undefined => (rule === undefined ? undefined : { rule, force });

const written = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What is agreed before the evidence goes: afterwards nothing would wait for the answer. */
const BEFORE_HANDING_OVER: readonly string[] = ['OFFER_CONDITIONS', 'RAISE_COSTS'];

/** UNCC 40(20): what was not asked for cannot be lost, and the measure does not wait for an answer to it. */
const notAsked = (type: string, facts: Facts): Refusal | null =>
  type === 'REPORT_CONFIDENTIALITY_CANNOT_BE_KEPT' && facts.confidentialityAsked === false
    ? refuse('confidentiality.not-asked', 'The letter did not ask that it be kept confidential; write to the other central authority if it should know.', cited(facts, 'confidentiality-lost'))
    : null;

/** `, until …`: the last of the days; empty where none is known. */
const untilOf = (...days: (string | undefined)[]): string => {
  const known = days.filter((day) => day !== undefined);
  return known.length === 0 ? '' : `, until ${latest(known)}`;
};

/** Whether a notice of the same kind was given before and stands. */
const noticeStands = (context: MeasureContext | LetterContext, type: string): boolean =>
  (type === 'GIVE_NOTICE_OF_RELEASE' && 'releaseNoticed' in context && context.releaseNoticed === true) || (type === 'GIVE_NOTICE_OF_CLOSURE' && 'noticeGiven' in context && context.noticeGiven);

/** UNCC 40(31): only records that are not open to the public may be withheld as such. */
const publicRecords = (facts: Facts, payload: Record<string, unknown>): Refusal | null =>
  payload['ground'] === 'records-not-public' && facts.records !== 'not-public'
    ? refuse('ground.records-public', 'The letter asks for no government records that are closed to the public: this ground is not open.', { rule: 'UNCC 40(31)', force: 'binding' }, '/ground')
    : null;

export const RULES = {
  ...LETTER_RULES,
  ...NETWORK_RULES,
  ...PERSON_RULES,
  fourEyes: {
    check: (_: LetterContext, { facts }) =>
      facts.actorDrafted && !facts.duty
        ? refuse('four-eyes.same-person', 'Someone else of the central authority must review and transmit what you drafted.', practice('four-eyes'))
        : null,
  },
  complete: {
    check: (_: LetterContext, { facts }) =>
      facts.lacking && facts.lacking.length > 0
        ? refuse(
            'request.incomplete',
            `The letter lacks ${facts.lacking.length} item(s): ${facts.lacking.map((l) => l.detail).join(' ')}`,
            citationOf(facts.lacking[0]!),
          )
        : null,
  },
  allMeasuresFinal: {
    check: (_: LetterContext, { facts }) =>
      facts.allMeasuresFinal
        ? null
        : refuse('request.measures-open', 'Every measure needs its outcome before the letter is closed.'),
  },
  anyWithdrawable: {
    check: (_: LetterContext, { facts }) =>
      facts.anyWithdrawable ? null : refuse('request.nothing-to-withdraw', 'No measure can still be withdrawn; close the letter instead.'),
  },
  requestNeverArrived: {
    check: (_: LetterContext, { facts }) =>
      facts.requestRejected ? null : refuse('request.under-way', 'The letter of request has arrived, or may have; it is withdrawn by message.'),
  },
  notRecalled: {
    check: (context: LetterContext) =>
      context.recalled ? refuse('request.recalled', 'The letter was withdrawn before it arrived. Open a new request instead.') : null,
  },
  letterSent: {
    check: (_: LetterContext, { facts }) =>
      facts.letterSent ? null : refuse('request.not-transmitted', 'The letter has not been transmitted yet.'),
  },
  replyOutstanding: {
    check: (context: LetterContext) =>
      context.replyDue ? null : refuse('closure.no-reply-due', 'No reply is outstanding; only a letter whose information was asked for and never came is closed for want of reply.', practice('closing-for-want-of-reply')),
  },
  noticeGiven: {
    check: (context: LetterContext) =>
      context.noticeGiven ? null : refuse('closure.no-notice', 'Give notice of closure first, with a term for the reply.', practice('closing-for-want-of-reply')),
  },
  noticeTermPassed: {
    check: (_: LetterContext, { facts }) => {
      if (facts.notLeft) return refuse('closure.not-sent', 'The question, or the notice of closure, has not reached the other State: have it delivered or dispatched first.', practice('closing-for-want-of-reply'));
      return facts.noticeTermPassed === false ? refuse('closure.term-runs', `The term given in the notice of closure, or for the reply, still runs${untilOf(facts.noticeRunsUntil, facts.replyBy)}; it is counted from when the message left.`, practice('closing-for-want-of-reply')) : null;
    },
  },
  nobodyConsulted: {
    check: (_: LetterContext, { facts }) =>
      facts.consults ? refuse('closure.consultation-runs', 'A consultation that you opened still runs: in a closed letter the other State could not answer it. Wait for the answer or the term, or end it first.', practice('closing-for-want-of-reply')) : null,
  },
  letterOpen: {
    check: (_: MeasureContext, { type, facts }) =>
      facts.letterOpen ? notAsked(type, facts) : refuse('request.not-open', 'The letter is not open; reopen it, or open a supplementary request.'),
  },
  letterAcknowledged: {
    check: (_: MeasureContext, { facts }) =>
      facts.letterAcknowledged ? null : refuse('request.not-acknowledged', 'Acknowledge the letter first.'),
  },
  acknowledgedOrUrgent: {
    check: (_: MeasureContext, { facts }) =>
      facts.letterAcknowledged || DUTY_FORMS.includes(facts.form) ? null : refuse('request.not-acknowledged', 'Acknowledge the letter first.'),
  },
  measureOpen: {
    check: (_: MeasureContext, { type, facts }) => {
      if (facts.measureFinal) return refuse('measure.ended', 'The measure has its outcome; write to the other central authority instead.');
      return facts.handedOver && BEFORE_HANDING_OVER.includes(type)
        ? refuse('measure.handed-over', 'The evidence was handed over already: nothing hangs on the answer any more. Write to the other central authority instead.', practice('transmission-decision'))
        : null;
    },
  },
  termAhead: {
    payload: true,
    check: (context: MeasureContext | LetterContext, { type, facts, payload }) => {
      const term = Date.parse(written(payload['term']));
      if (term <= Date.parse(facts.at)) return refuse('term.passed', 'The term has passed already; give the other State time to answer.', undefined, '/term');
      const runs = noticeStands(context, type) ? facts.noticeRunsUntil : undefined;
      if (runs !== undefined && term < Date.parse(runs)) {
        return refuse('term.before-notice', `The notice given before gives the other State until ${runs}; give no earlier term.`, practice(type === 'GIVE_NOTICE_OF_RELEASE' ? 'release-after-notice' : 'closing-for-want-of-reply'), '/term');
      }
      return facts.replyBy !== undefined && term < Date.parse(facts.replyBy)
        ? refuse('closure.term-before-reply', `The reply was asked for by ${facts.replyBy}; give no earlier term.`, practice('closing-for-want-of-reply'), '/term')
        : null;
    },
  },
  conditionsAnswered: {
    check: (context: MeasureContext) =>
      context.conditionsPending
        ? refuse('conditions.unanswered', 'Conditions were offered; wait for the answer.', practice('offer-answered'))
        : null,
  },
  costsAnswered: {
    check: (context: MeasureContext, { facts }) =>
      context.costsPending
        ? refuse('costs.unanswered', 'Costs were raised; wait for the answer.', cited(facts, 'costs'))
        : null,
  },
  confidentialityDecided: {
    check: (context: MeasureContext, { facts }) =>
      context.confidentialityHeld
        ? refuse(
            'confidentiality.undecided',
            'Confidentiality cannot be kept; the measure holds until the requesting State decides whether to go on.',
            cited(facts, 'confidentiality-hold'),
          )
        : null,
  },
  assigned: {
    check: (context: MeasureContext) =>
      context.assigned
        ? null
        : refuse('measure.not-assigned', 'Assign the measure to a competent authority first.', practice('executing-authority')),
  },
  authorised: {
    check: (context: MeasureContext) =>
      context.authorised
        ? null
        : refuse('measure.not-authorised', 'Record which body authorised the measure first.', practice('safeguards')),
  },
  refusalAllowed: {
    payload: true,
    check: (context: MeasureContext, { facts, payload }) => publicRecords(facts, payload) ?? groundProblems(context, facts, payload),
  },
  postponementAllowed: {
    check: (context: MeasureContext, { facts }) =>
      postponementRules(pinned(facts), facts.form, { reasons: 'asked apart', consultationClosed: context.consulted && about(facts, 'postponement', 'timing', 'conditions', 'scope') }),
  },
  postponementReasoned: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) =>
      postponementRules(pinned(facts), facts.form, { reasons: written(payload['reasons']), consultationClosed: true })
        .filter((r) => r.code === 'reasons.required')
        .map((r) => ({ ...r, pointer: '/reasons' })),
  },
  // UNCC 24(2): while an appeal, a claim or a privilege is open, nothing is transmitted.
  noOpenHolds: {
    payload: true,
    check: (context: MeasureContext) =>
      context.holds.length === 0
        ? null
        : refuse('transmission.on-hold', `Open holds: ${context.holds.join(', ')}. Lift them before releasing the evidence.`, practice('transmission-decision')),
  },
  holdNotOpen: {
    payload: true,
    check: (context: MeasureContext, { payload }) =>
      context.holds.includes(String(payload['kind'])) ? refuse('hold.already-open', 'A hold of this kind is open.', undefined, '/kind') : null,
  },
  holdOpen: {
    payload: true,
    check: (context: MeasureContext, { payload }) =>
      context.holds.includes(String(payload['kind'])) ? null : refuse('hold.not-open', 'No hold of this kind is open.', undefined, '/kind'),
  },
  anyHoldOpen: {
    check: (context: MeasureContext) => (context.holds.length > 0 ? null : refuse('hold.not-open', 'No hold is open.')),
  },
  packageSealed: {
    payload: true,
    check: (_: MeasureContext, { facts: { evidencePackage: found, narrowedAt } }) => {
      if (!found?.sealed || found.files === 0) return refuse('evidence.not-sealed', 'Upload the evidence and seal its package first.', practice('evidence'), '/packageId');
      // Sealed before, it holds what was there to decide on, and not what the decision left of it.
      return narrowedAt !== undefined && Date.parse(found.sealedAt ?? '') < Date.parse(narrowedAt)
        ? refuse('evidence.sealed-before-narrowing', 'The package was sealed before the decision narrowed what is transmitted: seal one of what the decision leaves.', practice('transmission-decision'), '/packageId')
        : null;
    },
  },
  receiptVerified: {
    check: (_: MeasureContext, { facts }) => {
      if (facts.receipt === 'verified') return null;
      return facts.receipt === 'mismatch'
        ? refuse('evidence.hash-mismatch', 'A file does not match the manifest; dispute the receipt.', practice('receipt'))
        : refuse('evidence.not-verified', 'The received files are still being copied and verified.', practice('receipt'));
    },
  },
  custodianOutstanding: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => withoutDataProblems(payload, facts.outstanding ?? [], Object.keys(facts.custodians ?? {})),
  },
  warningDecided: {
    payload: true,
    check: (context: MeasureContext, { facts, payload }) => {
      const { warnedOf = [''] } = facts;
      const named = orderedIn(payload);
      const held = warnedOf.filter((custodian) => named.length === 0 || named.includes(custodian));
      // One that names nobody is the rule's before this one.
      if (standingNumbers(context).length === 0 || warnedOf.includes('') || held.length === 0) return null;
      return { ...warned(facts, `It was warned of ${held.join(', ')}: order the others by name.`), pointer: payload['custodians'] === undefined ? '/custodian' : '/custodians' };
    },
  },
  notWarnedAtLarge: {
    check: (context: MeasureContext, { facts }) => (standingNumbers(context).length > 0 && (facts.warnedOf ?? ['']).includes('') ? warned(facts) : null),
  },
  notWarnedOfThis: {
    payload: true,
    check: (context: MeasureContext, { facts, payload }) => {
      const { warnedOf = [''] } = facts;
      const { custodian } = payload;
      // One that names nobody is the rule's before this one.
      if (standingNumbers(context).length === 0 || warnedOf.includes('') || (custodian !== undefined && !warnedOf.includes(String(custodian)))) return null;
      return { ...warned(facts, `It was warned of ${warnedOf.join(', ')}: report the others by name.`), pointer: '/custodian' };
    },
  },
  warningStands: {
    payload: true,
    check: (context: MeasureContext, event) => decisionProblem(context, event),
  },
  periodLongEnough: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => {
      const [from, until] = [new Date(written(payload['from'])), new Date(written(payload['until']))];
      if (Number.isNaN(from.getTime()) || Number.isNaN(until.getTime())) return refuse('period.missing', 'Give from and until of what is secured.', cited(facts, 'preservation-period'), '/from');
      if (until.getTime() <= from.getTime()) return refuse('period.reversed', 'The period ends before it begins.', undefined, '/until');
      // The period runs from when the data are secured (42(8)): what is to be secured some day is not secured.
      if (until.getTime() <= Date.parse(facts.at)) return refuse('period.over-already', 'The period has ended already: report until when the data are kept.', cited(facts, 'preservation-period'), '/until');
      if (from.getTime() > Date.parse(facts.at)) return refuse('period.begins-later', 'Report the data when they are secured: from cannot lie in the future.', cited(facts, 'preservation-period'), '/from');
      // What was kept before it was asked for shortens nothing: the period is there so that a request can be sent.
      const begins = new Date(Math.max(from.getTime(), Date.parse(facts.requestedAt ?? '') || 0));
      return preservationPeriodRules(pinned(facts), begins, until).map((r) => ({ ...r, pointer: '/until' }));
    },
  },
  securedNotAhead: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) =>
      Date.parse(written(payload['securedAt'])) > Date.parse(facts.at) ? refuse('securing.in-future', 'Report the data when they are secured: the time lies in the future.', undefined, '/securedAt') : null,
  },
  extensionLonger: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => {
      const name = payload['custodian'];
      const own = typeof name === 'string' ? facts.custodians?.[name] : undefined;
      if (typeof name === 'string' && own === undefined) return refuse('custodian.unknown', 'This custodian has reported nothing secured.', undefined, '/custodian');
      const ends = own ?? facts.preservedUntil;
      if (Date.parse(written(payload['until'])) <= Date.parse(facts.at)) return refuse('period.over-already', 'The new end has passed already.', cited(facts, 'preservation-extension'), '/until');
      return ends !== undefined && !facts.released && Date.parse(written(payload['until'])) <= Date.parse(ends)
        ? refuse('extension.not-longer', `The period already runs until ${ends}; an extension ends later.`, undefined, '/until')
        : null;
    },
  },
  renewalLongEnough: {
    payload: true,
    check: ({ askedLate }: MeasureContext, { facts, payload }) =>
      askedLate ? preservationPeriodRules(pinned(facts), new Date(facts.at), new Date(written(payload['until']))).map((r) => ({ ...r, pointer: '/until' })) : null,
  },
  renewalRefusable: {
    payload: true,
    check: ({ askedLate, consulted, conditionsTried }: MeasureContext, { facts, payload }) => {
      if (askedLate) return groundProblems({ consulted, conditionsTried }, facts, payload);
      return payload['ground'] === undefined ? null : refuse('ground.not-asked', 'An extension asked for in time is declined without a ground (UNCC 42(9)); leave it out.', undefined, '/ground');
    },
  },
  custodianNew: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => custodianProblems(payload, Object.keys(facts.custodians ?? {})),
  },
  periodEnded: {
    check: (_: MeasureContext, { facts }) =>
      periodsOver(facts) ? null : refuse('preservation.period-runs', `The data are preserved until ${facts.preservedUntil ?? 'the end of the period reported'}.`, cited(facts, 'preservation-period')),
  },
  releaseNoticed: {
    check: (context: MeasureContext, { facts }) => (context.releaseNoticed && !facts.noticeOutdated ? null : refuse('release.no-notice', 'Give notice of the release first, with a term; a notice given before the decision on the request that continued the preservation, or before data were reported as secured, does not serve for them.', practice('release-after-notice'))),
  },
  releaseTermPassed: {
    check: (_: MeasureContext, { facts }) => {
      if (facts.notLeft?.some((type) => RELEASE_RESTS_ON.includes(type))) return refuse('release.not-sent', 'The notice of release, or the answer to the request for an extension, has not reached the other State: have it delivered or dispatched first.', practice('release-after-notice'));
      return facts.releaseTermPassed === false ? refuse('release.term-runs', `The term given in the notice of release still runs${untilOf(facts.noticeRunsUntil)}; it is counted from when the notice left.`, practice('release-after-notice')) : null;
    },
  },
  noLinkedMeasureWaits: {
    check: (_: MeasureContext, { facts }) => {
      if (facts.letterWaits) return refuse('preservation.letter-waits', 'A letter that asks for the data, or for more time, has come: have its transcription confirmed or declined first.', cited(facts, 'preservation-period'));
      if (facts.linked === 'waiting') return refuse('preservation.linked-measure-waits', 'A request that continues this preservation awaits its decision; the preservation goes on until then.', cited(facts, 'preservation-period'));
      if (facts.linked === 'granted') return refuse('preservation.linked-measure-waits', 'A request that continues this preservation was granted and awaits its data; they stay secured until then.', practice('kept-until-transmitted'));
      return facts.linked === 'grace' ? refuse('preservation.grace-runs', 'The request that continued this preservation was refused; the grace period after the refusal still runs.', practice('release-after-notice')) : null;
    },
  },
  evidenceHeld: {
    check: (_: MeasureContext, { facts }) =>
      facts.evidenceHeld ? null : refuse('evidence.not-received', 'No evidence of this measure has been received; there is nothing to use yet.'),
  },
  consentAsked: {
    payload: true,
    check: ({ consents = [] }: MeasureContext, { payload }) => {
      const status = consents[Number(payload['consent']) - 1];
      if (status === 'asked') return null;
      return refuse('consent.not-asked', status ? `Consent ${String(payload['consent'])} is ${status} already.` : `Consent ${String(payload['consent'])} was never asked for.`, undefined, '/consent');
    },
  },
  useCovered: {
    payload: true,
    check: (context: MeasureContext, { facts, payload }) => {
      const fault = useFault(context, facts.use, payload);
      return fault && refuse(fault.code, fault.detail, fault.kind && cited(facts, fault.kind), fault.pointer);
    },
  },
  disclosureTold: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => {
      const at = payload['disclosedAt'];
      return at !== undefined && Date.parse(written(at)) > Date.parse(facts.at)
        ? refuse('disclosure.in-future', 'What was disclosed already was so before now; leave the time out to give notice in advance.', undefined, '/disclosedAt')
        : null;
    },
  },
  notKeptByRequest: {
    check: (_: MeasureContext, { facts }) =>
      facts.linked === 'waiting' || facts.linked === 'granted'
        ? refuse('preservation.goes-on', 'The period is over, and the request that continues this preservation keeps the data: no new preservation is needed.', cited(facts, 'preservation-period'))
        : null,
  },
  pathTold: {
    payload: true,
    check: (_: MeasureContext, event) => (event.facts.transcribed ? pathToldProblems(event, event.facts) : null),
  },
  pathIdentifies: {
    payload: true,
    check: (_: MeasureContext, event) => pathProblems(event, event.facts, cited(event.facts, 'path-disclosure')),
  },
  pathCanBeFollowed: {
    payload: true,
    check: (_: MeasureContext, { facts }) => followProblems(facts),
  },
  consultationTermPassed: {
    check: (_: MeasureContext, { facts }) =>
      facts.consultationTermPassed === false ? refuse('consultation.term-runs', "The consultation's stated term still runs.") : null,
  },
} satisfies Record<string, RuleDefinition>;

export type RuleName = keyof typeof RULES;

/** The refusals of the named rules, in their order. With `listing`, rules that need a payload are left out. */
export function refusalsOf(
  names: readonly string[],
  context: MeasureContext | LetterContext,
  event: MachineEvent,
  listing = false,
): Refusal[] {
  const found: Refusal[] = [];
  for (const name of names) {
    const rule: RuleDefinition = RULES[name as RuleName];
    if (listing && rule.payload) continue;
    const refusal = rule.check(context as never, event);
    if (refusal) found.push(...(Array.isArray(refusal) ? refusal : [refusal]));
  }
  return found;
}

import { postponementRules, preservationPeriodRules, profile, refusalRules, ruleFor, type Instrument, type RuleKind } from '@comity/treaty';
import type { Facts, LetterContext, MachineEvent, MeasureContext, Refusal } from './machine-parts.js';

/**
 * Each rule answers why the act may not be done, or nothing. A statechart's guard is "no rule refuses", so that
 * "may it" and "why not" have one source. `payload: true` marks a rule that can only be asked once a payload is
 * given; it is left out when the possible acts are listed.
 */
export interface RuleDefinition {
  payload?: true;
  check(context: never, event: MachineEvent): Refusal | Refusal[] | null;
}

const refuse = (code: string, detail: string, rule?: string, pointer?: string): Refusal => ({
  code,
  detail,
  ...(rule !== undefined && { rule }),
  ...(pointer !== undefined && { pointer }),
});

const pinned = (facts: Facts): Instrument => profile(facts.instrument.id, facts.instrument.version);

/** The id of the profile's rule that answers to a kind; a practice rule is never cited as law. */
const cited = (facts: Facts, kind: RuleKind): string | undefined => {
  const rule = ruleFor(pinned(facts), facts.form, kind);
  return rule?.force === 'binding' ? rule.id : undefined;
};

const written = (value: unknown): string => (typeof value === 'string' ? value : '');

export const RULES = {
  fourEyes: {
    check: (_: LetterContext, { facts }) =>
      facts.actorDrafted
        ? refuse('four-eyes.same-person', 'Someone else of the central authority must review and transmit what you drafted.')
        : null,
  },
  complete: {
    check: (_: LetterContext, { facts }) =>
      facts.lacking && facts.lacking.length > 0
        ? refuse(
            'request.incomplete',
            `The letter lacks ${facts.lacking.length} item(s): ${facts.lacking.map((l) => l.detail).join(' ')}`,
            facts.lacking[0]!.rule,
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
  letterSent: {
    check: (_: LetterContext, { facts }) =>
      facts.letterSent ? null : refuse('request.not-transmitted', 'The letter has not been transmitted yet.'),
  },
  replyOutstanding: {
    check: (context: LetterContext) =>
      context.replyDue ? null : refuse('closure.no-reply-due', 'No reply is outstanding; only a letter whose information was asked for and never came is closed for want of reply.'),
  },
  noticeGiven: {
    check: (context: LetterContext) =>
      context.noticeGiven ? null : refuse('closure.no-notice', 'Give notice of closure first, with a term for the reply.'),
  },
  noticeTermPassed: {
    check: (_: LetterContext, { facts }) =>
      facts.noticeTermPassed === false ? refuse('closure.term-runs', 'The term given in the notice of closure still runs.') : null,
  },
  letterOpen: {
    check: (_: MeasureContext, { facts }) =>
      facts.letterOpen ? null : refuse('request.not-open', 'The letter is not open; reopen it, or open a supplementary request.'),
  },
  letterAcknowledged: {
    check: (_: MeasureContext, { facts }) =>
      facts.letterAcknowledged ? null : refuse('request.not-acknowledged', 'Acknowledge the letter first.'),
  },
  measureOpen: {
    check: (_: MeasureContext, { facts }) =>
      facts.measureFinal ? refuse('measure.ended', 'The measure has its outcome; write to the other central authority instead.') : null,
  },
  termAhead: {
    payload: true,
    check: (_: MeasureContext | LetterContext, { facts, payload }) =>
      Date.parse(written(payload['term'])) <= Date.parse(facts.at)
        ? refuse('term.passed', 'The term has passed already; give the other State time to answer.', undefined, '/term')
        : null,
  },
  conditionsAnswered: {
    check: (context: MeasureContext, { facts }) =>
      context.conditionsPending
        ? refuse('conditions.unanswered', 'Conditions were offered; wait for the answer.', cited(facts, 'conditions'))
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
            cited(facts, 'confidentiality-lost'),
          )
        : null,
  },
  assigned: {
    check: (context: MeasureContext, { facts }) =>
      context.assigned
        ? null
        : refuse('measure.not-assigned', 'Assign the measure to a competent authority first.', cited(facts, 'central-authority')),
  },
  authorised: {
    check: (context: MeasureContext, { facts }) =>
      context.authorised
        ? null
        : refuse('measure.not-authorised', 'Record which body authorised the measure first.', cited(facts, 'safeguards')),
  },
  refusalAllowed: {
    payload: true,
    check: (context: MeasureContext, { facts, payload }) =>
      refusalRules(pinned(facts), facts.form, written(payload['ground']), {
        reasons: written(payload['reasons']),
        consultationClosed: context.consulted,
        conditionsTried: context.conditionsTried,
        requested: facts.requestedState,
        conventionOffence: facts.conventionOffence,
        on: facts.at.slice(0, 10),
      }).map((r) => ({ ...r, pointer: r.code === 'reasons.required' ? '/reasons' : '/ground' })),
  },
  postponementAllowed: {
    check: (context: MeasureContext, { facts }) =>
      postponementRules(pinned(facts), facts.form, { reasons: 'asked apart', consultationClosed: context.consulted }),
  },
  postponementReasoned: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) =>
      postponementRules(pinned(facts), facts.form, { reasons: written(payload['reasons']), consultationClosed: true })
        .filter((r) => r.code === 'reasons.required')
        .map((r) => ({ ...r, pointer: '/reasons' })),
  },
  noOpenHolds: {
    payload: true,
    check: (context: MeasureContext) =>
      context.holds.length === 0
        ? null
        : refuse('transmission.on-hold', `Open holds: ${context.holds.join(', ')}. Lift them before releasing the evidence.`),
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
    check: (_: MeasureContext, { facts }) =>
      facts.evidencePackage?.sealed && facts.evidencePackage.files > 0
        ? null
        : refuse('evidence.not-sealed', 'Upload the evidence and seal its package first.', undefined, '/packageId'),
  },
  receiptVerified: {
    check: (_: MeasureContext, { facts }) => {
      if (facts.receipt === 'verified') return null;
      return facts.receipt === 'mismatch'
        ? refuse('evidence.hash-mismatch', 'A file does not match the manifest; dispute the receipt.')
        : refuse('evidence.not-verified', 'The received files are still being copied and verified.');
    },
  },
  warningDecided: {
    check: (context: MeasureContext, { facts }) =>
      context.warningHeld ? refuse('preservation.warning-undecided', 'The requesting State was warned; wait for its decision whether to execute all the same.', cited(facts, 'preservation-warning')) : null,
  },
  periodLongEnough: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) => {
      const [from, until] = [new Date(written(payload['from'])), new Date(written(payload['until']))];
      if (Number.isNaN(from.getTime()) || Number.isNaN(until.getTime())) return refuse('period.missing', 'Give from and until of what is secured.', cited(facts, 'preservation-period'), '/from');
      if (until.getTime() <= from.getTime()) return refuse('period.reversed', 'The period ends before it begins.', undefined, '/until');
      // The period runs from when the data are secured (42(8)): what is to be secured some day is not secured.
      if (from.getTime() > Date.parse(facts.at)) return refuse('period.begins-later', 'Report the data when they are secured: from cannot lie in the future.', cited(facts, 'preservation-period'), '/from');
      return preservationPeriodRules(pinned(facts), from, until).map((r) => ({ ...r, pointer: '/until' }));
    },
  },
  extensionLonger: {
    payload: true,
    check: (_: MeasureContext, { facts, payload }) =>
      facts.preservedUntil !== undefined && Date.parse(written(payload['until'])) <= Date.parse(facts.preservedUntil)
        ? refuse('extension.not-longer', `The period already runs until ${facts.preservedUntil}; an extension ends later.`, cited(facts, 'preservation-extension'), '/until')
        : null,
  },
  periodEnded: {
    check: (_: MeasureContext, { facts }) =>
      facts.periodOver ? null : refuse('preservation.period-runs', `The data are preserved until ${facts.preservedUntil ?? 'the end of the period reported'}.`, cited(facts, 'preservation-period')),
  },
  releaseNoticed: {
    check: (context: MeasureContext) => (context.releaseNoticed ? null : refuse('release.no-notice', 'Give notice of the release first, with a term.')),
  },
  releaseTermPassed: {
    check: (_: MeasureContext, { facts }) => (facts.releaseTermPassed === false ? refuse('release.term-runs', 'The term given in the notice of release still runs.') : null),
  },
  noLinkedMeasureWaits: {
    check: (_: MeasureContext, { facts }) => {
      if (facts.linked === 'waiting') return refuse('preservation.linked-measure-waits', 'A request that continues this preservation awaits its decision or its data; the preservation goes on until then.', cited(facts, 'preservation-period'));
      return facts.linked === 'grace' ? refuse('preservation.grace-runs', 'The request that continued this preservation was refused; the grace period after the refusal still runs.') : null;
    },
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

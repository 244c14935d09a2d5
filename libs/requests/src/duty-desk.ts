import type { Actor, Json, Official } from '@comity/kernel';
import { actsOf, DUTY_FORMS, hoursAfter, isFinal, mainState, objections, REVIEWED_FORMS, wentOut, type Facts, type Review, type Term } from './domain/index.js';
import type { OpenFile } from './files.js';

/** Practice: within how many hours a second person reviews what one duty officer did alone, where no setting says otherwise. */
export const REVIEW_HOURS = 24;

/** Forms of which an official of the 24/7 desk may act alone, and whether this act is such. */
export function dutyFacts({ row, measures }: OpenFile, act: { type: string; measure: number | null }, official: Official, at: Date, reviewHours = REVIEW_HOURS): Partial<Facts> {
  const forms = measures.filter(({ no }) => act.measure === null || no === act.measure).map(({ form }) => form);
  const onDuty = official.roles.includes('point-of-contact');
  const duty = onDuty && forms.length > 0 && forms.every((form) => (act.type === 'TRANSMIT' ? DUTY_FORMS : REVIEWED_FORMS).includes(form));
  const dutyOnly = onDuty && !official.roles.includes('central-authority');
  const drafted = row.draftedBy.includes(official.accountId);
  const alone = duty && (act.type === 'TRANSMIT' ? dutyOnly || drafted : dutyOnly);
  const own = measures.find(({ no }) => no === act.measure)?.particulars ?? {};
  const waiting = own['dutyReview'] as { by?: string[] } | undefined;
  const objected = objections(own);
  return {
    ...(duty && { duty }),
    ...(dutyOnly && { dutyOnly }),
    ...(alone && { alone, reviewBy: hoursAfter(at, reviewHours) }),
    ...(objected > 0 && { objections: objected }),
    ...((waiting?.by ?? []).includes(official.accountId) && { actedAlone: true }),
  };
}

/** Two files of one act: what one duty officer did alone is marked for review, with its term; a review missed and an objection are chased, too. */
export function dutyReviewed(before: OpenFile, after: OpenFile, act: { type: string; measure: number | null }, actor: Actor | { kind: 'node' }, facts: Facts, at: Date, reviewHours = REVIEW_HOURS): { file: OpenFile; terms: { measure: number; term: Term }[] } {
  const terms: { measure: number; term: Term }[] = [];
  const flag = (file: OpenFile, no: number, name: 'reviewDue' | 'reviewObjected') => (file.measures.find((m) => m.no === no)?.chart.context as { reviewDue?: boolean; reviewObjected?: boolean } | undefined)?.[name] === true;
  const measures = after.measures.map((measure) => {
    const { no } = measure;
    // Also when the data have been disclosed: then it matters most, and what ends the measure does not end the chase.
    if (act.type === 'OBJECT_TO_DUTY_ACT' && act.measure === no) terms.push({ measure: no, term: objectionTerm('objected', at, reviewHours) });
    else if (act.measure === no && endsChase(act.type, before, measure) && flag(after, no, 'reviewObjected') && wentOut(measure.particulars)) {
      terms.push({ measure: no, term: objectionTerm(`${act.type}, what was objected to has gone out`, at, reviewHours) });
    }
    if (act.type === 'MISS_DUTY_REVIEW' && act.measure === no) {
      const { dueAt } = actsOf(measure.particulars['dutyReview'] as Review).at(-1)!;
      terms.push({ measure: no, term: { code: 'duty-review-missed', kind: 'internal', dueAt: at.toISOString(), working: `review was due ${dueAt} and was missed; practice:duty-officer`, rule: 'practice:duty-officer' } });
    }
    if (!facts.alone || !flag(after, no, 'reviewDue') || actor.kind !== 'official' || (act.measure !== null && act.measure !== no)) return measure;
    const known = measure.particulars['dutyReview'] as Record<string, Json> | undefined;
    const waits = flag(before, no, 'reviewDue');
    if (!waits || hasFired(known!)) terms.push({ measure: no, term: reviewTerm(act.type, facts.reviewBy!, at) });
    const by = [...new Set([...(waits ? ((known?.['by'] as string[] | undefined) ?? []) : []), actor.accountId])];
    const acts = [...(waits ? actsOf(known!) : []), { act: act.type, at: at.toISOString(), dueAt: facts.reviewBy! }];
    const dutyReview: Record<string, Json> = waits ? { ...known, by, acts } : { act: act.type, at: at.toISOString(), dueAt: facts.reviewBy!, by, acts };
    // What was said of an earlier act stays on record: an objection more than anything.
    const earlier: Record<string, Json> = waits || known === undefined ? {} : { earlierDutyReviews: [...((measure.particulars['earlierDutyReviews'] as Json[] | undefined) ?? []), known] };
    return { ...measure, particulars: { ...measure.particulars, ...earlier, dutyReview } };
  });
  return { file: { row: after.row, measures }, terms };
}

/** The review was missed since the last act: its term has fired, and what is done alone next has one of its own. */
const hasFired = (review: Review): boolean => review['missed'] === actsOf(review).length;

/** Ends the term of an objection, as what undoes the act that was objected to. */
const endsChase = (type: string, before: OpenFile, { no, chart }: OpenFile['measures'][number]): boolean =>
  type === 'WITHDRAW_MEASURE' || (isFinal(chart) && mainState(chart) !== 'completed' && !isFinal(before.measures.find((m) => m.no === no)!.chart));

const objectionTerm = (why: string, at: Date, hours: number): Term => ({
  code: 'duty-objection', kind: 'internal', dueAt: hoursAfter(at, hours), working: `${hours} hours from ${at.toISOString()}, ${why}; practice:duty-officer`, rule: 'practice:duty-officer',
});

function reviewTerm(act: string, dueAt: string, at: Date): Term {
  const hours = Math.round((Date.parse(dueAt) - at.getTime()) / 3_600_000);
  return {
    code: 'duty-review', kind: 'internal', dueAt, working: `${hours} hours from ${at.toISOString()}, ${act} by one duty officer; practice:duty-officer`,
    rule: 'practice:duty-officer', fires: 'MISS_DUTY_REVIEW',
  };
}

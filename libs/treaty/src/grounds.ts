import type { Cited, Force, Form, GroundCode, GroundEntry, Instrument, Verdict } from './instrument.js';
import { GROUNDS } from './instrument.js';
import type { RuleRefusal } from './content.js';
import { formProfile, instrumentOf, type InstrumentRef } from './profiles.js';

export interface GroundContext {
  /** The requested State, whose declarations count. */
  requested?: string;
  /** Whether an offence of the letter is one the instrument itself lists. */
  conventionOffence?: boolean;
  /** Day of the decision, YYYY-MM-DD: a declaration counts from its day. */
  on?: string;
}

export interface GroundVerdict {
  /** False where the instrument, or the form, has no word on the ground. */
  listed: boolean;
  verdict: Verdict;
  rule: string;
  force: Force;
  detail: string;
  afterConditions: boolean;
  considerConditionsFirst?: string;
}

export interface RefusalContext extends GroundContext {
  reasons?: string;
  consultationClosed?: boolean;
  /** Conditions were offered and did not cure the objection. A closed consultation counts as such. */
  conditionsTried?: boolean;
  /** False where the official says that partial or conditional assistance was not weighed. */
  conditionsConsidered?: boolean;
}

export interface PostponementContext {
  reasons?: string;
  consultationClosed?: boolean;
}

/** What the matrix says of a ground; a ground the instrument does not list is never open. */
export function groundVerdict(
  ref: InstrumentRef,
  form: Form,
  ground: string,
  context: GroundContext = {},
): GroundVerdict {
  const instrument = instrumentOf(ref);
  const profile = formProfile(instrument, form);
  const entry = profile && Object.hasOwn(profile.grounds, ground) ? profile.grounds[ground as GroundCode] : undefined;
  const first = profile?.considerConditionsFirst;
  if (!entry) return unlisted(instrument, form, ground);
  const verdict = declared(ref, entry, context) ? 'may' : entry.verdict;
  return {
    listed: true,
    verdict,
    rule: entry.rule,
    force: entry.force,
    detail: sentence(verdict, entry, form),
    afterConditions: entry.afterConditions === true,
    ...(first && { considerConditionsFirst: first.rule }),
  };
}

/** The whole row of a form, for showing an official what is open and what is not. */
export function groundsOf(
  ref: InstrumentRef,
  form: Form,
  context: GroundContext = {},
): (GroundVerdict & { ground: GroundCode })[] {
  const codes = Object.keys(formProfile(ref, form)?.grounds ?? {}) as GroundCode[];
  return codes.map((ground) => ({ ground, ...groundVerdict(ref, form, ground, context) }));
}

/** Why a refusal on this ground may not be given now; empty where it may. */
export function refusalRules(
  ref: InstrumentRef,
  form: Form,
  ground: string,
  context: RefusalContext = {},
): RuleRefusal[] {
  const found = groundVerdict(ref, form, ground, context);
  const { rule, force, detail } = found;
  if (!found.listed) return [{ code: 'ground.unknown', rule, force, detail }];
  if (found.verdict === 'never') return [{ code: 'ground.forbidden', rule, force, detail }];
  if (found.verdict === 'no') return [{ code: 'ground.not-for-this-form', rule, force, detail }];

  const profile = formProfile(ref, form)!;
  const refusals: RuleRefusal[] = [];
  if (found.verdict === 'consult' && context.consultationClosed !== true) {
    refusals.push(consultationRequired(profile.consultBefore.refuse, 'refusing'));
  }
  if (found.afterConditions && context.conditionsTried !== true && context.consultationClosed !== true) {
    refusals.push({
      code: 'conditions.required',
      rule,
      force,
      detail: 'Offer conditions that would make it possible, or consult on them, before refusing for this.',
    });
  }
  if (profile.considerConditionsFirst && context.conditionsConsidered === false) {
    refusals.push({
      code: 'conditions.not-considered',
      ...cited(profile.considerConditionsFirst),
      detail: 'Weigh first whether it can be granted in part or on conditions.',
    });
  }
  if (!context.reasons?.trim()) refusals.push(reasonsRequired(profile.reasonsFor.refuse, 'refusal'));
  return refusals;
}

/** Why execution may not be postponed now; empty where it may. */
export function postponementRules(ref: InstrumentRef, form: Form, context: PostponementContext = {}): RuleRefusal[] {
  const profile = formProfile(ref, form);
  if (!profile) return [formUnknown(ref, form)];
  if (!profile.postponement.allowed) {
    const detail = profile.postponement.note ?? 'This form is expedited: it is executed or refused, not postponed.';
    return [{ code: 'postponement.not-for-this-form', ...cited(profile.postponement), detail }];
  }
  const refusals: RuleRefusal[] = [];
  if (profile.consultBefore.postpone.when === 'required' && context.consultationClosed !== true) {
    refusals.push(consultationRequired(profile.consultBefore.postpone, 'postponing'));
  }
  if (!context.reasons?.trim()) refusals.push(reasonsRequired(profile.reasonsFor.postpone, 'postponement'));
  return refusals;
}

const cited = ({ rule, force }: Cited): Cited => ({ rule, force });

function consultationRequired(duty: Cited, act: string): RuleRefusal {
  return {
    code: 'consultation.required',
    ...cited(duty),
    detail: `Consult with the requesting State before ${act}: open a consultation, and close it.`,
  };
}

function reasonsRequired(duty: Cited, what: string): RuleRefusal {
  return { code: 'reasons.required', ...cited(duty), detail: `Give the reasons for the ${what}.` };
}

function formUnknown(ref: InstrumentRef, form: Form): RuleRefusal {
  const { name } = instrumentOf(ref);
  return {
    code: 'form.not-in-instrument',
    rule: 'practice:legal-basis',
    force: 'practice',
    detail: `${name} has no form ${form}: choose another legal basis.`,
  };
}

function declared(ref: InstrumentRef, entry: GroundEntry, context: GroundContext): boolean {
  const by = entry.unlessDeclared;
  if (!by || context.requested === undefined) return false;
  if (by.exceptConventionOffences && context.conventionOffence !== false) return false;
  return instrumentOf(ref).declarations.some(
    (d) => d.rule === by.rule && d.state === context.requested && (context.on === undefined || d.from <= context.on),
  );
}

function unlisted(instrument: Instrument, form: Form, ground: string): GroundVerdict {
  const profile = formProfile(instrument, form);
  const known = (GROUNDS as readonly string[]).includes(ground);
  const detail = !known
    ? `There is no ground ${ground}: choose one of the profile's.`
    : profile === undefined
      ? `${instrument.name} has no form ${form}, hence no grounds for it.`
      : `${instrument.name} lists no ground ${ground}: choose one of the profile's for ${form}.`;
  const rule = profile?.groundsRule ?? 'practice:legal-basis';
  // The column of emergencies is practice as a whole, and so is the word that a ground is not in it.
  const binding = instrument.rules.some((r) => r.id === rule && r.force === 'binding');
  return { listed: false, verdict: 'no', rule, force: binding ? 'binding' : 'practice', detail, afterConditions: false };
}

const SENTENCES: Record<Verdict, string> = {
  may: 'may be refused for this, with reasons',
  consult: 'may be refused for this, with reasons, after a consultation was opened and closed',
  no: 'cannot be refused for this',
  never: 'must not be refused for this',
};

function sentence(verdict: Verdict, entry: GroundEntry, form: Form): string {
  return `A measure of ${form} ${SENTENCES[verdict]}.${entry.note === undefined ? '' : ` ${entry.note}`}`;
}

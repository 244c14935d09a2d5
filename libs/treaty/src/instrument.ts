/**
 * The shape of an instrument: law as data. This file imports nothing, so that the data in
 * config/instruments may name these types without a cycle at file level.
 */

/** What a measure asks for. The form decides contents, grounds and clocks. */
export const FORMS = [
  'stored-data',
  'preservation',
  'preserved-traffic-data',
  'real-time-traffic',
  'interception',
  'emergency-disclosure',
  'mutual-legal-assistance',
] as const;
export type Form = (typeof FORMS)[number];

/** may: allowed with reasons. consult: allowed after a closed consultation. no: not for this form. never: forbidden. */
export type Verdict = 'may' | 'consult' | 'no' | 'never';

/** binding: the instrument's. practice: good practice or this software's own; steers, and is never cited as law. */
export type Force = 'binding' | 'practice';

export const GROUNDS = [
  'dual-criminality-absent',
  'de-minimis-or-available-elsewhere',
  'not-in-conformity',
  'essential-interests',
  'barred-for-similar-domestic-case',
  'contrary-to-legal-system',
  'persecution',
  'personal-data-law',
  'not-permitted-by-law-or-practice',
  'not-available-in-similar-domestic-case',
  'requested-law-condition',
  'fiscal-matters-alone',
  'bank-secrecy',
  'political-offence',
  'military-offence',
  'ne-bis-in-idem',
  'limitation',
  'proportionality',
] as const;
export type GroundCode = (typeof GROUNDS)[number];

/** Kinds of rule the statecharts name; each profile says which of its rules answers to a kind. */
export const RULE_KINDS = [
  'central-authority',
  'language',
  'electronic-exchange',
  'contents',
  'additional-information',
  'execution',
  'safeguards',
  'use-limitation',
  'onward-transfer',
  'confidentiality',
  'confidentiality-lost',
  'confidentiality-hold',
  'reasons',
  'status',
  'suggested-deadline',
  'no-longer-required',
  'postponement',
  'consultation',
  'conditions',
  'costs',
  'referral',
  'transmission-decision',
  'evidence',
  'receipt',
  'closing-for-want-of-reply',
  'preservation',
  'preservation-period',
  'preservation-warning',
  'preservation-extension',
  'path-disclosure',
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

export interface Rule {
  /** `UNCC 40(24)`; a practice rule starts with `practice:`. */
  id: string;
  title: string;
  force: Force;
  /** Date of the text the rule is taken from, YYYY-MM-DD. */
  date: string;
  source: string;
  /** False until someone has compared the rule with the treaty's text. */
  verified: boolean;
  /** In our own words; the instrument's text rules. */
  text: string;
}

/** A State bound by an instrument: from the first day (inclusive) until a day (exclusive) if it left. */
export interface Participation {
  state: string;
  from: string;
  until?: string;
  source: string;
  verified: boolean;
}

/** A ratification of an instrument that is not in force: recorded, binds nobody yet. */
export interface Ratification {
  state: string;
  asOf: string;
  source: string;
  verified: boolean;
}

/** A reservation or declaration that changes the matrix for one requested State. */
export interface Declaration {
  state: string;
  /** The rule that allows it, for example `UNCC 42(5)`. */
  rule: string;
  from: string;
  source: string;
  verified: boolean;
}

export interface GroundEntry {
  verdict: Verdict;
  rule: string;
  /** Of this entry: a binding rule applied to a form by practice is practice. */
  force: Force;
  note?: string;
  /** The verdict becomes `may` where the requested State made a declaration under this rule. */
  unlessDeclared?: { rule: string; exceptConventionOffences: boolean };
  /** Conditions that would cure the objection are tried first. */
  afterConditions?: boolean;
  verified?: boolean;
}

/** A place in the content: `letter.facts`, `measure.items`. */
export type ContentPath = `letter.${string}` | `measure.${string}`;

export interface ContentRequirement {
  /** `noun.missing`. */
  code: string;
  title: string;
  rule: string;
  force: Force;
  /** One of these must be filled; the first is the place shown to the official. */
  anyOf: ContentPath[];
  /** Whether transmission waits for it. */
  blocks: boolean;
  /** Why it blocks or does not, where the text alone does not decide. */
  note?: string;
}

export interface ConsultationDuty {
  when: 'required' | 'where-appropriate' | 'advised' | 'none';
  rule: string;
  force: Force;
  verified: boolean;
  why: string;
}

export interface ClockRule {
  /** `preservation-minimum`. */
  code: string;
  kind: DeadlineKind;
  days: number;
  /** Absent: days of 24 hours. Business days go by the confirmed calendar of the authority that has to act. */
  unit?: 'business-days';
  /** What the days are counted from, as it stands in the working: `secured`. */
  from: string;
  rule: string;
  /** The period may be longer, never shorter. */
  minimum: boolean;
}

/** legal: from an instrument. agreed: between the two States. suggested: by the requesting State. internal: the authority's own. */
export type DeadlineKind = 'legal' | 'agreed' | 'suggested' | 'internal';

/** A duty to give reasons, and the rule that makes it. */
export interface Cited {
  rule: string;
  force: Force;
}

export interface FormProfile {
  /** The main article, cited as the legal basis. */
  article: string;
  /** All articles the form rests on. */
  articles: string[];
  contents: ContentRequirement[];
  /** The rule that lists the grounds, cited for a ground that is not among them. */
  groundsRule: string;
  /** One entry for every ground of the instrument's `grounds`. */
  grounds: Partial<Record<GroundCode, GroundEntry>>;
  consultBefore: { refuse: ConsultationDuty; postpone: ConsultationDuty };
  /** Partial or conditional assistance is weighed before a refusal or postponement. */
  considerConditionsFirst?: Cited;
  reasonsFor: { refuse: Cited; postpone: Cited };
  postponement: Cited & { allowed: boolean; note?: string };
  clocks: ClockRule[];
  /** Answers to a kind of rule where the form has its own. */
  kinds?: Partial<Record<RuleKind, string>>;
}

/** Offences an instrument lists itself, and the threshold for those it does not. */
export interface Scope {
  offences: { id: string; title: string }[];
  seriousCrime: {
    /** Limb of the scope rule under which the threshold is asked for: `35(1)(c)`. */
    ground: string;
    /** Least maximum penalty in years; life and death are more serious. */
    years: number;
    rule: string;
  };
}

export interface Instrument {
  id: string;
  /** `YYYY-MM-DD.n`: the day of the data and a counter. A file pins it at transmission. */
  version: string;
  name: string;
  /** Prefix of its rule ids: `UNCC`. */
  prefix: string;
  /** treaty, or reciprocity where no instrument binds. */
  kind: 'treaty' | 'reciprocity';
  adopted: string | null;
  /** Day of entry into force, null while it is not in force. */
  inForceFrom: string | null;
  /** Day on which the facts of participation were last looked at. */
  asOf: string;
  source: string;
  verified: boolean;
  /** full: requests can rest on it. stub: offered to an official, who cannot yet transmit under it alone. */
  depth: 'full' | 'stub';
  /** listed: `parties` says who is bound. to-be-checked: the data do not say; the official looks it up. */
  participation: 'listed' | 'to-be-checked';
  parties: Participation[];
  ratifications: Ratification[];
  declarations: Declaration[];
  rules: Rule[];
  kinds: Partial<Record<RuleKind, string>>;
  /** Grounds the instrument has a word on, also if the word is `never`. */
  grounds: GroundCode[];
  forms: Partial<Record<Form, FormProfile>>;
  /** What the instrument reaches, where it says so. */
  scope?: Scope;
  /** What an official should know before choosing it. */
  note?: string;
}

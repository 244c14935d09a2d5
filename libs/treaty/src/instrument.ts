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
  'network-query',
  'mutual-legal-assistance',
  'spontaneous-information',
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
  'records-not-public',
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
  'emergency',
  'call-back',
  'formal-request',
  'network-query',
  'duty-officer',
  'preservation',
  'preservation-period',
  'preservation-warning',
  'preservation-extension',
  'path-disclosure',
  'transfer-of-person',
  'custody-of-person',
  'safe-conduct',
  'spontaneous-information',
  'hearing-by-video',
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
  /** Asked only of measures for these kinds of assistance; of all but those in `notFor`. */
  onlyFor?: AssistanceKind[];
  notFor?: AssistanceKind[];
  /** Why it blocks or does not, where the text alone does not decide. */
  note?: string;
}

/**
 * What a measure of mutual legal assistance asks for. Stored data, traffic data in real time and interception have
 * forms of their own.
 */
export const ASSISTANCE_KINDS = [
  'evidence-or-statements',
  'service-of-documents',
  'searches-seizures-freezing',
  'objects-and-sites',
  'information-and-evaluations',
  'documents-and-records',
  'tracing-proceeds',
  'voluntary-appearance',
  'recovery-of-proceeds',
  'transfer-of-detained-person',
  'other',
] as const;
export type AssistanceKind = (typeof ASSISTANCE_KINDS)[number];

/** A kind of assistance in an instrument: the rule that allows to ask for it, and its reach. */
export interface AssistanceEntry {
  rule: string;
  title: string;
  /** Where the letter rests on a serious crime that is no offence of the instrument: open for evidence in electronic form only, or not at all. */
  forSeriousCrime: 'electronic-evidence' | 'closed';
  /** False where the text does not say to which of the two the kind belongs. */
  verified: boolean;
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
  /** What of mutual legal assistance the scope reaches for a serious crime, and the rule that says so. */
  assistance: { rule: string; kinds: Record<AssistanceKind, AssistanceEntry> };
}

/** Whether what is furnished may be used for the stated proceedings only by itself, or where the State that sends it asks so. */
export type UseLimitation = 'always' | 'if-asked';

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
  useLimitation: UseLimitation;
  /** Grounds the instrument has a word on, also if the word is `never`. */
  grounds: GroundCode[];
  forms: Partial<Record<Form, FormProfile>>;
  /** What the instrument reaches, where it says so. */
  scope?: Scope;
  /** What an official should know before choosing it. */
  note?: string;
}

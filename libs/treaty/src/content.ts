import type { AssistanceKind, Form } from './instrument.js';

/** What the letter says. Also the wire shape: drafts may be incomplete, only the lists are always there. */
export interface LetterContent {
  subject?: string;
  authority?: { name: string };
  proceeding?: { nature: string; authority: string; functions?: string };
  offences: Offence[];
  cooperationGround?: CooperationGround;
  facts?: string;
  purpose?: string;
  persons: { role: string; location?: string; nationality?: string }[];
  /** BCP 47. */
  language?: string;
  translation?: { status: 'included' | 'to-follow'; by?: string };
  confidential?: { requested: boolean; reason?: string };
  urgent?: { reason: string };
  /** UNCC 40(26). */
  suggestedDeadline?: { at?: string; withinDays?: number; cause?: DeadlineCause; reason: string };
  /** The desk it is sent to; the central authority where left out. */
  addressedTo?: Desk;
}

export const DESKS = ['central-authority', 'point-of-contact'] as const;
export type Desk = (typeof DESKS)[number];

export const DEADLINE_CAUSES = ['limitation-date', 'custody-limit', 'trial-date', 'other'] as const;
/** What makes the requesting State suggest a deadline. */
export type DeadlineCause = (typeof DEADLINE_CAUSES)[number];

export const COOPERATION_GROUNDS = ['35(1)(a)', '35(1)(b)', '35(1)(c)'] as const;
/** Which limb of UNCC 35(1), 35(1)(a)-(c), the letter rests on: (c) is a serious crime that need not be a Convention offence. */
export type CooperationGround = (typeof COOPERATION_GROUNDS)[number];

export interface Offence {
  label: string;
  law?: string;
  provision?: string;
  maxPenalty?: { kind: 'years' | 'life' | 'death'; years?: number; law: string };
  /** `UNCC 7`. */
  conventionOffence?: string;
  comparable?: string;
  fiscal?: boolean;
}

export const DATA_CLASSES = ['traffic', 'content', 'subscriber', 'other'] as const;
/** UNCC 2(c)-(f). */
export type DataClass = (typeof DATA_CLASSES)[number];

export const ITEM_TYPES = ['ipv4', 'ipv6', 'domain', 'url', 'account', 'email', 'server', 'device', 'other'] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

export interface Item {
  type: string;
  value: string;
  port?: number;
  protocol?: string;
  /** RFC 3339 with offset, a plain date, or local time read in `timeZone`. */
  from?: string;
  to?: string;
  /** IANA name, or `UTC+07:00`. */
  timeZone?: string;
  location?: string;
  description?: string;
}

export interface MeasureContent {
  form: Form;
  what?: string;
  procedure?: string;
  dataClass?: DataClass;
  items: Item[];
  period?: { from: string; to: string };
  custodian?: string;
  /** Where several hold the data: each is ordered and reports on its own. */
  custodians?: string[];
  legalBases: LegalBasis[];
  /** How the data relate to the offence: UNCC 42(3)(c), 45(3)(c). */
  relation?: string;
  /** Why it is needed: UNCC 42(3)(e), 45(3)(e). */
  necessity?: string;
  /** A request for disclosure will follow: UNCC 42(3)(f). */
  requestToFollow?: boolean;
  /** Why the period is as long as it is: UNCC 45(3)(f). */
  periodReason?: string;
  /** The preservation this measure continues, by its request and number: UNCC 42(8), 44. */
  followsPreservation?: { requestId: string; measure: number };
  /** The emergency disclosure this measure is the formal request for: UNCC 41(3)(e). */
  followsEmergency?: { requestId: string; measure: number };
  emergency?: Emergency;
  /** What one point of contact asks another. */
  queryKind?: QueryKind;
  /** UNCC 40(3), 40(9): which kind of mutual legal assistance is asked for. */
  assistance?: AssistanceKind;
  /** UNCC 35(2): what is asked for serves to obtain evidence in electronic form. */
  electronicEvidence?: boolean;
  /** UNCC 40(18). */
  hearing?: Hearing;
  /** UNCC 40(5), Budapest 26(2): what the information sent may not be used for; it binds on receipt. */
  useLimits?: string;
  /** UNCC 40(31): whether the government records asked for are open to the public there. */
  governmentRecords?: 'public' | 'not-public';
  /** UNCC 42(3)(g). */
  doNotNotifyUser?: boolean;
  /** UNCC 44, Budapest 31(3): expedited since the data are vulnerable to loss or modification, or since the instrument says so. */
  expedited?: { ground: 'vulnerable' | 'instrument'; reason: string };
}

/** UNCC 2(o): a significant and imminent risk to the life or safety of a natural person, said and shown. */
export interface Emergency {
  risk: 'life' | 'safety';
  /** Who is in danger, of what, and why now. */
  statement?: string;
  /** What shows it; documents are attached. */
  proof?: string;
  /** Hours, counted from transmission. */
  answerWithinHours?: number;
}

export const HEARD_AS = ['witness', 'victim', 'expert'] as const;

/** UNCC 40(18): a person in the requested State who is to be heard by the judicial authorities of the other. */
export interface Hearing {
  heardAs: (typeof HEARD_AS)[number];
  byVideo: boolean;
  /** Why the person cannot, or should not, appear in person. */
  reason?: string;
}

export const QUERY_KINDS = ['technical-advice', 'where-the-data-are', 'where-the-provider-is', 'legal-information', 'locating-suspects'] as const;
/** UNCC 41(3)(a), 42(2) with 41(3)(b) twice, 41(3)(c), 41(3)(d). */
export type QueryKind = (typeof QUERY_KINDS)[number];

export interface LegalBasis {
  instrument: string;
  article: string;
  /** Day on which it was found to bind, YYYY-MM-DD. */
  date: string;
  role: 'primary' | 'alternative';
}

/** Why something may not be done: a stable code, the rule, and what to do next. */
export interface RuleRefusal {
  code: string;
  rule: string;
  /** practice: the house steers by it, and it is not to be read as law. */
  force: 'binding' | 'practice';
  detail: string;
}

/** Another instrument the measure could rest on. */
export interface OfferedBasis {
  instrument: string;
  article: string;
  note: string;
}

/** Content that is wrong: refused when it is saved. */
export interface ContentProblem {
  code: string;
  /** JSON pointer into `{ letter, measures }`. */
  pointer: string;
  detail: string;
  rule?: string;
  offers?: OfferedBasis[];
}

/** Content that is lacking: shown at any time, and where it blocks refused at transmission. */
export interface Lacking {
  code: string;
  pointer: string;
  rule: string;
  force: 'binding' | 'practice';
  detail: string;
  blocks: boolean;
}

import { MESSAGES } from '../domain/index.js';
import { OUTCOMES } from '../domain/overall.js';

/** What the figures of statistics mean. docs/reference/statistics.md is made of it. */
export interface Figure {
  name: string;
  about: string;
}

export const DIMENSIONS: readonly Figure[] = [
  { name: 'period', about: 'Calendar month, quarter or year (UTC) in which the letter began: was transmitted, in the file of the requesting State; was taken in, in that of the requested State. A letter is counted in that period alone, whatever happens later.' },
  { name: 'counterpart', about: 'The other State. With `side` it gives the State pair and its direction.' },
  { name: 'side', about: "`requesting`: one's own State asked; `requested`: it was asked." },
  { name: 'instrument', about: "Primary legal basis of the measure; `none` where the letter names none." },
  { name: 'form', about: 'Form of the measure.' },
  { name: 'kind', about: '`supplementary`: the letter supplements an earlier one; else `returned`: additional information was asked for at least once (UNCC 40(16), and its like in other instruments); else `first`. The three are counted apart and never mixed.' },
  { name: 'training', about: 'Whether the letter rests on an instrument applied as an exercise. Exercises are counted apart and never mixed with earnest.' },
];

export const VOLUMES: readonly Figure[] = [
  { name: 'requests', about: 'Letters with at least one measure of this row. A letter that asks for measures of two forms is in two rows, so rows must not be added up into a number of letters.' },
  { name: 'measures', about: 'Measures of this row. These may be added up.' },
  { name: 'urgent', about: 'Of the measures, those of letters marked urgent.' },
];

/** Members of `outcomes`, and of them `open`: without an outcome yet. */
export const OUTCOME_FIGURES = ['open', ...OUTCOMES] as const;

export interface Milestone extends Figure {
  /** Acts that reach it; the messages of these acts reach it in the other State's file. */
  acts: readonly string[];
  on: 'letter' | 'measure';
}

/** Days run from the letter's beginning in this file to the first time the milestone is reached. */
export const MILESTONES: readonly Milestone[] = [
  { name: 'acknowledged', on: 'letter', acts: ['ACKNOWLEDGE'], about: 'Receipt of the letter was acknowledged.' },
  { name: 'decided', on: 'measure', acts: ['GRANT', 'REFUSE', 'ORDER_PRESERVATION', 'ORDER_DISCLOSURE', 'DISCLOSE_PATH', 'ANSWER_QUERY', 'DECLINE_QUERY', 'CONFIRM_INFORMATION', 'RETURN_INFORMATION', 'DECIDE_TRANSMISSION', 'REFER'], about: 'The first decision on the measure: granted, refused, or referred; ordered (preservation, disclosure in an emergency); path disclosed (preserved traffic data); answered, or said not to be answered (query of the network); confirmed or sent back (information without a request).' },
  { name: 'secured', on: 'measure', acts: ['SECURE', 'REPORT_SECURED'], about: 'The data were secured.' },
  { name: 'executed', on: 'measure', acts: ['REPORT_EXECUTION'], about: 'Execution was reported, with or without data.' },
  { name: 'transmitted', on: 'measure', acts: ['TRANSMIT_EVIDENCE', 'DISCLOSE', 'DISCLOSE_PATH', 'ANSWER_QUERY'], about: 'Evidence was transmitted, in an emergency too (UNCC 41(3)(e)); or the path of a communication disclosed (UNCC 43); or a query answered.' },
  { name: 'received', on: 'measure', acts: ['CONFIRM_RECEIPT', 'CONFIRM_PATH', 'CONFIRM_INFORMATION'], about: 'Receipt of intact evidence, of the path, or of information sent without a request was confirmed.' },
  { name: 'closed', on: 'letter', acts: ['CLOSE', 'CLOSE_FOR_WANT_OF_REPLY'], about: 'The letter was closed.' },
];

/** Types of events, here or of the other State, that reach a milestone; `known` are all types there are. */
export function typesReaching({ acts }: Milestone, known: readonly string[]): string[] {
  return known.filter((type) => acts.includes(type) || MESSAGES[type]?.sentBy.some((act) => acts.includes(act)));
}

import type { Term } from './terms.js';

/**
 * The register of alarms: what officials are called about. All of it is practice, and each number a setting of the
 * State: the Convention sets none. An alarm changes no state of a request; nothing is released by it.
 */
export interface AlarmKind {
  label: string;
  /** What the number of the setting counts: before the deadline, or, for a call, from its arrival until the deadline. */
  unit: 'days-before' | 'hours-before' | 'minutes-after';
  /** Proposed number. */
  lead: number;
  /** Largest number that makes sense. */
  most: number;
  /** Calls the next on duty each so many minutes, until it is acknowledged or over; absent: calls nobody. */
  stepMinutes?: number;
  /** What to do about it. */
  advice: string;
}

export const ALARM_KINDS = {
  'preservation-ends': {
    label: 'Preservation ends, and no request that continues it is on record', unit: 'days-before', lead: 14, most: 60,
    advice: 'Requesting State: send the request (UNCC 42(8)) or ask for an extension (42(9)). Requested State: ask the other authority; release only by your own act, after notice.',
  },
  'call-unanswered': {
    label: 'A call to the 24/7 network is unanswered', unit: 'minutes-after', lead: 30, most: 1440, stepMinutes: 15,
    advice: 'Acknowledge the letter or act on it; the requesting State calls the point of contact by telephone (UNCC 41).',
  },
  'suggested-due': {
    label: 'The deadline that the requesting State suggested has passed', unit: 'days-before', lead: 0, most: 60,
    advice: 'Say how far it is, and by when it can be done; a suggested deadline is taken full account of (UNCC 40(26)).',
  },
  'agreed-due': { label: 'An agreed deadline has passed', unit: 'days-before', lead: 0, most: 60, advice: 'Write to the other central authority.' },
  'internal-due': { label: 'A deadline of the own authority has passed', unit: 'hours-before', lead: 0, most: 720, advice: 'Do what it was set for, or end it with a reason.' },
  'legal-due': { label: 'A deadline of the law has passed', unit: 'days-before', lead: 0, most: 60, advice: 'See its rule.' },
} as const satisfies Record<string, AlarmKind>;

export type AlarmName = keyof typeof ALARM_KINDS;
export const ALARM_NAMES = Object.keys(ALARM_KINDS) as AlarmName[];

/** Of a term that fires an event there is no alarm: the clock itself acts. */
export function alarmOf({ code, kind, fires }: Pick<Term, 'code' | 'kind' | 'fires'>): AlarmName | null {
  if (fires !== undefined) return null;
  if (code === 'preservation') return 'preservation-ends';
  return code === CALL ? 'call-unanswered' : `${kind}-due`;
}

/** Code of the term within which a letter sent by the 24/7 network is to be answered. */
export const CALL = 'call';

/** Forms that go through the 24/7 network (UNCC 41(3)). */
const CALLING_FORMS: ReadonlySet<string> = new Set(['preservation', 'preserved-traffic-data', 'emergency-disclosure']);

/** Whether a letter calls the 24/7 desk: urgent, or with a measure of the network (practice; UNCC 41). */
export const isCall = (urgent: boolean, forms: readonly string[]): boolean => urgent || forms.some((form) => CALLING_FORMS.has(form));

export interface AlarmSetting {
  enabled: boolean;
  lead: number;
  stepMinutes: number;
}

/** What the register proposes for a kind. */
export const proposed = (kind: AlarmName): AlarmSetting => {
  const { lead, stepMinutes }: AlarmKind = ALARM_KINDS[kind];
  return { enabled: true, lead, stepMinutes: stepMinutes ?? 15 };
};

const UNIT_MS: Record<AlarmKind['unit'], number> = { 'days-before': 86_400_000, 'hours-before': 3_600_000, 'minutes-after': 0 };

/** How long before its deadline an alarm is raised, in ms; a call's deadline has its minutes in itself. */
export const leadMs = (kind: AlarmName, lead: number): number => lead * UNIT_MS[ALARM_KINDS[kind].unit];


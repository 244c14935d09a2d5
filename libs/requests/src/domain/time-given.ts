import type { Side } from '@comity/kernel';
import type { CameLate, Facts } from './machine-parts.js';
import { noticeTerm, openConsultation, releaseTerm, replyBy, type Particulars } from './particulars.js';
import type { Term } from './terms.js';

/** Of a message that gives the other State time: when it was sealed, and when it left the house; null while it waits. */
export interface Sent {
  at: Date;
  left: Date | null;
}

/** Of the latest own message of a type about the letter or the measure in question; undefined where none was sent. */
export type SentOf = (type: string) => Sent | undefined;

interface Given {
  /** Of the term that it sets in both files. */
  code: string;
  /** Member of the message that says the day. */
  member: string;
  /** The day, as its sender's file has it. */
  term: (own: Particulars, side: Side) => string | undefined;
}

const ofRequested = (term: (own: Particulars) => string | undefined) => (own: Particulars, side: Side) => (side === 'requested' ? term(own) : undefined);

/** Messages whose contents give the other State time until a day. */
export const TIME_GIVEN: Readonly<Record<string, Given>> = {
  CONSULTATION_OPENED: { code: 'consultation', member: 'term', term: (own, side) => ownTerm(own, side) },
  CLOSURE_NOTICED: { code: 'closure', member: 'term', term: ofRequested(noticeTerm) },
  INFORMATION_REQUESTED: { code: 'information', member: 'by', term: ofRequested(replyBy) },
  RELEASE_NOTICED: { code: 'release', member: 'term', term: ofRequested(releaseTerm) },
};
export const GIVES_TIME = Object.keys(TIME_GIVEN);

/** Own messages that have left before data are released: the notice, and the answer to who asked in time for more time. */
export const RELEASE_RESTS_ON: readonly string[] = ['RELEASE_NOTICED', 'EXTENSION_DECLINED'];
export const TIME_RESTS_ON: readonly string[] = [...new Set([...GIVES_TIME, ...RELEASE_RESTS_ON])];

/** So much of the time given may pass until the message leaves; where more has passed, the time is counted from then. Decision 41. */
const ON_THE_WAY = 0.1;

/**
 * When the time that a message gives has run. A letter may be carried long after it was sealed, even after the term
 * written in it: the other State has as much time as it was given, from when the message left.
 * @returns null while the message waits: no time runs against a State that cannot know of it
 */
function runsUntil(term: string, sent: Sent | undefined): Date | null {
  const stated = new Date(term);
  if (!sent) return stated;
  if (!sent.left) return null;
  const late = sent.left.getTime() - sent.at.getTime();
  return late <= ON_THE_WAY * (stated.getTime() - sent.at.getTime()) ? stated : new Date(stated.getTime() + late);
}

/** Of the consultation that is open, where this State opened it. */
function ownTerm(own: Particulars, side: Side): string | undefined {
  const open = openConsultation(own);
  return open?.['openedBy'] === side ? String(open['term']) : undefined;
}

/** When the time that an own message of the type gives has run; null while it waits, undefined where it gives none that still counts. */
export function givenUntil(type: string, own: Particulars, side: Side, sent: SentOf): Date | null | undefined {
  const term = TIME_GIVEN[type]?.term(own, side);
  return term === undefined ? undefined : runsUntil(term, sent(type));
}

/** What the file of the receiver counts by: the other State's message left, at the latest, when it came. Undefined where it came in time. */
export function cameLate(type: string, payload: Record<string, unknown>, sentAt: Date, arrived: Date): CameLate | undefined {
  const given = TIME_GIVEN[type];
  const term = given && (payload[given.member] as string | undefined);
  if (term === undefined) return undefined;
  const until = runsUntil(term, { at: sentAt, left: arrived })!;
  return until.getTime() > Date.parse(term) ? { on: arrived.toISOString(), until: until.toISOString() } : undefined;
}

/** The term that a message sets in its receiver's file. */
export const countedFrom = (term: Term, late: CameLate | undefined): Term =>
  late ? { ...term, dueAt: late.until, working: `${term.working}, ${term.dueAt}; it came on ${late.on}, and the time given runs from then` } : term;

/**
 * Whether the time that this State gave the other has run, by when its messages left (UNCC 40(28), practice); empty where
 * it gave none. Pure.
 * @param own particulars of the letter or of the measure
 */
export function timeGiven(own: Particulars, side: Side, at: Date, sent: SentOf): Pick<Facts, 'consultationTermPassed' | 'noticeTermPassed' | 'releaseTermPassed' | 'noticeRunsUntil' | 'replyBy' | 'notLeft'> {
  const waits = (type: string): boolean => sent(type)?.left === null;
  const passed = (until: Date | null | undefined): boolean => until === undefined || (until !== null && until.getTime() <= at.getTime());
  const until = (type: string): Date | null | undefined => givenUntil(type, own, side, sent);
  const [lapse, closure, by, release] = [until('CONSULTATION_OPENED'), until('CLOSURE_NOTICED'), until('INFORMATION_REQUESTED'), until('RELEASE_NOTICED')];
  const notice = closure ?? release;
  const notLeft = [
    ...(lapse === undefined ? [] : ['CONSULTATION_OPENED']), ...(closure === undefined ? [] : ['CLOSURE_NOTICED', 'INFORMATION_REQUESTED']), ...(release === undefined ? [] : RELEASE_RESTS_ON),
  ].filter(waits);
  return {
    ...(lapse !== undefined && { consultationTermPassed: passed(lapse) }),
    ...(closure !== undefined && { noticeTermPassed: passed(closure) && passed(by) && !waits('INFORMATION_REQUESTED') }),
    ...(release !== undefined && { releaseTermPassed: passed(release) && !waits('EXTENSION_DECLINED') }),
    ...(notice && { noticeRunsUntil: notice.toISOString() }),
    ...(by && { replyBy: by.toISOString() }),
    ...(notLeft.length > 0 && { notLeft }),
  };
}

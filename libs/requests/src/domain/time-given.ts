import type { Side } from '@comity/kernel';
import type { Facts } from './machine-parts.js';
import { noticeTerm, openConsultation, releaseTerm, replyBy, type Particulars } from './particulars.js';

/** Of a message that gives the other State time: when it was sealed, and when it left the house; null while it waits. */
export interface Sent {
  at: Date;
  left: Date | null;
}

/** Of the latest own message of a type about the letter or the measure in question; undefined where none was sent. */
export type SentOf = (type: string) => Sent | undefined;

/** Own messages whose contents give the other State time until a term. */
export const GIVES_TIME: readonly string[] = ['CONSULTATION_OPENED', 'CLOSURE_NOTICED', 'INFORMATION_REQUESTED', 'RELEASE_NOTICED'];

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

/** When a consultation that this State opened lapses (UNCC 40(28)); null while its opening waits, undefined where none is open. */
export function lapsesAt(own: Particulars, side: Side, sent: SentOf): Date | null | undefined {
  const open = openConsultation(own);
  return open?.['openedBy'] === side ? runsUntil(String(open['term']), sent('CONSULTATION_OPENED')) : undefined;
}

/**
 * Whether the time that this State gave the other has run, by when its messages left (UNCC 40(28), practice); empty where
 * it gave none. Pure.
 * @param own particulars of the letter or of the measure
 */
export function timeGiven(own: Particulars, side: Side, at: Date, sent: SentOf): Pick<Facts, 'consultationTermPassed' | 'noticeTermPassed' | 'releaseTermPassed' | 'noticeRunsUntil' | 'replyBy' | 'notLeft'> {
  const waits = (type: string): boolean => sent(type)?.left === null;
  const passed = (until: Date | null | undefined): boolean => until === undefined || (until !== null && until.getTime() <= at.getTime());
  const until = (type: string, term: string | undefined): Date | null | undefined => (term === undefined ? undefined : runsUntil(term, sent(type)));
  const lapse = lapsesAt(own, side, sent);
  const [closure, release, by] = side === 'requested' ? [until('CLOSURE_NOTICED', noticeTerm(own)), until('RELEASE_NOTICED', releaseTerm(own)), until('INFORMATION_REQUESTED', replyBy(own))] : [];
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

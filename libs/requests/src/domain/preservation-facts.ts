import { keptSince, outstandingOf, presentSince, preservedUntil, preservedUntilLast, releasesPresent, securedBy } from './custodians.js';
import type { Facts, MachineEvent } from './machine-parts.js';
import { releaseTerm, type Particulars } from './particulars.js';
import { warnedOf } from './warnings.js';

/**
 * What decisions on a preservation depend on, of what was said and of the time.
 * @param dated of a letter that is transcribed: its own date
 */
export function preservationFacts(own: Particulars, at: Date, dated?: Date): Partial<Facts> {
  const since = presentSince(own);
  const [until, lastUntil, term] = [preservedUntil(own), preservedUntilLast(own), releaseTerm(own)];
  const noticed = (own['releaseNotice'] as { at?: string } | null | undefined)?.at;
  const over = (end: string | undefined, by: Date) => end !== undefined && Date.parse(end) < by.getTime();
  return {
    periodOver: over(until, at),
    lastPeriodOver: over(lastUntil, at),
    custodians: Object.fromEntries(securedBy(own).map((c) => [c.custodian, c.until])),
    outstanding: outstandingOf(own),
    warnedOf: warnedOf(own),
    releaseTermPassed: term === undefined || Date.parse(term) <= at.getTime(),
    ...(noticed !== undefined && securedBy(own).some(({ reportedAt }) => Date.parse(reportedAt) > Date.parse(noticed)) && { noticeOutdated: true }),
    ...(until !== undefined && { preservedUntil: until }),
    ...(own['release'] !== undefined && { released: true }),
    ...(dated && { keptSince: keptSince(own) }),
    ...(dated && since !== undefined && dated.getTime() < Date.parse(since) && { ofEarlierPreservation: true }),
    ...(dated && lastUntil !== undefined && { datedAfterPeriod: over(lastUntil, dated) }),
  };
}

/** Whether a letter tells of a preservation, or a keeping of data, that another one has followed: by its date. Never of what a node sends. */
export function tellsOfEarlier({ type, payload, facts }: Pick<MachineEvent, 'type' | 'payload' | 'facts'>): boolean {
  if (facts.ofEarlierPreservation) return true;
  return type === 'RELEASED' && facts.keptSince !== undefined && !releasesPresent(facts.keptSince, payload, facts.dated);
}

import type { Tx } from '@comity/database';
import { LEFT_AT, NOT_LEFT } from '@comity/exchange';
import type { Json, Side } from '@comity/kernel';
import type { ContentProblem, Lacking, MeasureContent } from '@comity/treaty';
import { FINAL_MEASURE_STATES, isSent, mainState, preservedUntil, type Facts, type Particulars } from './domain/index.js';
import { setTerm } from './file-log.js';
import { LAPSED, lockFile, readFile, readMeasures, type OpenFile } from './files.js';
import type { Measure } from './measure.entity.js';

const DISCLOSURE = 'preserved-traffic-data';
const DAY = 86_400_000;

/** A measure of one's own files that continues a preservation, as far as the release is decided on it. */
export interface Continuing {
  form: string;
  main: string;
  /** When it was refused or referred, RFC 3339. */
  refusedAt: string | null;
  /** The message that says so waits, where this State is the one to send it. */
  waits?: boolean | null;
  /** When that message was delivered or dispatched. */
  left?: Date | null;
  /** State of its letter. */
  letter: string;
  /** The letter was closed for want of a reply that has come since. */
  replied?: boolean | null;
  /** When the letter came. */
  received?: Date;
}

/** Main states of a measure that was granted: what keeps its data from here on is practice, and no longer 42(8). */
const AWAITS_DATA: ReadonlySet<string> = new Set(['granted', 'executing', 'executed', 'released', 'evidenceTransmitted']);

/**
 * How it stands with a preservation that others continue (UNCC 42(8), 44): kept while one awaits its decision or its
 * data, which is from receipt to the end of the measure, and after a refusal through the grace period (practice), which does not
 * run before the other State can know of the refusal (decision 41). Pure.
 */
export function linkedOf(continuing: readonly Continuing[], at: Date, graceDays: number): NonNullable<Facts['linked']> {
  const sent = continuing.filter(({ letter }) => isSent(letter));
  // A disclosure under 43 needs the data until the path is told, and no longer; it is no request of 42(8) for them. Nothing is
  // decided on a letter that was closed for want of reply, until the reply comes.
  const open = sent.filter(({ form, main, letter, replied }) => (letter !== LAPSED || replied === true) && (form === DISCLOSURE ? main === 'received' : !FINAL_MEASURE_STATES.has(main)));
  if (open.some(({ form, main }) => form === DISCLOSURE || !AWAITS_DATA.has(main))) return 'waiting';
  if (open.length > 0) return 'granted';
  const asked = sent.filter(({ form }) => form !== DISCLOSURE);
  const refusals = asked.filter(({ main }) => ['refused', 'referred'].includes(main));
  if (refusals.some(({ refusedAt, waits, left }) => waits === true || (left?.getTime() ?? (Date.parse(refusedAt ?? '') || 0)) + graceDays * DAY > at.getTime())) return 'grace';
  return asked.length > 0 ? 'over' : 'none';
}

/**
 * How requests that continue it stand, and whether a notice of release came before the decision on one. Read under the lock of the preservation's file, which the arrival of such a request takes as well: so a release and a
 * request cannot miss each other. Requests of another State than the preservation's do not count.
 */
export async function linkedState(tx: Tx, { row, measures }: OpenFile, measure: number, at: Date, graceDays: number): Promise<Pick<Facts, 'linked' | 'noticeOutdated'>> {
  const rows = await tx.prepared<Continuing>(
    'requests_linked',
    `SELECT m.form, m.chart->'value'->>'main' AS main, f.letter->'value'->>'main' AS letter,
       coalesce(m.particulars->'refusal'->>'at', m.particulars->'referral'->>'at', m.particulars->'transmission'->>'at') AS "refusedAt",
       f.letter->'value'->>'information' = 'answered' AS replied, f.created_at AS received, told.waits, told."left"
     FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
       JOIN request_file p ON p.state = m.state AND p.id = $2 AND p.counterpart = f.counterpart AND p.side = f.side
       LEFT JOIN LATERAL (SELECT ${NOT_LEFT} AS waits, ${LEFT_AT} AS "left" FROM outbox_message o
         WHERE o.state = m.state AND o.thread_id = m.file_id AND o.measure = m.no AND o.type IN ('REFUSED', 'REFERRED') ORDER BY o.seq DESC LIMIT 1) told ON true
     WHERE m.state = $1 AND m.follows_request = $2 AND m.follows_measure = $3
     UNION ALL
     SELECT m.form, m.chart->'value'->>'main', f.letter->'value'->>'main', m.particulars->'refusal'->>'at', NULL, f.created_at, NULL, NULL
     FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
     WHERE m.state = $1 AND m.file_id = $2 AND m.form = 'preserved-traffic-data' AND m.follows_request IS NULL`,
    [tx.state, row.id, measure],
  );
  return { linked: linkedOf(rows, at, graceDays), ...(noticeOutdated(measures.find(({ no }) => no === measure)!.particulars, rows) && { noticeOutdated: true }) };
}

/** A notice the other State answered with a request says nothing of what follows where that ends without its data (practice:release-after-notice). */
function noticeOutdated(preservation: Particulars, continuing: readonly Continuing[]): boolean {
  const noticed = Date.parse((preservation['releaseNotice'] as { at?: string } | null | undefined)?.at ?? '');
  const denied = ({ main, refusedAt }: Continuing): boolean => ['refused', 'referred'].includes(main) && Date.parse(refusedAt ?? '') > noticed;
  const ended = ({ main, letter, received }: Continuing): boolean => main !== 'completed' && (letter === LAPSED || FINAL_MEASURE_STATES.has(main)) && received !== undefined && received.getTime() > noticed;
  return continuing.some((one) => one.form !== DISCLOSURE && (denied(one) || ended(one)));
}

/** What a measure may name of an earlier request of one's own, and what that must be. */
const LINKS = [
  { member: 'followsPreservation', form: 'preservation', code: 'preservation.unknown', what: 'preservation' },
  { member: 'followsEmergency', form: 'emergency-disclosure', code: 'emergency.unknown', what: 'emergency disclosure' },
] as const;

/**
 * Links to preservations and emergencies that are none of the same State's requests to the other, each with its place in the letter.
 * @param own the letter itself, whose measures may follow each other as they are now
 * @param side of one's own files of them
 */
export async function unknownLinks(tx: Tx, counterpart: string, measures: readonly MeasureContent[], own?: string, side: Side = 'requesting'): Promise<ContentProblem[]> {
  const problems: ContentProblem[] = [];
  for (const { member, form, code, what } of LINKS) {
    for (const [i, { [member]: link }] of measures.entries()) {
      if (!link) continue;
      const [row, stored] = await Promise.all([readFile(tx, link.requestId), readMeasures(tx, link.requestId)]);
      const of = link.requestId === own ? measures.map((m, n) => ({ no: n + 1, form: m.form })) : stored;
      const pointer = `/measures/${i}/${member}`;
      if (!row || row.side !== side || row.counterpart !== counterpart) {
        problems.push({ code, pointer: `${pointer}/requestId`, detail: side === 'requesting' ? 'You have no such request to this State.' : 'This State has made no such request to you: name the one that the letter means, or leave the link out.' });
      } else if (of.find(({ no }) => no === link.measure)?.form !== form) {
        problems.push({ code: 'measure.unknown', pointer: `${pointer}/measure`, detail: `Measure ${link.measure} of that request is no ${what}.` });
      }
    }
  }
  return problems;
}

/**
 * Links that would reach nothing where the letter arrives: what they name was abandoned, or has not been sent. Asked at
 * transmission, since a draft may follow another draft. `keeping` cites the rule by which a measure's preservation is kept for it.
 */
export async function linksNotSent(tx: Tx, { row, measures }: OpenFile, keeping: (measure: number) => Pick<Lacking, 'rule' | 'force'>): Promise<Lacking[]> {
  const lacking: Lacking[] = [];
  for (const { member, what } of LINKS) {
    for (const [i, { no, content }] of measures.entries()) {
      const link = content[member];
      if (!link || link.requestId === row.id) continue;
      const followed = await readFile(tx, link.requestId);
      // What is not there was refused when the draft was saved.
      if (!followed || isSent(mainState(followed.letter))) continue;
      const cited = member === 'followsPreservation' ? keeping(no) : ({ rule: 'practice:formal-request', force: 'practice' } as const);
      lacking.push({ code: 'link.not-sent', pointer: `/measures/${i}/${member}`, ...cited, blocks: true, detail: `The ${what} that measure ${no} follows has not been transmitted: transmit it first, or follow another.` });
    }
  }
  return lacking;
}

/** Locks the files of preservations that a request continues and of emergencies it follows, in order of id, before its own file is written. */
export async function lockFollowed(tx: Tx, measures: readonly MeasureContent[]): Promise<void> {
  const ids = [...new Set(measures.flatMap((m) => [...(m.followsPreservation ? [m.followsPreservation.requestId] : []), ...(m.followsEmergency ? [m.followsEmergency.requestId] : [])]))].sort();
  for (const id of ids) await lockFile(tx, id);
}

/** The preservation a measure names, in one's own files and asked for by the same State of the same; undefined where there is none. */
async function followed(tx: Tx, { fileId, content: { followsPreservation: link } }: Measure): Promise<Measure | undefined> {
  if (!link) return undefined;
  const [own, row, measures] = await Promise.all([readFile(tx, fileId), readFile(tx, link.requestId), readMeasures(tx, link.requestId)]);
  return own && row?.counterpart === own.counterpart && row.side === own.side ? measures.find((m) => m.no === link.measure && m.form === 'preservation') : undefined;
}

/** What a request finds of the preservation it continues when it arrives: kept, or gone already. Told in the measure's particulars. */
export async function noteContinued(tx: Tx, measures: readonly Measure[], at: Date): Promise<void> {
  for (const measure of measures) {
    const link = measure.content.followsPreservation;
    if (!link) continue;
    const preservation = await followed(tx, measure);
    const until = preservation && preservedUntil(preservation.particulars);
    const found: Record<string, Json> = {
      ...link, at: at.toISOString(), found: preservation ? mainState(preservation.chart) : 'unknown', ...(until && { until }),
    };
    measure.particulars = { ...measure.particulars, continues: found };
    void tx.prepared('requests_continues', 'UPDATE measure SET particulars = $4 WHERE state = $1 AND file_id = $2 AND no = $3', [tx.state, measure.fileId, measure.no, JSON.stringify(measure.particulars)]);
  }
}

/**
 * What a decision on the continuing measure means for the preservation. On a grant it passes into securing (UNCC 44)
 * in the same moment, until the evidence is transmitted or the measure ends. On a refusal the grace period is set as a
 * term on the preservation's file; letting go is an official's act even then.
 */
export async function passOn(tx: Tx, file: OpenFile, before: OpenFile, no: number | null, at: Date, graceDays: number): Promise<void> {
  const measure = file.measures.find((m) => m.no === no);
  const was = before.measures.find((m) => m.no === no);
  if (!measure?.content.followsPreservation || !was || measure.form === DISCLOSURE) return;
  const [from, to] = [mainState(was.chart), mainState(measure.chart)];
  if (from === to) return;
  const { requestId, measure: preserved } = measure.content.followsPreservation;
  // A letter may tell the grant, or what follows it, first of all.
  if (AWAITS_DATA.has(to) && ['requested', 'underExamination'].includes(from)) {
    const preservation = await followed(tx, measure);
    if (!preservation || !KEPT.has(mainState(preservation.chart))) return;
    const before = measure.particulars['securing'] as Record<string, Json> | undefined;
    measure.particulars = { ...measure.particulars, securing: { ...before, since: at.toISOString(), continues: { requestId, measure: preserved }, ends: 'when the evidence was transmitted or the measure is closed' } };
  }
  if ((to === 'refused' || to === 'referred') && file.row.side === 'requested' && (await followed(tx, measure))) {
    const dueAt = new Date(at.getTime() + graceDays * DAY).toISOString();
    setTerm(tx, requestId, preserved, { code: 'grace', kind: 'internal', dueAt, working: `${graceDays} days from ${at.toISOString()}, ${to === 'refused' ? 'refusal' : 'referral'} of the measure that continued it` }, at);
  }
}

/** Main states of a preservation in which data are there. */
const KEPT = new Set(['secured', 'extensionAsked']);

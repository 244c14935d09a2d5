import { entryActor, type AuditLog, type EntryActor } from '@comity/audit';
import type { Tx } from '@comity/database';
import type { Actor, Official } from '@comity/kernel';
import type { MeasureContent } from '@comity/treaty';
import { hoursAfter, mainState, type Term } from './domain/index.js';
import { endTerms, setTerm } from './file-log.js';
import { lockFile, readMeasures, type OpenFile, sentAndStanding } from './files.js';

/** Practice: days within which the formal request is awaited, where no setting and no official says otherwise. */
export const FORMAL_REQUEST_DAYS = 14;

const FORMAL_REQUEST = { code: 'formal-request', kind: 'internal', rule: 'practice:formal-request' } as const;

/** Hours within which an answer helps: suggested by the requesting State, shown in both files (practice:emergency-hours). */
export function setEmergencyTerms(tx: Tx, { row, measures }: OpenFile, at: Date): void {
  const from = row.transmittedAt ?? at;
  for (const { no, form, content } of measures) {
    const hours = content.emergency?.answerWithinHours;
    if (form !== 'emergency-disclosure' || hours === undefined) continue;
    const working = `${hours} hours from ${from.toISOString()}, transmitted; practice:emergency-hours`;
    const term: Term = { code: 'emergency-answer', kind: 'suggested', dueAt: hoursAfter(from, hours), working, rule: 'practice:emergency-hours' };
    setTerm(tx, row.id, no, term, at);
  }
}

/**
 * Whether a request that follows this emergency has been sent or has come; one that waits to be carried was not made yet
 * (practice:formal-request). Read under the lock of the emergency's file.
 * @param by only the request of this file
 */
export async function formalRequestMade(tx: Tx, requestId: string, measure: number, by?: string): Promise<boolean> {
  const rows = await tx.prepared(
    'requests_formal',
    `SELECT 1 FROM measure m JOIN request_file f ON f.state = m.state AND f.id = m.file_id
     WHERE m.state = $1 AND m.follows_emergency_request = $2 AND m.follows_emergency_measure = $3
       AND f.counterpart = (SELECT counterpart FROM request_file WHERE state = $1 AND id = $2)
       AND ($4::uuid IS NULL OR f.id = $4) AND ${sentAndStanding('f', 'm')} LIMIT 1`,
    [tx.state, requestId, measure, by ?? null],
  );
  return rows.length > 0;
}

/**
 * A formal request is sent, or has come: the emergencies it follows need not be chased any more; not yet while it waits to be
 * carried. Only emergencies between the same two States count. Their files are locked first, so that a disclosure and its formal request cannot miss each other.
 */
export async function followEmergencies(tx: Tx, audit: AuditLog, { row, measures }: { row: { id: string; counterpart: string }; measures: readonly MeasureContent[] }, actor: Actor | Official, at: Date): Promise<void> {
  const followed = measures.flatMap((m) => m.followsEmergency ?? []).sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  for (const { requestId, measure } of followed) {
    const emergency = await lockFile(tx, requestId);
    if (emergency?.counterpart !== row.counterpart || !(await formalRequestMade(tx, requestId, measure, row.id))) continue;
    endTerms(tx, requestId, measure, 'formal-request', at);
    await audit.append(tx, { subject: `file:${requestId}`, type: 'measure.formal-request-followed', at, actor: entryActor(actor), body: { measure, by: row.id } });
  }
}

/** Data came with a letter that says nothing of the formal request: it is awaited for the usual days (practice:formal-request). */
export function awaitFormalRequest(tx: Tx, requestId: string, measure: number, at: Date, days = FORMAL_REQUEST_DAYS): void {
  setTerm(tx, requestId, measure, { ...FORMAL_REQUEST, dueAt: hoursAfter(at, 24 * days), working: `${days} days from ${at.toISOString()}, data received by letter; practice:formal-request` }, at);
}

/** Main states of an emergency whose data were disclosed. */
const DISCLOSED = new Set(['evidenceTransmitted', 'evidenceReceived', 'completed']);

/**
 * A formal request was withdrawn, or could not be delivered: unless another one stands, one is awaited again, until the day stated at the disclosure
 * where that lies ahead, else for the usual days (practice:formal-request). Called once that is written.
 */
export async function awaitFormalRequestAgain(tx: Tx, audit: AuditLog, { requestId, measure, lost }: { requestId: string; measure: number; lost: 'withdrawn' | 'undelivered' }, row: OpenFile['row'], actor: EntryActor, at: Date, days = FORMAL_REQUEST_DAYS): Promise<void> {
  const emergency = await lockFile(tx, requestId);
  if (emergency?.counterpart !== row.counterpart) return;
  const disclosed = (await readMeasures(tx, requestId)).find(({ no }) => no === measure);
  if (!disclosed || !DISCLOSED.has(mainState(disclosed.chart)) || (await formalRequestMade(tx, requestId, measure))) return;
  const [stated] = await tx.prepared<{ status: string; dueAt: Date }>(
    'requests_formal_stated',
    `SELECT status, due_at AS "dueAt" FROM deadline WHERE state = $1 AND file_id = $2 AND measure = $3 AND code = 'formal-request' ORDER BY status = 'open' DESC, set_at DESC LIMIT 1`,
    [tx.state, requestId, measure],
  );
  if (stated?.status === 'open') return;
  const term: Pick<Term, 'dueAt' | 'working'> = stated && stated.dueAt > at
    ? { dueAt: stated.dueAt.toISOString(), working: `stated when the data were disclosed, the formal request ${lost} since; practice:formal-request` }
    : { dueAt: hoursAfter(at, 24 * days), working: `${days} days from ${at.toISOString()}, formal request ${lost}; practice:formal-request` };
  setTerm(tx, requestId, measure, { ...FORMAL_REQUEST, ...term }, at);
  await audit.append(tx, { subject: `file:${requestId}`, type: `measure.formal-request-${lost}`, at, actor, body: { measure, by: row.id } });
}

import type { AuditLog, ChainHead } from '@comity/audit';
import type { Tx } from '@comity/database';
import { HELD_BACK } from '@comity/exchange';
import { notFound, type StateCode } from '@comity/kernel';
import { UNSENT, type FileState } from './domain/index.js';
import type { Measure } from './measure.entity.js';
import type { RequestFile } from './request-file.entity.js';

/** A file under its lock. */
export interface OpenFile {
  row: RequestFile;
  measures: Measure[];
}

/** Columns of `request_file f`. */
const FILE = `f.state, id, side, counterpart, own_reference AS "ownReference", counterpart_reference AS "counterpartReference",
  f.subject, overall, content, letter, particulars, profiles, training, confidential, urgent, expedited, supplements,
  drafted_by AS "draftedBy", likeness, possible_duplicate_of AS "possibleDuplicateOf", version, event_seq AS "eventSeq",
  created_at AS "createdAt", changed_at AS "changedAt", transmitted_at AS "transmittedAt"`;
const MEASURE = `state, file_id AS "fileId", no, form, content, chart, outcome, particulars`;

export const requestUnknown = () => notFound('request.unknown', 'There is no such request. Check its id.');

/** Locks the file until the transaction ends; undefined where the State has no such file. */
export async function lockFile(tx: Tx, id: string): Promise<RequestFile | undefined> {
  return (await tx.prepared<RequestFile>('requests_lock', `SELECT ${FILE} FROM request_file f WHERE state = $1 AND id = $2 FOR UPDATE`, [tx.state, id]))[0];
}

/** As {@link lockFile}, with the chain of the file's entries, locked too. */
export function lockFileWithChain(tx: Tx, audit: AuditLog, id: string): Promise<{ row: RequestFile; head: ChainHead } | undefined> {
  return audit.lockWithChain<RequestFile>(tx, { name: 'requests_lock_with_chain', columns: FILE, from: 'request_file' }, id, `file:${id}`);
}

export async function readFile(tx: Tx, id: string): Promise<RequestFile | undefined> {
  return (await tx.prepared<RequestFile>('requests_read', `SELECT ${FILE} FROM request_file f WHERE state = $1 AND id = $2`, [tx.state, id]))[0];
}

export function readMeasures(tx: Tx, fileId: string): Promise<Measure[]> {
  return tx.prepared<Measure>('requests_measures', `SELECT ${MEASURE} FROM measure WHERE state = $1 AND file_id = $2 ORDER BY no`, [tx.state, fileId]);
}

export function stateOf({ row, measures }: OpenFile): FileState {
  return { side: row.side, letter: row.letter, measures: measures.map(({ no, chart }) => ({ no, state: chart })) };
}

/** The statements below are left under way: they travel with COMMIT, and fail the transaction if they fail. */
export function insertFile(tx: Tx, f: RequestFile): void {
  void tx.prepared(
    'requests_insert',
    `INSERT INTO request_file (state, id, side, counterpart, own_reference, counterpart_reference, subject, overall, content, letter,
       particulars, profiles, training, confidential, urgent, supplements, drafted_by, likeness, possible_duplicate_of, version,
       event_seq, created_at, changed_at, transmitted_at, expedited)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25)`,
    [f.state, f.id, f.side, f.counterpart, f.ownReference, f.counterpartReference, f.subject, f.overall, json(f.content), json(f.letter),
      json(f.particulars), json(f.profiles), f.training, f.confidential, f.urgent, f.supplements, f.draftedBy, f.likeness, f.possibleDuplicateOf,
      f.version, f.eventSeq, f.createdAt, f.changedAt, f.transmittedAt, f.expedited],
  );
}

/** The content has a statement of its own, since only drafting changes it. */
export function updateContent(tx: Tx, f: RequestFile): void {
  void tx.prepared(
    'requests_update_content',
    `UPDATE request_file SET own_reference = $3, subject = $4, content = $5, confidential = $6, urgent = $7, drafted_by = $8,
       likeness = $9, version = $10, changed_at = $11, expedited = $12 WHERE state = $1 AND id = $2`,
    [f.state, f.id, f.ownReference, f.subject, json(f.content), f.confidential, f.urgent, f.draftedBy, f.likeness, f.version, f.changedAt, f.expedited],
  );
}

export function insertMeasure(tx: Tx, m: Measure): void {
  void tx.prepared(
    'requests_measure_insert',
    'INSERT INTO measure (state, file_id, no, form, content, chart, outcome, particulars) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)',
    [m.state, m.fileId, m.no, m.form, json(m.content), json(m.chart), m.outcome, json(m.particulars)],
  );
}

/** An earlier file that asks the same State about the same things, if any. */
export async function findAlike(tx: Tx, counterpart: StateCode, likeness: string, side: string, except: string): Promise<string | null> {
  const rows = await tx.prepared<{ id: string }>(
    'requests_alike',
    `SELECT id FROM request_file WHERE state = $1 AND counterpart = $2 AND likeness = $3 AND side = $4 AND id <> $5
       AND overall NOT IN ('draft', 'in-review', 'abandoned') ORDER BY created_at LIMIT 1`,
    [tx.state, counterpart, likeness, side, except],
  );
  return rows[0]?.id ?? null;
}

/**
 * SQL: no letter of request of this file waits to be carried or could not be delivered, unless the other State has answered
 * it, whatever is noted here. A request that was received has none.
 * Read as a value: of a join, the server might read all that was ever sent.
 */
export const requestLeft = (file: string): string =>
  `(SELECT ${HELD_BACK} FROM outbox_message WHERE state = ${file}.state AND thread_id = ${file}.id AND seq = 1 AND type = 'REQUESTED'
   AND NOT EXISTS (SELECT FROM thread t WHERE t.state = ${file}.state AND t.id = ${file}.id AND t.received_seq > 0)) IS NOT TRUE`;

/** SQL: the letter of a file has left its State, and the measure was not taken back. By the names under which they are selected. */
export const sentAndStanding = (file: string, measure: string): string =>
  `${file}.letter->'value'->>'main' NOT IN (${UNSENT.map((main) => `'${main}'`).join(', ')}) AND ${measure}.chart->'value'->>'main' NOT IN ('withdrawn', 'abandoned') AND ${requestLeft(file)}`;

/** State of a letter that waits for nothing but a reply. */
export const LAPSED = 'closedForWantOfReply';

/** Main states of a measure from which nothing comes any more: what named a preservation in it does not continue that (UNCC 42(8)). */
export const NOTHING_FOLLOWS: readonly string[] = ['withdrawn', 'abandoned', 'refused', 'referred', 'noDataFound', 'cannotBeExecuted'];

/** SQL: as above, and not refused, referred or ended without data either, nor the letter closed for want of reply. A formal request that was refused was made all the same; the data of a preservation wait for nothing. */
export const sentAndContinuing = (file: string, measure: string): string =>
  `${sentAndStanding(file, measure)} AND ${file}.letter->'value'->>'main' <> '${LAPSED}' AND ${measure}.chart->'value'->>'main' NOT IN (${NOTHING_FOLLOWS.map((main) => `'${main}'`).join(', ')})`;

/** jsonb parameters as text: the driver would write arrays as SQL arrays. */
export const json = (value: unknown): string => JSON.stringify(value);

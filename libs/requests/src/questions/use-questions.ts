import type { Tx } from '@comity/database';
import { binder, iso, ofFile, OF_REQUEST, within, type CaseFilter } from './case-filter.js';
import type { ConsentFound, UseFound } from './use-questions.dto.js';

const OF_DATA = (of: 'u' | 'c'): string =>
  `${OF_REQUEST}, ${of}.measure, ${of}.kind, ${of}.purpose, ${of}.proceeding, ${of}.data, ${of}.personal_data AS "personalData",
     ${of}.destination_state AS "destinationState", ${of}.destination_organisation AS "destinationOrganisation"`;

/** Conditions as their texts: an auditor reads what binds; the kinds are in the request's view. */
const CONDITIONS = `ARRAY(SELECT x->>'text' FROM jsonb_array_elements(CASE jsonb_typeof(c.conditions) WHEN 'array' THEN c.conditions ELSE '[]' END) x)`;

export type UseBasis = 'consent' | 'notice' | 'letter';

/** A consent it rests on, a notice, or neither: then the letter covers it. */
const BASES: Record<UseBasis, string> = {
  consent: 'u.consent_no IS NOT NULL',
  notice: 'u.consent_no IS NULL AND u.notice_no IS NOT NULL',
  letter: 'u.consent_no IS NULL AND u.notice_no IS NULL',
};

/**
 * Uses and onward transfers that one's own State recorded, newest first, each with its consent.
 * @param after time and id of the last row seen
 */
export async function usesWithConsents(
  tx: Tx,
  { requestId, kind, basis, accountId, ...filter }: CaseFilter & { requestId?: string | undefined; kind?: UseFound['kind'] | undefined; basis?: UseBasis | undefined; accountId?: string | undefined },
  after: readonly [at: string, id: string] | undefined,
  limit: number,
): Promise<UseFound[]> {
  const params: unknown[] = [tx.state];
  const bind = binder(params);
  let where = `u.state = $1${within('u.recorded_at', filter, bind)}`;
  if (requestId !== undefined) where += ` AND u.file_id = ${bind(requestId)}`;
  if (kind !== undefined) where += ` AND u.kind = ${bind(kind)}`;
  if (basis !== undefined) where += ` AND ${BASES[basis]}`;
  if (accountId !== undefined) where += ` AND u.recorded_by = ${bind(accountId)}`;
  if (after) where += ` AND (u.recorded_at, u.id) < (${bind(after[0])}, ${bind(after[1])})`;
  const rows = await tx.query<UseFound>(
    `SELECT u.id, u.recorded_at AS at, ${OF_DATA('u')}, u.notice_no AS notice, u.recorded_by AS "accountId", u.consent_no AS consent,
       c.purpose AS "consentPurpose", c.asked_at AS "consentAskedAt", c.answer AS "consentAnswer", c.answered_at AS "consentAnsweredAt",
       ${CONDITIONS} AS conditions, c.limited_to AS "limitedTo", c.reference
     FROM data_use u JOIN request_file f ON f.state = u.state AND f.id = u.file_id
     LEFT JOIN use_consent c ON c.state = u.state AND c.file_id = u.file_id AND c.measure = u.measure AND c.no = u.consent_no
     WHERE ${where}${ofFile(filter, bind)} ORDER BY u.recorded_at DESC, u.id DESC LIMIT ${bind(limit)}`,
    params,
  );
  return rows.map((row) => ({ ...row, at: iso(row.at)!, consentAskedAt: iso(row.consentAskedAt), consentAnsweredAt: iso(row.consentAnsweredAt) }));
}

/**
 * Consents asked by one's own State or of it, newest first, each with how many uses rest on it.
 * @param after time, request, measure and number of the last row seen
 */
export async function consentsWithUses(
  tx: Tx,
  { requestId, kind, answer, ...filter }: CaseFilter & { requestId?: string | undefined; kind?: ConsentFound['kind'] | undefined; answer?: 'open' | 'granted' | 'declined' | undefined },
  after: readonly [at: string, id: string, measure: number, no: number] | undefined,
  limit: number,
): Promise<ConsentFound[]> {
  const params: unknown[] = [tx.state];
  const bind = binder(params);
  let where = `c.state = $1${within('c.asked_at', filter, bind)}`;
  if (requestId !== undefined) where += ` AND c.file_id = ${bind(requestId)}`;
  if (kind !== undefined) where += ` AND c.kind = ${bind(kind)}`;
  if (answer !== undefined) where += answer === 'open' ? ' AND c.answer IS NULL' : ` AND c.answer = ${bind(answer)}`;
  // A cursor may name any whole number, the columns hold 32 bits.
  if (after) where += ` AND (c.asked_at, c.file_id, c.measure, c.no) < (${bind(after[0])}, ${bind(after[1])}, ${bind(after[2])}::bigint, ${bind(after[3])}::bigint)`;
  const rows = await tx.query<ConsentFound>(
    `SELECT c.no, c.asked_at AS at, ${OF_DATA('c')}, c.in_writing AS "inWriting", c.answer, c.answered_at AS "answeredAt", ${CONDITIONS} AS conditions,
       c.limited_to AS "limitedTo", c.reasons, c.granted_in_writing AS "grantedInWriting", c.reference,
       (SELECT count(*)::int FROM data_use u WHERE u.state = c.state AND u.file_id = c.file_id AND u.measure = c.measure AND u.consent_no = c.no) AS uses
     FROM use_consent c JOIN request_file f ON f.state = c.state AND f.id = c.file_id
     WHERE ${where}${ofFile(filter, bind)} ORDER BY c.asked_at DESC, c.file_id DESC, c.measure DESC, c.no DESC LIMIT ${bind(limit)}`,
    params,
  );
  return rows.map((row) => ({ ...row, at: iso(row.at)!, answeredAt: iso(row.answeredAt) }));
}

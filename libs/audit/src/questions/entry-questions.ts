import type { Tx } from '@comity/database';
import { isId, type Json } from '@comity/kernel';
import { readEntry, requestOf, type Entry } from '../entry.js';
import { READINGS } from '../events.js';
import type { ActOfOfficial, EvidenceReading, RefusedPermission } from './entry-questions.dto.js';

export interface Period {
  /** RFC 3339; at or after. */
  from?: string | undefined;
  /** RFC 3339; before. */
  to?: string | undefined;
}

/** Where the page before ended. */
export type After<K extends readonly (string | number)[]> = K | undefined;

interface FoundRow {
  seq: number;
  bytes: Buffer;
  leaf_hash: Buffer;
}

const bound = (params: unknown[]) => (value: unknown): string => `$${params.push(value)}`;

function periodSql({ from, to }: Period, bind: (value: unknown) => string): string {
  return (from === undefined ? '' : ` AND e.at >= ${bind(from)}`) + (to === undefined ? '' : ` AND e.at < ${bind(to)}`);
}

/** A member that stands so in the entry's canonical bytes; bodies hold ids and codes only, so nothing else reads like it. */
const says = (text: string): Buffer => Buffer.from(text, 'utf8');

/**
 * Who saw the evidence of a request: who took the bytes of a file out, or all of them with a dossier, and who read what the
 * packages hold. Newest first. All are entries of the request's file, so its chain is walked and nothing else.
 * @param packageId only readings of this package, and of all packages at once
 */
export async function evidenceReadings(
  tx: Tx,
  { requestId, packageId, accountId, ...period }: Period & { requestId: string; packageId?: string | undefined; accountId?: string | undefined },
  after: After<[seq: number]>,
  limit: number,
): Promise<EvidenceReading[]> {
  const params: unknown[] = [tx.state, `file:${requestId}`];
  const bind = bound(params);
  const holds = (what: string): string => `position(${bind(says(what))}::bytea IN e.bytes) > 0`;
  // In a list "evidence" is followed by a comma or the list's end: what was withheld from a dossier was not seen in it.
  let where = `e.type IN ('evidence.read', 'request.read', 'dossier.exported') AND (e.type = 'evidence.read' OR (e.type = 'request.read' AND ${holds('"part":"evidence"')})
    OR (e.type = 'dossier.exported' AND NOT ${holds('"evidence"]')} AND NOT ${holds('"evidence",')}))`;
  if (packageId !== undefined) {
    where += ` AND (${holds(`"packageId":"${packageId}"`)} OR NOT ${holds('"packageId":')})`;
  }
  if (accountId !== undefined) where += ` AND e.account_id = ${bind(accountId)}`;
  where += periodSql(period, bind);
  if (after) where += ` AND e.seq < ${bind(after[0])}::integer`;
  const rows = await tx.query<FoundRow>(
    `SELECT e.seq, e.bytes, e.leaf_hash FROM audit_entry e WHERE e.state = $1 AND e.subject = $2 AND ${where} ORDER BY e.seq DESC LIMIT ${bind(limit)}`, params);
  return rows.map((row) => {
    const entry = entryOf(row);
    const { packageId: of, number, sha256, evidence } = entry.body;
    return {
      ...whoAndWhen(entry), requestId, seen: entry.type === 'evidence.read' || evidence === true ? 'bytes' : 'manifest', packageId: text(of), fileNumber: typeof number === 'number' ? number : null,
      sha256: text(sha256), ...proofOf(entry, row), seq: entry.seq,
    };
  });
}

/** Everything the log has of what an official did, newest first: acts, readings, sign-ins, permissions refused. */
export async function actsOfOfficial(
  tx: Tx,
  { accountId, kind, ...period }: Period & { accountId: string; kind?: 'acts' | 'readings' | undefined },
  after: After<[at: string, id: string]>,
  limit: number,
): Promise<ActOfOfficial[]> {
  const params: unknown[] = [tx.state, accountId];
  const bind = bound(params);
  let where = `e.account_id = $2${periodSql(period, bind)}`;
  if (kind !== undefined) where += ` AND e.type ${kind === 'acts' ? '<> ALL' : '= ANY'} (${bind(READINGS)})`;
  return (await newestFirst(tx, where, params, after, limit)).map((row) => {
    const entry = entryOf(row);
    const { event, measure, rule, messages, packageId, sha256, attachmentId, question } = entry.body;
    return {
      ...whoAndWhen(entry), type: entry.type, subject: entry.subject, requestId: requestOf(entry), event: text(event), measure: typeof measure === 'number' ? measure : null,
      rule: text(rule), about: text(packageId) ?? text(attachmentId) ?? text(sha256) ?? text(question), messages: Array.isArray(messages) ? messages.length : 0, ...proofOf(entry, row),
    };
  });
}

/** Permissions that were refused, newest first, each with what was asked for. */
export async function refusedPermissions(
  tx: Tx,
  { accountId, ...period }: Period & { accountId?: string | undefined },
  after: After<[at: string, id: string]>,
  limit: number,
): Promise<RefusedPermission[]> {
  const params: unknown[] = [tx.state];
  const bind = bound(params);
  // Of one official by the official: the other index would have all that was refused to others looked through.
  const who = accountId === undefined ? '' : ` AND e.account_id = ${bind(accountId)}`;
  const where = `e.type = 'permission.refused'${who}${periodSql(period, bind)}`;
  return (await newestFirst(tx, where, params, after, limit)).map((row) => {
    const entry = entryOf(row);
    const { code, permission, method, route, event, act, measure } = entry.body;
    return {
      ...whoAndWhen(entry), code: text(code) ?? '', permission: text(permission), method: text(method), route: text(route) ?? text(act), event: text(event),
      requestId: requestOf(entry), measure: typeof measure === 'number' ? measure : null, ...proofOf(entry, row),
    };
  });
}

/** Subjects with an entry of one of these types in a period: found by the log, so that figures rest on it. */
export async function filesWithEntries(tx: Tx, types: readonly string[], { from, to }: { from: string; to: string }): Promise<string[]> {
  const rows = await tx.prepared<{ id: string }>(
    'audit_files_with',
    `SELECT DISTINCT substr(subject, 6) AS id FROM audit_entry
     WHERE state = $1 AND type = ANY ($2) AND at >= $3 AND at < $4 AND subject LIKE 'file:%'`,
    [tx.state, types, from, to],
  );
  return rows.map(({ id }) => id);
}

async function newestFirst(tx: Tx, where: string, params: unknown[], after: After<[string, string]>, limit: number): Promise<FoundRow[]> {
  const bind = bound(params);
  const from = after ? ` AND (e.at, e.id) < (${bind(after[0])}, ${bind(after[1])})` : '';
  return tx.query<FoundRow>(
    `SELECT e.seq, e.bytes, e.leaf_hash FROM audit_entry e WHERE e.state = $1 AND ${where}${from} ORDER BY e.at DESC, e.id DESC LIMIT ${bind(limit)}`, params);
}

const entryOf = (row: FoundRow): Entry => readEntry(row.bytes.toString('utf8'));
const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

function whoAndWhen({ at, actor }: Entry) {
  return { at, accountId: isId(actor.accountId) ? actor.accountId : null, authorityId: actor.authorityId ?? null, roles: [...(actor.roles ?? [])] };
}

const proofOf = ({ id }: Entry, { leaf_hash: leaf }: FoundRow) => ({ entryId: id, leafHash: leaf.toString('hex') });

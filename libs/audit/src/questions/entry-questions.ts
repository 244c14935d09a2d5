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

/** Entries whose contents name files of evidence: that of each file stored, and the one that took in the message with the manifest. */
const NAMES_FILES = `(m.type = 'evidence.stored' OR (m.type = 'message.taken-in' AND position('"event":"EVIDENCE_TRANSMITTED"'::bytea IN m.bytes) > 0))`;
/** Whether an export of opened entries, which is logged before it is made, had one of them: its filter is in its entry. */
const EXPORTED_NAMES = `EXISTS (SELECT FROM audit_entry m, (SELECT convert_from(e.bytes, 'UTF8')::jsonb #> '{body,filter}' AS by) f
  WHERE m.state = e.state AND m.subject = $2 AND m.at <= e.at AND ${NAMES_FILES} AND coalesce(f.by->>'subject', m.subject) = m.subject AND coalesce(f.by->>'type', m.type) = m.type
    AND (f.by->>'requestId' IS NULL OR 'file:' || (f.by->>'requestId') = m.subject) AND (f.by->>'accountId' IS NULL OR f.by->>'accountId' = m.account_id::text)
    AND m.at >= coalesce((f.by->>'from')::timestamptz, m.at) AND (f.by->>'to' IS NULL OR m.at < (f.by->>'to')::timestamptz))`;

/**
 * Who saw the evidence of a request: who took the bytes of a file out, or all of them with a dossier, and who read what the
 * packages hold, wherever it stood. Newest first. The request's chain is walked, and what auditors read of opened entries.
 * @param packageId only readings of this package, and of those that do not say of which
 */
export async function evidenceReadings(
  tx: Tx,
  { requestId, packageId, accountId, ...period }: Period & { requestId: string; packageId?: string | undefined; accountId?: string | undefined },
  after: After<[at: string, id: string]>,
  limit: number,
): Promise<EvidenceReading[]> {
  const params: unknown[] = [tx.state, `file:${requestId}`];
  const bind = bound(params);
  const holds = (what: string): string => `position(${bind(says(what))}::bytea IN e.bytes) > 0`;
  // In a list "evidence" is followed by a comma or the list's end: what was withheld from a dossier was not seen in it.
  const ofFile = `e.subject = $2 AND e.type IN ('evidence.read', 'request.read', 'dossier.exported') AND (e.type = 'evidence.read'
    OR (e.type = 'request.read' AND (${holds('"part":"evidence"')} OR ${holds('"manifests":[')}))
    OR (e.type = 'dossier.exported' AND NOT ${holds('"evidence"]')} AND NOT ${holds('"evidence",')}))`;
  const ofLog = `e.type IN ('audit.read', 'audit.exported') AND ((e.type = 'audit.read' AND ${holds('"evidenceOf":[')} AND ${holds(`"${requestId}"`)})
    OR (e.type = 'audit.exported' AND ${holds('"open":true')} AND ${EXPORTED_NAMES}))`;
  let where = '';
  if (packageId !== undefined) {
    const names = `${holds(`"packageId":"${packageId}"`)} OR (${holds('"manifests":[')} AND ${holds(`"${packageId}"`)})`;
    where += ` AND (${names} OR NOT (${holds('"packageId":')} OR ${holds('"manifests":[')}))`;
  }
  if (accountId !== undefined) where += ` AND e.account_id = ${bind(accountId)}`;
  where += periodSql(period, bind);
  if (after) where += ` AND (e.at, e.id) < (${bind(after[0])}, ${bind(after[1])})`;
  const found = (which: string): string => `SELECT e.at, e.id, e.seq, e.bytes, e.leaf_hash FROM audit_entry e WHERE e.state = $1 AND ${which}${where}`;
  // Found first and ordered then: by the index of times the whole log would be walked for the few of one request.
  const rows = await tx.query<FoundRow>(
    `WITH found AS MATERIALIZED (${found(ofFile)} UNION ALL ${found(ofLog)}) SELECT seq, bytes, leaf_hash FROM found ORDER BY at DESC, id DESC LIMIT ${bind(limit)}`, params);
  return rows.map((row) => {
    const entry = entryOf(row);
    const { number, sha256, evidence } = entry.body;
    return {
      ...whoAndWhen(entry), requestId, seen: entry.type === 'evidence.read' || evidence === true ? 'bytes' : 'manifest', packageId: packageOf(entry), fileNumber: typeof number === 'number' ? number : null,
      sha256: text(sha256), ...proofOf(entry, row), seq: entry.subject === `file:${requestId}` ? entry.seq : null,
    };
  });
}

/** The one package that was read, where it was one. */
function packageOf({ body: { packageId, manifests } }: Entry): string | null {
  return text(packageId) ?? (Array.isArray(manifests) && manifests.length === 1 ? text(manifests[0]) : null);
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

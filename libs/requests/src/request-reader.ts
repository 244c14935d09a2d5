import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, type Clock, type Official, type Side, type StateCode } from '@comity/kernel';
import { Attachment } from './attachment.entity.js';
import { Deadline } from './deadline.entity.js';
import { ACTS, MESSAGES } from './domain/index.js';
import { CHANGES, type ChangeRow } from './clocks/changes-statement.js';
import { alarmView, readAlarms, type AlarmView } from './clocks/alarm-view.js';
import { FactsLoader } from './facts.js';
import { FileEvent } from './file-event.entity.js';
import { readFile, readMeasures, requestUnknown, type OpenFile } from './files.js';
import { manifestsIn } from './manifests-shown.js';
import { viewOf, type RequestView } from './request-view.js';

export interface ListQuery {
  overall?: string;
  side?: Side;
  counterpart?: StateCode;
  urgent?: boolean;
  expedited?: boolean;
  /** Those on the expedited track first. */
  sort?: 'newest' | 'expedited';
  /** Either reference, exactly; where no file has it, part of the subject. */
  q?: string;
  /** Last seen (changedAt, id). */
  after?: { changedAt: string; id: string; expedited?: boolean };
  limit: number;
}

export interface ListItem {
  id: string;
  side: Side;
  counterpart: StateCode;
  ownReference: string;
  counterpartReference: string | null;
  subject: string;
  overall: string;
  confidential: boolean;
  urgent: boolean;
  expedited: boolean;
  training: boolean;
  version: number;
  createdAt: Date;
  changedAt: Date;
  transmittedAt: Date | null;
}

export interface TimelineItem {
  seq: number;
  at: string;
  /** The State that acted. */
  by: StateCode;
  /** `official` of one's own State with account and authority, `counterpart`, `clock`, `node`. */
  source: string;
  authorityId: string | null;
  accountId: string | null;
  type: string;
  label: string;
  measure: number | null;
  rule: string | null;
  /** `exchange` or `transcribed` for what the other State said. */
  provenance: string | null;
  letterState: string;
  measureState: string | null;
  noted: string | null;
  sent: FileEvent['sent'];
  messageId: string | null;
  payload: Record<string, unknown>;
}

export interface Change {
  /** `fileId`: of what happened in the statecharts its file; else the id of the alarm or of the event itself. */
  cursor: { xact: string; fileId: string; seq: number };
  requestId: string;
  seq: number;
  type: string;
  measure: number | null;
  source: string;
  at: string;
  /** Of what concerns a deadline or its alarm, which bears the same id. */
  deadlineId?: string;
  /** Kind of the alarm. */
  alarm?: string;
}

const ITEM = `id, side, counterpart, own_reference AS "ownReference", counterpart_reference AS "counterpartReference", subject, overall,
  confidential, urgent, expedited, training, version, created_at AS "createdAt", changed_at AS "changedAt", transmitted_at AS "transmittedAt"`;

/** Reading: always one's own State's file; the other State's is as if it did not exist. */
@Injectable()
export class RequestReader {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditLog,
    private readonly facts: FactsLoader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The request with what can be done to it now. The entry of the reading commits before this answers. */
  read(actor: Official, id: string): Promise<RequestView & { alarms: AlarmView[] }> {
    return this.logged(actor, id, 'request.read', async (tx, file, at) => {
      const where = { state: actor.state, fileId: id };
      const [deadlines, attachments] = [
        await tx.manager.find(Deadline, { where, order: { dueAt: 'ASC', id: 'ASC' } }),
        await tx.manager.find(Attachment, { where, order: { addedAt: 'ASC', id: 'ASC' } }),
      ];
      const duty = (measure: number | null) => this.facts.duty(file, { type: measure === null ? 'TRANSMIT' : '', measure }, actor, at);
      const alarms = (await readAlarms(tx, { requestId: id, limit: 200 })).map(alarmView);
      return { ...viewOf(file, await this.facts.listing(tx, file, at), duty, actor, deadlines, attachments.filter(({ takenOutAt }) => takenOutAt === null)), alarms };
    }, ({ measures }) => manifestsIn(measures.map(({ particulars }) => particulars['evidence'])));
  }

  timeline(actor: Official, id: string): Promise<{ training: boolean; items: TimelineItem[] }> {
    return this.logged(actor, id, 'request.read', async (tx, { row }) => {
      const events = await tx.manager.find(FileEvent, { where: { state: actor.state, fileId: id }, order: { seq: 'ASC' } });
      const items = events.map((e) => ({
        seq: e.seq, at: e.at.toISOString(), by: e.source === 'counterpart' ? row.counterpart : row.state, source: e.source,
        authorityId: e.authorityId, accountId: e.accountId, type: e.type, label: labelOf(e.type), measure: e.measure, rule: e.rule,
        provenance: e.provenance, letterState: e.letterState, measureState: e.measureState, noted: e.noted, sent: e.sent, messageId: e.messageId, payload: e.payload,
      }));
      return { training: row.training, items };
    }, ({ items }) => manifestsIn(items.map(({ payload }) => payload)));
  }

  /** Newest change first; at most `limit` files and whether there are more. */
  list(actor: Official, query: ListQuery): Promise<{ items: ListItem[]; more: boolean }> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const named = query.q === undefined ? [] : await filesNamed(tx, query.q);
      const rows = await this.rows(tx, actor.state, query, named);
      return { items: rows.slice(0, query.limit), more: rows.length > query.limit };
    });
  }

  /** Sorted by track, the list is two lists, each with an index of its own: a page may end the first and begin the second. */
  private async rows(tx: Tx, state: StateCode, query: ListQuery, named: readonly string[]): Promise<ListItem[]> {
    const part = async (q: ListQuery): Promise<ListItem[]> => {
      const { text, params } = listStatement(state, q, named);
      return tx.query<ListItem>(text, params);
    };
    if (query.sort !== 'expedited' || query.expedited !== undefined) return part(query);
    const { after, ...rest } = query;
    const first = after?.expedited === false ? [] : await part({ ...query, expedited: true });
    if (first.length > query.limit) return first;
    const others = await part({ ...rest, ...(after?.expedited === false && { after }), expedited: false, limit: query.limit - first.length });
    return [...first, ...others];
  }

  /** What happened in one's own files since the cursor, in the order in which it became visible; nothing is skipped. */
  changes(actor: Official, after: Change['cursor'] | undefined, limit: number): Promise<Change[]> {
    const { xact, fileId, seq } = after ?? { xact: '0', fileId: '00000000-0000-0000-0000-000000000000', seq: 0 };
    return inTransaction(this.db, { state: actor.state, readOnly: true }, async (tx) => {
      const rows = await tx.prepared<ChangeRow>('requests_changes', CHANGES, [actor.state, xact, fileId, seq, limit]);
      return rows.map((r) => ({
        cursor: { xact: r.xact, fileId: r.key, seq: r.seq }, requestId: r.fileId, seq: r.seq, type: r.type, measure: r.measure, source: r.source, at: r.at.toISOString(),
        ...(r.deadlineId !== null && { deadlineId: r.deadlineId }), ...(r.alarm !== null && { alarm: r.alarm }),
      }));
    });
  }

  /**
   * Runs `work` on one's own file with the entry of the reading in the same transaction.
   * @param body of the entry, or what makes it of the answer: ids and codes only
   * @throws Problem 404 `request.unknown`
   */
  async logged<T>(actor: Official, id: string, type: 'request.read' | 'attachment.read', work: (tx: Tx, file: OpenFile, at: Date) => Promise<T>, body: object | ((answer: T) => object) = {}): Promise<T> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const [row, measures, head] = await Promise.all([readFile(tx, id), readMeasures(tx, id), this.audit.chainHead(tx, `file:${id}`)]);
      if (!row) throw requestUnknown();
      const answer = await work(tx, { row, measures }, at);
      await this.audit.append(tx, { subject: `file:${id}`, type, at, actor: entryActor(actor), body: { ...(typeof body === 'function' ? (body as (answer: T) => object)(answer) : body) } }, head);
      return answer;
    });
  }
}

export function labelOf(type: string): string {
  return ACTS[type]?.label ?? MESSAGES[type]?.label ?? type;
}

/** Files that bear the reference, own or the counterpart's. Asked apart: with the subject in one condition no index would serve. */
async function filesNamed(tx: Tx, reference: string): Promise<string[]> {
  const rows = await tx.prepared<{ id: string }>(
    'requests_named',
    `SELECT id FROM request_file WHERE state = $1 AND own_reference = $2
     UNION SELECT id FROM request_file WHERE state = $1 AND counterpart_reference = $2 LIMIT 1000`,
    [tx.state, reference],
  );
  return rows.map(({ id }) => id);
}

/** One statement per combination of filters, so that each has its plan; parameters in order of the text. */
export function listStatement(state: StateCode, q: ListQuery, named: readonly string[]): { text: string; params: unknown[] } {
  const params: unknown[] = [state];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where = ['state = $1'];
  if (q.overall !== undefined) where.push(`overall = ${add(q.overall)}`);
  if (q.side !== undefined) where.push(`side = ${add(q.side)}`);
  if (q.counterpart !== undefined) where.push(`counterpart = ${add(q.counterpart)}`);
  if (q.urgent !== undefined) where.push(`urgent = ${add(q.urgent)}`);
  // Written out, not as a parameter: the index of the expedited ones is partial.
  if (q.expedited !== undefined) where.push(q.expedited ? 'expedited' : 'NOT expedited');
  if (named.length > 0) where.push(`id = ANY (${add(named)}::uuid[])`);
  else if (q.q !== undefined) where.push(`subject ILIKE ${add(`%${q.q.replace(/[\\%_]/g, '\\$&')}%`)}`);
  if (q.after) where.push(`(changed_at, id) < (${add(q.after.changedAt)}::timestamptz, ${add(q.after.id)}::uuid)`);
  return { text: `SELECT ${ITEM} FROM request_file WHERE ${where.join(' AND ')} ORDER BY changed_at DESC, id DESC LIMIT ${add(q.limit + 1)}`, params };
}

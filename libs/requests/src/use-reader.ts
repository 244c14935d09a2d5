import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, type Clock, type Json, type Official, type Side, type StateCode } from '@comity/kernel';

export interface UseQuery {
  requestId?: string;
  counterpart?: StateCode;
  kind?: string;
  /** Last seen, in the order of the list. */
  after?: readonly (string | number)[];
  limit: number;
}

export interface ConsentQuery extends UseQuery {
  /** `open` for those not answered yet. */
  answer?: 'open' | 'granted' | 'declined';
}

export interface ConsentItem {
  requestId: string;
  ownReference: string;
  side: Side;
  counterpart: StateCode;
  /** Of an exercise. */
  training: boolean;
  measure: number;
  no: number;
  kind: string;
  purpose: string;
  proceeding: string;
  data: string;
  personalData: boolean;
  destination: { state?: string; organisation?: string } | null;
  inWriting: boolean;
  askedAt: Date;
  answer: string | null;
  answeredAt: Date | null;
  conditions: Json;
  limitedTo: string | null;
  reasons: string | null;
  grantedInWriting: boolean | null;
  reference: string | null;
}

export interface UseItem {
  id: string;
  requestId: string;
  ownReference: string;
  counterpart: StateCode;
  /** Of an exercise. */
  training: boolean;
  measure: number;
  kind: string;
  purpose: string | null;
  proceeding: string;
  data: string;
  personalData: boolean | null;
  destination: ConsentItem['destination'];
  recordedAt: Date;
  recordedBy: string | null;
  /** Number of the notice of exculpatory disclosure. */
  notice: number | null;
  /** What it rests on where the letter alone does not cover it. */
  consent: Pick<ConsentItem, 'no' | 'purpose' | 'askedAt' | 'answer' | 'answeredAt' | 'conditions' | 'limitedTo' | 'reference'> | null;
}

const destination = (of: string) => `CASE WHEN ${of}.destination_state IS NULL AND ${of}.destination_organisation IS NULL THEN NULL
  ELSE jsonb_strip_nulls(jsonb_build_object('state', ${of}.destination_state, 'organisation', ${of}.destination_organisation)) END`;

const CONSENTS = `SELECT c.file_id AS "requestId", f.own_reference AS "ownReference", f.side, c.counterpart, f.training, c.measure, c.no, c.kind, c.purpose, c.proceeding,
    c.data, c.personal_data AS "personalData", ${destination('c')} AS destination, c.in_writing AS "inWriting", c.asked_at AS "askedAt", c.answer,
    c.answered_at AS "answeredAt", c.conditions, c.limited_to AS "limitedTo", c.reasons, c.granted_in_writing AS "grantedInWriting", c.reference
  FROM use_consent c JOIN request_file f ON f.state = c.state AND f.id = c.file_id`;

const USES = `SELECT u.id, u.file_id AS "requestId", f.own_reference AS "ownReference", u.counterpart, f.training, u.measure, u.kind, u.purpose, u.proceeding, u.data,
    u.personal_data AS "personalData", ${destination('u')} AS destination, u.recorded_at AS "recordedAt", u.recorded_by AS "recordedBy", u.notice_no AS notice,
    CASE WHEN c.no IS NULL THEN NULL ELSE jsonb_build_object('no', c.no, 'purpose', c.purpose, 'askedAt', c.asked_at, 'answer', c.answer,
      'answeredAt', c.answered_at, 'conditions', c.conditions, 'limitedTo', c.limited_to, 'reference', c.reference) END AS consent
  FROM data_use u JOIN request_file f ON f.state = u.state AND f.id = u.file_id
    LEFT JOIN use_consent c ON c.state = u.state AND c.file_id = u.file_id AND c.measure = u.measure AND c.no = u.consent_no`;

/** The register of uses, onward transfers and consents of one's own State's files. Each reading is an entry in the reader's chain. */
@Injectable()
export class UseReader {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first; at most `limit` and whether there are more. */
  uses(actor: Official, query: UseQuery): Promise<{ items: UseItem[]; more: boolean }> {
    const { where, add, params } = conditions(actor.state, 'u', query);
    if (query.after) where.push(`(u.recorded_at, u.id) < (${add(query.after[0])}::timestamptz, ${add(query.after[1])}::uuid)`);
    return this.page(actor, 'uses', query, `${USES} WHERE ${where.join(' AND ')} ORDER BY u.recorded_at DESC, u.id DESC LIMIT ${add(query.limit + 1)}`, params);
  }

  /** Newest first; at most `limit` and whether there are more. */
  consents(actor: Official, query: ConsentQuery): Promise<{ items: ConsentItem[]; more: boolean }> {
    const { where, add, params } = conditions(actor.state, 'c', query);
    if (query.answer === 'open') where.push('c.answer IS NULL');
    else if (query.answer !== undefined) where.push(`c.answer = ${add(query.answer)}`);
    if (query.after) {
      const [at, file, measure, no] = query.after;
      where.push(`(c.asked_at, c.file_id, c.measure, c.no) < (${add(at)}::timestamptz, ${add(file)}::uuid, ${add(measure)}::bigint, ${add(no)}::bigint)`);
    }
    return this.page(actor, 'consents', query, `${CONSENTS} WHERE ${where.join(' AND ')} ORDER BY c.asked_at DESC, c.file_id DESC, c.measure DESC, c.no DESC LIMIT ${add(query.limit + 1)}`, params);
  }

  private page<T>(actor: Official, list: string, { requestId, counterpart, kind, limit }: UseQuery, text: string, params: unknown[]): Promise<{ items: T[]; more: boolean }> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx: Tx) => {
      const rows = await tx.query<T>(text, params);
      const items = rows.slice(0, limit);
      await this.audit.append(tx, {
        subject: `account:${actor.accountId}`, type: 'use.read', at, actor: entryActor(actor),
        body: { list, entries: items.length, filter: { ...(counterpart && { counterpart }), ...(kind && { kind }) }, ...(requestId && { requestId }) },
      });
      return { items, more: rows.length > limit };
    });
  }
}

function conditions(state: StateCode, of: 'u' | 'c', { requestId, counterpart, kind }: UseQuery): { where: string[]; add(value: unknown): string; params: unknown[] } {
  const params: unknown[] = [state];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where = [`${of}.state = $1`];
  if (requestId !== undefined) where.push(`${of}.file_id = ${add(requestId)}`);
  if (counterpart !== undefined) where.push(`${of}.counterpart = ${add(counterpart)}`);
  if (kind !== undefined) where.push(`${of}.kind = ${add(kind)}`);
  return { where, add, params };
}

import { AccountStatus, Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor, type AuditEventType } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, conflict, forbidden, newId, notFound, type Clock, type Json, type Official } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ErasedBlobs } from './erased-blobs.js';
import { CONTENT_KINDS, type ContentKind, type DueContentsDto, type ErasureDto, type LegalHoldDto, type LegalHoldsDto, type PlaceHoldDto, type ProposeErasureDto, type RetentionPeriodsDto, type SetPeriodDto } from './retention.dto.js';

/** Most contents of one erasure: what two persons can look through. */
const MOST = 500;
const HOLD = `id, file_id AS "requestId", reason, placed_by AS "placedBy", placed_at AS "placedAt", lifted_by AS "liftedBy", lifted_at AS "liftedAt"`;

const PERIODS = `SELECT DISTINCT ON (kind) kind, days, reason, set_by AS "setBy", set_at AS "setAt" FROM retention_period WHERE state = $1 AND set_at <= $2 ORDER BY kind, set_at DESC`;

/** Acts that bring content to a closed request without changing it. */
const BRING_CONTENT: readonly AuditEventType[] = ['retention.hold-placed', 'transcription.proposed', 'transcription.declined', 'message.parked'];

/** Messages that change no file: one that waits for an earlier one, one that contradicts what was taken in. */
const ARRIVED_SINCE = `SELECT FROM inbox_message n WHERE n.state = $1 AND n.thread_id = f.id AND n.received_at > i.erased_at AND n.bytes <> ''
        UNION ALL SELECT FROM message_alarm n WHERE n.state = $1 AND n.thread_id = f.id AND n.raised_at > i.erased_at AND n.bytes <> ''`;

/**
 * Closed, its period over, no hold on it, no data preserved on it and nobody away, not erased since the last that came to it. A request by letter that was declined
 * has no file: it counts from the decision, and what there is of it is correspondence and the scan.
 */
const DUE = `WITH period AS (${PERIODS}), closed AS (
    SELECT id, own_reference, counterpart, changed_at, side, true AS on_file FROM request_file WHERE state = $1 AND overall IN ('closed', 'closed-for-want-of-reply', 'abandoned')
    UNION ALL SELECT t.thread_id, '', t.counterpart, max(t.decided_at), NULL, false FROM transcription t
      WHERE t.state = $1 AND NOT EXISTS (SELECT FROM request_file f WHERE f.state = t.state AND f.id = t.thread_id)
      GROUP BY t.thread_id, t.counterpart HAVING bool_or(t.opens_thread) AND bool_and(t.status = 'declined'))
  SELECT f.id AS "requestId", f.own_reference AS "ownReference", f.counterpart, p.kind, f.changed_at AS "closedAt", f.changed_at + p.days * interval '1 day' AS "dueSince"
  FROM closed f CROSS JOIN period p
  WHERE (f.on_file OR p.kind IN ('correspondence', 'attachments')) AND p.days IS NOT NULL AND f.changed_at + p.days * interval '1 day' <= $2
    AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.state = $1 AND h.file_id = f.id AND h.lifted_at IS NULL)
    AND NOT EXISTS (SELECT FROM measure m WHERE m.state = $1 AND m.file_id = f.id AND still_runs(f.side, m.form, m.chart))
    AND NOT EXISTS (SELECT FROM outbox_message o WHERE o.state = $1 AND o.thread_id = f.id AND o.status IN ('pending', 'to-dispatch'))
    AND NOT EXISTS (SELECT FROM erasure_item i WHERE i.state = $1 AND i.file_id = f.id AND i.kind = p.kind AND i.erased_at >= f.changed_at
      AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.state = $1 AND e.subject = 'file:' || f.id AND e.at > i.erased_at AND e.type = ANY ('{${BRING_CONTENT.join()}}'))
      AND (p.kind <> 'correspondence' OR NOT EXISTS (${ARRIVED_SINCE})))
    AND ($3::uuid[] IS NULL OR f.id = ANY ($3)) AND ($4::text[] IS NULL OR p.kind = ANY ($4))
  ORDER BY "dueSince", f.id, p.kind`;
/** What two persons can look through, and whether there is more. */
const DUE_FIRST = `${DUE} LIMIT ${MOST + 1}`;

/** How long a State keeps content, what is due to go, and its erasure by two persons. Each act is an entry. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountStatus,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    private readonly blobs: ErasedBlobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  periods(actor: Official): Promise<RetentionPeriodsDto> {
    return this.reading(actor, async (tx, at) => ({ items: await tx.query(PERIODS, [tx.state, at]) }));
  }

  holds(actor: Official): Promise<LegalHoldsDto> {
    return this.reading(actor, async (tx) => ({
      items: await tx.query(`SELECT ${HOLD} FROM legal_hold WHERE state = $1 ORDER BY placed_at DESC, id DESC LIMIT ${MOST}`, [tx.state]),
    }));
  }

  /** The dry run. */
  due(actor: Official): Promise<DueContentsDto> {
    return this.reading(actor, async (tx, at) => {
      const items = await tx.query<DueContentsDto['items'][number]>(DUE_FIRST, [tx.state, at, null, null]);
      return { items: items.slice(0, MOST), more: items.length > MOST };
    });
  }

  /** @throws Problem 404 `erasure.unknown` */
  erasure(actor: Official, id: string): Promise<ErasureDto> {
    return this.reading(actor, (tx) => read(tx, id));
  }

  setPeriod(actor: Official, act: IdempotentAct, { kind, days, reason }: SetPeriodDto): Promise<StoredAnswer> {
    return this.once(actor, act, 201, async (tx, at) => {
      await tx.query(`INSERT INTO retention_period (state, kind, set_at, days, reason, set_by) VALUES ($1, $2, $3, $4, $5, $6)`, [tx.state, kind, at, days, reason, actor.accountId])
        .catch((error: { code?: string }) => { throw error.code === '23505' ? conflict('period.set-just-now', 'Another was set in the same moment. Read the periods, and try again.') : error; });
      await this.log(tx, actor, at, `account:${actor.accountId}`, 'retention.period-set', { kind, days, reason });
      return { kind, days, reason, setBy: actor.accountId, setAt: at.toISOString() };
    });
  }

  placeHold(actor: Official, act: IdempotentAct, { requestId, reason }: PlaceHoldDto): Promise<StoredAnswer> {
    return this.once(actor, act, 201, async (tx, at) => {
      if (!(await locked(tx, requestId)) && !(await lockedLetter(tx, requestId))) throw notFound('request.unknown', 'There is no such request. Check its id.');
      const id = newId();
      await tx.query(`INSERT INTO legal_hold (state, id, file_id, reason, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6)`, [tx.state, id, requestId, reason, actor.accountId, at]);
      await this.log(tx, actor, at, `file:${requestId}`, 'retention.hold-placed', { holdId: id }, { reason });
      return { id, requestId, reason, placedBy: actor.accountId, placedAt: at.toISOString(), liftedBy: null, liftedAt: null };
    });
  }

  liftHold(actor: Official, act: IdempotentAct, id: string): Promise<StoredAnswer> {
    return this.once(actor, act, 200, async (tx, at) => {
      const [hold] = await tx.query<LegalHoldDto>(`SELECT ${HOLD} FROM legal_hold WHERE state = $1 AND id = $2 FOR UPDATE`, [tx.state, id]);
      if (!hold) throw notFound('hold.unknown', 'There is no such hold.');
      if (hold.liftedAt) throw conflict('hold.lifted', 'The hold was lifted already.');
      await tx.query(`UPDATE legal_hold SET lifted_by = $3, lifted_at = $4 WHERE state = $1 AND id = $2`, [tx.state, id, actor.accountId, at]);
      await this.log(tx, actor, at, `file:${hold.requestId}`, 'retention.hold-lifted', { holdId: id });
      return asJson({ ...hold, liftedBy: actor.accountId, liftedAt: at });
    });
  }

  /** @throws Problem 409 `erasure.nothing-due`: an open request, one under a hold or before its time is not among what is due */
  propose(actor: Official, act: IdempotentAct, { requests, kinds }: ProposeErasureDto): Promise<StoredAnswer> {
    return this.once(actor, act, 201, async (tx, at) => {
      const due = (await tx.query<{ requestId: string; kind: string }>(DUE_FIRST, [tx.state, at, requests ?? null, kinds ?? null])).slice(0, MOST);
      if (due.length === 0) throw conflict('erasure.nothing-due', 'No content asked for is due: its request is open or under a hold, data are still preserved on it or a person is away, its period runs or is not set, or it is erased. See /retention/due.');
      const id = newId();
      await tx.query(`INSERT INTO erasure (state, id, status, proposed_by, proposed_at) VALUES ($1, $2, 'proposed', $3, $4)`, [tx.state, id, actor.accountId, at]);
      await tx.query(`INSERT INTO erasure_item (state, erasure_id, file_id, kind) SELECT $1, $2, f, k FROM unnest($3::uuid[], $4::text[]) AS i (f, k)`, [tx.state, id, due.map((d) => d.requestId), due.map((d) => d.kind)]);
      await this.log(tx, actor, at, `account:${actor.accountId}`, 'erasure.proposed', { erasureId: id, contents: due.length, requests: new Set(due.map((d) => d.requestId)).size });
      return asJson(await read(tx, id));
    });
  }

  /**
   * Destroys what was proposed. What a hold was placed on, or was reopened meanwhile, makes the whole be refused.
   * @throws Problem 403 `erasure.four-eyes`, 404 `erasure.unknown`, 409 `erasure.decided`, `erasure.not-due`
   */
  async confirm(actor: Official, act: IdempotentAct, id: string): Promise<StoredAnswer> {
    const answer = await this.once(actor, act, 200, async (tx, at) => {
      const erasure = await this.open(tx, id);
      if (erasure.proposedBy === actor.accountId) throw forbidden('erasure.four-eyes', 'Another official than the one who proposed the erasure must confirm it.');
      const files = [...new Set(erasure.items.map((item) => item.requestId))].sort();
      const onFile = new Set<string>();
      for (const file of files) if (await locked(tx, file)) onFile.add(file);
      // Of these kinds and without a limit: other kinds of the same requests, due too, would crowd out some of these.
      const kinds = [...new Set(erasure.items.map((item) => item.kind))];
      const still = await tx.query<{ requestId: string; kind: string }>(DUE, [tx.state, at, files, kinds]);
      const gone = erasure.items.find((item) => !still.some((due) => due.requestId === item.requestId && due.kind === item.kind));
      if (gone) throw conflict('erasure.not-due', `The ${gone.kind} of request ${gone.requestId} is not due any more. Decline this erasure, and propose another.`);
      await tx.query(`UPDATE erasure SET status = 'confirmed', decided_by = $3, decided_at = $4 WHERE state = $1 AND id = $2`, [tx.state, id, actor.accountId, at]);
      for (const file of files) {
        const contents: Record<string, number> = {};
        for (const { kind } of erasure.items.filter((item) => item.requestId === file)) {
          const [row] = await tx.query<{ n: number }>(`SELECT ${onFile.has(file) ? 'erase_content' : 'erase_declined_letter'}($1, $2, $3, $4) AS n`, [id, file, kind, at]);
          contents[kind] = row!.n;
        }
        await this.log(tx, actor, at, `file:${file}`, 'content.erased', { erasureId: id, contents, proposedBy: erasure.proposedBy });
      }
      await this.log(tx, actor, at, `account:${actor.accountId}`, 'erasure.confirmed', { erasureId: id, contents: erasure.items.length });
      return asJson(await read(tx, id));
    });
    // Committed: the rows say which bytes are to go. What is left by a crash, the worker's chore takes.
    await this.blobs.remove(actor.state);
    return answer;
  }

  decline(actor: Official, act: IdempotentAct, id: string): Promise<StoredAnswer> {
    return this.once(actor, act, 200, async (tx, at) => {
      await this.open(tx, id);
      await tx.query(`UPDATE erasure SET status = 'declined', decided_by = $3, decided_at = $4 WHERE state = $1 AND id = $2`, [tx.state, id, actor.accountId, at]);
      await this.log(tx, actor, at, `account:${actor.accountId}`, 'erasure.declined', { erasureId: id });
      return asJson(await read(tx, id));
    });
  }

  private async open(tx: Tx, id: string): Promise<ErasureDto> {
    await tx.query('SELECT FROM erasure WHERE state = $1 AND id = $2 FOR UPDATE', [tx.state, id]);
    const erasure = await read(tx, id);
    if (erasure.status !== 'proposed') throw conflict('erasure.decided', `The erasure is ${erasure.status} already.`);
    return erasure;
  }

  private async log(tx: Tx, actor: Official, at: Date, subject: string, type: string, body: Record<string, Json>, personal?: Record<string, Json>): Promise<void> {
    await this.audit.append(tx, { subject, type, at, actor: entryActor(actor), body, ...(personal && { personal }) });
  }

  private reading<T>(actor: Official, work: (tx: Tx, at: Date) => Promise<T>): Promise<T> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, (tx) => work(tx, this.clock.now()));
  }

  private once(actor: Official, act: IdempotentAct, status: number, work: (tx: Tx, at: Date) => Promise<Json>): Promise<StoredAnswer> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const [, begun] = await Promise.all([this.accounts.assertActive(tx, actor), this.idempotency.begin(tx, act, at)]);
      if (begun.kind === 'replay') return begun.answer;
      const answer = { status, body: await work(tx, at), headers: {} };
      await this.idempotency.complete(tx, act, answer);
      return answer;
    });
  }
}

async function locked(tx: Tx, file: string): Promise<boolean> {
  return (await tx.query('SELECT FROM request_file WHERE state = $1 AND id = $2 FOR UPDATE', [tx.state, file])).length > 0;
}

/** Of a request by letter that opened no file: also while nobody has decided on it. */
async function lockedLetter(tx: Tx, thread: string): Promise<boolean> {
  return (await tx.query('SELECT FROM transcription WHERE state = $1 AND thread_id = $2 AND opens_thread FOR UPDATE', [tx.state, thread])).length > 0;
}

async function read(tx: Tx, id: string): Promise<ErasureDto> {
  const [row] = await tx.query<ErasureDto>(
    `SELECT id, status, proposed_by AS "proposedBy", proposed_at AS "proposedAt", decided_by AS "decidedBy", decided_at AS "decidedAt" FROM erasure WHERE state = $1 AND id = $2`, [tx.state, id]);
  if (!row) throw notFound('erasure.unknown', 'There is no such erasure.');
  const items = await tx.query<{ requestId: string; kind: ContentKind; erasedAt: Date | null }>(
    `SELECT file_id AS "requestId", kind, erased_at AS "erasedAt" FROM erasure_item WHERE state = $1 AND erasure_id = $2 ORDER BY file_id`, [tx.state, id]);
  return { ...row, items: items.sort((a, b) => (a.requestId < b.requestId ? -1 : a.requestId > b.requestId ? 1 : CONTENT_KINDS.indexOf(a.kind) - CONTENT_KINDS.indexOf(b.kind))) };
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;


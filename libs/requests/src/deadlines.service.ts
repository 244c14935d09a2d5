import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { NOT_LEFT, Outbox } from '@comity/exchange';
import { CLOCK, Problem, type Clock, type StateCode } from '@comity/kernel';
import { CarryOut } from './carry-out.js';
import { NextDue } from './clocks/next-due.js';
import { FactsLoader } from './facts.js';
import { lockFileWithChain, readMeasures } from './files.js';

interface Due {
  id: string;
  fileId: string;
  measure: number | null;
  fires: string;
}

/** A worker that died gives its terms back after this. */
export const LEASE_MS = 30_000;
/** Acts under way side by side, each in a transaction of its own on a file of its own. */
const ABREAST = 6;

/**
 * Rows that another worker is taking are passed over. A lease that runs longer than any lease may was given before the
 * clock was set back: it counts as ended, so that no term waits for a day that comes twice. What is due is looked for
 * once, before anything is joined to it: looked for again for each row, it passes over what it has locked itself, and
 * more is taken than was asked for. A consultation whose opening has not left lapses once it has: until then no time
 * runs against the other State. Nor does one lapse whose end came by letter and waits for the second person (UNCC 40(28)): what
 * that one confirms was in time, and if it is declined, the lapse comes. The few that wait are read first, by indexes of their own.
 */
const CLAIM = `WITH waiting AS MATERIALIZED (
    SELECT thread_id, measure FROM outbox_message WHERE state = $1 AND type = 'CONSULTATION_OPENED' AND ${NOT_LEFT}
    UNION ALL SELECT thread_id, measure FROM transcription WHERE state = $1 AND status = 'proposed' AND type IN ('CONSULTATION_AGREED', 'CONSULTATION_ENDED')),
  due AS MATERIALIZED (
    SELECT id FROM deadline d WHERE state = $1 AND status = 'open' AND fires IS NOT NULL AND due_at <= $2
      AND (leased_until IS NULL OR leased_until <= $2 OR leased_until > $4)
      AND (fires <> 'LAPSE_CONSULTATION' OR NOT EXISTS (SELECT FROM waiting w WHERE w.thread_id = d.file_id AND w.measure = d.measure))
    ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
  UPDATE deadline d SET leased_until = $4 FROM due WHERE d.state = $1 AND d.id = due.id
  RETURNING d.id, d.file_id AS "fileId", d.measure, d.fires`;
const NEXT = `SELECT min(due_at) AS at FROM deadline WHERE state = $1 AND status = 'open' AND fires IS NOT NULL AND due_at > $2`;

/** Fires terms that fell due, each as an act of the clock through the one door, in a transaction of its own. */
@Injectable()
export class DeadlinesService {
  private readonly next: NextDue;

  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
    private readonly facts: FactsLoader,
    private readonly carryOut: CarryOut,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.next = new NextDue(clock);
  }

  /**
   * Takes up to `limit` of what is due by lease and fires it. Safe in any number of workers: the lease spares them each
   * other's work, and the claim in the act's own transaction is what lets no term fire twice.
   * @returns how many were settled
   * @throws the first error, after all others have been fired; what failed is tried again when its lease has ended
   */
  async fireDue(state: StateCode, limit = 100, leaseMs = LEASE_MS): Promise<number> {
    const at = this.clock.now();
    const due = await inTransaction(this.db, { state, as: 'comity_worker' }, async (tx) => {
      const [claimed, [next]] = await Promise.all([
        tx.prepared<Due>('requests_due_claim', CLAIM, [state, at, limit, new Date(at.getTime() + leaseMs)]),
        tx.prepared<{ at: Date | null }>('requests_due_next', NEXT, [state, at]),
      ]);
      this.next.saw(state, next?.at ?? null);
      return claimed;
    });
    const errors: unknown[] = [];
    let settled = 0;
    const lane = async (): Promise<void> => {
      for (let term = due.shift(); term; term = due.shift()) {
        const done = await this.fire(state, term, at).catch((error: unknown) => void errors.push(error));
        if (done === true) settled += 1;
      }
    };
    await Promise.all(Array.from({ length: Math.min(ABREAST, due.length) }, lane));
    if (errors.length > 0) throw errors[0];
    return settled;
  }

  /** Milliseconds until the next term that is known falls due, in any State; undefined where none is. */
  dueInMs(): number | undefined {
    return this.next.inMs();
  }

  /** False where another worker was faster, or an official. */
  private fire(state: StateCode, term: Due, at: Date): Promise<boolean> {
    const { id, fileId, measure, fires } = term;
    return inTransaction(this.db, { state, as: 'comity_worker' }, async (tx) => {
      // File with its chain, then thread, then term: the order of every act, all in one packet.
      const [locked, measures, thread, claimed] = await Promise.all([
        lockFileWithChain(tx, this.audit, fileId), readMeasures(tx, fileId), this.outbox.thread(tx, fileId),
        tx.prepared('requests_due_settle', `UPDATE deadline SET status = 'fired', settled_at = $3 WHERE state = $1 AND id = $2 AND status = 'open' RETURNING 1`, [state, id, at]),
      ]);
      if (claimed.length === 0 || !locked) return false;
      const { row, head } = locked;
      const file = { row, measures };
      try {
        await this.carryOut.run(tx, file, {
          act: { type: fires, measure, payload: {}, source: 'clock' }, actor: { kind: 'clock', state }, facts: this.facts.base(file, measure, at), at, head, thread,
        });
      } catch (error) {
        // The state moved on and the term has nothing left to do; it counts as settled, and the log says so.
        if (!(error instanceof Problem) || error.status >= 500) throw error;
        await this.audit.append(tx, { subject: `file:${fileId}`, type: 'deadline.fired', at, actor: { kind: 'clock', state }, body: { fires, measure, code: error.code } }, head);
      }
      return true;
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditLog } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { Outbox } from '@comity/exchange';
import { CLOCK, Problem, type Clock, type StateCode } from '@comity/kernel';
import { CarryOut } from './carry-out.js';
import { FactsLoader } from './facts.js';
import { lockFile, readMeasures } from './files.js';

interface Due {
  id: string;
  fileId: string;
  measure: number | null;
  fires: string;
}

const DUE = `SELECT id, file_id AS "fileId", measure, fires FROM deadline
  WHERE state = $1 AND status = 'open' AND fires IS NOT NULL AND due_at <= $2 ORDER BY due_at, id LIMIT $3`;

/** Fires terms that fell due, each as an act of the clock through the one door, in a transaction of its own. */
@Injectable()
export class DeadlinesService {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
    private readonly facts: FactsLoader,
    private readonly carryOut: CarryOut,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many were settled */
  async fireDue(state: StateCode, limit = 100): Promise<number> {
    const at = this.clock.now();
    const due = await inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, (tx) => tx.prepared<Due>('requests_due', DUE, [state, at, limit]));
    let settled = 0;
    for (const term of due) if (await this.fire(state, term, at)) settled += 1;
    return settled;
  }

  /** False where another worker was faster. */
  private fire(state: StateCode, term: Due, at: Date): Promise<boolean> {
    const { id, fileId, measure, fires } = term;
    return inTransaction(this.db, { state, as: 'comity_worker' }, async (tx) => {
      // File, then thread, then term: the order of every act.
      const [row, measures, thread, head] = await Promise.all([lockFile(tx, fileId), readMeasures(tx, fileId), this.outbox.thread(tx, fileId), this.audit.chainHead(tx, `file:${fileId}`)]);
      const claimed = await tx.query(`UPDATE deadline SET status = 'fired', settled_at = $3 WHERE state = $1 AND id = $2 AND status = 'open' RETURNING 1`, [state, id, at]);
      if (claimed.length === 0 || !row) return false;
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

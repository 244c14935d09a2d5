import { Idempotency } from '@comity/access';
import { inTransaction } from '@comity/database';
import type { Clock, StateCode } from '@comity/kernel';
import type { DataSource } from 'typeorm';

const EVERY_MS = 60_000;

/** Answers kept under Idempotency-Key say what the act said: those past their time are deleted, whatever else is kept. */
export class Leftovers {
  private readonly next = new Map<StateCode, number>();

  constructor(
    private readonly db: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** Once a minute at most. @returns how many */
  async purge(state: StateCode): Promise<number> {
    const at = this.clock.now();
    if (at.getTime() < (this.next.get(state) ?? 0)) return 0;
    this.next.set(state, at.getTime() + EVERY_MS);
    return inTransaction(this.db, { state, as: 'comity_worker' }, (tx) => this.idempotency.purge(tx, at));
  }
}

import type { StateCode } from '@comity/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '@comity/database';
import { LogProofs } from '../log/log-proofs.js';
import { LogShowing } from './log-showing.js';

/** Entries that the checkpoint to be shown must cover; null until it is looked up. */
type Target = number | null;

/**
 * Says which counterparts are to be shown the log: those with whom messages were exchanged since it was last shown to
 * them. Held in memory only: after a start, each counterpart is shown the log once.
 */
@Injectable()
export class ShowingTurns {
  private readonly logger = new Logger(ShowingTurns.name);
  private readonly due = new Map<StateCode, Map<StateCode, Target>>();
  private readonly shownAt = new Map<string, number>();

  constructor(
    private readonly db: DataSource,
    private readonly showing: LogShowing,
    private readonly proofs: LogProofs,
  ) {}

  /** A message went from one to the other; MUST be called after what it left in the log has committed. */
  exchanged(state: StateCode, counterpart: StateCode): void {
    this.due.get(state)?.set(counterpart, null);
  }

  /**
   * Shows the log to whom it is due. A counterpart that does not answer holds up nobody, and is tried the next time.
   * @param pauseMs least time between two showings to one counterpart: each covers all that happened in between
   * @returns how many were shown it
   */
  async run(state: StateCode, pauseMs = 0): Promise<number> {
    if (!this.due.has(state)) {
      this.due.set(state, new Map((await this.showing.counterparts(state)).map((counterpart) => [counterpart, null])));
    }
    const due = this.due.get(state)!;
    let shown = 0;
    for (const [counterpart, target] of [...due]) {
      const key = `${state} ${counterpart}`;
      if (performance.now() - (this.shownAt.get(key) ?? -Infinity) < pauseMs) continue;
      this.shownAt.set(key, performance.now());
      try {
        const wanted = target ?? (await this.logged(state));
        if (due.get(counterpart) === target) due.set(counterpart, wanted);
        const { outcome, size } = await this.showing.show(state, counterpart);
        const done = outcome === 'contradicts' || (outcome === 'confirmed' && (size === 0 ? await this.signed(state) : size) >= wanted);
        // Unless another message has gone meanwhile.
        if (done && due.get(counterpart) === wanted) due.delete(counterpart);
        if (size > 0) shown += 1;
      } catch (error) {
        this.logger.error(`showing the log of ${state} to ${counterpart} failed: ${(error as Error).message}`);
      }
    }
    return shown;
  }

  /** Entries so far, those without a place included. */
  private async logged(state: StateCode): Promise<number> {
    const { size, pending } = await this.status(state);
    return size + pending;
  }

  private async signed(state: StateCode): Promise<number> {
    return (await this.status(state)).checkpoint?.size ?? 0;
  }

  private status(state: StateCode) {
    return inTransaction(this.db, { state, readOnly: true }, (tx) => this.proofs.status(tx));
  }
}

import type { StateCode } from '@comity/kernel';
import pg from 'pg';

/** What the worker does for one State, by the table in which its work is found. @returns pieces done */
export interface Chores {
  terms(state: StateCode): Promise<number>;
  reminders(state: StateCode): Promise<number>;
  steps(state: StateCode): Promise<number>;
  messages(state: StateCode): Promise<number>;
  packages(state: StateCode): Promise<number>;
}

type Names = Record<keyof Chores, StateCode[]>;

/** More than what is due, never less: whether it is due, the chore itself decides. */
const MAY_BE_DUE = `SELECT array(SELECT DISTINCT state FROM deadline WHERE status = 'open' AND due_at <= $1) AS terms,
  array(SELECT DISTINCT state FROM deadline) AS reminders,
  array(SELECT DISTINCT state FROM alarm WHERE next_step_at <= $1) AS steps,
  array(SELECT DISTINCT state FROM outbox_message WHERE status = 'pending') AS messages,
  array(SELECT DISTINCT state FROM evidence_package WHERE status = 'received') AS packages`;

/** The worker's rounds without a worker: what is due now, State by State, until nothing is. Most rounds find one State with one thing. */
export class Rounds {
  private client: pg.Client | undefined;

  /** @param superuserUrl sees the rows of all States */
  constructor(
    private readonly superuserUrl: string,
    private readonly states: readonly StateCode[],
    private readonly chores: Chores,
  ) {}

  /** @param now read before each round: a chore may take the clock on */
  async settle(now: () => Date): Promise<void> {
    for (let done = 1; done > 0; ) {
      done = 0;
      const due = await this.mayBeDue(now());
      for (const state of this.states) {
        for (const name of Object.keys(this.chores) as (keyof Chores)[]) if (due[name].includes(state)) done += await this.chores[name](state);
      }
    }
  }

  async close(): Promise<void> {
    await this.client?.end();
  }

  private async mayBeDue(at: Date): Promise<Names> {
    if (!this.client) {
      this.client = new pg.Client({ connectionString: this.superuserUrl });
      await this.client.connect();
    }
    return (await this.client.query<Names>({ name: 'may_be_due', text: MAY_BE_DUE, values: [at] })).rows[0]!;
  }
}

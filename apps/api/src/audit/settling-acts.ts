import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountStatus, Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { Witnesses } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { CLOCK, type Clock, type Json, type Official } from '@comity/kernel';
import { alarmView } from './witness-views.js';

/** Settling an alarm: with its entry and its stored answer, in one transaction. */
@Injectable()
export class SettlingActs {
  constructor(
    private readonly db: DataSource,
    private readonly witnesses: Witnesses,
    private readonly accounts: AccountStatus,
    private readonly idempotency: Idempotency,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws Problem 404 `alarm.not-found`, 409 `alarm.settled` */
  settle(actor: Official, id: string, reason: string, act: IdempotentAct): Promise<StoredAnswer> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const [, begun] = await Promise.all([this.accounts.assertActive(tx, actor), this.idempotency.begin(tx, act, at)]);
      if (begun.kind === 'replay') return begun.answer;
      const answer = { status: 200, body: alarmView(await this.witnesses.settle(tx, actor, id, reason, at)) as unknown as Json, headers: {} };
      await this.idempotency.complete(tx, act, answer);
      return answer;
    });
  }
}

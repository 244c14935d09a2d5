import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction } from '@comity/database';
import { DirectoryRegister, type ArrangementDto, type ArrangementRow } from '@comity/directory';
import { CLOCK, unprocessable, type Clock, type Json, type Official } from '@comity/kernel';
import { hasProfile } from '@comity/treaty';
import { arrangementView } from './directory-reader.js';

/** Records that a treaty is applied where it is not in force; with its entry, in one transaction. */
@Injectable()
export class ArrangementActs {
  constructor(
    private readonly db: DataSource,
    private readonly register: DirectoryRegister,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws as `DirectoryRegister.recordArrangement` and `Idempotency.begin`; 422 `instrument.unknown` */
  record(actor: Official, act: IdempotentAct, dto: ArrangementDto): Promise<StoredAnswer> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const begun = await this.idempotency.begin(tx, act, at);
      if (begun.kind === 'replay') return begun.answer;
      if (!hasProfile(dto.instrument)) throw instrumentUnknown(dto.instrument);
      const row = await this.register.recordArrangement(tx, actor, dto, at);
      await this.audit.append(tx, entryOf(actor, row, at));
      const answer = { status: 201, body: arrangementView(row) as unknown as Json, headers: {} };
      await this.idempotency.complete(tx, act, answer);
      return answer;
    });
  }
}

/** In the chain of the other State, beside what else was settled with it. */
function entryOf(actor: Official, { id, requesting, requested, instrument, mode, reason, validFrom }: ArrangementRow, at: Date) {
  const counterpart = requesting === actor.state ? requested : requesting;
  const body = { arrangementId: id, requesting, requested, instrument, mode, validFrom };
  return { subject: `peer:${counterpart}`, type: 'arrangement.recorded', at, actor: entryActor(actor), body, personal: { reason } };
}

function instrumentUnknown(id: string) {
  const detail = `There is no profile of an instrument ${id}. Take one listed at /treaty/instruments.`;
  return unprocessable('instrument.unknown', detail, undefined, [{ pointer: '/instrument', code: 'instrument.unknown', detail }]);
}

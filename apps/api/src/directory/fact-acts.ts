import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Idempotency, type IdempotentAct, type StoredAnswer } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { ContactRegister, DirectoryRegister, type AcceptedLanguageDto, type AuthorityDto, type CompetenceDto, type ContactChannelDto, type DutyTurnDto, type EndFactDto } from '@comity/directory';
import { CLOCK, type Clock, type Json, type Official } from '@comity/kernel';

/** Facts of the own State an administrator may end, and what each is named by. */
export type EndedFact = 'authority' | 'acceptedLanguage' | 'competence' | 'arrangement' | EndedContact;
export type EndedContact = 'contactChannel' | 'dutyTurn';

/** What an administrator says of the own State in the directory; each with its entry, in one transaction. */
@Injectable()
export class FactActs {
  constructor(
    private readonly db: DataSource,
    private readonly register: DirectoryRegister,
    private readonly contacts: ContactRegister,
    private readonly idempotency: Idempotency,
    private readonly audit: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws as `DirectoryRegister.recordAuthority` and `Idempotency.begin` */
  recordAuthority(actor: Official, act: IdempotentAct, dto: AuthorityDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'directory.fact-recorded', 'authority', async (tx, at) => {
      const { state: _, ...row } = await this.register.recordAuthority(tx, actor, dto, at);
      return { key: row.id, body: { ...row } };
    });
  }

  recordLanguage(actor: Official, act: IdempotentAct, dto: AcceptedLanguageDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'directory.fact-recorded', 'acceptedLanguage', async (tx, at) => {
      const { state: _, ...row } = await this.register.recordLanguage(tx, actor, dto, at);
      return { key: row.language, body: { ...row } };
    });
  }

  recordCompetence(actor: Official, act: IdempotentAct, dto: CompetenceDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'directory.fact-recorded', 'competence', async (tx, at) => {
      const { state: _, ...row } = await this.register.recordCompetence(tx, actor, dto, at);
      return { key: row.id, body: { ...row } };
    });
  }

  /** @throws as `ContactRegister.recordChannel` */
  recordChannel(actor: Official, act: IdempotentAct, dto: ContactChannelDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'directory.fact-recorded', 'contactChannel', async (tx, at) => {
      const row = await this.contacts.recordChannel(tx, actor, dto, at);
      return { key: row.id, body: { ...row } };
    });
  }

  recordTurn(actor: Official, act: IdempotentAct, dto: DutyTurnDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'directory.fact-recorded', 'dutyTurn', async (tx, at) => {
      const { state: _, ...row } = await this.contacts.recordTurn(tx, actor, dto, at);
      return { key: row.id, body: { ...row } };
    });
  }

  /** @throws as `ContactRegister.end` */
  endContact(actor: Official, act: IdempotentAct, fact: EndedContact, key: string, { on }: EndFactDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'directory.fact-ended', fact, async (tx, at) => {
      await this.contacts.end(tx, actor, fact, key, on, at);
      return { key, body: { fact, key, validTo: on } };
    });
  }

  /** @throws as `DirectoryRegister.end` */
  end(actor: Official, act: IdempotentAct, fact: Exclude<EndedFact, EndedContact>, key: string, { on }: EndFactDto): Promise<StoredAnswer> {
    return this.once(actor, act, 'directory.fact-ended', fact, async (tx, at) => {
      await this.register.end(tx, actor, fact, key, on, at);
      return { key, body: { fact, key, validTo: on } };
    });
  }

  private once(actor: Official, act: IdempotentAct, type: string, fact: EndedFact, work: (tx: Tx, at: Date) => Promise<{ key: string; body: Record<string, Json> }>): Promise<StoredAnswer> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const begun = await this.idempotency.begin(tx, act, at);
      if (begun.kind === 'replay') return begun.answer;
      const { key, body } = await work(tx, at);
      const until = body['validTo'] ?? null;
      await this.audit.append(tx, { subject: 'node', type, at, actor: entryActor(actor), body: { fact, key, ...(until !== null && { validTo: until }) } });
      const answer = { status: type === 'directory.fact-recorded' ? 201 : 200, body, headers: {} };
      await this.idempotency.complete(tx, act, answer);
      return answer;
    });
  }
}

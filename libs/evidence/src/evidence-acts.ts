import { Idempotency, type IdempotentAct } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, type Clock, type Json, type Official } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EvidenceService } from './evidence.service.js';
import type { EvidencePackageDto, OpenPackageDto } from './package.dto.js';

/** What officials do with packages over the API, each act in one transaction with its Idempotency-Key. */
@Injectable()
export class EvidenceActs {
  constructor(
    private readonly db: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly idempotency: Idempotency,
    private readonly evidence: EvidenceService,
    private readonly audit: AuditLog,
  ) {}

  /** @throws as `EvidenceService.openPackage` and `Idempotency.begin` */
  open(actor: Official, act: IdempotentAct, dto: OpenPackageDto): Promise<EvidencePackageDto> {
    return this.once(actor, act, 201, (tx, at) => this.evidence.openPackage(tx, actor, dto, at));
  }

  /** @throws as `EvidenceService.sealPackage` and `Idempotency.begin` */
  seal(actor: Official, act: IdempotentAct, packageId: string): Promise<EvidencePackageDto> {
    return this.once(actor, act, 200, (tx, at) => this.evidence.sealPackage(tx, actor, packageId, at));
  }

  /** Names and hashes of files are evidence too: the entry of the reading commits before they go out. @throws Problem 404 `evidence.not-found` */
  read(actor: Official, packageId: string): Promise<EvidencePackageDto> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const view = await this.evidence.view(tx, packageId);
      await this.audit.append(tx, { subject: `file:${view.requestId}`, type: 'request.read', at, actor: entryActor(actor), body: { part: 'evidence', packageId } });
      return view;
    });
  }

  /** Packages of a request, both directions; none where the State has no such request. */
  list(actor: Official, requestId: string): Promise<EvidencePackageDto[]> {
    return inTransaction(this.db, { state: actor.state, readOnly: true }, (tx) => this.evidence.packages(tx, requestId));
  }

  private once(actor: Official, act: IdempotentAct, status: number, work: (tx: Tx, at: Date) => Promise<EvidencePackageDto>): Promise<EvidencePackageDto> {
    const at = this.clock.now();
    return inTransaction(this.db, { state: actor.state }, async (tx) => {
      const begun = await this.idempotency.begin(tx, act, at);
      if (begun.kind === 'replay') return begun.answer.body as unknown as EvidencePackageDto;
      const done = await work(tx, at);
      await this.idempotency.complete(tx, act, { status, body: done as unknown as Json, headers: {} });
      return done;
    });
  }
}

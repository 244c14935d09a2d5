import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { holds } from '@comity/access';
import { AuditLog, entryActor, LogProofs, readTilePath, type StoredCheckpoint } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, notFound, type Clock, type Official } from '@comity/kernel';
import type { ConsistencyProofDto, InclusionProofDto, LogStatusDto } from './log.dto.js';

export interface Tile {
  bytes: Buffer;
  /** Hashes never change once there; entries are content of the log, and are not to be kept by caches. */
  immutable: boolean;
}

/**
 * The tree of one's own State's log. Checkpoints, tiles and proofs are hashes and say nothing of any case, so reading
 * them is not logged: else each look at the log would make it longer. Entries are, as everywhere.
 */
@Injectable()
export class LogReader {
  constructor(
    private readonly db: DataSource,
    private readonly proofs: LogProofs,
    private readonly log: AuditLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  status(actor: Official): Promise<LogStatusDto> {
    return this.reading(actor, (tx) => this.proofs.status(tx));
  }

  checkpoint(actor: Official, size?: number): Promise<StoredCheckpoint> {
    return this.reading(actor, (tx) => this.proofs.checkpoint(tx, size));
  }

  /** Whoever may read a request may have the proofs of its file's entries; the rest is the auditor's. */
  inclusion(actor: Official, entryId: string): Promise<InclusionProofDto> {
    return this.reading(actor, async (tx) => {
      if (!holds(actor.roles, 'audit.read') && !(await this.proofs.subjectOf(tx, entryId)).startsWith('file:')) {
        throw notFound('entry.unknown', 'The log of your State has no entry under this id.');
      }
      return this.proofs.inclusion(tx, entryId);
    });
  }

  consistency(actor: Official, from: number, to?: number): Promise<ConsistencyProofDto> {
    return this.reading(actor, (tx) => this.proofs.consistency(tx, from, to));
  }

  /** @param path below `tile/`, by C2SP tlog-tiles. @throws Problem 404 `tile.unknown` */
  async tile(actor: Official, path: string): Promise<Tile> {
    const ref = readTilePath(path);
    if (!ref) throw notFound('tile.unknown', 'Not the path of a tile: <level>/<index> or entries/<index>, by C2SP tlog-tiles.');
    const { level, index, width } = ref;
    if (level !== 'entries') {
      return { bytes: await this.reading(actor, (tx) => this.proofs.tile(tx, { level, index, width })), immutable: true };
    }
    const at = this.clock.now();
    const bytes = await inTransaction(this.db, { state: actor.state }, async (tx) => {
      const found = await this.proofs.bundle(tx, { index, width });
      await this.log.append(tx, { subject: `account:${actor.accountId}`, type: 'audit.read', at, actor: entryActor(actor), body: { bundle: path, entries: width } });
      return found;
    });
    return { bytes, immutable: false };
  }

  private reading<T>({ state }: Official, work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(this.db, { state, readOnly: true }, work);
  }
}

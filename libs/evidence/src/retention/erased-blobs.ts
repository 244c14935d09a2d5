import { inTransaction } from '@comity/database';
import { CLOCK, type Clock, type StateCode } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BLOB_STORE, type BlobStore } from '../blob-store.js';

/** Removes from the store what an erasure that committed left nothing referring to. May be repeated. */
@Injectable()
export class ErasedBlobs {
  constructor(
    private readonly db: DataSource,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many */
  async remove(state: StateCode, limit = 1000): Promise<number> {
    const left = await inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, (tx) =>
      tx.query<{ sha256: string }>('SELECT DISTINCT sha256 FROM erased_blob WHERE state = $1 AND removed_at IS NULL LIMIT $2', [state, limit]));
    for (const { sha256 } of left) {
      // Put in again since, the same bytes belong to somebody else. The same three as in erase_content().
      await inTransaction(this.db, { state, as: 'comity_worker' }, async (tx) => {
        const [used] = await tx.query(
          `SELECT 1 FROM attachment WHERE state = $1 AND sha256 = $2 AND erased_at IS NULL
           UNION ALL SELECT 1 FROM transcription WHERE state = $1 AND document_sha256 = $2 AND erased_at IS NULL
           UNION ALL SELECT 1 FROM evidence_item WHERE state = $1 AND sha256 = decode($2, 'hex') AND erased_at IS NULL LIMIT 1`, [state, sha256]);
        if (!used) await this.blobs.remove(state, sha256);
        await tx.query('UPDATE erased_blob SET removed_at = $3 WHERE state = $1 AND sha256 = $2 AND removed_at IS NULL', [state, sha256, this.clock.now()]);
      });
    }
    return left.length;
  }
}

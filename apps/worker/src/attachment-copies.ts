import { inTransaction } from '@comity/database';
import type { BlobStore } from '@comity/evidence';
import type { StateCode } from '@comity/kernel';
import type { AttachmentsService } from '@comity/requests';
import type { DataSource } from 'typeorm';

/** Brings the bytes of the other State's documents into one's own store. */
export class AttachmentCopies {
  constructor(
    private readonly db: DataSource,
    private readonly attachments: AttachmentsService,
    private readonly blobs: BlobStore,
  ) {}

  /**
   * @returns how many were copied and verified
   * @throws Error when some could not be: after the others were done, so that one lost document holds up no other
   */
  async copyPending(state: StateCode, limit: number): Promise<number> {
    const scope = { state, as: 'comity_worker' as const };
    const pending = await inTransaction(this.db, { ...scope, readOnly: true }, (tx) => this.attachments.pending(tx, limit));
    const failed = new Map<string, string>();
    for (const { id, counterpart, sha256 } of pending) {
      const outcome = await this.blobs.copyToState(counterpart, state, sha256).catch(({ code }: NodeJS.ErrnoException) => code ?? 'unreadable');
      if (outcome === 'copied') await inTransaction(this.db, scope, (tx) => this.attachments.verified(tx, id));
      else failed.set(id, outcome);
    }
    if (failed.size === 0) return pending.length;
    // Tried again after all the others: a batch of documents that are lost would otherwise come first for ever.
    await inTransaction(this.db, scope, (tx) => this.attachments.notCopied(tx, [...failed.keys()]));
    throw new Error(`documents not copied: ${[...failed].map((pair) => pair.join(' ')).join(', ')}`);
  }
}

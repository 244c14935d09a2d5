import type { Readable } from 'node:stream';
import { mayHandleEvidence } from '@comity/access';
import { AuditLog, entriesAmong, entryActor, LOG_SIGNER, LogProofs, Witnesses, type EntryActor, type LogSigner } from '@comity/audit';
import { inTransaction, snapshotStream } from '@comity/database';
import { DirectoryService } from '@comity/directory';
import { Outbox } from '@comity/exchange';
import { CLOCK, type Clock, type Official, type StateCode } from '@comity/kernel';
import { readFileParts } from '@comity/requests';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BLOB_STORE, type BlobStore } from '../blob-store.js';
import { notForYou } from '../refusals.js';
import { dossierLines, type DossierSources } from './dossier-lines.js';
import { withDocuments } from './documents-named.js';
import { Withheld } from './withheld.js';

export interface DossierAsk {
  requestId: string;
  /** Parts, and single messages and entries, to be left out. */
  withhold?: readonly string[];
  /** Whether the bytes of documents, and those of evidence, are in it. */
  attachments?: boolean;
  evidence?: boolean;
}

export interface Dossier {
  /** JSON Lines. */
  lines: Readable;
  name: string;
}

/** Gives out one request as one State's file has it, for a court; the entry of that commits before the first byte goes out. */
@Injectable()
export class DossierService {
  private readonly sources: DossierSources;

  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditLog,
    directory: DirectoryService,
    outbox: Outbox,
    witnesses: Witnesses,
    proofs: LogProofs,
    @Inject(LOG_SIGNER) signer: LogSigner,
    @Inject(BLOB_STORE) blobs: BlobStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.sources = { directory, outbox, witnesses, proofs, signer, blobs };
  }

  /**
   * For an official of the State.
   * @throws Problem 404 `request.unknown`, 400 `withhold.malformed`, 422 `withhold.unknown`, 403 `evidence.not-permitted` when evidence is asked for by who may not have its bytes, 429 `download.too-many`
   */
  export(actor: Official, ask: DossierAsk): Promise<Dossier> {
    return this.begin(actor.state, entryActor(actor), ask, (side) => !ask.evidence || mayHandleEvidence(actor.roles, side, 'download'));
  }

  /** For whoever runs the node, and could read its disks: told in the State's log as an act of the node. @throws as {@link export} */
  exportByNode(state: StateCode, ask: DossierAsk): Promise<Dossier> {
    return this.begin(state, { kind: 'node', state }, ask, () => true);
  }

  private async begin(state: StateCode, actor: EntryActor, ask: DossierAsk, permitted: (side: 'requesting' | 'requested') => boolean): Promise<Dossier> {
    const { requestId, attachments = false, evidence = false } = ask;
    const asked = Withheld.of(ask.withhold ?? []);
    let withheld = asked;
    const at = this.clock.now();
    const first = () => inTransaction(this.db, { state }, async (tx) => {
      const { file } = await readFileParts(tx, requestId);
      if (!permitted(file.side)) throw notForYou();
      const messages = (await this.sources.outbox.messages(tx, requestId)).map(({ id }) => id);
      asked.assertKnown(new Set(messages), await entriesAmong(tx, asked.ids('entry'), { requestId }));
      withheld = await withDocuments(tx, this.sources.outbox, requestId, asked);
      await this.audit.append(tx, { subject: `file:${requestId}`, type: 'dossier.exported', at, actor, body: { withheld: [...withheld.named], attachments, evidence } });
    });
    const reader = actor.accountId ?? 'node';
    const lines = await snapshotStream(this.db, { state, reader, first, after: '\n' }, (tx) => dossierLines(tx, this.sources, { requestId, exportedAt: at, withheld, attachments, evidence }));
    return { lines, name: `dossier-${state}-${requestId}.jsonl` };
  }
}

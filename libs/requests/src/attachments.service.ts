import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountStatus, assertHolds } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { assertVersion, badRequest, CLOCK, conflict, contentErased, etagOf, newId, notFound, type Clock, type Official, type StateCode } from '@comity/kernel';
import { checkName } from '@comity/treaty';
import { Attachment } from './attachment.entity.js';
import { mainState, MAX_DOCUMENTS } from './domain/index.js';
import { assertDraft, assertMayDraft, assertWriter, revised, savedDraft, type SavedDraft } from './drafts.service.js';
import { ownDocuments } from './enclosures.js';
import { lockFile, readMeasures, requestUnknown, updateContent } from './files.js';
import { loggingRefusals } from './refusal-log.js';
import type { RequestFile } from './request-file.entity.js';
import { RequestReader } from './request-reader.js';

/** Bytes already stored under their hash, and what the uploader calls them. */
export interface StoredDocument {
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
}

/** Documents of a file: orders, translations, letters. Their bytes lie in the State's own store. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly db: DataSource,
    private readonly accounts: AccountStatus,
    private readonly audit: AuditLog,
    private readonly reader: RequestReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether the official may add documents to the file; asked before the bytes are taken. */
  async assertOpen(actor: Official, id: string): Promise<void> {
    await this.acting(actor, this.clock.now(), id, (tx) => this.openFor(tx, actor, id));
  }

  /** @returns with the file's ETag: a document of a draft is part of what is reviewed, so it makes a new version, and its author a drafter */
  async add(actor: Official, id: string, document: StoredDocument): Promise<{ attachment: Attachment; etag: string }> {
    const at = this.clock.now();
    const [problem] = checkName(document.name, '/name');
    if (problem || document.name.trim() === '' || document.name.length > 255) throw badRequest(problem?.code ?? 'attachment.name-invalid', problem?.detail ?? 'Give the document a name of 1 to 255 characters.');
    return this.acting(actor, at, id, async (tx) => {
      const [, row] = await Promise.all([this.accounts.assertActive(tx, actor), this.openFor(tx, actor, id)]);
      const attachment = tx.manager.create(Attachment, { ...document, state: actor.state, id: newId(), fileId: id, origin: 'own', verified: true, onPaper: false, addedBy: actor.accountId, addedAt: at, takenOutAt: null, erasedAt: null });
      await tx.manager.insert(Attachment, attachment);
      const drafted = isDraft(row);
      const { version } = drafted ? reviseDraft(tx, row, actor, at) : row;
      await this.audit.append(tx, { subject: `file:${id}`, type: 'attachment.added', at, actor: entryActor(actor), body: { attachmentId: attachment.id, sha256: attachment.sha256, size: attachment.size, ...(drafted && { version }) } });
      return { attachment, etag: etagOf(version) };
    });
  }

  /** Takes a document out of a draft again, so that it does not cross. @throws Problem 403 `draft.not-yours`, 404 `attachment.unknown`, 409 `draft.not-open`, 412 `version.stale` */
  async remove(actor: Official, id: string, attachmentId: string, ifMatch: string | undefined): Promise<SavedDraft & { etag: string }> {
    const at = this.clock.now();
    return this.acting(actor, at, id, async (tx) => {
      const [, row] = await Promise.all([this.accounts.assertActive(tx, actor), lockFile(tx, id)]);
      if (!row) throw requestUnknown();
      assertWriter(row);
      assertVersion(ifMatch, row.version);
      assertDraft(row);
      await assertDrafter(tx, actor, id);
      const [document] = await tx.query<{ sha256: string }>(
        `UPDATE attachment SET taken_out_at = $4 WHERE state = $1 AND file_id = $2 AND id = $3 AND origin = 'own' AND taken_out_at IS NULL RETURNING sha256`,
        [tx.state, id, attachmentId, at],
      );
      if (!document) throw attachmentUnknown();
      const next = reviseDraft(tx, row, actor, at);
      await this.audit.append(tx, { subject: `file:${id}`, type: 'attachment.removed', at, actor: entryActor(actor), body: { attachmentId, sha256: document.sha256, version: next.version } });
      return { ...savedDraft(next), etag: etagOf(next.version) };
    });
  }

  /** What is needed to send the bytes; the entry of the reading has committed when this answers. @throws Problem 404 `attachment.unknown`, 410 `content.erased`, 409 `attachment.not-verified` */
  open(actor: Official, id: string, attachmentId: string): Promise<Attachment> {
    return this.reader.logged(actor, id, 'attachment.read', async (tx) => {
      const found = await tx.manager.findOne(Attachment, { where: { state: actor.state, fileId: id, id: attachmentId } });
      if (!found || found.takenOutAt) throw attachmentUnknown();
      if (found.erasedAt) throw contentErased('The bytes of this document were erased when their period was over. Its hash and the entry of its erasure are on record.');
      if (found.onPaper) throw conflict('attachment.on-paper', 'This document came with a letter on paper and is not here. Find it with the letter, or ask the other State for it; add a scan if it is needed here.');
      if (!found.verified) throw conflict('attachment.not-verified', 'The bytes are still being copied from the other State and verified. Try again in a moment.');
      return found;
    }, { attachmentId });
  }

  /** Documents of the other State whose bytes are still to be copied, those that failed last at the end; for the worker. */
  pending(tx: Tx, limit: number): Promise<{ id: string; counterpart: StateCode; sha256: string }[]> {
    return tx.query(
      `SELECT a.id, f.counterpart, a.sha256 FROM attachment a JOIN request_file f ON f.state = a.state AND f.id = a.file_id
       WHERE a.state = $1 AND NOT a.verified AND NOT a.on_paper AND a.erased_at IS NULL
       ORDER BY a.copy_failed_at NULLS FIRST, a.added_at, a.id LIMIT $2`,
      [tx.state, limit],
    );
  }

  async verified(tx: Tx, id: string): Promise<void> {
    await tx.query('UPDATE attachment SET verified = true WHERE state = $1 AND id = $2', [tx.state, id]);
  }

  async notCopied(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query('UPDATE attachment SET copy_failed_at = $3 WHERE state = $1 AND id = ANY ($2)', [tx.state, ids, this.clock.now()]);
  }

  private async openFor(tx: Tx, actor: Official, id: string): Promise<RequestFile> {
    const row = await lockFile(tx, id);
    if (!row) throw requestUnknown();
    if (isDraft(row)) await assertDrafter(tx, actor, id);
    if ((await ownDocuments(tx, id)) >= MAX_DOCUMENTS) throw conflict('attachment.too-many', `A request takes ${MAX_DOCUMENTS} documents. Put several into one, or open a supplementary request.`);
    if (['closed', 'abandoned', 'inReview'].includes(mainState(row.letter))) throw conflict('request.not-open', 'No documents can be added to a request that is under review or closed.');
    return row;
  }

  /** One act in one transaction; refused permissions are logged. */
  private acting<T>(actor: Official, at: Date, requestId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return loggingRefusals(this.audit, actor, at, { act: 'attachment.write', requestId }, () => inTransaction(this.db, { state: actor.state }, work));
  }
}

const attachmentUnknown = () => notFound('attachment.unknown', 'There is no such attachment in this request.');

const isDraft = ({ letter }: RequestFile): boolean => mainState(letter) === 'draft';

/** All documents of a draft cross with it: only who may write the letter decides on them. @throws Problem 403 `permission.lacking` | `duty.not-this-form` */
async function assertDrafter(tx: Tx, actor: Official, id: string): Promise<void> {
  assertHolds(actor, 'request.write');
  assertMayDraft(actor, await readMeasures(tx, id));
}

function reviseDraft(tx: Tx, row: RequestFile, actor: Official, at: Date): RequestFile {
  const next = { ...row, ...revised(row, actor, at) };
  updateContent(tx, next);
  return next;
}

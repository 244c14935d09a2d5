import { mayHandleEvidence } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, isUniqueViolation, type Tx } from '@comity/database';
import { CLOCK, type Clock, newId, type Official, Problem } from '@comity/kernel';
import { isPlainText } from '@comity/requests';
import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { BLOB_STORE, type BlobStore, type StoredBlob } from './blob-store.js';
import { checkFileName, checkMediaType } from './file-name.js';
import { isProcedure, MAX_FILES, type Manifest, manifestBytes, manifestHash, readManifest } from './manifest.js';
import { type EvidenceFileDto, type EvidencePackageDto, fileView, type OpenPackageDto, packageView } from './package.dto.js';
import type { PackageRow } from './package.js';
import { itemsOf, lockPackage, packagesOf, readPackage } from './package-record.js';
import { EVIDENCE_PLACES, type EvidencePlace, type EvidencePlaces } from './places.js';
import { nameTaken, notCollecting, notForYou, notSealable, packageEmpty, packageFull, packageNotFound, packageNotOpen, unfitProcedure } from './refusals.js';
import { DEFAULT_MAX_FILE_BYTES, EVIDENCE_SETTINGS, type EvidenceSettings } from './settings.js';

export interface FileToAdd {
  name: string;
  mediaType: string;
  content: Readable;
  /** Content-Length, when the sender gave one. */
  declaredBytes?: number | undefined;
  /** What the file must hash to, when the sender says so. */
  sha256?: string;
}

/**
 * Filling packages: on the requested side with what was collected, on the requesting side with what came by hand from
 * a State without a node. A package is opened for a measure, filled, and sealed.
 */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly db: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly audit: AuditLog,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(EVIDENCE_PLACES) private readonly places: EvidencePlaces,
    @Inject(EVIDENCE_SETTINGS) private readonly settings: EvidenceSettings,
  ) {}

  /** @throws Problem 404 `evidence.not-found`, 403 `evidence.not-permitted`, 409 `evidence.not-collecting`, 422 `evidence.procedure-unfit` */
  async openPackage(tx: Tx, actor: Official, dto: OpenPackageDto, at: Date): Promise<EvidencePackageDto> {
    const place = await this.collecting(tx, actor, dto.requestId, dto.measure);
    if (typeof dto.procedure === 'string') checkProcedure(dto.procedure);
    const id = newId();
    await tx.query(
      `INSERT INTO evidence_package (state, id, request_id, measure, direction, status, counterpart, opened_at, opened_by, procedure)
       VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9)`,
      [tx.state, id, dto.requestId, dto.measure, place.side === 'requested' ? 'sent' : 'received', place.counterpart, at, actor.accountId, dto.procedure ?? null],
    );
    return packageView(await readPackage(tx, id), []);
  }

  /**
   * Takes in one file: checks, then bytes without any lock held, then checks again and records.
   * @throws Problem as {@link openPackage} and `BlobStore.put`; 409 `evidence.package-sealed`, `evidence.name-taken`, `evidence.package-full`
   */
  async addFile(actor: Official, packageId: string, file: FileToAdd): Promise<EvidenceFileDto> {
    const name = checkFileName(file.name);
    const mediaType = checkMediaType(file.mediaType);
    const scope = { state: actor.state };
    await inTransaction(this.db, { ...scope, readOnly: true }, async (tx) => {
      await this.takesFile(tx, actor, await readPackage(tx, packageId), name);
    });
    const blob = await this.blobs.put(actor.state, file.content, {
      maxBytes: this.settings.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES,
      ...(file.declaredBytes !== undefined && { declaredBytes: file.declaredBytes }),
      ...(file.sha256 !== undefined && { sha256: file.sha256 }),
    });
    return inTransaction(this.db, scope, (tx) => this.record(tx, actor, packageId, { name, mediaType, ...blob }));
  }

  /**
   * Closes the package and fixes its manifest.
   * @throws Problem 404, 403; 409 `evidence.package-sealed`; 422 `evidence.package-empty`, `evidence.not-sealable`
   */
  async sealPackage(tx: Tx, actor: Official, packageId: string, at: Date): Promise<EvidencePackageDto> {
    const { request_id: requestId } = await readPackage(tx, packageId);
    // The file's chain before the package, in the order of every other act.
    const head = await this.audit.chainHead(tx, `file:${requestId}`);
    const row = await lockPackage(tx, packageId);
    await this.permitted(tx, actor, row, 'upload');
    if (row.status !== 'open') throw packageNotOpen();
    const files = (await itemsOf(tx, packageId)).map(fileView).map(({ status: _, ...file }) => file);
    if (files.length === 0) throw packageEmpty();
    const manifest: Manifest = {
      v: 1,
      packageId,
      from: row.direction === 'sent' ? tx.state : row.counterpart,
      to: row.direction === 'sent' ? row.counterpart : tx.state,
      // A request and its thread of messages have one id, in both States.
      thread: requestId,
      measure: row.measure,
      madeAt: at.toISOString(),
      authority: actor.authorityId,
      ...(row.procedure !== null && { procedure: row.procedure }),
      files,
    };
    checkSealable(manifest);
    const manifestSha256 = manifestHash(manifest);
    await tx.query(
      `UPDATE evidence_package SET status = 'sealed', manifest = $3, manifest_sha256 = $4, sealed_at = $5, sealed_by = $6 WHERE state = $1 AND id = $2`,
      [tx.state, packageId, manifestBytes(manifest), Buffer.from(manifestSha256, 'hex'), at, actor.accountId],
    );
    await this.audit.append(tx, {
      subject: `file:${requestId}`,
      type: 'evidence.sealed',
      at,
      actor: entryActor(actor),
      body: { packageId, measure: row.measure, files: files.length, manifestSha256 },
    }, head);
    return this.view(tx, packageId);
  }

  /** Packages of a file, both directions. The caller has checked that the actor may read the file. */
  async packages(tx: Tx, requestId: string): Promise<EvidencePackageDto[]> {
    const views: EvidencePackageDto[] = [];
    for (const row of await packagesOf(tx, requestId)) views.push(packageView(row, await itemsOf(tx, row.id)));
    return views;
  }

  /** @throws Problem 404 `evidence.not-found` */
  async view(tx: Tx, packageId: string): Promise<EvidencePackageDto> {
    return packageView(await readPackage(tx, packageId), await itemsOf(tx, packageId));
  }

  private async record(tx: Tx, actor: Official, packageId: string, file: { name: string; mediaType: string } & StoredBlob): Promise<EvidenceFileDto> {
    const at = this.clock.now();
    const { request_id: requestId } = await readPackage(tx, packageId);
    const head = await this.audit.chainHead(tx, `file:${requestId}`);
    const row = await lockPackage(tx, packageId);
    const number = await this.takesFile(tx, actor, row, file.name);
    try {
      await tx.query(
        `INSERT INTO evidence_item (state, package_id, number, name, media_type, size, sha256, status, stored_at, stored_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'stored', $8, $9)`,
        [tx.state, packageId, number, file.name, file.mediaType, file.size, Buffer.from(file.sha256, 'hex'), at, actor.accountId],
      );
    } catch (error) {
      throw isUniqueViolation(error, 'evidence_item_name') ? nameTaken() : error;
    }
    await this.audit.append(tx, {
      subject: `file:${requestId}`,
      type: 'evidence.stored',
      at,
      actor: entryActor(actor),
      body: { packageId, measure: row.measure, number, sha256: file.sha256, size: file.size },
      // Names of files may name persons.
      personal: { name: file.name },
    }, head);
    return { number, name: file.name, mediaType: file.mediaType, size: file.size, sha256: file.sha256, status: 'stored' };
  }

  /** @returns the number the next file gets */
  private async takesFile(tx: Tx, actor: Official, row: PackageRow, name: string): Promise<number> {
    await this.collecting(tx, actor, row.request_id, row.measure);
    if (row.status !== 'open') throw packageNotOpen();
    const items = await itemsOf(tx, row.id);
    if (items.some((item) => item.name === name)) throw nameTaken();
    if (items.length >= MAX_FILES) throw packageFull(MAX_FILES);
    return items.length + 1;
  }

  private async collecting(tx: Tx, actor: Official, requestId: string, measure: number): Promise<EvidencePlace> {
    const place = await this.places.place(tx, requestId, measure);
    if (!place) throw packageNotFound();
    if (!mayHandleEvidence(actor.roles, place.side, 'upload', place.form)) throw notForYou();
    if (!place.collecting) throw notCollecting(place.why);
    return place;
  }

  private async permitted(tx: Tx, actor: Official, row: PackageRow, act: 'upload' | 'download'): Promise<void> {
    const place = await this.places.place(tx, row.request_id, row.measure);
    if (!place) throw packageNotFound();
    if (!mayHandleEvidence(actor.roles, place.side, act, place.form)) throw notForYou();
  }
}

/** Held to what a receiver holds it to, and to what people may send each other. @throws Problem 422 `evidence.procedure-unfit` */
function checkProcedure(procedure: string): void {
  if (!isProcedure(procedure)) throw unfitProcedure('Tell the procedure in 1 to 4000 characters (rarer ones count as two), or leave it out.');
  if (!isPlainText(procedure)) throw unfitProcedure('Remove control characters and marks that change the direction of text, and leave it not empty.');
}

/** Reads the manifest as its receiver will. @throws Problem 422 `evidence.not-sealable` */
function checkSealable(manifest: Manifest): void {
  try {
    readManifest(JSON.parse(manifestBytes(manifest).toString('utf8')));
    if (manifest.procedure !== undefined) checkProcedure(manifest.procedure);
  } catch (error) {
    throw error instanceof Problem ? notSealable(error) : error;
  }
}

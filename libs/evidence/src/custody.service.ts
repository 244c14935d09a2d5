import { mayHandleEvidence } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import type { EvidenceKeeper, PackageFacts } from '@comity/requests';
import { CLOCK, type Clock, isId, newId, type Json, type Official, type StateCode } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { BLOB_STORE, type BlobStore, type CopyOutcome } from './blob-store.js';
import { manifestBytes, manifestHash, readManifest } from './manifest.js';
import { type EvidenceFileDto, fileView } from './package.dto.js';
import type { EvidenceFault, ItemRow } from './package.js';
import { itemsOf, lockPackage, readPackage } from './package-record.js';
import { EVIDENCE_PLACES, type EvidencePlaces } from './places.js';
import { invalidManifest, itemErased, itemNotFound, manifestElsewhere, notEntered, notForYou, notSealed, packageNotFound } from './refusals.js';

/** Handing over: transmitting, receiving, verifying and giving out evidence. Each keeps the chain of custody in the file's log. */
@Injectable()
export class CustodyService implements EvidenceKeeper {
  constructor(
    private readonly db: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly audit: AuditLog,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(EVIDENCE_PLACES) private readonly places: EvidencePlaces,
  ) {}

  /** Facts for TRANSMIT_EVIDENCE; undefined when the measure of the file has no such package to send. */
  async packageFacts(tx: Tx, requestId: string, measure: number, packageId: string): Promise<PackageFacts | undefined> {
    if (!isId(packageId)) return undefined;
    const [row] = await tx.query<{ status: string; files: number; manifest: Buffer | null; sealed_at: Date | null }>(
      `SELECT p.status, p.manifest, p.sealed_at, (SELECT count(*)::int FROM evidence_item i WHERE i.state = p.state AND i.package_id = p.id) AS files
       FROM evidence_package p WHERE state = $1 AND id = $2 AND request_id = $3 AND measure = $4 AND direction = 'sent'`,
      [tx.state, packageId, requestId, measure],
    );
    if (!row) return undefined;
    const manifest = row.manifest ? (JSON.parse(row.manifest.toString('utf8')) as Record<string, Json>) : {};
    return { sealed: row.status === 'sealed', files: row.files, ...(row.sealed_at && { sealedAt: row.sealed_at.toISOString() }), manifest };
  }

  /** How far the newest package received for the measure was verified. */
  async receipt(tx: Tx, requestId: string, measure: number): Promise<'pending' | 'verified' | 'mismatch'> {
    const [row] = await tx.query<{ verified: boolean; fault: string | null }>(
      `SELECT verified_at IS NOT NULL AS verified, fault FROM evidence_package
       WHERE state = $1 AND request_id = $2 AND measure = $3 AND direction = 'received' ORDER BY opened_at DESC, id DESC LIMIT 1`,
      [tx.state, requestId, measure],
    );
    if (row?.fault) return 'mismatch';
    return row?.verified ? 'verified' : 'pending';
  }

  /**
   * Part of TRANSMIT_EVIDENCE, in its transaction.
   * @throws Problem 409 `evidence.not-sealed`
   */
  async transmitted(tx: Tx, packageId: string, at: Date): Promise<void> {
    const row = await lockPackage(tx, packageId);
    if (row.status !== 'sealed') throw notSealed();
    await tx.query(`UPDATE evidence_package SET status = 'transmitted', transmitted_at = $3 WHERE state = $1 AND id = $2`, [tx.state, packageId, at]);
  }

  /** Part of DISPUTE_RECEIPT (receiver) and of taking in RECEIPT_DISPUTED (sender): all packages of the measure that were handed over. */
  async disputed(tx: Tx, requestId: string, measure: number): Promise<void> {
    await tx.query(
      `UPDATE evidence_package SET status = 'disputed'
       WHERE state = $1 AND request_id = $2 AND measure = $3 AND status IN ('transmitted', 'received', 'verified')`,
      [tx.state, requestId, measure],
    );
  }

  /**
   * Part of taking in EVIDENCE_TRANSMITTED, in its transaction: records what should arrive. The bytes follow by
   * {@link verifyReceived}, which the worker does next. A request and its thread have one id.
   * @throws Problem 422 `manifest.invalid` when it is malformed or speaks of another thread, measure or State
   */
  async received(tx: Tx, request: { id: string; measure: number; counterpart: StateCode }, sent: unknown, at: Date): Promise<void> {
    const manifest = readManifest(sent);
    const agreed = { from: request.counterpart, to: tx.state, thread: request.id, measure: request.measure };
    for (const [field, value] of Object.entries(agreed)) {
      if (manifest[field as keyof typeof agreed] !== value) throw invalidManifest(`/${field}`, 'The manifest is not that of the message that carried it.');
    }
    const { packageId, procedure = null, files } = manifest;
    const [made] = await tx.query<{ id: string }>(
      `INSERT INTO evidence_package (state, id, request_id, measure, direction, status, counterpart, opened_at, procedure, manifest, manifest_sha256)
       VALUES ($1, $2, $3, $4, 'received', 'received', $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`,
      [tx.state, packageId, request.id, request.measure, request.counterpart, at, procedure, manifestBytes(manifest), Buffer.from(manifestHash(manifest), 'hex')],
    );
    if (!made) throw manifestElsewhere();
    await tx.query(
      `INSERT INTO evidence_item (state, package_id, number, name, media_type, size, sha256, status)
       SELECT $1, $2, n, name, media_type, size, decode(sha256, 'hex'), 'expected'
       FROM unnest($3::int[], $4::text[], $5::text[], $6::bigint[], $7::text[]) AS f (n, name, media_type, size, sha256)`,
      [tx.state, packageId, ...(['number', 'name', 'mediaType', 'size', 'sha256'] as const).map((field) => files.map((file) => file[field]))],
    );
  }

  /**
   * Part of taking in a transcribed EVIDENCE_TRANSMITTED. Nothing is copied: officials entered the files and sealed them,
   * each hashed as it arrived; whether they are what the other State sent, the second person confirms with the letter.
   * @throws Problem 409 `evidence.not-entered`
   */
  async receivedByHand(tx: Tx, request: { id: string; measure: number }, packageId: string, at: Date): Promise<void> {
    const [row] = await tx.query<{ manifest_sha256: Buffer }>(
      `UPDATE evidence_package SET status = 'verified', verified_at = $5
       WHERE state = $1 AND id = $2 AND request_id = $3 AND measure = $4 AND direction = 'received' AND status = 'sealed' RETURNING manifest_sha256`,
      [tx.state, isId(packageId) ? packageId : newId(), request.id, request.measure, at],
    );
    if (!row) throw notEntered();
    await this.audit.append(tx, {
      subject: `file:${request.id}`,
      type: 'evidence.verified',
      at,
      actor: { kind: 'node', state: tx.state },
      body: { packageId, measure: request.measure, manifestSha256: row.manifest_sha256.toString('hex'), result: 'entered-by-hand', faulty: [] },
    });
  }

  /**
   * Copies what the manifest names into the receiving State's store and hashes it there, then records the result.
   * May be repeated: what was verified is copied no second time, what was not is tried again.
   * @returns what is wrong, or null
   */
  async verifyReceived(state: StateCode, packageId: string): Promise<EvidenceFault | null> {
    const { row, items } = await inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, async (tx) => {
      return { row: await readPackage(tx, packageId), items: await itemsOf(tx, packageId) };
    });
    if (row.direction !== 'received') throw packageNotFound();
    const found = new Map<number, CopyOutcome>();
    for (const item of items.filter(({ status }) => status !== 'verified')) {
      found.set(item.number, await this.blobs.copyToState(row.counterpart, state, item.sha256.toString('hex')));
    }
    return inTransaction(this.db, { state, as: 'comity_worker' }, (tx) => this.recordVerification(tx, packageId, row.request_id, found));
  }

  /** The worker's chore: verifies up to `limit` packages that came in and were not looked at yet. @returns how many */
  async verifyDue(state: StateCode, limit: number): Promise<number> {
    const due = await inTransaction(this.db, { state, as: 'comity_worker', readOnly: true }, (tx) =>
      tx.query<{ id: string }>(
        `SELECT id FROM evidence_package WHERE state = $1 AND status = 'received' AND fault IS NULL ORDER BY opened_at, id LIMIT $2`,
        [state, limit],
      ),
    );
    for (const { id } of due) await this.verifyReceived(state, id);
    return due.length;
  }

  /**
   * Bytes of one file for an official. The entry of the reading has committed when this resolves.
   * @throws Problem 404 `evidence.not-found`, `evidence.file-not-found`; 403 `evidence.not-permitted`; 410 `content.erased`
   */
  async download(actor: Official, packageId: string, number: number): Promise<{ file: EvidenceFileDto; stream: Readable }> {
    const item = await inTransaction(this.db, { state: actor.state }, (tx) => this.recordReading(tx, actor, packageId, number));
    const file = fileView(item);
    const blob = await this.blobs.open(actor.state, file.sha256);
    // The log says so too: what was stored is gone.
    if (!blob) throw itemNotFound();
    return { file, stream: blob.stream };
  }

  private async recordReading(tx: Tx, actor: Official, packageId: string, number: number): Promise<ItemRow> {
    const row = await readPackage(tx, packageId);
    const place = await this.places.place(tx, row.request_id, row.measure);
    if (!place) throw packageNotFound();
    if (!mayHandleEvidence(actor.roles, place.side, 'download', place.form)) throw notForYou();
    const item = (await itemsOf(tx, packageId)).find((candidate) => candidate.number === number);
    if (item?.erased_at) throw itemErased();
    if (!item || !['stored', 'verified'].includes(item.status)) throw itemNotFound();
    await this.audit.append(tx, {
      subject: `file:${row.request_id}`,
      type: 'evidence.read',
      at: this.clock.now(),
      actor: entryActor(actor),
      body: { packageId, measure: row.measure, number, sha256: item.sha256.toString('hex') },
    });
    return item;
  }

  private async recordVerification(tx: Tx, packageId: string, requestId: string, found: Map<number, CopyOutcome>): Promise<EvidenceFault | null> {
    const at = this.clock.now();
    const head = await this.audit.chainHead(tx, `file:${requestId}`);
    const row = await lockPackage(tx, packageId);
    for (const [number, outcome] of found) {
      const status = outcome === 'copied' ? 'verified' : outcome;
      await tx.query(
        `UPDATE evidence_item SET status = $4, stored_at = $5 WHERE state = $1 AND package_id = $2 AND number = $3 AND status <> 'verified'`,
        [tx.state, packageId, number, status, status === 'verified' ? at : null],
      );
    }
    const items = await itemsOf(tx, packageId);
    const fault = faultOf(items);
    // A dispute stays a dispute until the central authorities have settled it, whatever is found later.
    const status = row.status === 'disputed' ? 'disputed' : fault === null ? 'verified' : 'received';
    await tx.query(`UPDATE evidence_package SET status = $3, fault = $4, verified_at = $5 WHERE state = $1 AND id = $2`, [
      tx.state, packageId, status, fault, fault === null ? at : null,
    ]);
    await this.audit.append(tx, {
      subject: `file:${requestId}`,
      type: 'evidence.verified',
      at,
      actor: { kind: 'node', state: tx.state },
      body: {
        packageId,
        measure: row.measure,
        manifestSha256: row.manifest_sha256!.toString('hex'),
        result: fault ?? 'intact',
        faulty: items.filter((item) => item.status !== 'verified').map(({ number, status: is }) => ({ number, status: is })),
      },
    }, head);
    return fault;
  }
}

function faultOf(items: readonly ItemRow[]): EvidenceFault | null {
  if (items.some(({ status }) => status === 'mismatch')) return 'evidence.hash-mismatch';
  return items.some(({ status }) => status !== 'verified') ? 'evidence.missing' : null;
}

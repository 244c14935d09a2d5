import { mayHandleEvidence } from '@comity/access';
import { AuditLog, entryActor } from '@comity/audit';
import { inTransaction, type Tx } from '@comity/database';
import { CLOCK, type Clock, type Official, type StateCode } from '@comity/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { BLOB_STORE, type BlobStore, type CopyOutcome } from './blob-store.js';
import { type Manifest, manifestBytes, manifestHash, readManifest } from './manifest.js';
import { type EvidenceFileDto, fileView } from './package.dto.js';
import type { EvidenceFault, ItemRow } from './package.js';
import { itemsOf, lockPackage, manifestBytesOf, readPackage } from './package-record.js';
import { EVIDENCE_PLACES, type EvidencePlaces } from './places.js';
import { alreadyTransmitted, invalidManifest, itemNotFound, manifestElsewhere, notForYou, packageNotFound } from './refusals.js';

/** What the statecharts ask about a package or the packages of a measure. */
export interface PackageFacts {
  sealed: boolean;
  files: number;
}

export interface VerificationFacts {
  /** Every package received for the measure agrees with its manifest. */
  verified: boolean;
  /** At least one does not. */
  mismatch: boolean;
}

/** Handing over: transmitting, receiving, verifying and giving out evidence. Each keeps the chain of custody in the file's log. */
@Injectable()
export class CustodyService {
  constructor(
    private readonly db: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly audit: AuditLog,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(EVIDENCE_PLACES) private readonly places: EvidencePlaces,
  ) {}

  /** Facts for TRANSMIT_EVIDENCE; undefined when the measure of the file has no such package to send. */
  async packageFacts(tx: Tx, place: { requestId: string; measure: number; packageId: string }): Promise<PackageFacts | undefined> {
    const [row] = await tx.query<{ status: string; files: number }>(
      `SELECT p.status, (SELECT count(*)::int FROM evidence_item i WHERE i.state = p.state AND i.package_id = p.id) AS files
       FROM evidence_package p WHERE state = $1 AND id = $2 AND request_id = $3 AND measure = $4 AND direction = 'sent'`,
      [tx.state, place.packageId, place.requestId, place.measure],
    );
    return row && { sealed: row.status === 'sealed', files: row.files };
  }

  /** Facts for CONFIRM_RECEIPT and DISPUTE_RECEIPT. */
  async verificationFacts(tx: Tx, requestId: string, measure: number): Promise<VerificationFacts> {
    const [row] = await tx.query<{ n: number; verified: number; faults: number }>(
      `SELECT count(*)::int AS n, count(*) FILTER (WHERE status = 'verified')::int AS verified, count(fault)::int AS faults
       FROM evidence_package WHERE state = $1 AND request_id = $2 AND measure = $3 AND direction = 'received'`,
      [tx.state, requestId, measure],
    );
    return { verified: row!.n > 0 && row!.verified === row!.n, mismatch: row!.faults > 0 };
  }

  /**
   * Part of TRANSMIT_EVIDENCE, in its transaction. @returns the manifest for the body of EVIDENCE_TRANSMITTED
   * @throws Problem 409 `evidence.not-sealed`
   */
  async markTransmitted(tx: Tx, packageId: string, at: Date): Promise<Manifest> {
    const row = await lockPackage(tx, packageId);
    const bytes = await manifestBytesOf(tx, packageId);
    if (row.status !== 'sealed' || !bytes) throw alreadyTransmitted();
    await tx.query(`UPDATE evidence_package SET status = 'transmitted', transmitted_at = $3 WHERE state = $1 AND id = $2`, [tx.state, packageId, at]);
    return JSON.parse(bytes.toString('utf8')) as Manifest;
  }

  /** Part of DISPUTE_RECEIPT (receiver) and of taking in RECEIPT_DISPUTED (sender): all packages of the measure that were handed over. */
  async markDisputed(tx: Tx, requestId: string, measure: number): Promise<void> {
    await tx.query(
      `UPDATE evidence_package SET status = 'disputed'
       WHERE state = $1 AND request_id = $2 AND measure = $3 AND status IN ('transmitted', 'received', 'verified')`,
      [tx.state, requestId, measure],
    );
  }

  /**
   * Part of taking in EVIDENCE_TRANSMITTED, in its transaction: records what should arrive. The bytes follow by
   * {@link verifyReceived}, which the worker does next.
   * @throws Problem 422 `manifest.invalid` when it is malformed or speaks of another thread, measure or State
   */
  async receivePackage(
    tx: Tx,
    arrival: { requestId: string; threadId: string; measure: number; from: StateCode; manifest: unknown; at: Date },
  ): Promise<{ packageId: string; manifestSha256: string }> {
    const manifest = readManifest(arrival.manifest);
    const agreed = { from: arrival.from, to: tx.state, thread: arrival.threadId, measure: arrival.measure };
    for (const [field, value] of Object.entries(agreed)) {
      if (manifest[field as keyof typeof agreed] !== value) throw invalidManifest(`/${field}`, 'The manifest is not that of the message that carried it.');
    }
    const { packageId } = manifest;
    const manifestSha256 = manifestHash(manifest);
    const [made] = await tx.query<{ id: string }>(
      `INSERT INTO evidence_package (state, id, request_id, thread_id, measure, direction, status, counterpart, opened_at, procedure, manifest, manifest_sha256)
       VALUES ($1, $2, $3, $4, $5, 'received', 'received', $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id`,
      [tx.state, packageId, arrival.requestId, arrival.threadId, arrival.measure, arrival.from, arrival.at, manifest.procedure ?? null, manifestBytes(manifest), Buffer.from(manifestSha256, 'hex')],
    );
    if (!made) throw manifestElsewhere();
    const { files } = manifest;
    await tx.query(
      `INSERT INTO evidence_item (state, package_id, number, name, media_type, size, sha256, status)
       SELECT $1, $2, n, name, media_type, size, decode(sha256, 'hex'), 'expected'
       FROM unnest($3::int[], $4::text[], $5::text[], $6::bigint[], $7::text[]) AS f (n, name, media_type, size, sha256)`,
      [tx.state, packageId, ...(['number', 'name', 'mediaType', 'size', 'sha256'] as const).map((field) => files.map((file) => file[field]))],
    );
    return { packageId, manifestSha256 };
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
   * @throws Problem 404 `evidence.not-found`, `evidence.file-not-found`; 403 `evidence.not-permitted`
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
    if (!mayHandleEvidence(actor.roles, place.side, 'download')) throw notForYou();
    const item = (await itemsOf(tx, packageId)).find((candidate) => candidate.number === number);
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

import type { Tx } from '@comity/database';
import type { ItemRow, PackageRow } from './package.js';
import { packageNotFound } from './refusals.js';

const COLUMNS =
  'id, request_id, measure, direction, status, counterpart, opened_at, procedure, manifest_sha256, sealed_at, transmitted_at, verified_at, fault';

/** @throws Problem 404 `evidence.not-found` */
export async function readPackage(tx: Tx, id: string): Promise<PackageRow> {
  const [row] = await tx.query<PackageRow>(`SELECT ${COLUMNS} FROM evidence_package WHERE state = $1 AND id = $2`, [tx.state, id]);
  if (!row) throw packageNotFound();
  return row;
}

/** Holds the package until the transaction ends. Lock the file (its audit chain) first. @throws Problem 404 `evidence.not-found` */
export async function lockPackage(tx: Tx, id: string): Promise<PackageRow> {
  const [row] = await tx.query<PackageRow>(`SELECT ${COLUMNS} FROM evidence_package WHERE state = $1 AND id = $2 FOR UPDATE`, [tx.state, id]);
  if (!row) throw packageNotFound();
  return row;
}

export function packagesOf(tx: Tx, requestId: string): Promise<PackageRow[]> {
  return tx.query<PackageRow>(`SELECT ${COLUMNS} FROM evidence_package WHERE state = $1 AND request_id = $2 ORDER BY measure, id`, [tx.state, requestId]);
}

export function itemsOf(tx: Tx, packageId: string): Promise<ItemRow[]> {
  return tx.query<ItemRow>(
    'SELECT number, name, media_type, size, sha256, status, stored_at, erased_at FROM evidence_item WHERE state = $1 AND package_id = $2 ORDER BY number',
    [tx.state, packageId],
  );
}

/** Which request a package of the transaction's State belongs to. @throws Problem 404 `evidence.not-found` */
export async function requestOfPackage(tx: Tx, id: string): Promise<string> {
  return (await readPackage(tx, id)).request_id;
}

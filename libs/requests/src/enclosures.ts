import type { Tx } from '@comity/database';
import type { InboundMessage } from '@comity/exchange';
import { newId, unprocessable, type Json } from '@comity/kernel';
import { json } from './files.js';

/** A document as it crosses with a message; its bytes follow apart and are checked against the hash. */
export interface Enclosure {
  id: string;
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
}

const COLUMNS = `id, name, media_type AS "mediaType", size::int8 AS size, sha256`;

/** Own documents of a file, but for those taken out of the draft: all of them, or those named. @throws Problem 422 `attachment.unknown` */
export async function enclosures(tx: Tx, fileId: string, ids?: readonly string[]): Promise<Enclosure[]> {
  if (ids?.length === 0) return [];
  const rows = await tx.prepared<Enclosure>(
    'requests_enclosures',
    `SELECT ${COLUMNS} FROM attachment WHERE state = $1 AND file_id = $2 AND origin = 'own' AND taken_out_at IS NULL AND ($3::uuid[] IS NULL OR id = ANY ($3)) ORDER BY added_at, id`,
    [tx.state, fileId, ids ?? null],
  );
  if (ids && rows.length !== new Set(ids).size) {
    throw unprocessable('attachment.unknown', 'Name attachments of this request that your own State added.', undefined, [
      { pointer: '/payload/attachments', code: 'attachment.unknown', detail: 'There is no such attachment here.' },
    ]);
  }
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}

/** How many own documents the file has, but for those taken out of the draft. */
export async function ownDocuments(tx: Tx, fileId: string): Promise<number> {
  const [own] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM attachment WHERE state = $1 AND file_id = $2 AND origin = 'own' AND taken_out_at IS NULL`, [tx.state, fileId]);
  return own!.n;
}

/**
 * Documents that came with a message: known at once, readable when their bytes were copied and verified. Those of a letter
 * on paper have no bytes anywhere: to wait for them would never end.
 */
export function receiveEnclosures(tx: Tx, fileId: string, { body, provenance, at }: Pick<InboundMessage, 'body' | 'provenance' | 'at'>): void {
  const files = body['files'];
  for (const file of (files as unknown as Enclosure[] | undefined) ?? []) {
    void tx.prepared(
      'requests_enclosure_in',
      `INSERT INTO attachment (state, id, file_id, name, media_type, size, sha256, origin, verified, on_paper, added_by, added_at)
       VALUES ($1,$2,$3,$4,$5,$6,$7,'counterpart',false,$9,NULL,$8)`,
      [tx.state, newId(), fileId, file.name, file.mediaType ?? 'application/octet-stream', file.size, file.sha256, at, provenance === 'transcribed'],
    );
  }
}

export const asJson = (value: unknown): Json => JSON.parse(json(value)) as Json;

import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem, type StateCode } from '@comity/kernel';
import type { DataSource } from 'typeorm';
import { inTransaction } from './transaction.js';
import type { Tx } from './tx.js';

/** Such streams that one account may have open at once. */
export const STREAMS_OF_READER = 2;
const CHUNK = 64 * 1024;

export interface SnapshotStreamOptions {
  state: StateCode;
  /** Whose streams are counted together: an account, or the node itself. */
  reader: string;
  /** What must have committed before the first byte goes out: the entry of the reading. Not run when the stream is refused. */
  first?: () => Promise<unknown>;
  /** Put behind each piece. */
  after?: string;
}

/**
 * What `pieces` reads of one State in one snapshot, as fast as it is consumed; destroying the stream ends the transaction.
 * Its connection is away from the pool for as long as the consumer takes, so one account may have {@link STREAMS_OF_READER}
 * open, and all together a quarter of the pool: who opens many and reads none would otherwise stop the node.
 * @throws Problem 429 `download.too-many`
 */
export async function snapshotStream(db: DataSource, { state, reader, first, after = '' }: SnapshotStreamOptions, pieces: (tx: Tx) => AsyncIterable<string>): Promise<Readable> {
  const leave = takePlace(db, reader);
  try {
    await first?.();
  } catch (error) {
    leave();
    throw error;
  }
  const out = new PassThrough();
  const scope = { state, readOnly: true, isolation: 'repeatable read' } as const;
  inTransaction(db, scope, (tx) => pipeline(Readable.from(inChunks(pieces(tx), after)), out))
    .catch((error: unknown) => out.destroy(error as Error))
    .finally(leave);
  return out;
}

/** Places taken, by pool and by reader. */
const taken = new WeakMap<DataSource, Map<string, number>>();

/** @returns what gives the place back */
function takePlace(db: DataSource, reader: string): () => void {
  const readers = taken.get(db) ?? new Map<string, number>();
  taken.set(db, readers);
  const own = readers.get(reader) ?? 0;
  if (own >= STREAMS_OF_READER) throw tooMany(`An account may have ${STREAMS_OF_READER} exports under way. Read one to its end, or close it.`);
  const all = [...readers.values()].reduce((sum, n) => sum + n, 0);
  const { poolSize = 1 } = db.options as { poolSize?: number };
  if (all >= Math.ceil(poolSize / 4)) throw tooMany('As many exports are under way as this node gives out at once. Try again in a moment.');
  readers.set(reader, own + 1);
  return () => {
    const left = readers.get(reader)! - 1;
    if (left === 0) readers.delete(reader);
    else readers.set(reader, left);
  };
}

const tooMany = (detail: string): Problem =>
  new Problem({ status: 429, code: 'download.too-many', title: 'Too many exports at once', detail, headers: { 'Retry-After': '15' } });

async function* inChunks(pieces: AsyncIterable<string>, after: string): AsyncGenerator<string> {
  let chunk = '';
  for await (const piece of pieces) {
    chunk += piece + after;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

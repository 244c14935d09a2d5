import type { Readable } from 'node:stream';
import type { StateCode } from '@comity/kernel';

/** Injects the {@link BlobStore}. */
export const BLOB_STORE = Symbol('BlobStore');

export interface StoredBlob {
  /** 64 lower-case hex digits. */
  sha256: string;
  /** Bytes. */
  size: number;
}

export interface PutOptions {
  /** Longer content is refused and leaves nothing. */
  maxBytes: number;
  /** What the sender said it would be; fewer or more bytes are refused and leave nothing. */
  declaredBytes?: number;
  /** What the content must hash to; anything else is refused and leaves nothing. */
  sha256?: string;
}

export type CopyOutcome = 'copied' | 'missing' | 'mismatch';

/**
 * Bytes by their SHA-256, each State's apart. Nothing is ever overwritten with other content, and nothing is stored
 * before it has arrived whole.
 */
export interface BlobStore {
  /**
   * Takes in a stream. When it resolves the bytes have survived a power cut. The stream is left undestroyed on errors,
   * so that an HTTP request can still be answered.
   * @throws Problem 413 `upload.too-large`, 400 `upload.truncated`, 422 `upload.hash-mismatch`, 507 `storage.full`
   */
  put(state: StateCode, content: Readable, options: PutOptions): Promise<StoredBlob>;
  /**
   * Bytes of a blob of this State, checked as they are read: the last ones are held back until the hash agrees,
   * and the stream fails with {@link BlobDamaged} when it doesn't.
   * @returns null when this State has no such blob
   */
  open(state: StateCode, sha256: string): Promise<{ stream: Readable; size: number } | null>;
  /** Copies a blob into another State's store, hashing what arrives; nothing is kept unless it agrees. */
  copyToState(from: StateCode, to: StateCode, sha256: string): Promise<CopyOutcome>;
  /** Destroys a blob of this State; none there is none to destroy. Only an erasure does this. */
  remove(state: StateCode, sha256: string): Promise<void>;
}

/** What is stored under a hash no longer has it. */
export class BlobDamaged extends Error {
  constructor(readonly sha256: string) {
    super(`stored bytes no longer have the SHA-256 ${sha256}`);
    this.name = 'BlobDamaged';
  }
}

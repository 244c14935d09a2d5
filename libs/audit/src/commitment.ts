import { randomBytes } from 'node:crypto';
import { canonicalBytes, sha256, type Json } from '@comity/kernel';

/** 128 bits: without them a short content (a name, a date of birth) could be guessed from its hash. */
export const SALT_BYTES = 16;

export interface Commitment {
  /** 32 bytes: SHA-256(salt || content). Stands in the entry for good. */
  hash: Buffer;
  /** Kept beside the content and erased with it. */
  salt: Buffer;
  /** Canonical bytes (RFC 8785) of the content. */
  content: Buffer;
}

/** SHA-256(salt || canonical bytes of the content). */
export function commitmentHash(salt: Uint8Array, content: Uint8Array): Buffer {
  return sha256(salt, content);
}

/**
 * Commits to a content under a fresh salt.
 * @throws RangeError when the content has no canonical JSON form
 */
export function commit(content: Json, salt: Buffer = randomBytes(SALT_BYTES)): Commitment {
  const bytes = canonicalBytes(content);
  return { hash: commitmentHash(salt, bytes), salt, content: bytes };
}

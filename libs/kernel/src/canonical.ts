import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON text escapes surrogates only when they stand alone. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/i;

/**
 * The canonical text of a JSON value (RFC 8785).
 * @throws RangeError on what JSON cannot carry: NaN, infinities, undefined members of arrays, lone surrogates
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value) as string | undefined;
  if (text === undefined) throw new RangeError('value has no JSON form');
  // I-JSON (RFC 7493 2.1): a lone surrogate has no UTF-8 form, so two readers would hash different bytes.
  if (LONE_SURROGATE.test(text)) throw new RangeError('text holds a lone surrogate');
  return text;
}

/** UTF-8 bytes of {@link canonicalJson}. */
export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value), 'utf8');
}

export function sha256(...parts: (Buffer | Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function sha256Hex(...parts: (Buffer | Uint8Array | string)[]): string {
  return sha256(...parts).toString('hex');
}

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { StateCode } from '@comity/kernel';
import type { PublicJwk, PublicKey } from './jws.js';

const VERSION = 1;
const IV = 12;
const TAG = 16;

/** A new Ed25519 pair; `kid` is the JWK thumbprint (RFC 7638). */
export function newKeyPair(): PublicKey & { privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const jwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: x! };
  return { kid: thumbprint(jwk), jwk, privateKey };
}

/** RFC 7638: SHA-256 over the required members in order of name. */
export function thumbprint(jwk: PublicJwk): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x }))
    .digest('base64url');
}

/**
 * Wraps a private key for storage: version byte, 12-byte IV, 16-byte tag, AES-256-GCM of the PKCS#8 form.
 * State and kid are authenticated too: a row copied to another State does not unwrap.
 */
export function wrapKey(privateKey: KeyObject, secret: string, state: StateCode, kid: string): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey(secret), iv).setAAD(Buffer.from(`${state}:${kid}`));
  const sealed = Buffer.concat([cipher.update(privateKey.export({ type: 'pkcs8', format: 'der' })), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), sealed]);
}

/** @throws Error when the secret is not the one the key was wrapped with, or the row was altered */
export function unwrapKey(wrapped: Buffer, secret: string, state: StateCode, kid: string): KeyObject {
  try {
    if (wrapped[0] !== VERSION) throw new Error('unknown version');
    const decipher = createDecipheriv('aes-256-gcm', wrappingKey(secret), wrapped.subarray(1, 1 + IV), {
      authTagLength: TAG,
    });
    decipher.setAAD(Buffer.from(`${state}:${kid}`)).setAuthTag(wrapped.subarray(1 + IV, 1 + IV + TAG));
    const der = Buffer.concat([decipher.update(wrapped.subarray(1 + IV + TAG)), decipher.final()]);
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    throw new Error(
      `the signing key ${kid} of ${state} cannot be unwrapped: the key secret is not the one it was stored with, or the row was altered`,
    );
  }
}

const wrappingKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'comity signing_key v1', 32));

import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { unprocessable } from '@comity/kernel';

/** A public Ed25519 key as JWK (RFC 8037). */
export interface PublicJwk {
  kty: string;
  crv: string;
  x: string;
}

/** A State's public key; `kid` is the JWK thumbprint (RFC 7638). */
export interface PublicKey {
  kid: string;
  jwk: PublicJwk;
}

/** Keeps a message's signature from passing for another kind of signature by the same key (a log's checkpoint). */
const TYP = 'comity-message';
const HEADER_NAMES = ['alg', 'b64', 'crit', 'kid', 'typ'];
const MAX_SIGNATURE_CHARS = 1024;

/**
 * A compact JWS with detached and unencoded payload (RFC 7515 appendix F, RFC 7797): `header..signature`,
 * alg EdDSA with Ed25519 (RFC 8037). The signature covers the stored bytes themselves.
 */
export function signDetached(bytes: Buffer, key: { kid: string; privateKey: KeyObject }): string {
  const header = protectedHeader(key.kid);
  const signature = sign(null, signingInput(header, bytes), key.privateKey);
  return `${header}..${signature.toString('base64url')}`;
}

/**
 * Verifies a detached signature with one of the sender's keys.
 * @returns the `kid` used
 * @throws Problem `message.bad-signature`, `message.unknown-key`
 */
export function verifyDetached(bytes: Buffer, signature: string, keys: readonly PublicKey[]): string {
  const { header, kid, value } = parse(signature);
  const key = keys.find((candidate) => candidate.kid === kid);
  if (!key) {
    throw unprocessable(
      'message.unknown-key',
      'The signing key is not among the keys the directory holds for the sending State at this time. Compare the directories of both States, then send again.',
    );
  }
  if (!verify(null, signingInput(header, bytes), publicKeyObject(key.jwk), value)) {
    throw badSignature('The signature does not belong to these bytes.');
  }
  return kid;
}

const headers = new Map<string, string>();

function protectedHeader(kid: string): string {
  let header = headers.get(kid);
  if (header === undefined) {
    header = Buffer.from(JSON.stringify({ alg: 'EdDSA', b64: false, crit: ['b64'], kid, typ: TYP })).toString(
      'base64url',
    );
    // A node signs with a handful of keys; the bound only keeps a mistake from growing the map for ever.
    if (headers.size < 1000) headers.set(kid, header);
  }
  return header;
}

const signingInput = (header: string, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${header}.`, 'ascii'), bytes]);

function parse(signature: string): { header: string; kid: string; value: Buffer } {
  if (typeof signature !== 'string' || signature.length > MAX_SIGNATURE_CHARS)
    throw badSignature('The signature is missing or too long.');
  const [header, payload, encoded, ...rest] = signature.split('.');
  if (!header || payload !== '' || !encoded || rest.length > 0)
    throw badSignature('A compact JWS with detached payload is expected: header..signature.');
  const value = strictBase64url(encoded);
  if (value.length !== 64) throw badSignature('An Ed25519 signature has 64 bytes.');
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(strictBase64url(header).toString('utf8')) as Record<string, unknown>;
  } catch {
    throw badSignature('The protected header is not JSON.');
  }
  const good =
    fields !== null &&
    typeof fields === 'object' &&
    !Array.isArray(fields) &&
    Object.keys(fields).sort().join() === HEADER_NAMES.join() &&
    fields.alg === 'EdDSA' &&
    fields.b64 === false &&
    fields.typ === TYP &&
    Array.isArray(fields.crit) &&
    fields.crit.length === 1 &&
    fields.crit[0] === 'b64' &&
    typeof fields.kid === 'string';
  if (!good)
    throw badSignature(`The protected header must hold exactly alg EdDSA, b64 false, crit [b64], kid, and typ ${TYP}.`);
  return { header, kid: fields.kid as string, value };
}

/** Node skips characters that are not base64url: two texts would then be one signature. */
function strictBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw badSignature('The signature is not base64url.');
  return bytes;
}

function publicKeyObject(jwk: PublicJwk): KeyObject {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519')
    throw unprocessable(
      'message.unknown-key',
      'The directory holds a key of another kind than Ed25519 for the sending State.',
    );
  return createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
}

const badSignature = (detail: string) =>
  unprocessable('message.bad-signature', `${detail} The message was not taken in.`);

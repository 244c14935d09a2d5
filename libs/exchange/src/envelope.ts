import type { KeyObject } from 'node:crypto';
import { canonicalJson, unprocessable, type StateCode } from '@comity/kernel';
import { checkEnvelope, type Envelope } from './envelope-shape.js';
import { refuseHugeJson, refuseTreacherousJson } from './json-limits.js';
import { signDetached, verifyDetached, type PublicKey } from './jws.js';

export type { Envelope } from './envelope-shape.js';

export interface SealedMessage {
  id: string;
  /** Canonical JSON (RFC 8785) of the envelope, UTF-8. */
  bytes: Buffer;
  /** Compact detached JWS, see `signDetached`. */
  signature: string;
}

/** A State's private key, unwrapped. */
export interface SigningKey {
  state: StateCode;
  kid: string;
  privateKey: KeyObject;
}

/**
 * Seals a message (UNCC 40(14)): canonical bytes and signature. Refuses what {@link openSealed} would refuse at the other side,
 * so that a fault is met by the official who can mend it.
 * @throws Problem `message.*`
 */
export function seal(envelope: Envelope, key: SigningKey): SealedMessage {
  if (envelope.from !== key.state)
    throw new Error(`a message from ${envelope.from} cannot be sealed with a key of ${key.state}`);
  const bytes = envelopeBytes(envelope);
  return { id: envelope.id, bytes, signature: signDetached(bytes, key) };
}

/** The canonical bytes of an envelope, checked as a receiver checks them. @throws Problem `message.*` */
export function envelopeBytes(envelope: Envelope): Buffer {
  const text = canonicalText(envelope);
  const bytes = Buffer.from(text, 'utf8');
  refuseHugeJson(bytes);
  refuseTreacherousJson(envelope, text);
  checkEnvelope(envelope);
  return bytes;
}

/**
 * Verifies a sealed message and gives its envelope.
 * @param keys the sending State's public keys valid at the time of receipt
 * @throws Problem `message.*`: see {@link readEnvelope}, `message.bad-signature`, `message.unknown-key`
 */
export function openSealed(bytes: Buffer, signature: string, keys: readonly PublicKey[]): Envelope {
  const envelope = readEnvelope(bytes);
  verifyDetached(bytes, signature, keys);
  return envelope;
}

/**
 * Reads an envelope without verifying who sealed it: the claimed sender, whose keys are then looked up.
 * The bytes MUST be the canonical form of what they say, so that every reader hashes and shows the same thing
 * (this also refuses duplicate members, invalid UTF-8, numbers beyond a double, and other spellings of one value).
 * @throws Problem `message.too-large`, `.too-deep`, `.not-json`, `.not-canonical`, `.name-refused`,
 *   `.character-refused`, `.shape`
 */
export function readEnvelope(bytes: Buffer): Envelope {
  refuseHugeJson(bytes);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw unprocessable('message.not-json', 'The message is not JSON. The sender must seal it again.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw unprocessable('message.shape', 'A message is a JSON object.');
  // Before the canonical form is asked for: it is not defined for members that these checks refuse.
  refuseTreacherousJson(value, bytes.toString('latin1'));
  if (!Buffer.from(canonicalText(value), 'utf8').equals(bytes)) {
    throw unprocessable(
      'message.not-canonical',
      'The bytes are not the canonical form (RFC 8785) of the message. The sender must seal it again.',
    );
  }
  checkEnvelope(value);
  return value;
}

function canonicalText(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof Error && /JSON/.test(error.message))) throw error;
    throw unprocessable('message.not-canonical', `The message has no canonical form: ${error.message}.`);
  }
}

import { createPublicKey, verify } from 'node:crypto';
import { sha256 } from '@comity/kernel';

/** C2SP signed-note, signature types: Ed25519 over the text, and tlog-cosignature's over a time and the text. */
export const ED25519 = 0x01;
export const TIMED_ED25519 = 0x04;

export interface NoteSignature {
  name: string;
  /** 4 bytes. */
  keyId: Buffer;
  signature: Buffer;
}

export interface VerifierKey {
  name: string;
  type: number;
  /** 32 bytes. */
  publicKey: Buffer;
}

const NAME = /^[^\s+\u0000-\u001f\u007f]+$/u;
const SIGNATURE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

/** C2SP signed-note: the first four bytes of SHA-256(name || 0x0A || type || public key). */
export function keyId({ name, type, publicKey }: VerifierKey): Buffer {
  return sha256(name, Buffer.of(0x0a, type), publicKey).subarray(0, 4);
}

/** `<name>+<hex of the key id>+<base64 of type and key>`. */
export function verifierKey(key: VerifierKey): string {
  const encoded = Buffer.concat([Buffer.of(key.type), key.publicKey]).toString('base64');
  return `${key.name}+${keyId(key).toString('hex')}+${encoded}`;
}

/** @throws SyntaxError on anything but an Ed25519 key in the one form {@link verifierKey} writes */
export function readVerifierKey(text: string): VerifierKey {
  const [name, , ...rest] = text.split('+');
  const bytes = Buffer.from(rest.join('+'), 'base64');
  const key = { name: name ?? '', type: bytes[0] ?? 0, publicKey: bytes.subarray(1) };
  const sound = NAME.test(key.name) && key.type === ED25519 && key.publicKey.length === 32;
  if (!sound || verifierKey(key) !== text) throw new SyntaxError('not a verifier key (C2SP signed-note, Ed25519)');
  return key;
}

/** @param text ends with a newline */
export function signedNote(text: string, signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(
    ({ name, keyId: id, signature }) => `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

/** @throws SyntaxError on what is no signed note, base64 of a second spelling included */
export function readSignedNote(note: string): { text: string; signatures: NoteSignature[] } {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new SyntaxError('not a signed note');
  const signatures = note.slice(end + 2, -1).split('\n').map(readSignature);
  if (signatures.length > 64) throw new SyntaxError('a note with more than 64 signatures');
  return { text: note.slice(0, end + 1), signatures };
}

function readSignature(line: string): NoteSignature {
  const [, name, base64] = SIGNATURE.exec(line) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (!name || !NAME.test(name) || bytes.length < 5 || bytes.toString('base64') !== base64) {
    throw new SyntaxError('not a signature line of a note');
  }
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/** The signatures that name this key; those of other keys are nobody's business here. */
export function signaturesBy(key: VerifierKey, signatures: readonly NoteSignature[]): Buffer[] {
  const id = keyId(key);
  return signatures.filter((s) => s.name === key.name && s.keyId.equals(id)).map((s) => s.signature);
}

/** RFC 8032. */
export function ed25519Holds(publicKey: Buffer, message: Buffer, signature: Buffer): boolean {
  if (signature.length !== 64) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

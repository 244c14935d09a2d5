import type { StateCode } from '@comity/kernel';
import {
  ED25519,
  ed25519Holds,
  keyId,
  readSignedNote,
  readVerifierKey,
  signaturesBy,
  signedNote,
  TIMED_ED25519,
  verifierKey,
  type VerifierKey,
} from './signed-note.js';

/** What a State says of its log: so many entries, and this root over them. */
export interface TreeHead {
  /** One line that names the log. */
  origin: string;
  size: number;
  /** 32 bytes. */
  root: Buffer;
}

/** An Ed25519 key that signs checkpoints. Signing again gives the same bytes (RFC 8032). */
export interface NoteKey {
  /** 32 bytes. */
  publicKey: Buffer;
  sign(message: Buffer): Buffer;
}

export interface VerifiedCheckpoint extends TreeHead {
  /** When the head was committed, to the second. */
  at: Date;
  /** The verifier key it was verified with. */
  key: string;
}

/** The origin of a State's log, which is also the name of the keys that sign it. */
export const logOrigin = (state: StateCode): string => `comity/log/${state}`;

/** The verifier key of a State's log, to hand to those who verify. */
export const logVerifierKey = (state: StateCode, publicKey: Buffer): string =>
  verifierKey({ name: logOrigin(state), type: ED25519, publicKey });

const headText = ({ origin, size, root }: TreeHead): string => `${origin}\n${size}\n${root.toString('base64')}\n`;

/** C2SP tlog-cosignature: what is signed together with a time. */
export const timedText = (seconds: bigint, text: string): string => `cosignature/v1\ntime ${seconds}\n${text}`;

/**
 * C2SP tlog-checkpoint, with two signatures of the log's key: the plain one that every reader of logs knows, and
 * tlog-cosignature's, which covers the time too. The text has no line for it: extension lines are not recommended.
 * @param at the head's stored time, in whole seconds
 */
export function signCheckpoint(head: TreeHead, at: Date, key: NoteKey): string {
  const { publicKey } = key;
  const name = head.origin;
  const text = headText(head);
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(seconds);
  const timed = key.sign(Buffer.from(timedText(seconds, text)));
  return signedNote(text, [
    { name, keyId: keyId({ name, type: ED25519, publicKey }), signature: key.sign(Buffer.from(text)) },
    { name, keyId: keyId({ name, type: TIMED_ED25519, publicKey }), signature: Buffer.concat([time, timed]) },
  ]);
}

const SIZE = /^(?:0|[1-9]\d{0,15})$/;

/** Reads what a checkpoint claims, without asking who signed it. @throws SyntaxError when it is none */
export function readCheckpoint(note: string): TreeHead {
  const { text } = readSignedNote(note);
  const [origin, size, root64, ...more] = text.slice(0, -1).split('\n');
  const root = Buffer.from(root64 ?? '', 'base64');
  const sound = origin && SIZE.test(size ?? '') && Number.isSafeInteger(Number(size)) && root.length === 32;
  if (!sound || root.toString('base64') !== root64 || more.includes('')) throw new SyntaxError('not a checkpoint');
  return { origin, size: Number(size), root };
}

/**
 * Reads a checkpoint that one of the keys signed, with its time. Signatures of other keys are left aside.
 * @param keys verifier keys, as `logVerifierKey` writes them
 * @throws SyntaxError when it is no checkpoint, is signed by none of the keys, or a signature of theirs does not hold
 */
export function verifyCheckpoint(note: string, keys: readonly string[]): VerifiedCheckpoint {
  const head = readCheckpoint(note);
  const { text, signatures } = readSignedNote(note);
  for (const key of keys) {
    const known = readVerifierKey(key);
    if (known.name !== head.origin) continue;
    const plain = signaturesBy(known, signatures);
    if (plain.length === 0) continue;
    if (!plain.every((s) => ed25519Holds(known.publicKey, Buffer.from(text), s))) throw new SyntaxError('the signature does not hold');
    return { ...head, at: signedTime(known, text, signaturesBy({ ...known, type: TIMED_ED25519 }, signatures)), key };
  }
  throw new SyntaxError('not signed by a key of this log that is known here');
}

function signedTime({ publicKey }: VerifierKey, text: string, [timed]: Buffer[]): Date {
  if (timed?.length !== 72) throw new SyntaxError('the signature over the time is missing');
  const seconds = timed.readBigUInt64BE();
  if (!ed25519Holds(publicKey, Buffer.from(timedText(seconds, text)), timed.subarray(8))) {
    throw new SyntaxError('the signature over the time does not hold');
  }
  return signedInstant(seconds);
}

/** The last second of the year 9999: later ones have no RFC 3339 form. */
const LAST_SECOND = 253_402_300_799n;

/** @throws SyntaxError when it is no time that can be told */
export function signedInstant(seconds: bigint): Date {
  if (seconds > LAST_SECOND) throw new SyntaxError('the time that was signed is none of this calendar');
  return new Date(Number(seconds) * 1000);
}

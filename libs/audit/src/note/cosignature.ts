import type { NoteKey } from './checkpoint.js';
import { signedInstant, timedText } from './checkpoint.js';
import { ed25519Holds, keyId, readSignedNote, readVerifierKey, signaturesBy, TIMED_ED25519 } from './signed-note.js';

/**
 * C2SP tlog-cosignature: says that the log was seen as the checkpoint has it, with a time.
 * @param name of the key that signs
 * @returns the checkpoint with one more signature line
 */
export function cosign(note: string, at: Date, name: string, key: NoteKey): string {
  const { text } = readSignedNote(note);
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(seconds);
  const signed = key.sign(Buffer.from(timedText(seconds, text)));
  const id = keyId({ name, type: TIMED_ED25519, publicKey: key.publicKey });
  return `${note}— ${name} ${Buffer.concat([id, time, signed]).toString('base64')}\n`;
}

/**
 * When the holder of one of the keys saw the log so.
 * @param keys verifier keys, all of one name
 * @throws SyntaxError when none of them cosigned the note, or the signature does not hold
 */
export function cosignedAt(note: string, keys: readonly string[]): { at: Date; key: string } {
  const { text, signatures } = readSignedNote(note);
  for (const key of keys) {
    const known = readVerifierKey(key);
    const [signed] = signaturesBy({ ...known, type: TIMED_ED25519 }, signatures);
    if (!signed) continue;
    const seconds = signed.length === 72 ? signed.readBigUInt64BE() : 0n;
    if (!ed25519Holds(known.publicKey, Buffer.from(timedText(seconds, text)), signed.subarray(8))) {
      throw new SyntaxError('the cosignature does not hold');
    }
    return { at: signedInstant(seconds), key };
  }
  throw new SyntaxError('not cosigned by a key that is known here');
}

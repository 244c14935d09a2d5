import { canonicalJson, sha256, type StateCode } from '@comity/kernel';
import { isCanonical, isObject } from '../canonical-check.js';
import { isHash, isInstant, isState } from '../entry.js';
import { logOrigin, verifyCheckpoint, type NoteKey, type VerifiedCheckpoint } from '../note/checkpoint.js';
import { ed25519Holds, readVerifierKey } from '../note/signed-note.js';

/** What one State shows another of its log. Its canonical bytes are signed once, and shown as stored. */
export interface Shown {
  comity: 'log-shown';
  v: 1;
  from: StateCode;
  to: StateCode;
  /** From 1 upwards for each counterpart. */
  seq: number;
  /** Size of the checkpoint that the counterpart confirmed last; 0 for none. */
  since: number;
  /** RFC 6962 2.1.2, hex: that the log of `since` entries is the beginning of this one. */
  proof: string[];
  /** C2SP tlog-checkpoint of the sender's log: its newest. */
  checkpoint: string;
  /** RFC 3339. */
  at: string;
}

export interface SignedShown {
  bytes: Buffer;
  /** Ed25519 over {@link SHOWN_PREFIX} and the bytes, base64. */
  signature: string;
}

/** Verifier keys of a State's log. */
export interface StateKeys {
  /** Those the directory holds for it now. */
  now: readonly string[];
  /** All it ever had: what one of them signed then stays signed. */
  ever: readonly string[];
}

export type ShownFault = 'shown.malformed' | 'shown.wrong-recipient' | 'shown.bad-signature' | 'shown.bad-checkpoint';

export class ShownRefused extends Error {
  constructor(
    readonly code: ShownFault,
    readonly detail: string,
  ) {
    super(code);
  }
}

/** No message and no checkpoint begins so: see docs/decisions/0020. */
export const SHOWN_PREFIX = 'comity-log-shown/v1\n';
/** A proof of 53 hashes, a note of 64 signatures: none is longer. */
const MAX_BYTES = 32 * 1024;
const MEMBERS = 'at,checkpoint,comity,from,proof,seq,since,to,v';

const signedText = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(SHOWN_PREFIX), bytes]);

export function signShown(shown: Shown, key: NoteKey): SignedShown {
  const bytes = Buffer.from(canonicalJson(shown), 'utf8');
  return { bytes, signature: key.sign(signedText(bytes)).toString('base64') };
}

export const digestOf = ({ bytes }: Pick<SignedShown, 'bytes'>): Buffer => sha256(bytes);

/**
 * Reads what was shown, without asking who signed it.
 * @throws ShownRefused `shown.malformed`
 */
export function readShown(bytes: Buffer): Shown {
  if (bytes.length > MAX_BYTES) throw new ShownRefused('shown.malformed', 'longer than any can be');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!isCanonical(value, text) || !isObject(value) || Object.keys(value).join() !== MEMBERS) throw new SyntaxError();
    const shown = value as unknown as Shown;
    const sound =
      shown.comity === 'log-shown' && shown.v === 1 && isState(shown.from) && isState(shown.to) && shown.from !== shown.to &&
      isCount(shown.seq, 1) && isCount(shown.since, 0) && Array.isArray(shown.proof) && shown.proof.every(isHash) &&
      typeof shown.checkpoint === 'string' && isInstant(shown.at);
    if (sound) return shown;
  } catch {
    // One answer for all of these.
  }
  throw new ShownRefused('shown.malformed', 'not what a State shows of its log');
}

/**
 * Verifies what was shown: by a key that its State has now, over a checkpoint that a key of that State signed.
 * @throws ShownRefused
 */
export function openShown(doc: SignedShown, to: StateCode, keys: StateKeys): { shown: Shown; head: VerifiedCheckpoint } {
  const shown = readShown(doc.bytes);
  if (shown.to !== to) throw new ShownRefused('shown.wrong-recipient', `shown to ${shown.to}, not to ${to}`);
  const signature = Buffer.from(doc.signature, 'base64');
  const signed = keys.now.some((key) => ed25519Holds(readVerifierKey(key).publicKey, signedText(doc.bytes), signature));
  if (!signed || signature.toString('base64') !== doc.signature) {
    throw new ShownRefused('shown.bad-signature', `not signed by a key that the directory holds for ${shown.from}`);
  }
  return { shown, head: checkpointOf(shown, keys.ever) };
}

function checkpointOf({ from, checkpoint }: Shown, keys: readonly string[]): VerifiedCheckpoint {
  try {
    const head = verifyCheckpoint(checkpoint, keys);
    if (head.origin === logOrigin(from) && head.size > 0) return head;
    throw new SyntaxError(`it is one of ${head.origin}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ShownRefused('shown.bad-checkpoint', error.message);
  }
}

const isCount = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;

import { verifyCheckpoint, type TreeHead } from '../note/checkpoint.js';
import { isHash } from '../entry.js';
import { isObject } from '../canonical-check.js';
import { provesConsistency, provesInclusion } from '../tree/verify-proof.js';

/** Shows that an entry is in a log, to be verified with nothing but the State's key. */
export interface InclusionProof {
  comity: 'inclusion-proof';
  entryId: string;
  subject: string;
  /** Number in its subject's chain, from 1. */
  seq: number;
  /** RFC 6962: SHA-256 of 0x00 and the entry's canonical bytes, hex. */
  leafHash: string;
  /** Place in the tree, from 0. */
  index: number;
  /** Entries in the tree. */
  size: number;
  /** RFC 6962 2.1.1, hex, the leaf's neighbour first. */
  hashes: string[];
  /** C2SP tlog-checkpoint of that size. */
  checkpoint: string;
  /** Verifier key of the checkpoint. */
  key: string;
}

export interface ProvedHead {
  size: number;
  /** Hex. */
  root: string;
  /** Where one of this size was signed. */
  checkpoint?: string;
}

/** Shows that a log only grew between two sizes. */
export interface ConsistencyProof {
  comity: 'consistency-proof';
  from: ProvedHead;
  to: ProvedHead;
  /** RFC 6962 2.1.2, hex. */
  hashes: string[];
  key: string;
}

export interface ProofReport {
  ok: boolean;
  kind: string;
  /** What was proved, or why not. */
  detail: string;
  /** Whether the key was given by the verifier, and not only by the proof itself. */
  keyGiven: boolean;
}

/** The proof's own word is not said again: it may be any text. */
const KINDS = ['inclusion-proof', 'consistency-proof'] as const;

/**
 * Verifies a proof offline.
 * @param keys verifier keys the verifier knows from elsewhere; without any, the proof's own is taken
 */
export function verifyProof(text: string, keys: readonly string[] = []): ProofReport {
  let kind = 'unknown';
  try {
    const proof = JSON.parse(text) as InclusionProof | ConsistencyProof;
    if (!isObject(proof)) throw new SyntaxError('not a proof');
    kind = KINDS.find((one) => one === proof.comity) ?? kind;
    if (keys.length === 0 && typeof proof.key !== 'string') throw new SyntaxError('the proof names no key: give that of the State by --key');
    const known = keys.length > 0 ? keys : [proof.key];
    const detail = proof.comity === 'inclusion-proof' ? inclusion(proof, known) : consistency(proof, known);
    return { ok: true, kind, detail, keyGiven: keys.length > 0 };
  } catch (error) {
    return { ok: false, kind, detail: reasonOf(error), keyGiven: keys.length > 0 };
  }
}

/** Of a proof that is of no form at all, its members may be anything: then what failed on them says nothing to a reader. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return error.message;
  if (error instanceof RangeError || error instanceof TypeError) return 'a member of the proof has a wrong form';
  throw error;
}

/** @throws SyntaxError */
function noteOf(checkpoint: unknown): string {
  if (typeof checkpoint !== 'string') throw new SyntaxError('the checkpoint has a wrong form');
  return checkpoint;
}

function inclusion(proof: InclusionProof, keys: readonly string[]): string {
  const { origin, size, root, at } = verifyCheckpoint(noteOf(proof.checkpoint), keys);
  if (!isHash(proof.leafHash) || proof.size !== size) throw new SyntaxError('leaf or size do not fit the checkpoint');
  const leaf = Buffer.from(proof.leafHash, 'hex');
  if (!provesInclusion({ leaf, index: proof.index, size, hashes: hashesOf(proof) }, root)) {
    throw new SyntaxError('the hashes do not lead from the leaf to the root of the checkpoint');
  }
  return `leaf ${proof.leafHash} is entry ${proof.index} of ${size} in ${origin}, signed as of ${at.toISOString()}`;
}

function consistency(proof: ConsistencyProof, keys: readonly string[]): string {
  if (proof.comity !== 'consistency-proof') throw new SyntaxError('neither an inclusion nor a consistency proof');
  const [earlier, later] = [headOf(proof.from, keys), headOf(proof.to, keys)];
  if (!later.origin) throw new SyntaxError('the later tree has no checkpoint');
  if (!provesConsistency(earlier, later, hashesOf(proof))) throw new SyntaxError('the later tree does not begin with the earlier one');
  return `${later.origin} of ${later.size} entries begins with its ${earlier.size} of before${earlier.origin ? '' : ' (of which no checkpoint is shown)'}`;
}

function headOf(head: ProvedHead, keys: readonly string[]): TreeHead {
  if (!isObject(head) || !isHash(head.root)) throw new SyntaxError('a root has a wrong form');
  const root = Buffer.from(head.root, 'hex');
  if (head.checkpoint === undefined) return { origin: '', size: head.size, root };
  const signed = verifyCheckpoint(noteOf(head.checkpoint), keys);
  if (signed.size !== head.size || !signed.root.equals(root)) throw new SyntaxError('size or root differ from the checkpoint');
  return signed;
}

function hashesOf({ hashes }: { hashes: unknown }): Buffer[] {
  if (!Array.isArray(hashes) || !hashes.every(isHash)) throw new SyntaxError('the hashes have a wrong form');
  return hashes.map((hash) => Buffer.from(hash, 'hex'));
}

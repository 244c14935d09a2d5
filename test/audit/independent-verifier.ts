/**
 * A reader of logs written from the specifications alone: RFC 6962 (section 2), C2SP signed-note, tlog-checkpoint,
 * tlog-cosignature and tlog-tiles. It imports nothing of this project, so that an error shared by writer and verifier
 * of libs/audit shows here. It follows the definitions word by word, and is slow for it.
 */
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';

const sha256 = (...parts: Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export class Disagreement extends Error {}
function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Disagreement(what);
}

/** RFC 6962 2.1, on hashes of leaves: MTH({}) = SHA-256(), MTH({d}) = d's, MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])). */
export function merkleTreeHash(leafHashes: readonly Buffer[]): Buffer {
  if (leafHashes.length === 0) return sha256();
  if (leafHashes.length === 1) return leafHashes[0]!;
  const k = largestPowerOfTwoBelow(leafHashes.length);
  return sha256(Buffer.of(0x01), merkleTreeHash(leafHashes.slice(0, k)), merkleTreeHash(leafHashes.slice(k)));
}

export const hashOfLeaf = (entry: Uint8Array): Buffer => sha256(Buffer.of(0x00), entry);

function largestPowerOfTwoBelow(n: number): number {
  return 2 ** (Math.ceil(Math.log2(n)) - 1);
}

/** RFC 6962 2.1.1, read backwards: the root that PATH(m, D[n]) leads to from the leaf. */
export function rootByPath(m: number, n: number, leaf: Buffer, path: readonly Buffer[]): Buffer {
  if (n === 1) {
    demand(m === 0 && path.length === 0, 'the audit path is longer than the tree is high');
    return leaf;
  }
  demand(path.length > 0, 'the audit path is too short');
  const k = largestPowerOfTwoBelow(n);
  const [rest, last] = [path.slice(0, -1), path.at(-1)!];
  return m < k ? sha256(Buffer.of(0x01), rootByPath(m, k, leaf, rest), last) : sha256(Buffer.of(0x01), last, rootByPath(m - k, n - k, leaf, rest));
}

/** RFC 6962 2.1.2, read backwards: old and new root that SUBPROOF(m, D[n], b) leads to; `known` is the old root while b holds. */
export function rootsByProof(m: number, n: number, proof: readonly Buffer[], known: Buffer | null): { old: Buffer; now: Buffer } {
  if (m === n) {
    if (known) {
      demand(proof.length === 0, 'the consistency proof is too long');
      return { old: known, now: known };
    }
    demand(proof.length === 1, 'the consistency proof has not the length that the sizes ask for');
    return { old: proof[0]!, now: proof[0]! };
  }
  demand(proof.length > 0, 'the consistency proof is too short');
  const k = largestPowerOfTwoBelow(n);
  const [rest, last] = [proof.slice(0, -1), proof.at(-1)!];
  if (m <= k) {
    const left = rootsByProof(m, k, rest, known);
    return { old: left.old, now: sha256(Buffer.of(0x01), left.now, last) };
  }
  const right = rootsByProof(m - k, n - k, rest, null);
  return { old: sha256(Buffer.of(0x01), last, right.old), now: sha256(Buffer.of(0x01), last, right.now) };
}

export interface SignedHead {
  origin: string;
  size: number;
  root: Buffer;
  /** POSIX seconds of the log's own tlog-cosignature. */
  time: number;
}

/** C2SP signed-note, verifier keys: `<name>+<hex of key id>+<base64 of type and key>`. */
function readKey(vkey: string): { name: string; publicKey: Buffer } {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  const material = Buffer.from(vkey.slice(second + 1), 'base64');
  const name = vkey.slice(0, first);
  demand(material[0] === 0x01 && material.length === 33, 'not an Ed25519 verifier key');
  demand(vkey.slice(first + 1, second) === keyIdOf(name, 0x01, material.subarray(1)).toString('hex'), 'the key id does not fit the key');
  return { name, publicKey: material.subarray(1) };
}

const keyIdOf = (name: string, type: number, publicKey: Buffer): Buffer =>
  sha256(Buffer.from(name, 'utf8'), Buffer.of(0x0a, type), publicKey).subarray(0, 4);

/** SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the key's 32 bytes. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const ed25519 = (publicKey: Buffer, message: Buffer, signature: Buffer): boolean =>
  verifySignature(null, message, createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }), signature);

/** Verifies a checkpoint with its log's key, both signatures of it. */
export function openCheckpoint(note: string, vkey: string): SignedHead {
  const { name, publicKey } = readKey(vkey);
  const lines = note.split('\n');
  demand(lines.at(-1) === '', 'a note ends with a newline');
  const blank = lines.lastIndexOf('', lines.length - 2);
  demand(blank >= 3, 'a checkpoint has three lines of text');
  const text = `${lines.slice(0, blank).join('\n')}\n`;
  const ours = lines.slice(blank + 1, -1).map((line) => {
    const [dash, signer, base64, ...more] = line.split(' ');
    demand(dash === '—' && signer !== undefined && base64 !== undefined && more.length === 0, 'not a signature line');
    return { signer, bytes: Buffer.from(base64, 'base64') };
  }).filter(({ signer }) => signer === name);
  const signatureOf = (type: number): Buffer => {
    const found = ours.find(({ bytes }) => same(bytes.subarray(0, 4), keyIdOf(name, type, publicKey)));
    demand(found !== undefined, `no signature of type ${type} by the log`);
    return found.bytes.subarray(4);
  };
  demand(ed25519(publicKey, Buffer.from(text), signatureOf(0x01)), 'the log did not sign this text');
  const timed = signatureOf(0x04);
  const time = timed.readBigUInt64BE(0);
  demand(ed25519(publicKey, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), timed.subarray(8)), 'the log did not sign this time');
  const [origin, size, root] = lines as [string, string, string];
  demand(/^(0|[1-9][0-9]*)$/.test(size), 'the size is not a decimal');
  demand(origin === name, 'the key is named after another log');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64'), time: Number(time) };
}

/** C2SP tlog-cosignature: POSIX seconds at which the holder of the key saw the log as the checkpoint has it. */
export function openCosignature(note: string, vkey: string): number {
  const { name, publicKey } = readKey(vkey);
  const end = note.lastIndexOf('\n\n') + 1;
  const line = note.slice(end + 1).split('\n').find((one) => one.startsWith(`— ${name} `));
  demand(line !== undefined, 'not cosigned by this key');
  const bytes = Buffer.from(line.slice(`— ${name} `.length), 'base64');
  demand(bytes.length === 76 && same(bytes.subarray(0, 4), keyIdOf(name, 0x04, publicKey)), 'a cosignature of another key');
  const time = bytes.readBigUInt64BE(4);
  demand(ed25519(publicKey, Buffer.from(`cosignature/v1\ntime ${time}\n${note.slice(0, end)}`), bytes.subarray(12)), 'the cosignature does not hold');
  return Number(time);
}

/** C2SP tlog-tiles: the index in groups of three digits, all but the last with an x. */
export function pathOf(level: number | 'entries', index: number, width: number): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level}/${groups.join('/')}${width < 256 ? `.p/${width}` : ''}`;
}

/** A log as C2SP tlog-tiles serves it: what lies at a path below its prefix. */
export type Fetch = (path: string) => Promise<Buffer>;

/**
 * Reads a log as a monitor does: checkpoint, every tile of every level, every entry; and demands that all agree.
 * @returns the head and the entries, in order
 */
export async function readLog(fetch: Fetch, vkey: string): Promise<{ head: SignedHead; entries: Buffer[]; tiles: number }> {
  const head = openCheckpoint((await fetch('checkpoint')).toString('utf8'), vkey);
  const entries: Buffer[] = [];
  for (const { index, width } of tilesAcross(head.size)) entries.push(...unbundle(await fetch(pathOf('entries', index, width)), width));
  let expected = entries.map(hashOfLeaf);
  demand(same(merkleTreeHash(expected), head.root), 'the entries do not have the signed root');
  let tiles = 0;
  for (let level = 0; expected.length > 0; level += 1) {
    const above: Buffer[] = [];
    for (const { index, width } of tilesAcross(expected.length)) {
      const hashes = expected.slice(index * 256, index * 256 + width);
      demand(same(await fetch(pathOf(level, index, width)), Buffer.concat(hashes)), `tile ${index} of level ${level} has other hashes`);
      if (width === 256) above.push(merkleTreeHash(hashes));
      tiles += 1;
    }
    expected = above;
  }
  return { head, entries, tiles };
}

const tilesAcross = (hashes: number): { index: number; width: number }[] =>
  Array.from({ length: Math.ceil(hashes / 256) }, (_, index) => ({ index, width: Math.min(256, hashes - index * 256) }));

function unbundle(bundle: Buffer, count: number): Buffer[] {
  const entries: Buffer[] = [];
  let at = 0;
  while (at < bundle.length) {
    demand(at + 2 <= bundle.length, 'a bundle ends within a length');
    const length = bundle.readUInt16BE(at);
    demand(at + 2 + length <= bundle.length, 'a bundle ends within an entry');
    entries.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  demand(entries.length === count, `a bundle has ${entries.length} entries, not ${count}`);
  return entries;
}

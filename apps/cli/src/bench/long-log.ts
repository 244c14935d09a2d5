import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import {
  entryBytes, entryLine, ExportTally, headerLine, headLine, leafHash, LEAVES_A_LINE, leavesLine, logOrigin, logVerifierKey, signCheckpoint, TreeEdge, type Entry,
} from '@comity/audit';
import { newId } from '@comity/kernel';

/** Entries of each request: its acts and readings. */
const OF_EACH = 10;
const AT = '2027-01-01T00:00:00.000Z';
const ACTS = ['request.transmitted', 'request.read', 'message.taken-in', 'request.acknowledged', 'request.read', 'measure.granted', 'measure.assigned', 'request.read', 'measure.evidence-transmitted', 'evidence.read'];

/**
 * Writes the export of a log of `count` entries: requests side by side, each entry chained to the one before, all under
 * one signed checkpoint, as a node exports it. The leaves of the tree are kept meanwhile: 32 bytes an entry.
 */
export async function writeLongLog(path: string, count: number): Promise<void> {
  const subjects = Math.max(1, Math.floor(count / OF_EACH));
  const files = Array.from({ length: subjects }, () => newId()).sort();
  const of = (i: number): number => Math.floor(count / subjects) + (i < count % subjects ? 1 : 0);
  const leaves = Buffer.alloc(count * 32);
  const [actors, prevs] = [Array.from({ length: 50 }, () => newId()), files.map((): Buffer | null => null)];
  // Twice over the same entries: once in the order of the tree for the root, and once in the order of the export.
  const ids = randomBytes(count * 8);
  const entry = (i: number, seq: number, prev: Buffer | null): Buffer => {
    const position = positionOf(i, seq, subjects);
    const accountId = actors[(i + seq) % actors.length]!;
    const id = `${files[i]!.slice(0, 18)}-9${ids.toString('hex', position * 8, position * 8 + 8).slice(0, 3)}-${ids.toString('hex', position * 8 + 2, position * 8 + 8)}`;
    const made: Entry = {
      v: 1, state: 'IS', id, subject: `file:${files[i]!}`, seq, prev: prev?.toString('hex') ?? null, at: AT, type: ACTS[(seq - 1) % OF_EACH]!,
      actor: { kind: 'official', state: 'IS', accountId, authorityId: 'IS-central', roles: ['central-authority'] },
      body: { event: 'GRANT', seq, measure: 1, letterState: 'acknowledged', measureState: 'granted', version: seq, rule: 'UNCC 40(17)', messages: [{ id: accountId, seq, type: 'GRANTED' }] },
      commitments: { payload: (prev ?? leafHash(ids.subarray(0, 8))).toString('hex') },
    };
    return entryBytes(made);
  };
  const edge = new TreeEdge();
  for (let seq = 1; edge.size < count; seq += 1) {
    for (let i = 0; i < subjects && edge.size < count; i += 1) {
      if (seq > of(i)) continue;
      const leaf = leafHash(entry(i, seq, prevs[i]!));
      leaf.copy(leaves, edge.size * 32);
      prevs[i] = leaf;
      edge.append(leaf);
    }
  }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = { publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'), sign: (message: Buffer) => sign(null, message, privateKey) };
  const checkpoint = signCheckpoint({ origin: logOrigin('IS'), size: count, root: edge.root() }, new Date(AT), key);
  const tally = new ExportTally();
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  const write = async (line: string): Promise<void> => {
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  };
  await write(tally.pass(headerLine({ state: 'IS', exportedAt: AT, filter: {}, count, checkpoint, key: logVerifierKey('IS', key.publicKey), leaves: true })));
  for (let i = 0; i < subjects; i += 1) {
    let prev: Buffer | null = null;
    for (let seq = 1; seq <= of(i); seq += 1) {
      const [bytes, position]: [Buffer, number] = [entry(i, seq, prev), positionOf(i, seq, subjects)];
      prev = leaves.subarray(position * 32, position * 32 + 32);
      await write(tally.entry(entryLine(prev.toString('hex'), bytes, position)));
    }
    await write(tally.head(headLine(`file:${files[i]!}`, of(i), prev!.toString('hex'))));
  }
  for (let at = 0; at < count; at += LEAVES_A_LINE) await write(tally.pass(leavesLine(at, leaves.subarray(at * 32, Math.min(at + LEAVES_A_LINE, count) * 32))));
  await write(tally.end());
  out.end();
  await once(out, 'finish');
}

/** First entries of all requests, then second ones, and so on: none stands beside the one before it in its chain. */
const positionOf = (i: number, seq: number, subjects: number): number => (seq - 1) * subjects + i;

import { newId, type Json } from '@comity/kernel';
import { commit, type Commitment } from '../commitment.js';
import { entryBytes, leafHash, type Entry } from '../entry.js';
import { ExportTally, entryLine, headLine, headerLine, leavesLine, LEAVES_VERSION, openedLine } from '../export.js';
import type { EntryFilter } from '../filter.js';
import { logOrigin, logVerifierKey, signCheckpoint } from '../note/checkpoint.js';
import { TreeEdge } from '../tree/edge.js';
import { testKey } from './log-keys.js';
import { randomOf } from '../../../../test/support/random.js';

export interface SampleEntry {
  entry: Entry;
  bytes: Buffer;
  leaf: string;
  opened: Record<string, Commitment>;
}

/** Whole numbers from 0 on, below what is asked, that follow from a seed: so that a failing flip can be played again. */
export function seeded(seed: number): (below: number) => number {
  const random = randomOf(seed);
  return (below) => Math.floor(random() * below);
}

/** Chains of `length` entries for `subjects` files of Iceland, without a database. */
export function sampleChains(subjects: number, length: number): Map<string, SampleEntry[]> {
  const chains = new Map<string, SampleEntry[]>();
  const names = Array.from({ length: subjects }, () => `file:${newId()}`).sort();
  for (const subject of names) {
    const chain: SampleEntry[] = [];
    let prev: string | null = null;
    for (let seq = 1; seq <= length; seq += 1) {
      const opened: Record<string, Commitment> =
        seq % 2 === 1 ? { reason: commit({ name: `Jón Þór ${seq} \ufffd 司法` } as Json) } : {};
      const entry: Entry = {
        v: 1,
        state: 'IS',
        id: newId(),
        subject,
        seq,
        prev,
        at: new Date(Date.UTC(2027, 0, seq)).toISOString(),
        type: seq === 1 ? 'request.received' : 'request.read',
        actor: { kind: 'official', state: 'IS', accountId: newId(), roles: ['central-authority'] },
        body: { version: seq, note: 'línea' },
        commitments: Object.fromEntries(Object.entries(opened).map(([name, c]) => [name, c.hash.toString('hex')])),
      };
      const bytes = entryBytes(entry);
      const leaf = leafHash(bytes).toString('hex');
      chain.push({ entry, bytes, leaf, opened });
      prev = leaf;
    }
    chains.set(subject, chain);
  }
  return chains;
}

/** Leaves of these chains in the order of the tree: the first entries of all subjects, then the second ones, ... */
export function samplePositions(chains: Map<string, SampleEntry[]>): Map<string, number> {
  const all = [...chains.values()].flat().sort((a, b) => a.entry.seq - b.entry.seq || (a.leaf < b.leaf ? -1 : 1));
  return new Map(all.map(({ leaf }, position) => [leaf, position]));
}

/** The checkpoint of the first `size` of these leaves, signed with `testKey(1)`. */
export function sampleCheckpoint(leaves: readonly string[], size: number): { checkpoint: string; key: string } {
  const edge = new TreeEdge();
  for (const leaf of leaves.slice(0, size)) edge.append(Buffer.from(leaf, 'hex'));
  const head = { origin: logOrigin('IS'), size, root: edge.root() };
  const key = testKey(1);
  return { checkpoint: signCheckpoint(head, new Date('2027-01-31T00:00:00.000Z'), key), key: logVerifierKey('IS', key.publicKey) };
}

/** Lines of a true export of these chains, under a checkpoint of the first `signed` entries; without one: none. */
export function sampleExport(chains: Map<string, SampleEntry[]>, signed = 0, leaves = false): string[] {
  const tally = new ExportTally();
  const positions = samplePositions(chains);
  const { checkpoint, key } = signed > 0 ? sampleCheckpoint([...positions.keys()], signed) : { checkpoint: null, key: null };
  const filter: EntryFilter = {};
  const header = { state: 'IS', exportedAt: '2027-02-01T00:00:00.000Z', filter, count: positions.size, checkpoint, key, leaves };
  const lines = [tally.pass(headerLine(header))];
  for (const [subject, chain] of chains) {
    for (const { leaf, bytes, opened } of chain) {
      lines.push(tally.entry(entryLine(leaf, bytes, positions.get(leaf)!)));
      for (const [name, c] of Object.entries(opened)) lines.push(tally.pass(openedLine(name, c.salt, c.content)));
    }
    const last = chain.at(-1)!;
    lines.push(tally.head(headLine(subject, last.entry.seq, last.leaf)));
  }
  const hex = [...positions.keys()];
  for (let at = 0; leaves && at < hex.length; at += 7) lines.push(tally.pass(leavesLine(at, Buffer.from(hex.slice(at, at + 7).join(''), 'hex'))));
  return [...lines, tally.end()];
}

/**
 * Makes count and last line anew over changed lines, as someone who knows the format would: what is found then is
 * found by the chain itself, not by the sum over the file.
 */
export function reseal(lines: readonly string[]): string[] {
  const body = lines.slice(0, -1);
  const tally = new ExportTally();
  const { version, comity: _, ...header } = JSON.parse(body[0]!) as Parameters<typeof headerLine>[0] & { version: number; comity: string };
  const count = body.filter((line) => line.startsWith('{"leaf"')).length;
  const out = [tally.pass(headerLine({ ...header, count, leaves: version === LEAVES_VERSION }))];
  for (const line of body.slice(1)) {
    if (line.startsWith('{"leaf"')) out.push(tally.entry(line));
    else out.push(line.startsWith('{"head"') ? tally.head(line) : tally.pass(line));
  }
  return [...out, tally.end()];
}

import { readFileSync } from 'node:fs';
import { provesConsistency, provesInclusion } from '@comity/audit';
import { KNOWN_CONSISTENCIES, KNOWN_INCLUSIONS, KNOWN_LEAVES, KNOWN_NODES, KNOWN_ROOTS, nodesOf } from '../../libs/audit/src/testing/known-trees.js';
import { Disagreement, hashOfLeaf, merkleTreeHash, pathOf, rootByPath, rootsByProof } from './independent-verifier.js';

/** Figures of transparency-dev/merkle's test data: hashes once, then [index, size, root, leaf, proof, sound] and [size, size, root, root, proof, sound]. */
const figures = JSON.parse(readFileSync(new URL('./known-proofs.json', import.meta.url), 'utf8')) as {
  hashes: string[];
  inclusion: [number, number, number, number, number[], 0 | 1][];
  consistency: [number, number, number, number, number[], 0 | 1][];
};
const hash = (n: number) => Buffer.from(figures.hashes[n]!, 'hex');
/** The independent verifier makes roots; who asks compares them. */
const agrees = (roots: () => [Buffer, Buffer][]): boolean => {
  try {
    return roots().every(([made, told]) => made.equals(told));
  } catch (error) {
    if (error instanceof Disagreement) return false;
    throw error;
  }
};

describe('the published proofs of transparency-dev, sound and forged', () => {
  it('are judged as published by the independent verifier and by that of the log: inclusion', () => {
    const answers = figures.inclusion.map(([index, size, root, leaf, proof, sound]) => {
      const hashes = proof.map(hash);
      return [sound === 1, agrees(() => [[rootByPath(index, size, hash(leaf), hashes), hash(root)]]), provesInclusion({ leaf: hash(leaf), index, size, hashes }, hash(root))];
    });
    expect(answers).toHaveLength(96);
    expect(answers.filter(([sound]) => sound)).toHaveLength(6);
    expect(answers.filter(([told, independent, own]) => told !== independent || told !== own)).toEqual([]);
  });

  it('and growth', () => {
    // One of them has roots of 12 bytes, which are equal: sound where any hash may be, and none where it is SHA-256.
    const ofSha256 = figures.consistency.filter(([, , old, , , sound]) => !sound || hash(old).length === 32);
    const answers = ofSha256.map(([from, to, old, now, proof, sound]) => {
      const hashes = proof.map(hash);
      const made = () => {
        const roots = rootsByProof(from, to, hashes, hash(old));
        return [[roots.old, hash(old)], [roots.now, hash(now)]] as [Buffer, Buffer][];
      };
      return [sound === 1, agrees(made), provesConsistency({ size: from, root: hash(old) }, { size: to, root: hash(now) }, hashes)];
    });
    expect(answers).toHaveLength(97);
    expect(answers.filter(([told, independent, own]) => told !== independent || told !== own)).toEqual([]);
    expect(answers.filter(([sound]) => sound)).toHaveLength(5);
  });
});

describe('the independent verifier', () => {
  it('imports nothing of this project', () => {
    const source = readFileSync(new URL('./independent-verifier.ts', import.meta.url), 'utf8');
    expect([...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from)).toEqual(['node:crypto']);
  });

  it('agrees with the published roots and proofs of transparency-dev', () => {
    expect(KNOWN_ROOTS.map((_, size) => merkleTreeHash(KNOWN_LEAVES.slice(0, size).map(hashOfLeaf)))).toEqual(KNOWN_ROOTS);
    for (const [index, size, nodes] of KNOWN_INCLUSIONS) expect(rootByPath(index, size, KNOWN_NODES[0]![index]!, nodesOf(nodes))).toEqual(KNOWN_ROOTS[size]);
    for (const [from, to, nodes] of KNOWN_CONSISTENCIES) {
      expect(rootsByProof(from, to, nodesOf(nodes), KNOWN_ROOTS[from]!)).toEqual({ old: KNOWN_ROOTS[from], now: KNOWN_ROOTS[to] });
    }
  });

  it('refuses proofs of a wrong length', () => {
    for (const [index, size, nodes] of KNOWN_INCLUSIONS) {
      expect(() => rootByPath(index, size, KNOWN_NODES[0]![index]!, [...nodesOf(nodes), KNOWN_ROOTS[1]!])).toThrow(Disagreement);
      if (nodes.length > 0) expect(() => rootByPath(index, size, KNOWN_NODES[0]![index]!, nodesOf(nodes).slice(1))).toThrow(Disagreement);
    }
  });

  it('names tiles as the page does', () => {
    expect([pathOf(0, 1_234_067, 256), pathOf(2, 0, 1), pathOf('entries', 1000, 17)]).toEqual(['tile/0/x001/x234/067', 'tile/2/000.p/1', 'tile/entries/x001/000.p/17']);
  });
});

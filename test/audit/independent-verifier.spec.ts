import { readFileSync } from 'node:fs';
import { KNOWN_CONSISTENCIES, KNOWN_INCLUSIONS, KNOWN_LEAVES, KNOWN_NODES, KNOWN_ROOTS, nodesOf } from '../../libs/audit/src/testing/known-trees.js';
import { Disagreement, hashOfLeaf, merkleTreeHash, pathOf, rootByPath, rootsByProof } from './independent-verifier.js';

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

import { KNOWN_CONSISTENCIES, KNOWN_ROOTS, nodesOf } from '../testing/known-trees.js';
import { judge, MAX_ASKED, type Known, type Showing } from './judge.js';

const digest = (n: number) => Buffer.alloc(32, n);
const at = (seq: number, size: number, more: Partial<Showing> = {}): Showing => ({ seq, size, root: KNOWN_ROOTS[size]!, digest: digest(seq), since: 0, proof: [], ...more });
const known = (seq: number, size: number): Known => at(seq, size);
const growth = (from: number, to: number) => ({ since: from, proof: nodesOf(KNOWN_CONSISTENCIES.find(([a, b]) => a === from && b === to)![2]) });

describe('a witness judges what it is shown', () => {
  it('believes the first, the very same again, and what is proved to have grown from it', () => {
    expect(judge(null, at(1, 6))).toEqual({ kind: 'seen' });
    expect(judge(known(1, 6), at(1, 6))).toEqual({ kind: 'repeated' });
    expect(judge(known(1, 6), at(2, 8, growth(6, 8)))).toEqual({ kind: 'seen' });
    expect(judge(known(1, 6), at(2, 6, { digest: digest(9) }))).toEqual({ kind: 'seen' });
  });

  it('raises no alarm over what was shown earlier and arrives late, whatever its size', () => {
    for (const size of [1, 5, 7]) expect(judge(known(4, 6), at(3, size))).toEqual({ kind: 'late' });
    expect(judge(known(4, 6), at(4, 7, { digest: digest(9) }))).toEqual({ kind: 'late' });
  });

  it('finds a higher number with a smaller tree', () => {
    expect(judge(known(4, 6), at(5, 5))).toEqual({ kind: 'contradicts', what: 'smaller' });
  });

  it('finds another root for a size it knows, in whatever order the two were shown', () => {
    for (const seq of [3, 5]) expect(judge(known(4, 6), at(seq, 6, { root: KNOWN_ROOTS[5]! }))).toEqual({ kind: 'contradicts', what: 'inconsistent' });
  });

  it('finds a tree that does not begin with the one it knows', () => {
    const proof = growth(6, 8);
    for (const wrong of [
      at(2, 8, { ...proof, root: KNOWN_ROOTS[7]! }), at(2, 8, { ...proof, proof: [] }), at(2, 8, { ...proof, proof: proof.proof.slice(1) }),
      at(2, 8, { ...proof, proof: proof.proof.map((hash) => hash.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) as Buffer) }),
    ]) {
      expect(judge(known(1, 6), { ...wrong, proof: wrong.proof.map((hash) => Buffer.from(hash)) })).toEqual({ kind: 'contradicts', what: 'inconsistent' });
    }
  });

  it('asks for the proof from what it knows when it is shown another, and not for ever', () => {
    const other = at(2, 8, growth(1, 8));
    for (let asked = 0; asked < MAX_ASKED - 1; asked += 1) expect(judge(known(1, 6), other, asked)).toEqual({ kind: 'prove' });
    expect(judge(known(1, 6), other, MAX_ASKED - 1)).toEqual({ kind: 'contradicts', what: 'unproved' });
  });
});

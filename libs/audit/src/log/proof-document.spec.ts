import { logOrigin, signCheckpoint } from '../note/checkpoint.js';
import { testKey } from '../testing/log-keys.js';
import { KNOWN_ROOTS } from '../testing/known-trees.js';
import { verifyProof } from './proof-document.js';

const checkpoint = signCheckpoint({ origin: logOrigin('IS'), size: 8, root: KNOWN_ROOTS[8]! }, new Date('2027-01-02T03:04:05.000Z'), testKey(1));

it('a proof of no known kind is told as that: what it calls itself is not said again, for it may be any text', () => {
  const spoof = '\u001b[2K\rsound    inclusion-proof: leaf 00 is entry 1 of 2\n-proof';
  expect(verifyProof(JSON.stringify({ comity: spoof, checkpoint, key: 'x' }))).toEqual({ ok: false, kind: 'unknown', keyGiven: false, detail: 'neither an inclusion nor a consistency proof' });
});

it.each<[string, object]>([
  ['no text', { comity: 'inclusion-proof', checkpoint: { toString: 1 }, key: 'x' }],
  ['no text in a head', { comity: 'consistency-proof', from: { size: 1, root: '0'.repeat(64), checkpoint: { toString: 1 } }, key: 'x' }],
])('a proof whose checkpoint is %s is no proof, and is told as one', (_what, proof) => {
  expect(verifyProof(JSON.stringify(proof))).toMatchObject({ ok: false, kind: proof['comity' as never], detail: 'the checkpoint has a wrong form' });
});

it('a proof with a head of no form, or keys of none, is no proof, and nothing is thrown', () => {
  for (const bad of [null, 5, [], {}, { size: {}, root: '0'.repeat(64) }]) {
    expect(verifyProof(JSON.stringify({ comity: 'consistency-proof', from: bad, to: bad, hashes: [], key: 'x' })).ok).toBe(false);
  }
  expect(verifyProof(JSON.stringify({ comity: 'inclusion-proof', checkpoint, key: 'x' }), [5 as never])).toMatchObject({ ok: false, detail: 'a member of the proof has a wrong form' });
});

it.each([[undefined], [5], [null]])('a proof whose key is %p is no proof, and the answer says what to give', (key) => {
  const proof = { comity: 'inclusion-proof', leafHash: '0'.repeat(64), index: 0, size: 8, hashes: [], checkpoint, key };
  expect(verifyProof(JSON.stringify(proof))).toEqual({ ok: false, kind: 'inclusion-proof', keyGiven: false, detail: 'the proof names no key: give that of the State by --key' });
});

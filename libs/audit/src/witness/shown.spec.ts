import { canonicalBytes, type Json } from '@comity/kernel';
import { sampleChains, sampleCheckpoint } from '../testing/sample-log.js';
import { testKey } from '../testing/log-keys.js';
import { logVerifierKey } from '../note/checkpoint.js';
import { cosign, cosignedAt } from '../note/cosignature.js';
import { openShown, signShown, SHOWN_PREFIX, type Shown } from './shown.js';

const leaves = [...sampleChains(2, 3).values()].flat().map(({ leaf }) => leaf);
const { checkpoint, key } = sampleCheckpoint(leaves, 6);
const shown: Shown = { comity: 'log-shown', v: 1, from: 'IS', to: 'US', seq: 3, since: 0, proof: [], checkpoint, at: '2027-02-01T00:00:00.000Z' };
const keys = { now: [key], ever: [key] };
const faultOf = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

describe('what a State shows of its log', () => {
  it('is read by whom it is shown to, under the State’s key', () => {
    const { shown: read, head } = openShown(signShown(shown, testKey(1)), 'US', keys);
    expect(read).toEqual(shown);
    expect(head).toMatchObject({ origin: 'comity/log/IS', size: 6 });
  });

  it('is refused at any changed byte, and under another key', () => {
    const doc = signShown(shown, testKey(1));
    for (let at = 0; at < doc.bytes.length; at += 1) {
      const bytes = Buffer.from(doc.bytes);
      bytes[at]! ^= 1;
      expect(faultOf(() => openShown({ ...doc, bytes }, 'US', keys))).toMatch(/^shown\./);
    }
    expect(faultOf(() => openShown(signShown(shown, testKey(2)), 'US', keys))).toBe('shown.bad-signature');
    expect(faultOf(() => openShown(doc, 'SG', keys))).toBe('shown.wrong-recipient');
  });

  it('is refused when a key signed it that is the State’s no more, while its older checkpoints stay good', () => {
    const newer = logVerifierKey('IS', testKey(2).publicKey);
    expect(faultOf(() => openShown(signShown(shown, testKey(1)), 'US', { now: [newer], ever: [newer, key] }))).toBe('shown.bad-signature');
    expect(openShown(signShown(shown, testKey(2)), 'US', { now: [newer], ever: [newer, key] }).head.key).toBe(key);
    expect(faultOf(() => openShown(signShown(shown, testKey(2)), 'US', { now: [newer], ever: [newer] }))).toBe('shown.bad-checkpoint');
  });

  it('is no other State’s checkpoint, and nothing but itself', () => {
    const of = (change: Record<string, Json>) => {
      const bytes = canonicalBytes({ ...shown, ...change });
      return { bytes, signature: testKey(1).sign(Buffer.concat([Buffer.from(SHOWN_PREFIX), bytes])).toString('base64') };
    };
    expect(faultOf(() => openShown(of({ from: 'SG' }), 'US', keys))).toBe('shown.bad-checkpoint');
    const wrong: Record<string, Json>[] = [{ seq: 0 }, { seq: 1.5 }, { since: -1 }, { v: 2 }, { proof: ['x'] }, { extra: 1 }, { at: 'now' }, { from: 'US' }, { checkpoint: 1 }];
    for (const change of wrong) {
      expect([change, faultOf(() => openShown(of(change), 'US', keys))]).toEqual([change, 'shown.malformed']);
    }
  });

  it('takes no signature made for something else: neither that of a checkpoint nor one without the prefix', () => {
    const { bytes } = signShown(shown, testKey(1));
    expect(faultOf(() => openShown({ bytes, signature: testKey(1).sign(bytes).toString('base64') }, 'US', keys))).toBe('shown.bad-signature');
  });
});

describe('a cosignature (C2SP tlog-cosignature)', () => {
  const witness = testKey(7);
  const witnessKey = logVerifierKey('US', witness.publicKey);
  const note = cosign(checkpoint, new Date('2027-02-01T10:00:00.900Z'), 'comity/log/US', witness);

  it('says who saw the checkpoint when, and leaves the checkpoint as it was', () => {
    expect(note.startsWith(checkpoint)).toBe(true);
    expect(cosignedAt(note, [witnessKey])).toEqual({ at: new Date('2027-02-01T10:00:00.000Z'), key: witnessKey });
  });

  it('does not hold under another key, over another checkpoint, or without its line', () => {
    expect(() => cosignedAt(note, [logVerifierKey('US', testKey(8).publicKey)])).toThrow('not cosigned');
    expect(() => cosignedAt(checkpoint, [witnessKey])).toThrow('not cosigned');
    const other = sampleCheckpoint(leaves, 5).checkpoint;
    expect(() => cosignedAt(other + note.slice(checkpoint.length), [witnessKey])).toThrow('does not hold');
  });
});

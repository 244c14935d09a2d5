import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { seeded } from '../testing/sample-log.js';
import { testKey } from '../testing/log-keys.js';
import { KNOWN_ROOTS } from '../testing/known-trees.js';
import { logOrigin, logVerifierKey, readCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.js';
import { ED25519, ed25519Holds, keyId, readSignedNote, readVerifierKey, signaturesBy, verifierKey } from './signed-note.js';

describe('a signed note, by the example of C2SP signed-note', () => {
  const key = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const note = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

  it('is verified with its key', () => {
    const known = readVerifierKey(key);
    const { text, signatures } = readSignedNote(note);
    const [signature] = signaturesBy(known, signatures);
    expect(ed25519Holds(known.publicKey, Buffer.from(text), signature!)).toBe(true);
    expect(ed25519Holds(known.publicKey, Buffer.from(text.replace('an', 'An')), signature!)).toBe(false);
    expect(keyId(known).toString('hex')).toBe('530d903a');
    expect(verifierKey(known)).toBe(key);
  });

  it.each([key.replace('530d903a', '530d903b'), key.replace('+Ae', '+Be'), key.slice(0, -1), 'x', ''])('is not verified with what is no key: %s', (text) => {
    expect(() => readVerifierKey(text)).toThrow(SyntaxError);
  });

  it.each([note.slice(0, -1), note.replace('\n\n', '\n'), note.replace('—', '-'), note.replace('foo ', 'foo  '), note.replace('an', 'a\t'), note.replace('M=', 'N=')])(
    'has one form: %j', (text) => expect(() => readSignedNote(text)).toThrow(SyntaxError),
  );
});

describe('a checkpoint', () => {
  const key = testKey(1);
  const verifier = logVerifierKey('IS', key.publicKey);
  const head = { origin: logOrigin('IS'), size: 8, root: KNOWN_ROOTS[8]! };
  const at = new Date('2027-01-02T03:04:05.000Z');
  const note = signCheckpoint(head, at, key);

  it('has three lines by C2SP tlog-checkpoint, and two signatures of the same key under two key ids', () => {
    const lines = note.split('\n');
    expect(lines.slice(0, 4)).toEqual(['comity/log/IS', '8', head.root.toString('base64'), '']);
    expect(lines).toHaveLength(7);
    expect(verifier).toBe(verifierKey({ name: 'comity/log/IS', type: ED25519, publicKey: key.publicKey }));
  });

  it('does not hold with a time that no calendar has, though the key signed it', () => {
    const late = { getTime: () => 2 ** 62 * 1000 } as Date;
    expect(() => verifyCheckpoint(signCheckpoint(head, late, key), [verifier])).toThrow(new SyntaxError('the time that was signed is none of this calendar'));
    expect(verifyCheckpoint(signCheckpoint(head, new Date('9999-12-31T23:59:59.000Z'), key), [verifier]).at.toISOString()).toBe('9999-12-31T23:59:59.000Z');
  });

  it('is verified, with the time of the head', () => {
    expect(verifyCheckpoint(note, [verifier])).toEqual({ ...head, at, key: verifier });
    expect(verifyCheckpoint(note, [logVerifierKey('IS', testKey(2).publicKey), verifier]).key).toBe(verifier);
  });

  it('has the same bytes whoever signs it, and others at another time', () => {
    expect(signCheckpoint(head, at, testKey(1))).toBe(note);
    expect(signCheckpoint(head, new Date(at.getTime() + 1000), key)).not.toBe(note);
  });

  it('may carry signatures of others, which are left aside', () => {
    const witnessed = `${note}— witness.example/w1 ${Buffer.alloc(76, 7).toString('base64')}\n`;
    expect(verifyCheckpoint(witnessed, [verifier])).toMatchObject({ size: 8 });
  });

  it.each<[string, string[]]>([
    ['no key', []],
    ['another key', [logVerifierKey('IS', testKey(2).publicKey)]],
    ['the key under another State’s name', [logVerifierKey('NO', key.publicKey)]],
  ])('is not verified with %s', (_what, keys) => expect(() => verifyCheckpoint(note, keys)).toThrow(SyntaxError));

  it('does not hold once a byte is flipped: each byte of it', () => {
    const bytes = Buffer.from(note);
    const random = seeded(4);
    let found = 0;
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 + random(255);
      try {
        const verified = verifyCheckpoint(changed.toString('utf8'), [verifier]);
        throw new Error(`byte ${at} flipped, and it says ${JSON.stringify(verified)}`);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        found += 1;
      }
    }
    expect(found).toBe(bytes.length);
  });

  it.each(['comity/log/IS\n08\n', 'comity/log/IS\n-1\n', 'comity/log/IS\n8.0\n', '\n8\n'])('is not one with the head %j', (start) => {
    const text = `${start}${head.root.toString('base64')}\n`;
    expect(() => readCheckpoint(`${text}\n— a ${Buffer.alloc(68).toString('base64')}\n`)).toThrow(SyntaxError);
  });

  it('cannot be a message of the State: what is signed there has no newline', () => {
    // A detached JWS signs base64url(header).base64url(payload).
    const jws = Buffer.from(`${Buffer.from('{"alg":"EdDSA"}').toString('base64url')}.${Buffer.from(note).toString('base64url')}`);
    expect(jws.includes(0x0a)).toBe(false);
    expect(Buffer.from(note).includes(0x0a)).toBe(true);
  });
});

describe('the keys of these tests', () => {
  it('are Ed25519 keys like others', () => {
    const { d, x } = { d: Buffer.alloc(32, 1).toString('base64url'), x: testKey(1).publicKey.toString('base64url') };
    const privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' });
    expect(createPublicKey(privateKey).export({ format: 'jwk' }).x).toBe(x);
    expect(testKey(1).sign(Buffer.from('a'))).toEqual(sign(null, Buffer.from('a'), privateKey));
  });
});
